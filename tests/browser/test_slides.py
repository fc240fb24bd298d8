"""The decks of slides: whole, quiet under the book's policy, turned by keyboard, with explorers that live."""

import re
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from bookkit.extensions.slides import rebased
from bookkit.extensions.teaching import slides_file
from bookkit.sources.sections import title
from bookkit.sources.toc import Part, parts
from tests.book._sources import source
from tests.browser._chromium import OpenPage
from tests.browser._site import BUILT
from tests.browser._waiting import wait_until

RESULTS = re.compile(r"^`{3,}\{prf:(?!proof\})", re.MULTILINE)


@pytest.mark.parametrize("part", parts(), ids=slides_file)
def test_a_deck_has_its_chapters_results_and_no_dead_link(part: Part) -> None:
    deck = BeautifulSoup((BUILT / slides_file(part)).read_text(encoding="utf-8"), "html.parser")
    headings = " ".join(heading.get_text() for heading in deck.select("h2"))
    assert [chapter for chapter in part.pages if title(chapter) not in headings] == []
    assert len(deck.select("div.proof")) == sum(len(RESULTS.findall(source(each))) for each in part.pages)
    assert len(deck.select("section > div > ol")) == len(part.pages)
    addresses = [str(tag.get("href") or tag.get("src")) for tag in deck.select("[href], [src]")]
    paths = {
        urldefrag(urljoin(f"/{slides_file(part)}", each))[0]
        for each in addresses
        if not urlsplit(each).scheme
    }
    assert [path for path in paths if not (BUILT / unquote(urlsplit(path).path).lstrip("/")).is_file()] == []


@pytest.mark.parametrize("part", parts(), ids=slides_file)
def test_a_deck_is_turned_by_keyboard_and_its_explorer_lives(open_page: OpenPage, part: Part) -> None:
    watched = open_page(slides_file(part), width=390)
    page = watched.page
    expect(page.locator("section.present h1")).to_have_text(part.caption)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator("section.present h2")).to_have_text("See")
    live = page.locator("section.present .ntk-live")
    live.locator(".plot .main-svg").first.wait_for()
    slider = live.locator("input[type=range]").first
    before = slider.input_value()
    slider.press("ArrowRight" if before != slider.get_attribute("max") else "ArrowLeft")
    assert slider.input_value() != before
    page.wait_for_url(re.compile(r"\?[\w-]+\.\w+=.+#/3$"))  # reveal.js writes at most once a second
    page.locator("section.present").focus()
    page.keyboard.press("ArrowDown")
    wait_until(page, "() => document.querySelector('section.present').scrollTop > 0")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('section.present').scrollWidth") <= 390
    page.keyboard.press("ArrowLeft")
    expect(page.locator("section.present h2")).to_have_text("Predict")
    assert watched.troubles == []


def test_an_address_is_written_for_the_place_it_stands_on() -> None:
    page, deck = "part-2/loss.html", "slides/part-2.html"
    assert rebased("#def-pl", page, deck) == "../part-2/loss.html#def-pl"
    assert rebased("../notation.html#sym-c", page, deck) == "../notation.html#sym-c"
    assert rebased("one-hot.html?a.b=1#see", page, deck) == "../part-2/one-hot.html?a.b=1#see"
    assert rebased("https://example.org/x", page, deck) == "https://example.org/x"
