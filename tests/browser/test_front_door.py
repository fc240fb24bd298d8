"""The front door, as a reader meets it: what the first screen holds, and two maps that move."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser._chromium import Watched
from tests.browser._waiting import wait_until

FIRST_SCREEN = {
    "the sentence": "main h1 + p",
    "hard labels": ".ntk-door [data-side=free] canvas",
    "held": ".ntk-door [data-side=held] canvas",
    "what is said of the first": ".ntk-door [data-side=free] .words.now",
    "what is said of the second": ".ntk-door [data-side=held] .words.now",
    "a slider to move": ".ntk-door input[type=range]",
    "the way on": ".ntk-door a[href='part-1/initialization.html']",
}


def opened(
    chromium: Browser,
    site: str,
    size: tuple[int, int] = (1280, 800),
    motion: str = "reduce",
    **options: object,
) -> Watched:
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]},
        reduced_motion=motion,  # pyright: ignore[reportArgumentType]
        **options,  # pyright: ignore[reportArgumentType]
    )
    watched = Watched(context.new_page(), site)
    watched.watch()
    watched.page.goto(site)
    return watched


def pictures(page: Page) -> list[str]:
    return page.evaluate(
        "[...document.querySelectorAll('.ntk-door canvas')].map((canvas) => canvas.toDataURL())"
    )


def time_of(page: Page) -> float:
    return float(page.locator(".ntk-door .count").inner_text().removeprefix("t = "))


def wait_until_after(page: Page, time: float) -> None:
    wait_until(
        page, "(time) => Number(document.querySelector('.ntk-door .count').textContent.slice(4)) > time", time
    )


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_the_first_screen_holds_the_sentence_both_maps_the_slider_and_the_way_on(
    chromium: Browser, site: str, size: tuple[int, int]
) -> None:
    watched = opened(chromium, site, size)
    page = watched.page
    page.locator(".ntk-door.live").wait_for()
    boxes = {name: page.locator(place).bounding_box() for name, place in FIRST_SCREEN.items()}
    outside = {
        name: box
        for name, box in boxes.items()
        if not box or box["y"] < 0 or box["y"] + box["height"] > size[1] or box["x"] + box["width"] > size[0]
    }
    assert outside == {}
    left, right = boxes["hard labels"], boxes["held"]
    assert left
    assert right
    assert left["y"] == right["y"]  # side by side
    assert left["x"] + left["width"] < right["x"]
    assert watched.troubles == []
    page.context.close()


def test_the_slider_moves_the_right_map_alone_and_at_zero_both_are_one(chromium: Browser, site: str) -> None:
    """With reduced motion: nothing has moved by itself, and both are shown at the end of training."""
    page = opened(chromium, site).page
    page.locator(".ntk-door.live").wait_for()
    expect(page.locator(".ntk-door .count")).to_have_text("t = 200")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    left, right = pictures(page)
    assert left != right
    words = page.locator(".ntk-door .words.now")
    expect(words.nth(1)).to_contain_text("Held by the regularizer")
    slider = page.locator(".ntk-door input[type=range]")
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "How strongly the right one is held, λ = 3")
    wait_until(
        page, "(before) => document.querySelectorAll('.ntk-door canvas')[1].toDataURL() !== before", right
    )
    assert pictures(page)[0] == left
    slider.press("Home")
    expect(words.nth(1)).to_have_text(words.nth(0).inner_text())
    assert pictures(page) == [left, left]
    page.context.close()


def test_it_starts_by_itself_pauses_out_of_sight_and_on_command(chromium: Browser, site: str) -> None:
    watched = opened(chromium, site, motion="no-preference")
    page = watched.page
    pause = page.get_by_role("button", name="Pause", exact=True)
    pause.wait_for()
    wait_until_after(page, 1)
    page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    page.wait_for_timeout(300)
    away = time_of(page)
    page.wait_for_timeout(400)
    assert time_of(page) == away
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    wait_until_after(page, away)
    pause.click()
    page.wait_for_timeout(300)
    held, shown = time_of(page), pictures(page)
    page.wait_for_timeout(400)
    assert (time_of(page), pictures(page)) == (held, shown)
    assert held < 200
    page.get_by_role("button", name="Play", exact=True).click()
    # It ends by itself.
    expect(page.locator(".ntk-door .count")).to_have_text("t = 200")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert watched.troubles == []
    page.context.close()


def test_its_modules_are_asked_for_when_the_page_has_been_painted(chromium: Browser, site: str) -> None:
    page = opened(chromium, site).page
    page.locator(".ntk-door.live").wait_for()
    painted, asked = page.evaluate(
        """() => [performance.getEntriesByName('first-contentful-paint')[0].startTime,
                  performance.getEntriesByType('resource').filter(({ name }) => /door\\/.*\\.js$/.test(name))
                    .map(({ name, startTime }) => [name.split('/').at(-1), startTime])]"""
    )
    assert len(asked) > 20
    assert {name for name, at in asked if at < painted} <= {"entry.js"}
    page.context.close()


@pytest.mark.parametrize("without", ["scripts", "a worker", "paper"])
def test_without_what_moves_it_the_stills_and_their_words_are_shown(
    chromium: Browser, site: str, without: str
) -> None:
    page = opened(chromium, site, java_script_enabled=without != "scripts").page
    if without == "a worker":
        page.route("**/door/worker.js", lambda route: route.abort())
        page.reload(wait_until="networkidle")
    if without == "paper":
        page.locator(".ntk-door.live").wait_for()
        page.emulate_media(media="print")
    for side, words in (("free", "Nothing holds the logits"), ("held", "Held by the regularizer")):
        panel = page.locator(f".ntk-door [data-side={side}]")
        expect(panel.locator("img:visible")).to_have_count(1)
        expect(panel.locator(".words:visible")).to_contain_text(words)
    expect(page.locator(".ntk-door :is(input, button):visible")).to_have_count(0)
    expect(page.get_by_role("link", name="Start reading")).to_have_count(1)
    page.context.close()
