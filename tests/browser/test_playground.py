"""The playground, driven in a real browser as a reader drives it."""

import json
import re
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from bookkit.sources.presets import presets
from tests.browser._chromium import OpenPage, Watched

PAGE = "part-4/playground.html"
PATIENCE = 30_000  # milliseconds; other tests share the machine


def opened(open_page: OpenPage, query: str = "", **options: object) -> tuple[Watched, Page]:
    """The page with its first map drawn, moving at full speed."""
    watched = open_page(f"{PAGE}?{query}", **options)
    watched.page.emulate_media(reduced_motion="no-preference")
    expect(watched.page.locator(".sentence")).not_to_be_empty(timeout=PATIENCE)
    return watched, watched.page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def step_of(page: Page) -> int:
    found = re.search(r"Step ([\d,]+)", page.locator(".count").inner_text())
    assert found
    return int(found[1].replace(",", ""))


def wait_for_steps(page: Page, more_than: int) -> int:
    deadline = time.monotonic() + PATIENCE / 1000
    while step_of(page) <= more_than:
        assert time.monotonic() < deadline, f"stuck at step {step_of(page)}"
        page.wait_for_timeout(50)
    return step_of(page)


def points_of(page: Page) -> list[str]:
    """ "A at (0.5, −1)" for every point, in order."""
    labels = [dot.get_attribute("aria-label") or "" for dot in dots(page).all()]
    return [re.sub(r"^Point \d+ of \d+, class (\w), (at \(.*?\)).*", r"\1 \2", label) for label in labels]


def dots(page: Page) -> Locator:
    return page.locator(".ntk-play button.dot")


def query_of(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def painted(page: Page) -> list[str]:
    """Both maps, as pictures."""
    return page.evaluate(
        "[...document.querySelectorAll('.ntk-play .board canvas')].map((canvas) => canvas.toDataURL())"
    )


def test_play_pause_step_reset(open_page: OpenPage) -> None:
    watched, page = opened(open_page)
    blank = painted(page)
    press(page, "Step")
    expect(page.locator(".count")).to_contain_text("Step 1,")
    press(page, "Play")
    wait_for_steps(page, 50)
    press(page, "Pause")
    page.wait_for_timeout(500)
    held = step_of(page)
    page.locator("a.nav-link[href='#summary']:visible").click()
    page.wait_for_url("**#summary")  # with a popstate of its own
    page.wait_for_timeout(500)
    assert step_of(page) == held
    assert all(now != then for now, then in zip(painted(page), blank, strict=True))
    expect(page.locator(".sentence")).to_contain_text("the NTK has moved by")
    press(page, "Reset")
    expect(page.locator(".count")).to_contain_text("Step 0,", timeout=PATIENCE)
    # Pressed before the weights are drawn, Step waits for them.
    page.evaluate(
        """() => { for (const control of ['input[name=play-depth][value="2"]', '.bar button:nth-child(2)'])
                    document.querySelector(`.ntk-play ${control}`).click(); }"""
    )
    expect(page.locator(".count")).to_contain_text("Step 1,", timeout=PATIENCE)
    assert watched.troubles == []


def test_points_are_dragged_clicked_and_drawn_by_mouse(open_page: OpenPage) -> None:
    watched, page = opened(open_page)
    before = points_of(page)
    press(page, "Step")
    expect(page.locator(".count")).to_contain_text("Step 1,", timeout=PATIENCE)
    page.locator(".board").first.scroll_into_view_if_needed()
    box = dots(page).first.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2 + 8, box["y"] + box["height"] / 2  # not at the dot's centre
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 1, y)  # a tremble
    page.mouse.up()
    assert points_of(page) == [before[0].replace("A", "B"), *before[1:]]
    page.mouse.down()
    page.mouse.move(x + 21, y - 15, steps=4)
    page.mouse.move(x + 41, y - 30, steps=4)
    page.mouse.up()
    moved = dots(page).first.bounding_box()
    assert moved
    # By as much as the pointer, to the nearest hundredth of a unit.
    assert (moved["x"] - box["x"], moved["y"] - box["y"]) == pytest.approx((40, -30), abs=1)
    after = points_of(page)
    assert after[0] != before[0]
    assert after[1:] == before[1:]
    expect(page.locator(".note")).to_contain_text("Moved")
    expect(page.locator(".count")).to_contain_text("Step 0,", timeout=PATIENCE)
    assert len(query_of(page)["play.points"]) == 5 * len(before)
    dots(page).nth(1).click()
    assert points_of(page)[1].startswith("B")
    pad = page.locator(".pad").bounding_box()
    assert pad
    page.mouse.move(pad["x"] + 12, pad["y"] + pad["height"] - 12)
    page.mouse.down()
    page.mouse.move(pad["x"] + 80, pad["y"] + pad["height"] - 12, steps=10)
    page.mouse.up()
    drawn = points_of(page)[len(before) :]
    assert len(drawn) >= 2
    assert drawn[0].startswith("A at (−1.8")
    assert watched.troubles == []


