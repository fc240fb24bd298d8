"""Cards in a real browser: by pointer, keyboard and finger, in the window, dismissible; and where links lead."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from bookkit.extensions._symbols import symbols
from bookkit.extensions.cards import article_of
from tests.browser._chromium import OpenPage, Watched, opening
from tests.browser._site import BUILT
from tests.browser._waiting import wait_until

CHAPTER = "part-2/regularizer.html"
THEOREM = "a[href$='non-degenerate.html#theorem-a']"
GLYPHS = """async ([script, places]) => {
  const { glyphOf } = await import(new URL("glyph.js", script));
  return places.map((place) => {
    const formulas = document.getElementById(place).querySelectorAll(".katex-html");
    return [...formulas].map((formula) => glyphOf(formula.querySelector(".base > .mord")));
  });
}"""
COLOUR = "element => getComputedStyle(element).backgroundColor"
OVER = """([card, trigger]) => {
  const [one, other] = [card, trigger].map((element) => element.getBoundingClientRect());
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}"""


@pytest.fixture(scope="module")
def desktop(chromium: Browser, site: str) -> Iterator[Watched]:
    with opening(chromium, site) as open_page:
        watched = open_page(CHAPTER)
        await_cards(watched.page)
        yield watched


def await_cards(page: Page) -> None:
    page.locator("a.symbol").first.wait_for(state="attached")


@pytest.fixture
def page(desktop: Watched) -> Page:
    """The chapter, with nothing opened or pointed at."""
    desktop.page.keyboard.press("Escape")
    desktop.page.mouse.move(600, 3)
    desktop.page.evaluate("document.activeElement.blur()")
    expect(desktop.page.locator(".page-card")).to_have_count(0)
    return desktop.page


def point_at(page: Page, place: Locator) -> None:
    place.evaluate("element => element.scrollIntoView({ block: 'center', behavior: 'instant' })")
    box = place.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def assert_in_window_beside(page: Page, trigger: Locator) -> None:
    card = page.locator(".page-card")
    box, view = card.bounding_box(), page.viewport_size
    assert box
    assert view
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= view["width"]
    assert box["y"] + box["height"] <= view["height"]
    assert not page.evaluate(OVER, [card.element_handle(), trigger.element_handle()])


def test_the_pointer_opens_a_card_that_stays_under_it(page: Page) -> None:
    link, card = page.locator(THEOREM).first, page.locator(".page-card")
    point_at(page, link)
    expect(card).to_contain_text("Theorem A: non-degenerate targets")
    assert_in_window_beside(page, link)
    box = card.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 20, steps=4)
    page.wait_for_timeout(600)  # longer than it takes a card to go
    expect(card).to_be_visible()
    page.mouse.move(600, 3)
    expect(card).to_have_count(0)


def test_escape_closes_it_until_the_pointer_has_left(page: Page) -> None:
    link, card = page.locator(THEOREM).first, page.locator(".page-card")
    point_at(page, link)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    point_at(page, link)
    page.wait_for_timeout(600)
    expect(card).to_have_count(0)
    page.mouse.move(600, 3)
    point_at(page, link)
    expect(card).to_be_visible()


def test_the_keyboard_opens_a_card_that_is_read_out(page: Page) -> None:
    page.keyboard.press("Tab")
    link, card = page.locator(THEOREM).first, page.locator(".page-card")
    link.focus()
    expect(link).to_have_accessible_description(re.compile("Theorem A: non-degenerate targets"))
    assert_in_window_beside(page, link)
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(link).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(card).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    expect(card).to_have_count(0)


def test_what_is_pressed_keeps_its_press(page: Page) -> None:
    fold = page.locator("details:has(> summary)").filter(visible=True).first
    symbol = page.locator("#equation-eq-radius .katex")
    fold.evaluate(
        "(fold, symbol) => fold.querySelector('summary').append(symbol.cloneNode(true))",
        symbol.element_handle(),
    )
    point_at(page, fold.locator("summary .katex-html").get_by_text("λ", exact=True))
    page.mouse.down()
    page.mouse.up()
    expect(fold).to_have_attribute("open", "")
    expect(page.locator(".page-card")).to_have_count(0)


def test_axe_finds_nothing_with_a_card_open(open_page: OpenPage) -> None:
    page = open_page("reference.html").page
    page.locator("a.symbol").first.wait_for(state="attached")
    page.keyboard.press("Tab")
    page.locator("a.symbol").first.focus()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        expect(page.locator(".page-card")).to_be_visible()
        violations = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        grave = [each for each in violations if each["impact"] in ("serious", "critical")]
        assert grave == []


def test_a_symbol_inside_a_formula_is_explained(page: Page) -> None:
    card = page.locator(".page-card")
    formula = page.locator("#equation-eq-radius .katex-html")
    point_at(page, formula.get_by_text("λ", exact=True))
    expect(card).to_contain_text("strength of the regularizer")
    page.mouse.move(600, 3)
    point_at(page, formula.get_by_text("V", exact=True))
    expect(card).to_contain_text("initial excess")
    page.mouse.move(600, 3)
    expect(card).to_have_count(0)
    point_at(page, formula.get_by_text("θ", exact=True).first)  # of θ_t, which has no entry
    page.wait_for_timeout(600)
    expect(card).to_have_count(0)


def test_the_first_of_a_symbol_in_a_section_takes_the_focus(page: Page) -> None:
    stops = page.locator("article a.symbol")
    assert 5 < stops.count() < 40
    in_section = stops.evaluate_all(
        "stops => stops.map((stop) => stop.closest('section').id + ' ' + stop.getAttribute('href'))"
    )
    assert len(set(in_section)) == len(in_section)
    page.keyboard.press("Tab")
    stops.first.focus()
    expect(stops.first).to_have_accessible_description(re.compile("bound on the radius"))
    assert page.locator("a.symbol a, a a.symbol, summary a.symbol").count() == 0


def test_the_link_still_leads_there(open_page: OpenPage) -> None:
    page = open_page(CHAPTER).page
    await_cards(page)
    point_at(page, page.locator(THEOREM).first)
    expect(page.locator(".page-card")).to_be_visible()
    page.locator(THEOREM).first.click()
    page.wait_for_url("**/part-2/non-degenerate.html#theorem-a")
    expect(page.locator("#theorem-a")).to_be_in_viewport()
    # There KaTeX draws the letters of √(κn) as one text.
    both = page.locator("#radius-wide .katex-html .mathnormal").filter(has_text="κn").last
    point_at(page, both)
    page.mouse.move(600, 3)
    point_at(page, both.get_by_text("κ", exact=True))
    expect(page.locator(".page-card")).to_contain_text("least eigenvalue")


def test_without_javascript_links_are_links(open_page: OpenPage) -> None:
    page = open_page(CHAPTER, javascript=False).page
    page.locator(THEOREM).first.click()
    page.wait_for_url("**/part-2/non-degenerate.html#theorem-a")


def test_a_finger_opens_a_card_first_and_then_follows(chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(site + CHAPTER, wait_until="networkidle")
    await_cards(page)
    context.set_offline(True)  # what a card shows came with the page
    card, link = page.locator(".page-card"), page.locator(THEOREM).first
    for place in (link, page.locator("a.symbol .katex-html").first):
        place.evaluate("element => element.scrollIntoView({ block: 'center', behavior: 'instant' })")
        place.tap()
        expect(card).to_be_visible()
        assert_in_window_beside(page, place)
        wait_until(page, "() => document.documentElement.scrollWidth <= 390")
    assert page.url.endswith(CHAPTER)
    page.touchscreen.tap(5, 400)
    expect(card).to_have_count(0)
    context.set_offline(False)
    link.tap()
    expect(card.get_by_role("link", name="Go there")).to_be_visible()
    link.tap()
    page.wait_for_url("**/part-2/non-degenerate.html#theorem-a")
    context.close()


@pytest.mark.parametrize(
    ("path", "anchors"),
    [
        (
            CHAPTER,
            {
                "theorem-b": "#theorem-b",
                "equation-eq-radius": "#equation-eq-radius",
                "ex-two-radii": "#ex-two-radii",
                "why": "#why > h2",
                "chapter-regularizer": "h1",
            },
        ),
        ("bibliography.html", {"id7": "#id7"}),
        ("notation.html", {"sym-lambda": "td:has(#sym-lambda)"}),
    ],
)
def test_a_target_stands_out_clear_of_the_bar(
    open_page: OpenPage, path: str, anchors: dict[str, str]
) -> None:
    page = open_page(path).page
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        for anchor, shown in anchors.items():
            place = page.locator(f"article {shown}").first
            page.evaluate("location.hash = ''")
            plain = place.evaluate(COLOUR)
            page.evaluate("anchor => { location.hash = anchor }", anchor)
            expect(place).not_to_have_css("background-color", plain)
            expect(place).to_be_in_viewport()
            bar = page.locator(".bd-header-article").bounding_box()
            box = place.bounding_box()
            assert bar
            assert box
            assert box["y"] >= bar["y"] + bar["height"], anchor


def test_page_and_builder_read_the_same_glyphs(open_page: OpenPage) -> None:
    article = article_of((BUILT / "notation.html").read_text(encoding="utf-8"))
    assert article
    known = {symbol.anchor: list(symbol.glyphs) for symbol in symbols(article) if symbol.glyphs}
    page = open_page("notation.html").page
    [folder] = (BUILT / "_static" / "page_cards").iterdir()
    script = page.evaluate(
        "path => new URL(path, location).href", f"_static/page_cards/{folder.name}/pages/cards/start.js"
    )
    read = page.evaluate(GLYPHS, [script, list(known)])
    assert dict(zip(known, read, strict=True)) == known
