"""A page on paper, printed as it stands from a dark screen: black on white, whole, folds open."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bookkit.commands.print_pdf import TEXT_WIDTH
from tests.browser._chromium import OpenPage, opening

PAGES = ["index.html", "part-2/regularizer.html", "reference/losses.html", "claims.html"]
# Of everything that has words of its own: what it is, and what of it a printer would show wrongly.
WRONG = """(width) => [...document.querySelectorAll(
    ".bd-main :not(svg, svg *, .dot, script, style, .katex-mathml *)")].flatMap((one) => {
  const words = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!words || !one.checkVisibility({ visibilityProperty: true })) return [];
  const { color, backgroundColor, clip } = getComputedStyle(one);
  const { right, width: own } = one.getBoundingClientRect();
  const [red, green, blue, alpha = 1] = backgroundColor.match(/[\\d.]+/g).map(Number);
  const wrong = [
    ...(color === "rgb(0, 0, 0)" ? [] : [color]),
    ...(alpha > 0 && red + green + blue < 690 ? [`on ${backgroundColor}`] : []),
    ...(own > 1 && right > width + 1 ? [`cut at ${right}`] : []),
  ];
  return wrong.map((what) => `${what}: ${one.outerHTML.slice(0, 100)}`);
})"""


@pytest.fixture(params=PAGES)
def printed(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Page]:
    with opening(chromium, site) as open_page:
        page = open_page(request.param, width=TEXT_WIDTH, theme="dark").page
        page.emulate_media(media="print", color_scheme="dark")
        yield page


def test_from_a_dark_screen_all_is_black_on_white_and_nothing_is_cut(printed: Page) -> None:
    assert printed.evaluate(WRONG, TEXT_WIDTH) == []
    assert printed.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    stills = printed.locator(".ntk-explorer img")
    assert set(stills.evaluate_all("(all) => all.map((one) => getComputedStyle(one).filter)")) <= {"none"}
    printed.emulate_media(media="screen", color_scheme="dark")
    expect(printed.locator("html")).to_have_attribute("data-theme", "dark")  # as before


@pytest.mark.parametrize("css_opens", [True, False])
def test_folds_open_and_close_again(chromium: Browser, site: str, css_opens: bool) -> None:
    """By styles, or, in browsers from before ::details-content, by a script."""
    with chromium.new_context() as context:
        page = context.new_page()
        if not css_opens:
            page.add_init_script("CSS.supports = () => false")
        page.goto(site + PAGES[1])
        folds = page.locator(".bd-article details:not(.data)")  # an explorer has one that comes later
        page.emulate_media(media="print")
        opened = page.locator(".bd-article details[open]:not(.data)")
        expect(opened).to_have_count(0 if css_opens else folds.count())
        shown = folds.filter(visible=True).locator("> :not(summary)")
        assert shown.count() > 8
        hidden = shown.evaluate_all(
            "(all) => all.filter((one) => one.getBoundingClientRect().height === 0).length"
        )
        assert hidden == 0
        page.emulate_media(media="screen")
        expect(opened).to_have_count(0)


def test_a_claims_name_stands_with_what_follows_and_its_checks_may_part(open_page: OpenPage) -> None:
    """A grid's rows do not part between two sheets in Chromium: its half-empty sheets ended in names of claims."""
    page = open_page("claims.html").page
    page.emulate_media(media="print")
    found = page.locator(".bd-article .claim > dl.claim").evaluate_all(
        """(lists) => lists.map((list) => [getComputedStyle(list).display,
             getComputedStyle(list.previousElementSibling).breakAfter])"""
    )
    assert len(found) > 30
    assert {*map(tuple, found)} == {("block", "avoid")}
