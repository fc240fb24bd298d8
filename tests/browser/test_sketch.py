"""While a slider moves, the picture is a sketch; it stands where Plotly then draws."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser._chromium import OpenPage
from tests.browser._explorers import Shown, explorers, shows_cell
from tests.browser._waiting import wait_until

MOVABLE = {shown.spec["name"]: shown for shown in explorers() if shown.spec["axes"]}
# The rest after which Plotly draws, each panel for itself, is put off until the test lets it come.
WAITING = """
  const later = window.setTimeout;
  window.rests = [];
  window.setTimeout = (call, wait, ...more) =>
    wait === 150 ? window.rests.push(call) : later(call, wait, ...more);
  window.rest = () => { for (const call of window.rests.splice(0)) call(); };
"""


def moved(open_page: OpenPage, shown: Shown) -> tuple[Page, Locator]:
    """An explorer whose last slider has just moved by a step of the grid."""
    page = open_page("bibliography.html").page
    page.add_init_script(WAITING)
    page.goto(f"{page.url.rsplit('/', 1)[0]}/{shown.page}")
    live = shown.on(page)
    axis = [axis for axis in shown.spec["axes"] if axis["kind"] == "axis"][-1]
    setting = {each["name"]: each["default"] for each in shown.spec["axes"]}
    place = axis["values"].index(axis["default"])
    aim = axis["values"][place + 1 if place + 1 < len(axis["values"]) else place - 1]
    slider = live.get_by_role("slider").last
    far = axis["values"].index(aim) * shown.steps(axis)
    slider.evaluate("(slider, far) => { slider.value = String(far); }", far)
    slider.dispatch_event("input")
    wait_until(page, "() => window.rests.length")
    assert shows_cell(live, shown, setting | {axis["name"]: aim})
    return page, live


STANDING = """(live) => [...live.querySelectorAll('.scatterlayer .trace')].map((trace) => [
  ...[...trace.querySelectorAll('.point')].map((point) => point.getAttribute('transform')),
  ...[...trace.querySelectorAll('.js-line')].map((line) => line.getAttribute('d')),
].map((text) => text.match(/-?[\\d.]+/g).map(Number)))"""


@pytest.mark.parametrize("name", ["non-degenerate", "tangent-kernel"])
def test_lines_and_markers_stand_where_plotly_draws_them(open_page: OpenPage, name: str) -> None:
    page, live = moved(open_page, MOVABLE[name])
    sketched = live.evaluate(STANDING)
    page.evaluate("window.rest()")
    page.wait_for_timeout(500)
    drawn = live.evaluate(STANDING)
    for one, other in zip(sketched, drawn, strict=True):
        for path, again in zip(one, other, strict=True):
            # Plotly leaves out points on straight stretches: the ends are the same, and so is the box.
            a, b = np.reshape(path, (-1, 2)), np.reshape(again, (-1, 2))
            for corner in (np.min, np.max):
                np.testing.assert_allclose(corner(a, axis=0), corner(b, axis=0), atol=1.0)
            np.testing.assert_allclose(a[[0, -1]], b[[0, -1]], atol=1.0)


CALCULATED = """(live) => [...live.querySelectorAll('.js-plotly-plot')].flatMap((plot) =>
  plot.calcdata.map((points, i) => [points.map(({ y }) => y), [...plot.data[i].y]]))"""


def test_what_is_resized_before_plotly_draws_is_drawn_all_the_same(open_page: OpenPage) -> None:
    page, live = moved(open_page, MOVABLE["non-degenerate"])
    page.set_viewport_size({"width": 700, "height": 700})
    page.wait_for_timeout(600)  # Plotly waits for more of the like, a tenth of a second
    page.evaluate("window.rest()")
    page.wait_for_timeout(300)
    for calculated, given in live.evaluate(CALCULATED):
        np.testing.assert_array_equal(np.array(calculated, dtype=float), given)  # gaps are null


@pytest.mark.parametrize("name", ["predictor", "simplex"])
def test_a_painted_field_has_plotlys_colours(open_page: OpenPage, name: str) -> None:
    page, live = moved(open_page, MOVABLE[name])
    frame = live.locator(".frame").first
    expect(frame.locator("canvas.field")).to_be_visible()
    sketched = picture(frame)
    page.evaluate("window.rest()")
    expect(frame.locator("canvas.field")).to_be_hidden()
    difference = np.abs(sketched - picture(frame))
    assert np.median(difference) < 3  # of 255; contour lines are Plotly's alone
    assert np.mean(difference) < 12


def picture(frame: Locator) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(frame.screenshot())).convert("RGB"), dtype=float)