def test_points_are_edited_by_keyboard(open_page: OpenPage) -> None:
    _, page = opened(open_page)
    before = points_of(page)
    page.locator(".pad").focus()
    page.keyboard.press("Tab")
    expect(dots(page).first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    assert before[0] == "A at (−1.3, 0.9)"
    assert points_of(page)[0] == "A at (−1.2, 0.91)"
    page.keyboard.press("3")
    assert points_of(page)[0] == "C at (−1.2, 0.91)"
    page.keyboard.press("4")  # there is no fourth class
    assert points_of(page)[0] == "C at (−1.2, 0.91)"
    page.keyboard.press("Delete")
    assert points_of(page) == before[1:]
    expect(page.locator(".note")).to_contain_text("Removed")
    expect(dots(page).first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".pad")).to_be_focused()
    for key in ("ArrowLeft", "ArrowDown", "ArrowDown", "2", "Enter"):
        page.keyboard.press(key)
    assert points_of(page)[-2:] == ["B at (−0.1, −0.2)", "A at (−0.1, −0.2)"]
    expect(page.locator(".note")).to_contain_text("Added class A")


def test_points_are_edited_by_touch_on_a_narrow_screen(chromium: Browser, site: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{site}{PAGE}", wait_until="networkidle")
    expect(page.locator(".sentence")).not_to_be_empty(
        timeout=PATIENCE
    )  # from here on nothing moves by itself
    before = points_of(page)
    page.locator(".board").first.scroll_into_view_if_needed()
    pad = page.locator(".pad").bounding_box()
    assert pad
    page.touchscreen.tap(pad["x"] + 20, pad["y"] + 20)
    expect(dots(page)).to_have_count(len(before) + 1)
    page.touchscreen.tap(pad["x"] + 20, pad["y"] + 20)  # the new point, which goes on to the next class
    expect(dots(page).last).to_have_text("B")
    # Older Safaris call the click after a touch a mouse's. A touch that became a scroll adds nothing.
    page.locator(".pad").evaluate(
        """(pad) => { const { left, top } = pad.getBoundingClientRect();
             const at = { clientX: left + 60, clientY: top + 20, bubbles: true };
             const pointer = (kind) => new PointerEvent(kind, { ...at, pointerType: 'touch' });
             for (const end of ['pointerup', 'pointercancel']) {
               for (const kind of ['pointerdown', end]) pad.dispatchEvent(pointer(kind));
               pad.dispatchEvent(new MouseEvent('click', at));
             } }"""
    )
    expect(dots(page)).to_have_count(len(before) + 2)
    box, label = dots(page).first.bounding_box(), dots(page).first.get_attribute("aria-label")
    assert box
    assert label
    client = context.new_cdp_session(page)
    x, y = box["x"] + 12, box["y"] + 12
    for kind, shift in (("touchStart", 0), ("touchMove", 15), ("touchMove", 30), ("touchEnd", None)):
        at = [] if shift is None else [{"x": x + shift, "y": y + shift}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
    expect(dots(page).first).not_to_have_attribute("aria-label", label)
    assert points_of(page)[0] != before[0]
    assert points_of(page)[1:-2] == before[1:]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_the_address_holds_the_whole_state(open_page: OpenPage) -> None:
    watched, page = opened(open_page, "other=1%202")
    page.get_by_role("slider", name="Width n").focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("radio", name="ReLU").check(force=True)
    page.get_by_role("radio", name="4", exact=True).check(force=True)
    dots(page).nth(2).focus()
    page.keyboard.press("4")
    state, points = query_of(page), points_of(page)
    assert state["other"] == "1 2"
    assert state["play.width"] == "128"
    assert state["play.activation"] == "relu"
    assert points[2].startswith("D")
    page.reload(wait_until="networkidle")
    assert query_of(page) == state
    assert points_of(page) == points
    expect(page.get_by_role("slider", name="Width n")).to_have_attribute("aria-valuetext", "Width n = 128")
    expect(page.get_by_role("radio", name="ReLU")).to_be_checked()
    page.go_back()
    expect(dots(page).nth(2)).not_to_have_text("D")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    press(page, "Copy link")
    expect(page.locator(".note")).to_contain_text("clipboard")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    press(page, "Copy as Python")
    expect(page.locator(".note")).to_contain_text("The program is on the clipboard.")
    program = page.evaluate("navigator.clipboard.readText()")
    assert 'nb.mlp(2, 4, 128, hidden_layers=1, activation="relu"' in program
    assert "jnp.array([0]), learning_rate=0.02" in program
    page.get_by_role("radio", name="D", exact=True).check(force=True)
    press(page, "Usual points and settings")
    assert set(query_of(page)) == {"other"}
    # Of three classes D is none: what is shown instead is what is drawn.
    page.locator(".pad").press("Enter")
    expect(page.get_by_role("radio", name=points_of(page)[-1][0], exact=True)).to_be_checked()
    assert watched.troubles == []


def test_the_program_is_shown_where_the_clipboard_is_closed(open_page: OpenPage) -> None:
    watched, page = opened(open_page, "play.width=8")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    press(page, "Step")
    expect(page.locator(".count")).to_contain_text("Step 1,")
    press(page, "Copy as Python")
    expect(page.locator(".note")).to_have_text("Copy this program: ")
    field = page.get_by_role("textbox", name="program")
    assert "jnp.array([1]), learning_rate" in field.input_value()
    assert field.input_value() == page.evaluate("document.getSelection().toString()")
    press(page, "Step")
    expect(field).to_have_count(0)
    assert watched.troubles == []


@pytest.mark.parametrize(
    "query",
    [
        "play.width=1e9&play.rate=-1&play.classes=7&play.seed=x",
        "play.width=100&play.lam=NaN&play.epsilon=Infinity",
        "play.points=" + "a0000" * 300,
        "play.points=zz%00<script>alert(1)</script>",
        "play.points=",
        "play.points=azzzzdzzzz&play.classes=2",
        "play.anchor=__proto__&play.activation=constructor&play.depth=%F0%9F%92%A5",
    ],
)
def test_hostile_addresses_are_answered_in_words(open_page: OpenPage, query: str) -> None:
    watched, page = opened(open_page, query)
    expect(page.locator(".note")).not_to_be_empty()
    assert 1 <= dots(page).count() <= 40
    press(page, "Play")
    wait_for_steps(page, 3)
    assert watched.troubles == []


def test_a_hidden_page_pauses(open_page: OpenPage) -> None:
    _, page = opened(open_page)
    press(page, "Play")
    wait_for_steps(page, 20)
    hide = """(hidden) => { Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
                            document.dispatchEvent(new Event('visibilitychange')); }"""
    page.evaluate(hide, True)
    page.wait_for_timeout(500)
    held = step_of(page)
    page.wait_for_timeout(700)
    assert step_of(page) == held
    page.evaluate(hide, False)
    wait_for_steps(page, held)


def test_divergence_is_reported_in_words(open_page: OpenPage) -> None:
    watched, page = opened(open_page, presets()["too-fast"][1])
    expect(page.locator(".sentence")).to_contain_text("is beyond the guarantee")
    press(page, "Play")
    words = page.locator(".sentence")
    expect(words).to_contain_text("The network diverged at step", timeout=PATIENCE)
    expect(words).to_contain_text("Lower the learning rate")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()  # it has stopped
    assert "NaN" not in page.locator(".ntk-play").inner_text()
    page.get_by_role("slider", name="Learning rate η").focus()
    page.keyboard.press("Home")
    press(page, "Play")
    wait_for_steps(page, 5)
    assert watched.troubles == []


def test_the_largest_network_does_not_freeze_the_page(open_page: OpenPage) -> None:
    watched, page = opened(open_page, "play.depth=2&play.width=4096&play.seed=x")
    # What is wrong with the address stays beside what is being prepared; preparing is not a step.
    expect(page.locator(".doing")).to_contain_text("Preparing the maps", timeout=PATIENCE)
    expect(page.locator(".note")).to_contain_text("Seed")
    expect(page.locator(".toil")).not_to_contain_text("a step takes")
    page.get_by_role("slider", name="Seed").press("End")
    press(page, "Play")
    # Seconds of work go into one step: did the page do it itself, it would come round a few times only.
    rounds = page.evaluate(
        """async () => { let rounds = 0;
             for (const end = performance.now() + 4000; performance.now() < end; rounds++)
               await new Promise((resolve) => setTimeout(resolve, 10));
             return rounds; }"""
    )
    assert rounds > 40
    expect(page.locator(".ntk-play")).to_contain_text("MB", timeout=PATIENCE)
    expect(page.locator(".toil")).to_contain_text("16.8 million parameters")
    expect(page.locator(".toil")).to_contain_text("a step takes about", timeout=2 * PATIENCE)
    expect(page.locator(".doing")).to_contain_text("Preparing the maps", timeout=PATIENCE)
    # What is under way is given up at once for something else.
    page.get_by_role("slider", name="Width n").focus()
    page.keyboard.press("Home")
    wait_for_steps(page, 10)
    assert watched.troubles == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible_while_it_runs(open_page: OpenPage, theme: str) -> None:
    _, page = opened(open_page, "play.lam=0.1", theme=theme)
    page.get_by_text("Show the numbers").click()
    press(page, "Play")
    wait_for_steps(page, 30)
    violations = Axe().run(page, context=".ntk-play").response["violations"]
    assert [json.dumps(each)[:500] for each in violations] == []
    expect(page.locator("canvas[role=img]").first).to_have_attribute("aria-label", re.compile("."))
    expect(page.locator(".ntk-play tbody tr").nth(5)).to_be_attached(timeout=PATIENCE)
    press(page, "Pause")


@pytest.mark.parametrize("name", [name for name in presets() if name != "largest"])
def test_presets_open_as_links(open_page: OpenPage, name: str) -> None:
    watched = open_page(PAGE)
    page = watched.page
    title, query = presets()[name]
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.locator(".sentence")).not_to_be_empty(timeout=PATIENCE)
    assert {key: value for key, value in query_of(page).items() if key.startswith("play.")} == {
        key: values[0] for key, values in parse_qs(query).items()
    }
    expect(page.locator(".note")).to_be_empty()
    assert watched.troubles == []


def test_without_javascript_there_are_words(open_page: OpenPage) -> None:
    page = open_page(PAGE, javascript=False).page
    expect(page.locator(".ntk-playground")).to_contain_text("JavaScript")
    expect(page.locator(".ntk-playground p").first).to_be_visible()
