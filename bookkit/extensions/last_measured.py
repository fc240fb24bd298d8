"""What was measured on purpose, not with the build, as tables.

`{on-binder}`: what each chapter takes on Binder's machine, in memory and in processor time.
`{in-browsers}`: what each browser does with each page; with `:whole:`, line by line.
"""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookkit.sources import in_browsers, on_binder


class OnBinder(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(on_binder.RESULTS))
        return self.parse_text_to_nodes(on_binder.table(on_binder.read()))


class InBrowsers(SphinxDirective):
    option_spec: ClassVar = {"whole": directives.flag}

    def run(self) -> list[nodes.Node]:
        self.env.note_dependency(str(in_browsers.RESULTS))
        table = in_browsers.whole_table if "whole" in self.options else in_browsers.table
        return self.parse_text_to_nodes(table(in_browsers.read()))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("on-binder", OnBinder)
    app.add_directive("in-browsers", InBrowsers)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
