"""The map of definitions and results: `{map}`, a drawing whose boxes are links, and `{map-list}`, the same in words.

The drawing is made as its page is written, with that page's addresses; a small module lets arrow keys walk its curves.
"""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions._claim_nodes import joined, link, states, to_statement
from bookkit.extensions._map_drawing import drawing, legend
from bookkit.extensions._served import Served
from bookkit.sources.book_labels import places
from bookkit.sources.claims import Claim, claims
from bookkit.sources.front_modules import FRONT
from bookkit.sources.statements import statements
from bookkit.sources.toc import contents

MODULE, STYLE = FRONT / "pages" / "map.js", FRONT / "pages" / "map.css"
SERVED = Served("map", (MODULE, STYLE))
PAGES = ("map", "index")


class Map(nodes.General, nodes.Element):
    """Where the drawing stands."""


class MapDirective(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        return [Map()]


class MapList(SphinxDirective):
    """The statements by part and chapter, each with what it rests on."""

    def run(self) -> list[nodes.Node]:
        return [
            nodes.bullet_list(
                "",
                *(
                    nodes.list_item("", nodes.paragraph("", part.caption), self.chapters(part.pages))
                    for part in contents()
                    if any(claim.page in part.pages for claim in claims().values())
                ),
                classes=["map-list"],
            )
        ]

    def chapters(self, pages: tuple[str, ...]) -> nodes.bullet_list:
        here = self.env.docname
        return nodes.bullet_list(
            "",
            *(
                nodes.list_item(
                    "",
                    nodes.paragraph("", "", link(places()[page].words, here, f"{page}.html")),
                    nodes.bullet_list("", *(self.statement(each) for each in found)),
                )
                for page in pages
                if (found := [each for each in claims().values() if each.page == page])
            ),
        )

    def statement(self, claim: Claim) -> nodes.list_item:
        here, statement = self.env.docname, claim.statement
        assert statement is not None
        line = nodes.paragraph("", "", to_statement(statement, here), nodes.Text(f": {states(claim)}."))
        if statement.uses:
            uses = [to_statement(statements()[each], here) for each in statement.uses]
            line += [nodes.Text(" Rests on "), *joined(uses), nodes.Text(".")]
        return nodes.list_item("", line)


def set_maps(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for place in list(doctree.findall(Map)):
        text = (
            f'<div class="claim-map-frame"><p class="legend">{legend()}</p>'
            '<p class="sideways">The map is wider than this screen: move it sideways, or read the list.</p>'
            f'<div class="sideways-scroll pst-scrollable-table-container">{drawing(page)}</div></div>'
        )
        place.replace_self(nodes.raw("", text, format="html", classes=["claim-map"]))


def add_files(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None or not any(
        "claim-map" in raw.get("classes", []) for raw in doctree.findall(nodes.raw)
    ):
        return
    app.add_css_file(SERVED.address(STYLE))
    app.add_js_file(SERVED.address(MODULE), type="module")


def outdated(app: Sphinx, env: Any, added: Any, changed: Any, removed: Any) -> list[str]:
    """Pages with a map name its files by their content, and show what holds each claim."""
    return [page for page in PAGES if page in env.found_docs]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(Map)
    app.add_directive("map", MapDirective)
    app.add_directive("map-list", MapList)
    app.connect("doctree-resolved", set_maps)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", add_files)
    when_pages_stand(app, SERVED.copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
