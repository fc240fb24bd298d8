"""A reader without a server sets what no grid holds: the page computes it, and draws what Python computes."""

import json
import time
from typing import Any, Literal

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from bookkit.extensions.explorer_pages import OFFERS
from tests.browser._chromium import OpenPage
from tests.browser._explorers import Shown, explorers
from tests.browser._waiting import wait_until

OFFERED: dict[str, list[str]] = json.loads(OFFERS.read_text(encoding="utf-8"))
COMPUTED = [shown.alone for shown in explorers() if shown.spec["compute"] in OFFERED]
LANDING = next((shown for shown in explorers() if shown.page == "index.html"), None)


MOST_MEMORY = 200e6  # bytes of a page's worker
# Where the default is one that only the build computes.
CHOSEN = {"bayes": {"method": "laplace"}, "digits": {"kernel": "MLP"}}


def between(shown: Shown) -> dict[str, Any]:
    """The default, but between two values on every axis that takes any."""
    setting = {axis["name"]: axis["default"] for axis in shown.spec["axes"]}
    setting |= CHOSEN.get(shown.spec["name"], {})
    for axis in shown.spec["axes"]:
        if axis["kind"] == "axis" and axis["name"] in OFFERED[shown.spec["compute"]]:
            low, high = axis["values"][:2]
            value = low + 0.3 * (high - low)
            setting[axis["name"]] = round(value) if axis["integer"] else float(f"{value:.3g}")
    return setting


def assert_drawn(live: Locator, shown: Shown, setting: dict[str, Any]) -> None:
    """Every number of the picture is Python's, but for what the sentence says that a page leaves out."""
    expected = shown.experiment(**setting)
    expect(live.locator(".panels")).to_have_attribute("aria-busy", "false")
    left_out = "is not shown" in live.locator(".sentence").inner_text()
    for place, panel in enumerate(shown.spec["panels"]):
        data = (
            live.locator(".plot")
            .nth(place)
            .evaluate("plot => plot.data.map(({ y, z }) => z ? [...z].flatMap((row) => [...row]) : [...y])")
        )
        for trace, drawn in zip(panel["figure"]["data"], data, strict=True):
            known = np.asarray(expected[trace.get("z", trace["y"])], dtype=float)
            given = np.array([np.nan if value is None else value for value in drawn], dtype=float)
            if left_out and np.isnan(given).all():
                continue
            scale = np.max(np.abs(known[np.isfinite(known)]), initial=0.0)
            np.testing.assert_allclose(given, known, rtol=1e-4, atol=1e-6 * scale, err_msg=trace["name"])


@pytest.mark.parametrize("shown", COMPUTED, ids=str)
def test_a_setting_between_the_grids_is_drawn_as_python_computes_it_and_the_heaviest_take_little_memory(
    open_page: OpenPage, shown: Shown
) -> None:
    """The heaviest: just below every greatest value, for every choice, and as far as they get in a second."""
    setting = between(shown)
    page = open_page(f"{shown.page}?{shown.query(setting)}").page
    live = shown.on(page)
    assert_drawn(live, shown, setting)
    expect(live.locator(".note")).to_be_empty()
    heap = Heap(page)
    most = heap.bytes()
    for axis in shown.spec["axes"]:
        if axis["kind"] == "axis" and axis["name"] in OFFERED[shown.spec["compute"]]:
            greatest = axis["values"][-1]
            field = live.get_by_label(f"{axis['label']}, any value")
            field.fill(str(greatest - 1 if axis["integer"] else greatest * 0.999))
            field.press("Enter")
            most = max(most, heap.most(1.0))
    for radio in live.get_by_role("radio").all():
        radio.check()
        most = max(most, heap.most(1.0))
    assert 1e6 < most < MOST_MEMORY


def test_typed_values_level_off_where_the_formula_says(open_page: OpenPage) -> None:
    """n = 300, ε = 0.003, typed into the fields: log((1 − ε + ε/K)/(ε/K)) = 6.906."""
    assert LANDING is not None
    page = open_page("index.html").page
    live = LANDING.on(page)
    for label, text in (("width n", "300"), ("target smoothing ε", "0.003")):
        field = live.get_by_label(f"{label}, any value")
        field.fill(text)
        field.press("Enter")
    assert_drawn(live, LANDING, {"n": 300, "epsilon": 0.003, "lam": 0.0})
    gap = live.locator(".plot").first.evaluate("plot => plot.data[0].y.at(-1)")
    assert gap == pytest.approx(np.log((1 - 0.003 + 0.001) / 0.001), rel=1e-3)
    expect(live.locator(".sentence")).to_contain_text("the least logit gap is 6.9, and stays there")
    assert "lazy-switch.n=300&lazy-switch.epsilon=0.003" in page.url


def test_a_new_setting_takes_the_place_of_a_long_one(open_page: OpenPage) -> None:
    assert LANDING is not None
    page = open_page("index.html?lazy-switch.n=4000&lazy-switch.epsilon=0.003").page
    live = LANDING.on(page)
    expect(live.locator(".stamp").first).to_have_text("not finished")
    field = live.get_by_label("width n, any value")
    field.fill("70")
    field.press("Enter")
    expect(live.locator(".sentence")).to_contain_text("Held by smoothing")
    assert_drawn(live, LANDING, {"n": 70, "epsilon": 0.003, "lam": 0.0})


