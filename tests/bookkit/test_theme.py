"""The theme leaves out what the book does without, on a small book of its own."""

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from bookkit.theme import NAME, STYLES

SEARCHING = {"searchtools.js", "language_data.js", "searchindex.js", "sphinx_highlight.js"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeautifulSoup]:
    folder = tmp_path_factory.mktemp("themed")
    (folder / "index.md").write_text("# A page\n\nWords.\n\n## A section\n\nMore words.\n")
    settings = {
        "extensions": ["myst_parser", "sphinx_book_theme", "bookkit.theme"],
        "source_suffix": {".md": "markdown"},  # Sphinx would write it into a default that other builds share
        "html_theme": NAME,
    }
    out = folder / "out"
    Sphinx(folder, None, out, folder / "doctrees", "html", settings, status=None, warning=None).build()
    return {
        name: BeautifulSoup((out / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        for name in ("index", "search")
    }


def scripts(page: BeautifulSoup) -> set[str]:
    """The names of the files that a page runs."""
    return {str(tag["src"]).split("?")[0].rpartition("/")[2] for tag in page.select("script[src]")}


@pytest.mark.parametrize("name", ["index", "search"])
def test_a_page_holds_no_script_or_style_and_states_nothing_twice(
    built: dict[str, BeautifulSoup], name: str
) -> None:
    page = built[name]
    assert page.select("script:not([src]), style, [onclick]") == []
    assert len(page.select("meta[name=viewport]")) == 1
    assert not page.select("html[data-theme]")
    assert page.select("body[data-default-mode=auto]")
    assert "fontawesome.js" not in scripts(page)
    assert {"bootstrap.js", "pydata-sphinx-theme.js", "sphinx-book-theme.js"} <= scripts(page)
    assert len(page.select("article, .bd-search-container")) == len(page.select("h1")) == 1


@pytest.mark.parametrize("name", ["index", "search"])
def test_no_page_loads_what_sphinx_would_search_with(built: dict[str, BeautifulSoup], name: str) -> None:
    assert SEARCHING & scripts(built[name]) == set()


def test_no_script_stands_before_the_first_paint(built: dict[str, BeautifulSoup]) -> None:
    waits = [tag["src"] for tag in built["index"].select("script[src]:not([defer]):not([type=module])")]
    assert [src for src in waits if "start.js" not in str(src)] == []


def test_a_page_is_printed_by_a_button_that_a_script_listens_to(built: dict[str, BeautifulSoup]) -> None:
    assert len(built["index"].select(".article-header-buttons button.btn-download-pdf-button")) == 1


def test_our_styles_have_the_last_word(built: dict[str, BeautifulSoup]) -> None:
    linked = [str(tag["href"]).split("?")[0] for tag in built["index"].select("link[rel=stylesheet]")]
    assert linked[-len(STYLES) :] == [f"_static/styles/{style}" for style in STYLES]
