"""The printed book: a few of its pages, printed as the whole is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from bookkit.commands._print_html import name, target, whole
from bookkit.commands.print_pdf import TEXT_WIDTH, lay_out, paper, print_book
from bookkit.sources.checked_exercises import checked_exercises
from bookkit.sources.toc import Part, contents
from tests.book._sources import toc_pages
from tests.browser._site import BUILT

PARTS = [
    Part("", ("index",)),
    Part("Part I. Foundations", ("part-1/tangent-kernel",), 1),  # has a formula that is wider than a sheet
    Part("Back", ("bibliography",)),
]
PAGES = [page for part in PARTS for page in part.pages]


@pytest.fixture(scope="module")
def printed(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    pdf: Path = tmp_path_factory.mktemp("pdf") / "book.pdf"
    print_book(chromium, BUILT, PARTS, pdf)
    assert [file.name for file in pdf.parent.iterdir()] == ["book.pdf"]
    return PdfReader(pdf)


def titles(outline: list[Any], depth: int = 0) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for entry in outline:
        found += titles(entry, depth + 1) if isinstance(entry, list) else [(depth, entry.title)]
    return found


def heights(outline: list[Any]) -> Iterator[tuple[str, float]]:
    """Each bookmark with how high on its sheet it leads, in points."""
    for entry in outline:
        if isinstance(entry, list):
            yield from heights(entry)
        else:
            yield entry.title, float(entry.top)


def test_the_whole_book_is_printed_in_its_order() -> None:
    assert [page for part in contents() for page in part.pages] == toc_pages()


def test_parts_chapters_and_sections_are_bookmarks(printed: PdfReader) -> None:
    found = titles(printed.outline)
    assert found[0] == (0, "The Neural Tangent Kernel for Classification")
    part = found.index((0, "Part I. Foundations"))
    assert found[part + 1] == (1, "2. The tangent kernel")
    assert found[part + 2] == (2, "2.1. Predict")
    assert found[-1] == (0, "Bibliography")


def test_below_every_heading_there_is_room_for_two_lines(printed: PdfReader) -> None:
    foot = 22 / 25.4 * 72  # points: the margin of print_html.css
    found = dict(heights(printed.outline))
    assert len(found) > 20
    assert {words: height for words, height in found.items() if height - foot < 50} == {}


def test_contents_say_on_which_sheet_a_page_begins(printed: PdfReader) -> None:
    words = printed.pages[1].extract_text().split("\n")
    for title in ("2. The tangent kernel", "Bibliography"):
        (number,) = (int(line.split()[-1]) for line in words if line.startswith(title))
        text = printed.pages[number - 1].extract_text()
        assert title in text
        assert str(number) in text.split()
        assert text.count(title) >= 2  # its title, and the line above
    assert len(printed.pages) > 12


def test_links_lead_to_places_in_the_book(printed: PdfReader) -> None:
    places = set(printed.named_destinations)
    links = [link.get_object() for page in printed.pages for link in page.get("/Annots", [])]
    inside = [str(link["/Dest"]) for link in links if "/Dest" in link]
    assert [place for place in inside if place not in places] == []
    assert {f"/{name(page)}" for page in PAGES} <= set(inside)  # from the contents
    assert any(place.startswith(f"/{name('bibliography', 'id')}") for place in inside)  # a citation
    outside = [str(link["/A"]["/URI"]) for link in links if "/A" in link]
    assert [address for address in outside if not address.startswith("https://")] == []


def test_links_are_told_apart() -> None:
    inside = {"index", "part-1/a", "part-2/b"}
    assert target("../part-2/b.html#x", "part-1/a", inside) == "#part-2-b--x"
    assert target("#x", "part-1/a", inside) == "#part-1-a--x"
    assert target("b.html?play.width=3#board", "part-2/b", inside) == "#part-2-b--board"
    assert target("../_static/notes.txt", "part-1/a", inside) is None
    assert target("https://example.org/#x", "index", inside) == "https://example.org/#x"


def test_nothing_is_cut_off_or_left_folded(chromium: Browser, tmp_path: Path) -> None:
    page = paper(chromium)
    lay_out(page, whole(BUILT, PARTS, {}), tmp_path / "book.html")
    widest = "(all) => all.map((one) => one.getBoundingClientRect().right)"
    shown = page.locator(".sheet :is(.katex-html .base, table, pre, img, p)")
    assert max(shown.evaluate_all(widest)) <= TEXT_WIDTH + 1
    shrunk = page.locator(".sheet div.math").evaluate_all(
        "(all) => all.map((one) => Number(one.style.zoom || 1))"
    )
    assert 0.5 < min(shrunk) <= 1  # most wrap, and need not
    assert page.locator(".sheet details:not([open]), .sheet script, .sheet .headerlink").count() == 0
    # What an explorer is made by, and the cell that checks an answer, are for a screen.
    assert page.locator(".sheet .tag_hide-input:has(.ntk-explorer) .cell_input").count() == 0
    assert page.get_by_text("in place of None").count() == 0
    assert page.locator(".sheet .exercise-field").count() == len(checked_exercises(PARTS[1].pages[0])) > 0
    pictures = page.locator(".sheet .ntk-explorer img")
    assert pictures.count() > 3
    assert all(pictures.evaluate_all("(all) => all.map((one) => one.naturalWidth > 0)"))
    ids = page.locator("[id]").evaluate_all("(all) => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))
    page.close()
