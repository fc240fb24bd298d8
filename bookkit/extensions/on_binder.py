"""`{on-binder}`: what each chapter takes on Binder's machine, in memory and in processor time."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookkit.sources.on_binder import RESULTS, read, table


class OnBinder(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(RESULTS))
        return self.parse_text_to_nodes(table(read()))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("on-binder", OnBinder)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
