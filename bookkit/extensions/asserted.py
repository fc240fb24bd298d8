"""`{asserted} theorem-b.1, eq-radius` beneath a cell: a line that says which claims the cell's assertions hold."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookkit.extensions._claim_nodes import joined, number, to_statement
from bookkit.sources.checks import held, in_words, parts_of
from bookkit.sources.statements import statements


def anchor(place: int) -> str:
    """Of the first, second, … such line of a page."""
    return f"asserted-{place}"


class Asserted(SphinxDirective):
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        here = self.env.docname
        links: list[nodes.Node] = []
        for label, parts in parts_of(held(self.arguments[0])).items():
            statement = statements().get(label)
            links.append(to_statement(statement, here, in_words(parts)) if statement else number(label, here))
        place = self.env.new_serialno("asserted") + 1
        return [
            nodes.paragraph(
                "",
                "",
                nodes.Text("Asserted: "),
                *joined(links, "; "),
                ids=[anchor(place)],
                classes=["asserted"],
            )
        ]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("asserted", Asserted)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
