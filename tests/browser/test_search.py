"""The search in a real browser: in the dialog and on its page, by keyboard, offline, and read out."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser._chromium import OpenPage, Watched
from tests.browser._site import BUILT

DIALOG = "#pst-search-dialog"
LIST = f"{DIALOG} .book-search li a"
SEARCHING = re.compile(r"/_static/search/(search\.js|search\.css|places\.js)")


def opened(watched: Watched, typed: str) -> Page:
    """With the dialog open and something typed into it."""
    watched.page.keyboard.press("Control+k")
    watched.page.keyboard.type(typed)
    return watched.page


def first(page: Page, address: str) -> None:
    expect(page.locator(LIST).first).to_have_attribute("href", re.compile(rf"{re.escape(address)}$"))


def test_it_finds_while_one_types_and_leads_to_the_statement(open_page: OpenPage) -> None:
    watched = open_page("part-2/loss.html")
    assert not list(filter(SEARCHING.search, watched.requests)), "loaded before anybody asks"
    page = opened(watched, "Theorem")
    expect(page.locator(LIST)).to_have_count(8)
    page.keyboard.type(" B")
    first(page, "/part-2/regularizer.html#theorem-b")
    hit = page.locator(LIST).first
    expect(hit.locator(".kind")).to_have_text("Theorem 7.1")
    expect(hit.locator(".words")).to_contain_text("‖θₜ − θ₀‖ ≤ R = √(2V₀/λ)")
    expect(hit.locator("mark")).to_have_text(["Theorem", "B"])
    expect(hit.locator(".where")).to_have_text("Chapter 7. A regularizer around the initialization")
    asked = [url for url in watched.requests if SEARCHING.search(url)]
    assert len(asked) == len(set(asked)) == 3
    hit.click()
    page.wait_for_url("**/part-2/regularizer.html#theorem-b")
    assert watched.troubles == []


def test_the_arrow_keys_walk_the_list_and_are_read_out(open_page: OpenPage) -> None:
    watched = open_page("index.html")
    page = opened(watched, "lambda")
    first(page, "/notation.html#sym-lambda")
    field = page.get_by_role("combobox", name="Search this book")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator(f"{DIALOG} [role=status]")).to_contain_text("places, the first 8 here")
    options = page.get_by_role("listbox", name="Places of the book").get_by_role("option")
    expect(options).to_have_count(8)
    for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", None), ("ArrowUp", 7)):
        page.keyboard.press(key)
        expect(field).to_be_focused()
        chosen = page.locator(f"{DIALOG} [aria-selected=true]")
        expect(chosen).to_have_count(0 if place is None else 1)
        if place is not None:
            active = field.get_attribute("aria-activedescendant")
            assert active == chosen.get_attribute("id") == options.nth(place).get_attribute("id")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/notation.html#sym-lambda")
    assert watched.troubles == []


def test_escape_closes_it_and_what_is_typed_next_is_another_question(open_page: OpenPage) -> None:
    page = opened(open_page("notation.html"), "kernel")
    page.locator(LIST).first.wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(DIALOG)).not_to_be_visible()
    page.keyboard.press("Control+k")
    page.keyboard.type("gamma")
    first(page, "/notation.html#sym-gamma")
    page.locator(LIST).first.click()  # a place of this very page
    expect(page.locator(DIALOG)).not_to_be_visible()
    assert page.url.endswith("/notation.html#sym-gamma")


def test_enter_lists_everything_on_a_page_that_the_way_back_finds_again(open_page: OpenPage) -> None:
    watched = open_page("index.html")
    page = opened(watched, "kernel")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=kernel")
    links = page.locator("#search-results li a")
    expect(links).to_have_count(40)
    page.locator("main input[name=q]").fill("max_margin")
    expect(links.first).to_contain_text("nb.max_margin")
    page.keyboard.press("ArrowDown")
    expect(links.first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reference/explicit.html#nb.max_margin")
    page.go_back()
    expect(page.locator("main input[name=q]")).to_have_value("max_margin")
    expect(links.first).to_contain_text("nb.max_margin")
    assert watched.troubles == []


def test_what_is_nowhere_is_told_in_words_with_what_to_try(open_page: OpenPage) -> None:
    page = opened(open_page("index.html"), "xyzzy")
    said = page.locator(f"{DIALOG} [role=status]")
    expect(said).to_contain_text("Nothing is found for “xyzzy”. Try fewer or other words")
    expect(page.locator(LIST)).to_have_count(0)
    expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "false")


def test_a_list_that_does_not_come_is_told_in_words(open_page: OpenPage) -> None:
    watched = open_page("index.html")
    watched.page.route("**/places.js", lambda route: route.abort())
    page = opened(watched, "kernel")
    expect(page.locator(f"{DIALOG} [role=status]")).to_contain_text("could not be loaded")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_open_dialog_is_accessible_and_fits_a_phone(open_page: OpenPage, theme: str) -> None:
    page = opened(open_page("index.html", width=390, theme=theme), "kernel_logistic_regression")
    first(page, "#nb.kernel_logistic_regression")
    page.keyboard.press("ArrowDown")
    violations = Axe().run(page, context=DIALOG).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in violations] == []
    box = page.locator(DIALOG).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= 900
    assert page.locator(f"{DIALOG} ol").evaluate("(list) => list.scrollWidth <= list.clientWidth")


def test_the_page_with_hits_is_accessible(open_page: OpenPage) -> None:
    page = open_page("search.html?q=theorem").page
    page.locator("#search-results li a").first.wait_for()
    violations = Axe().run(page).response["violations"]
    assert [each["id"] for each in violations if each["impact"] in ("serious", "critical")] == []


def test_without_javascript_the_page_says_what_to_do(open_page: OpenPage) -> None:
    page = open_page("search.html", javascript=False).page
    assert "this browser runs none" in page.locator("main").inner_text()
    expect(page.locator("main form.bd-search")).not_to_be_visible()


def test_it_works_on_pages_that_are_opened_as_files(chromium: Browser) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto((Path(BUILT) / "part-1" / "regression.html").as_uri())
        page.keyboard.press("Control+k")
        page.keyboard.type("Theorem B")
        first(page, "/part-2/regularizer.html#theorem-b")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=Theorem+B")
        page.locator("main input[name=q]").fill("sphere")
        expect(page.locator("#search-results li a").first).to_contain_text("nb.sphere")
