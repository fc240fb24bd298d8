"""Points that the reader drags, adds, relabels and removes: drawn as Python computes them, and kept in the address."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from ntkbook.chapters.bayes.measure import plane
from tests.browser._chromium import OpenPage
from tests.browser._explorers import Shown, drawn, explorers
from tests.browser._waiting import wait_until
from tests.browser.test_computed import assert_drawn
from tests.compute.test_copy_as_python import ran


def points_of(shown: Shown) -> dict[str, Any]:
    return next((axis for axis in shown.spec["axes"] if axis["kind"] == "points"), {})


MOVABLE = {shown.spec["name"]: shown for shown in explorers() if points_of(shown)}
# MCMC on moved points is for a kernel: what a page has in its place, tests/compute/test_bayes.py compares.
COMPARED = [shown for name, shown in MOVABLE.items() if name != "bayes"]


def opened(open_page: OpenPage, name: str, query: str = "") -> tuple[Page, Locator]:
    page = open_page(f"{MOVABLE[name].page}?{query}").page
    live = MOVABLE[name].on(page)
    live.locator("button.handle").first.wait_for()
    return page, live


def written(page: Page, shown: Shown) -> str:
    """The points that the address holds."""
    axis, query = points_of(shown), parse_qs(urlsplit(page.url).query)
    return query.get(f"{shown.spec['name']}.{axis['name']}", [axis["default"]])[0]


def set_to(page: Page, shown: Shown) -> dict[str, Any]:
    """The default setting, with the points of the address."""
    defaults = {axis["name"]: axis["default"] for axis in shown.spec["axes"]}
    return defaults | {points_of(shown)["name"]: written(page, shown)}


def middle(handle: Locator) -> tuple[float, float]:
    handle.hover()  # which waits until it stands still
    box = handle.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(handle: Locator, dx: int, dy: int) -> None:
    x, y = middle(handle)
    mouse = handle.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + dx, y + dy, steps=5)
    mouse.up()


def test_the_book_has_points_to_move() -> None:
    assert set(MOVABLE) == {"predictor", "moved-point", "bayes", "regression", "law"}


@pytest.mark.parametrize("shown", COMPARED, ids=str)
def test_a_dragged_point_is_drawn_as_python_computes_it(open_page: OpenPage, shown: Shown) -> None:
    page, live = opened(open_page, shown.spec["name"])
    handle = live.locator("button.handle").nth(1)
    before = middle(handle)
    drag(handle, 25, 15)
    first, second = (written(page, shown).split(";")[place] for place in (0, 1))
    assert first == points_of(shown)["default"].split(";")[0], "the others stay"
    assert second != points_of(shown)["default"].split(";")[1]
    assert_drawn(live, shown, set_to(page, shown))
    expect(live.locator(".note")).to_be_empty()
    assert middle(handle)[0] - before[0] == pytest.approx(25, abs=1.5), "the handle stands under the pointer"
    page.go_back()
    expect(handle).to_have_attribute("aria-label", re.compile("Point 2"))
    assert written(page, shown) == points_of(shown)["default"]
    assert_drawn(live, shown, set_to(page, shown))


@pytest.mark.parametrize("shown", COMPARED, ids=str)
def test_points_are_added_and_removed(open_page: OpenPage, shown: Shown) -> None:
    page, live = opened(open_page, shown.spec["name"])
    count = len(points_of(shown)["default"].split(";"))
    live.get_by_role("button", name="Add a point").click()
    expect(live.locator("button.handle")).to_have_count(count + 1)
    assert len(written(page, shown).split(";")) == count + 1
    assert_drawn(live, shown, set_to(page, shown))
    for _ in range(2):
        live.get_by_role("button", name="Remove point 1").click()
    expect(live.locator("button.handle")).to_have_count(count - 1)
    assert_drawn(live, shown, set_to(page, shown))
    expect(live.locator(".note")).to_contain_text("Removed Point 1 of")


# How far below the explorer's top its numbers lie, in each frame until all is computed.
PLACES = """async (live) => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const places = new Set();
  do {
    await frame();
    places.add(live.querySelector('details.data').getBoundingClientRect().top - live.getBoundingClientRect().top);
  } while (live.querySelector('.panels').getAttribute('aria-busy') === 'true');
  return [...places];
}"""


@pytest.mark.parametrize("name", ["predictor", "moved-point"])
def test_what_stands_below_stays_while_points_move(open_page: OpenPage, name: str) -> None:
    page, live = opened(open_page, name)
    live.locator("button.handle").first.focus()
    for key in ("ArrowRight", "ArrowLeft"):  # its words take what room they need once
        page.keyboard.press(key)
        expect(live.locator(".panels")).to_have_attribute("aria-busy", "false")
    page.keyboard.press("Shift+ArrowRight")
    assert len(live.evaluate(PLACES)) == 1


def test_the_keyboard_does_all_of_it(open_page: OpenPage) -> None:
    shown = MOVABLE["moved-point"]
    page, live = opened(open_page, "moved-point")
    live.locator("button.handle").nth(1).focus()
    for key in ("ArrowRight", "ArrowUp", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    assert written(page, shown).split(";")[1] == "-0.61,-0.4,0"
    expect(live.locator(".note")).to_contain_text("Point 2 of 7, class 0, at (−0.61, −0.4).")
    page.keyboard.press("1")
    assert written(page, shown).split(";")[1] == "-0.61,-0.4,1"
    page.keyboard.press("Enter")
    assert written(page, shown).split(";")[1] == "-0.61,-0.4,0"
    assert_drawn(live, shown, set_to(page, shown))
    page.keyboard.press("Delete")
    expect(live.locator("button.handle")).to_have_count(6)
    expect(live.locator("button.handle").nth(1)).to_be_focused()
    for _ in range(7):
        page.keyboard.press("Delete")
    expect(live.locator("button.handle")).to_have_count(1)
    expect(live.locator(".note")).to_contain_text("One point must stay.")
    live.get_by_role("button", name="Reset").click()
    expect(live.locator("button.handle")).to_have_count(7)


def test_a_finger_drags_a_point_and_a_tap_relabels_it(open_page: OpenPage) -> None:
    shown = MOVABLE["moved-point"]
    page, live = opened(open_page, "moved-point")
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    x, y = middle(live.locator("button.handle").nth(1))

    def finger(kind: str, *at: tuple[float, float]) -> None:
        points = [{"x": x, "y": y} for x, y in at]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    finger("touchStart", (x, y))
    for step in range(1, 6):
        finger("touchMove", (x + 5 * step, y + 4 * step))
    finger("touchEnd")
    page.wait_for_url("**moved-point.points=*")
    moved = written(page, shown).split(";")[1]
    assert not moved.startswith("-0.7,")
    x, y = middle(live.locator("button.handle").nth(1))
    finger("touchStart", (x, y))
    finger("touchEnd")
    page.wait_for_url(f"**{moved[:-1]}1;*")
    assert_drawn(live, shown, set_to(page, shown))


def test_handles_stand_on_the_points_in_every_panel(open_page: OpenPage) -> None:
    page, live = opened(open_page, "predictor")
    for width in (1200, 700):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(500)
        for stage in live.locator(".stage").all():
            rings = sorted(middle_of(handle) for handle in stage.locator(".handle").all())
            marks = sorted(middle_of(mark) for mark in stage.locator(".scatterlayer .point").all())
            assert len(rings) == len(marks) == 6
            for ring, mark in zip(rings, marks, strict=True):
                assert ring == pytest.approx(mark, abs=1.5)


def middle_of(mark: Locator) -> tuple[float, float]:
    box = mark.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_formula_follows_the_hand_and_the_network_comes_when_it_rests(open_page: OpenPage) -> None:
    """Of the widest network, whose flow takes long."""
    page, live = opened(open_page, "predictor", "predictor.n=1024")
    [network, formula] = ([*trace["z"]] for [trace, *_] in drawn(live)[:2])
    handle = live.locator("button.handle").first
    x, y = middle(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 40, steps=3)
    plots = live.locator(".plot")
    wait_until(
        page,
        "([plot, before]) => plot.data[0].z[3][3] !== before",
        [plots.nth(1).element_handle(), formula[3 * 23 + 3]],
    )
    expect(live.locator(".stamp").nth(0)).to_have_text("computing")
    expect(live.locator(".stamp").nth(1)).to_be_empty()
    page.mouse.up()
    expect(live.locator(".panels")).to_have_attribute("aria-busy", "false")
    assert drawn(live)[0][0]["z"] != network
    expect(live.locator(".stamp").nth(0)).to_be_empty()


def test_what_only_the_build_can_compute_stays_at_the_given_points(open_page: OpenPage) -> None:
    points = plane.GIVEN.text.replace("0.98,0.2,0", "1.5,0.2,0")
    page, live = opened(open_page, "bayes", f"bayes.points={points}")  # of the ensemble, which is the default
    expect(live.locator(".note")).to_contain_text("points = moved was not computed here: The ensemble")
    expect(live.locator(".note")).to_contain_text("the nearest that was prepared, points = given.")
    live.get_by_role("radio", name="Laplace").check(force=True)
    expect(live.locator(".sentence")).to_contain_text("MCMC has not been run on these points")
    expect(live.locator(".note")).to_be_empty()
    expect(live.locator(".stamp")).to_have_text(["", "", "not computed"])
    assert written(page, MOVABLE["bayes"]) == points


@pytest.mark.parametrize(
    "text", ["9" * 1_000_000, "1,2,3;" * 50_000, "<img src=x onerror=alert(1)>,0,0", "9,9,1"]
)
def test_hostile_points_are_left_aside_in_words(open_page: OpenPage, text: str) -> None:
    page, live = opened(open_page, "predictor")
    page.evaluate(
        "(query) => { history.pushState(null, '', query); dispatchEvent(new PopStateEvent('popstate')); }",
        f"?predictor.points={text}",
    )
    expect(live.locator(".note")).to_contain_text("points were left as given")
    assert len(live.locator(".note").inner_text()) < 300
    assert page.locator("img[src=x]").count() == 0
    expect(live.locator("button.handle")).to_have_count(6)


def test_copy_as_python_gives_the_numbers_of_the_moved_points(open_page: OpenPage) -> None:
    page, live = opened(open_page, "moved-point", "moved-point.points=-1.2,0.4,0;1.1,0.5,1;2,-1.25,0")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    expect(live.locator("button.handle")).to_have_count(3)
    expect(live.locator(".panels")).to_have_attribute("aria-busy", "false")
    sentence = live.locator(".sentence").inner_text()
    live.get_by_role("button", name="Copy as Python").click()
    names, printed = ran(live.get_by_role("textbox", name="program").input_value())
    assert printed == f"{sentence}\n"
    radius = next(trace for trace in drawn(live)[1] if len(trace["y"]) == len(names["arrays"]["radius"]))
    assert radius["y"] == pytest.approx([float(each) for each in names["arrays"]["radius"]], rel=1e-4)


@pytest.mark.parametrize("shown", MOVABLE.values(), ids=str)
def test_no_explorer_with_handles_violates_a_rule_of_axe(open_page: OpenPage, shown: Shown) -> None:
    page, live = opened(open_page, shown.spec["name"])
    live.locator("button.handle").first.focus()
    context = ".ntk-live:has(.handle)"
    violations = Axe().run(page, context=context).response["violations"]
    assert [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in violations] == []


def test_without_a_kernel_or_a_worker_there_is_nothing_to_drag(open_page: OpenPage) -> None:
    page = open_page(MOVABLE["law"].page, javascript=False).page
    assert page.locator(".handle").count() == 0
