"""What a page asks of its reader and remembers: fields for answers, the prediction, and the page “My book”.

All of it is done by front/reader in the page; without JavaScript, pages are as they are written.
"""

import json
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from bookkit.commands.answers import answers_file
from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions._served import Served
from bookkit.sources.checked_exercises import CHECK, checked_exercises
from bookkit.sources.front_modules import FRONT, modules
from bookkit.sources.sections import title
from bookkit.sources.toc import chapters

HOME = FRONT / "reader"
STYLE = HOME / "reader.css"
CHAPTER, MY_BOOK = HOME / "chapter.js", HOME / "my_book.js"
SERVED = Served("reader", tuple(sorted({*modules(CHAPTER), *modules(MY_BOOK), STYLE})))


class AnswerField(nodes.General, nodes.Element):
    """Where the answer to an exercise is given; empty without JavaScript."""


class MyBook(nodes.General, nodes.Element):
    """Where “My book” stands, with the contents that it is about."""


class MyBookDirective(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        return [MyBook("", contents=contents(self.env.docname))]


def contents(here: str) -> list[dict[str, Any]]:
    """Every chapter with its prediction and its checked exercises, and their addresses seen from a page."""
    return [
        {
            "page": chapter,
            "title": title(chapter),
            "address": relative_uri(f"{here}.html", f"{chapter}.html"),
            "exercises": [[each.name, each.title, each.label] for each in checked_exercises(chapter)],
        }
        for chapter in chapters()
    ]


@cache
def answers(build: Path) -> dict[str, Any]:
    return json.loads(answers_file(build).read_text(encoding="utf-8"))


def add_fields(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """A field below each cell that checks an answer."""
    for cell in [*doctree.findall(nodes.container)]:
        if cell.get("nb_element") == "cell_code" and (named := CHECK.search(cell.children[0].astext())):
            accepted = answers(Path(app.outdir).parent)[named[1]]
            cell.parent.insert(cell.parent.index(cell) + 1, AnswerField("", name=named[1], accepted=accepted))


def add_files(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    entry = CHAPTER if page in chapters() else MY_BOOK if doctree and any(doctree.findall(MyBook)) else None
    if entry:
        app.add_css_file(SERVED.address(STYLE))
        app.add_js_file(SERVED.address(entry), type="module")


def outdated(app: Sphinx, env: Any, added: Any, changed: Any, removed: Any) -> list[str]:
    """Pages name these modules by their content, so they are written anew with them."""
    before, env.reader_version = getattr(env, "reader_version", None), SERVED.version
    return [] if before == SERVED.version else sorted(env.found_docs)


def open_field(translator: Any, node: AnswerField) -> None:
    accepted = escape(json.dumps(node["accepted"], ensure_ascii=False))
    translator.body.append(
        f'<div class="exercise-field" data-exercise="{node["name"]}" data-accepted="{accepted}">'
    )


def open_my_book(translator: Any, node: MyBook) -> None:
    listed = escape(json.dumps(node["contents"], ensure_ascii=False))
    translator.body.append(f'<div class="my-book" data-contents="{listed}">')


def close(translator: Any, node: nodes.Node) -> None:
    translator.body.append("</div>")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(AnswerField, html=(open_field, close))
    app.add_node(MyBook, html=(open_my_book, close))
    app.add_directive("my-book", MyBookDirective)
    app.connect("doctree-resolved", add_fields)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", add_files)
    when_pages_stand(app, SERVED.copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