def fails_to_load(route: Route) -> None:
    route.abort()


def throws_at_once(route: Route) -> None:
    route.fulfill(content_type="text/javascript", body="throw new Error('of an old browser');")


def has_no_memory(route: Route) -> None:
    """The first arrays of a computation cannot be had."""
    scarce = """
        const Plenty = Float64Array;
        let denied = 0;
        globalThis.Float64Array = class extends Plenty {
          constructor(...given) {
            if (denied++ < 1) throw new RangeError("Array buffer allocation failed");
            super(...given);
          }
        };
    """
    # Before the loop that the worker never leaves.
    worker = route.fetch().text().replace("for (;;) {\n  for (", f"{scarce}\nfor (;;) {{\n  for (")
    assert scarce in worker
    route.fulfill(content_type="text/javascript", body=worker)


@pytest.mark.parametrize("trouble", [fails_to_load, throws_at_once, has_no_memory])
def test_where_the_worker_dies_the_nearest_value_is_shown_and_the_next_try_works(
    open_page: OpenPage, trouble: Any
) -> None:
    assert LANDING is not None
    page = open_page("bibliography.html").page
    page.route("**/compute/worker.js", trouble)
    page.goto(f"{page.url.rsplit('/', 1)[0]}/index.html?lazy-switch.n=300")
    live = LANDING.on(page)
    expect(live.locator(".note")).to_contain_text("was not computed here")
    expect(live.locator(".note")).to_contain_text("the nearest that was prepared, width n = 256")
    known = LANDING.grid.cell(LANDING.cell({"n": 256, "epsilon": 0.0, "lam": 0.0}))
    drawn = live.locator(".plot").first.evaluate("plot => [...plot.data[0].y]")
    np.testing.assert_array_equal(np.asarray(drawn, np.float32), known["gap"])
    page.unroute("**/compute/worker.js")
    field = live.get_by_label("width n, any value")
    field.fill("90")
    field.press("Enter")
    assert_drawn(live, LANDING, {"n": 90, "epsilon": 0.0, "lam": 0.0})


class Heap:
    """What a page's worker holds, its arrays included."""

    def __init__(self, page: Page) -> None:
        self._page, self._count = page, 0
        self._answers: dict[int, dict[str, Any]] = {}
        self._client = page.context.new_cdp_session(page)
        workers: list[str] = []
        self._client.on("Target.attachedToTarget", lambda event: self._meet(event, workers))
        self._client.on("Target.receivedMessageFromTarget", self._hear)
        wanted = {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False}
        self._client.send("Target.setAutoAttach", wanted)
        while not workers:
            page.wait_for_timeout(10)
        [self._worker] = workers

    @staticmethod
    def _meet(event: dict[str, Any], workers: list[str]) -> None:
        """The explorers' own worker: the landing page's two maps have another."""
        if "/compute/" in event["targetInfo"]["url"]:
            workers.append(event["sessionId"])

    def _hear(self, event: dict[str, Any]) -> None:
        answer = json.loads(event["message"])
        if "id" in answer:
            self._answers[answer["id"]] = answer["result"]

    def bytes(self) -> float:
        self._count += 1
        message = json.dumps({"id": self._count, "method": "Runtime.getHeapUsage"})
        self._client.send("Target.sendMessageToTarget", {"sessionId": self._worker, "message": message})
        while self._count not in self._answers:
            self._page.wait_for_timeout(10)
        held = self._answers[self._count]
        return held["totalSize"] + held["backingStorageSize"]

    def most(self, seconds: float) -> float:
        most, until = 0.0, time.monotonic() + seconds
        while time.monotonic() < until:
            most = max(most, self.bytes())
        return most


def moving(open_page: OpenPage, motion: Literal["no-preference", "reduce"]) -> Locator:
    """The landing page's explorer, for a reader of this preference."""
    assert LANDING is not None
    page = open_page("bibliography.html").page
    page.emulate_media(reduced_motion=motion)
    page.goto(f"{page.url.rsplit('/', 1)[0]}/index.html")
    return LANDING.on(page)


def test_play_draws_curves_and_stops_at_any_input(open_page: OpenPage) -> None:
    live = moving(open_page, "no-preference")
    live.get_by_role("button", name="Play").click()
    unfinished = "plot => plot.data[0].y.some(Number.isNaN)"
    plot = live.locator(".plot").first
    wait_until(plot.page, unfinished, plot.element_handle())
    live.get_by_role("slider").first.press("ArrowLeft")
    expect(live.get_by_role("button", name="Play")).to_be_visible()
    expect(live.locator(".panels")).to_have_attribute("aria-busy", "false")
    wait_until(plot.page, f"plot => !({unfinished})(plot)", plot.element_handle())


def test_readers_who_prefer_less_motion_have_no_play(open_page: OpenPage) -> None:
    assert moving(open_page, "reduce").get_by_role("button", name="Play").count() == 0
