"""The book's theme, a child of sphinx-book-theme: templates that leave out what the book does without, and its look."""

from pathlib import Path

from sphinx.application import Sphinx

NAME = "bookkit"
STYLES = ("book.css", "content.css", "print.css")
AFTER_EXTENSIONS = 800  # whose stylesheets ours have the last word over


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_theme(NAME, str(Path(__file__).parent))
    for style in STYLES:
        app.add_css_file(f"styles/{style}", priority=AFTER_EXTENSIONS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
