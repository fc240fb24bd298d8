"""The page on the build shows every page's time and what was checked there, under its title, linked."""

import ast
import re
from pathlib import Path

from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from tests.book._sources import ROOT, code_cells, python, source, toc_pages
from tests.bookkit.commands.test_execute import PAGE
from tests.browser._explorers import explorers


def test_times_are_shown_with_titles_links_and_sum(tmp_path: Path) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    (source / "index.md").write_text(
        "# Book\n\n```{toctree}\nslow\nplain\n```\n\n```{execution-times}\n```\n"
    )
    (source / "slow.md").write_text(
        PAGE.format(
            code="import time\ntime.sleep(1.2)\nfor one in (1, 2):\n    assert one\nassert 1 < 2"
        ).replace("A page", "A slow page")
    )
    (source / "plain.md").write_text("# No code\n")
    settings = {"extensions": ["myst_nb", "bookkit.extensions.execution_times"], "nb_execution_mode": "force"}
    app = Sphinx(source, None, out, tmp_path / "doctrees", "html", settings, status=None, warning=None)
    app.build()
    html = (out / "index.html").read_text()
    table = html[html.index("<table") : html.index("</table>")]
    assert re.search(r'<a class="reference internal" href="slow.html">A slow page</a>', table)
    assert "No code" not in table
    assert int(re.search(r"(\d+) s</p>", table)[1]) >= 1
    assert rows_of(table) == {"A slow page": ["", "2", "", ""], "All pages": ["", "2", "", ""]}
    assert "jax 0." in html


def rows_of(table: str) -> dict[str, list[str]]:
    """Page -> its figures, without the time."""
    first = BeautifulSoup(table, "html.parser").select_one("table")  # Binder's comes below
    rows = [[cell.get_text(strip=True) for cell in row.select("td")] for row in first.select("tbody tr")]
    return {page: figures for page, _, *figures in rows}


def test_the_built_page_shows_what_the_sources_and_the_explorers_hold() -> None:
    html = (ROOT / "_build" / "html" / "build.html").read_text(encoding="utf-8")
    pages = [source(page) for page in toc_pages()]
    cells = [ast.parse(python(cell)) for page in pages for cell in code_cells(page)]
    counted = (
        sum(len(re.findall(r"\{prf:(?:theorem|lemma|proposition|corollary)\}", page)) for page in pages),
        sum(isinstance(node, ast.Assert) for cell in cells for node in ast.walk(cell)),
        sum(page.count("{exercise} ") for page in pages),
        sum(len(shown.settings()) for shown in explorers() if shown.spec["axes"]),
    )
    assert [int(figure.replace(",", "")) for figure in rows_of(html)["All pages"]] == list(counted)
