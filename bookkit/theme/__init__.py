"""The book's theme, a child of sphinx-book-theme: templates that leave out what the book does without, and its look."""

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

NAME = "bookkit"
STYLES = ("book.css", "content.css", "targets.css", "cards.css", "print.css")
AFTER_EXTENSIONS = 800  # whose stylesheets ours have the last word over
VIEWPORT = '<meta name="viewport" content="width=device-width, initial-scale=1" />'


def keep_one_viewport(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Docutils hands one over with what a page says of itself, and the first of all layouts writes its own."""
    context["metatags"] = context.get("metatags", "").replace(VIEWPORT, "")


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_theme(NAME, str(Path(__file__).parent))
    for style in STYLES:
        app.add_css_file(f"styles/{style}", priority=AFTER_EXTENSIONS)
    app.connect("html-page-context", keep_one_viewport)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
