"""The book where readers really have it: in frames, as files, with storage blocked, in browsers that lack things."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser._chromium import OpenPage
from tests.browser._site import BUILT

CHAPTER = "part-2/regularizer.html"
PLAYGROUND = "part-4/playground.html"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page with nothing in it, whose uncaught errors are forbidden."""
    with chromium.new_context(reduced_motion="reduce", viewport={"width": 1000, "height": 900}) as context:
        errors: list[str] = []
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        yield context.new_page()
        assert errors == []


def gaps(page: Page) -> list[float]:
    """How much higher each explorer's place is than what stands in it, with its margins."""
    return page.locator(".ntk-explorer").evaluate_all(
        """(all) => all.filter((one) => one.dataset.state === 'still').map((one) =>
             one.getBoundingClientRect().bottom - one.lastElementChild.getBoundingClientRect().bottom)"""
    )


def test_a_deck_without_its_script_shows_its_slides_below_each_other(chromium: Browser, site: str) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.route("**/reveal.js", lambda route: route.abort())
        page.goto(f"{site}slides/part-2.html", wait_until="networkidle")
        tops = page.locator(".slides > section").evaluate_all(
            "(all) => all.map((one) => one.getBoundingClientRect()).map(({ top, height }) => [top, top + height])"
        )
        assert len(tops) > 10
        assert all(above[1] <= below[0] + 1 for above, below in pairwise(tops))
        assert page.evaluate("document.documentElement.scrollHeight") > 5000
    loaded = (BUILT / "_static" / "slides" / "slides.js").read_text(encoding="utf-8")
    assert ".mjs" not in loaded  # which many hosts send as no script


def test_opened_as_a_file_it_says_what_works(page: Page) -> None:
    page.goto((BUILT / CHAPTER).as_uri())
    expect(page.locator(".opened-as-file")).to_contain_text("python -m http.server")
    explorers = page.locator(".ntk-explorer")
    expect(explorers.locator(".ntk-why")).to_have_count(explorers.count())
    expect(explorers.first).to_contain_text("opened as a file cannot start it")
    assert explorers.first.locator("img").first.evaluate("(one) => one.naturalWidth > 0")
    assert max(gaps(page)) < 40
    page.locator(".theme-switch-button").first.click()  # the classic scripts run
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog input").fill("Theorem B")
    expect(page.locator(".book-search li").first).to_contain_text("Theorem B")


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        ("delete globalThis.DecompressionStream", "lacks DecompressionStream"),
        ("delete globalThis.ResizeObserver", "lacks ResizeObserver"),
        ("explorer_host.js", "its scripts did not run"),
        (".grid", "could not be started"),
    ],
)
def test_an_explorer_that_cannot_start_says_so_and_leaves_no_gap(
    page: Page, site: str, taken: str, words: str
) -> None:
    if taken.startswith("delete"):
        page.add_init_script(taken)
    else:
        page.route(f"**/*{taken}", lambda route: route.abort())
    page.goto(site + CHAPTER, wait_until="load")
    explorer = page.locator(".ntk-explorer").first
    explorer.scroll_into_view_if_needed()
    expect(explorer.locator(".ntk-why")).to_contain_text(words)
    expect(explorer.locator("img").first).to_be_visible()
    assert gaps(page)[0] < 40


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        ("Worker = class { constructor() { throw new Error('no') } }", "start no worker"),
        ("const W = Worker; Worker = function () { return new W('nowhere.js') }", "made of modules"),
    ],
)  # fmt: skip
def test_the_playground_says_why_nothing_trains(page: Page, site: str, taken: str, words: str) -> None:
    page.add_init_script(taken)
    page.goto(site + PLAYGROUND)
    expect(page.locator(".ntk-play .status")).to_contain_text(words)


def test_without_a_server_the_playground_says_that_it_needs_one(page: Page) -> None:
    page.goto((BUILT / PLAYGROUND).as_uri())
    expect(page.locator(".ntk-playground")).to_contain_text("opened as a file cannot start it")


FRAMES = {
    "of another origin": "",
    "sandboxed": 'sandbox="allow-scripts"',
}


@pytest.mark.parametrize("kind", FRAMES)
def test_in_a_frame_all_but_the_memory_works(page: Page, site: str, course: str, kind: str) -> None:
    page.goto(course)
    page.set_content(f'<iframe {FRAMES[kind]} width="950" height="850" src="{site}{CHAPTER}"></iframe>')
    frame = page.frame_locator("iframe")
    explorer = frame.locator(".ntk-explorer").first
    explorer.scroll_into_view_if_needed()
    slider = explorer.locator("input[type=range]").first
    slider.wait_for()
    explorer.locator(".main-svg").first.wait_for()
    before, said = slider.input_value(), explorer.locator(".sentence").inner_text()
    slider.press("End" if before != slider.get_attribute("max") else "Home")
    expect(explorer.locator(".sentence")).not_to_have_text(said)
    mode = frame.locator("html").get_attribute("data-mode")
    frame.locator(".theme-switch-button").first.click()
    expect(frame.locator("html")).not_to_have_attribute("data-mode", mode or "")
    slider.press("Control+k")
    frame.locator("#pst-search-dialog input").fill("Theorem B")
    expect(frame.locator(".book-search li").first).to_contain_text("Theorem B")


def test_pages_start_in_a_browser_without_has(open_page: OpenPage) -> None:
    """Firefox before 121: what stands in a rule that names :has() is dropped with it, so none that matters may."""
    watched = open_page(CHAPTER)
    page = watched.page
    # Chromium has it, so the rules are taken away that a browser without it would not have.
    page.evaluate(
        """() => { for (const sheet of document.styleSheets) for (let i = sheet.cssRules.length - 1; i >= 0; i--)
             if (/(^|[^(]):has\\(/.test(sheet.cssRules[i].selectorText ?? "")) sheet.deleteRule(i); }"""
    )
    explorer = page.locator(".ntk-explorer").first
    explorer.scroll_into_view_if_needed()
    explorer.locator(".main-svg").first.wait_for()
    expect(explorer.locator("> figure")).to_be_hidden()
    assert watched.troubles == []
