"""The playground on its page: a directive that puts it there, and a role for links that set it.

Its modules are served as they are, beside those that they share with the explorers, under a name that changes with
their content; only the page that shows it asks for them. What the directive holds is for readers without JavaScript.
"""

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions._served import Served
from bookkit.sources.front_modules import FRONT, modules
from bookkit.sources.presets import PAGE, PLACE, presets

HOME = FRONT / "playground"
STYLES = (FRONT / "shared" / "live.css", HOME / "playground.css")
ENTRY = HOME / "page.js"
SERVED = Served("playground", (*modules(ENTRY), *STYLES))


class Board(nodes.General, nodes.Element):
    """Where the playground stands; its children are what is read without it."""


class PlaygroundDirective(Directive):
    has_content = True

    def run(self) -> list[nodes.Node]:
        board = Board("\n".join(self.content))
        self.state.nested_parse(self.content, self.content_offset, board)
        return [board]


class PresetRole(SphinxRole):
    """{preset}`words <name>`: a link to the playground in a state of presets.json; without words, by its title."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        words, _, name = self.text.rpartition("<") if self.text.endswith(">") else ("", "", self.text)
        name = name.removesuffix(">").strip()
        if name not in presets():
            known = ", ".join(presets())
            message = self.inliner.reporter.error(
                f"no preset of the playground is called {name!r}; there are {known}.", line=self.lineno
            )
            return [], [message]
        title, query = presets()[name]
        link = Preset("", words.strip() or title, query=query)
        return [link], []


class Preset(nodes.General, nodes.Inline, nodes.TextElement):
    """A link whose address depends on the page that it stands on."""


def resolve_presets(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for preset in list(doctree.findall(Preset)):
        address = f"{app.builder.get_relative_uri(page, PAGE)}?{preset['query']}#{PLACE}"
        preset.replace_self(nodes.reference("", preset.astext(), refuri=address, internal=True))


def add_files(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None or not any(doctree.findall(Board)):
        return
    for style in STYLES:
        app.add_css_file(SERVED.address(style))
    app.add_js_file(SERVED.address(ENTRY), type="module")


def outdated(app: Sphinx, env: Any, added: Any, changed: Any, removed: Any) -> list[str]:
    """The page names its modules by their content, so it is written anew with them."""
    return [PAGE] if PAGE in env.found_docs else []


def open_board(translator: Any, node: Board) -> None:
    translator.body.append(f'<div class="ntk-playground" id="{PLACE}">')


def close_board(translator: Any, node: Board) -> None:
    translator.body.append("</div>")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(Board, html=(open_board, close_board))
    app.add_node(Preset)
    app.add_directive("playground", PlaygroundDirective)
    app.add_role("preset", PresetRole())
    app.connect("doctree-resolved", resolve_presets)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", add_files)
    when_pages_stand(app, SERVED.copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
