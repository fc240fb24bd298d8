"""The widget in a host of its own: a plain page and a model of a few lines, as anywidget's contract asks for."""

import json
import shutil
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from ntkbook.explorer import Explorer, front
from ntkbook.explorer.grid import Grid, decode, default_cell, encode
from tests.browser._chromium import Watched
from tests.browser._site import serve
from tests.browser._waiting import wait_until
from tests.explorer._wave import decay, describe, make

PLOTLY = Path(__file__).resolve().parents[2] / "_build" / "vendor" / "plotly" / "plotly.js"
HOST = """<!DOCTYPE html>
<html lang="en"><head><title>A bare host</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="widget.css"></head>
<body><div id="here"></div><script type="module" src="host.js"></script></body></html>
"""
SCRIPT = """
import widget from "./widget.js";
const state = await (await fetch("state.json")).json();
state.grid = new DataView(Uint8Array.from(atob(state.grid), (c) => c.charCodeAt(0)).buffer);
if (location.search.includes("library=none")) state.plotly_url = "";
const listeners = new Map();
const heard = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
export const model = {
  sent: [],
  get: (key) => state[key],
  set(key, value) {
    state[key] = value;
    for (const callback of heard(`change:${key}`)) callback();
  },
  save_changes() {},
  send: (content) => model.sent.push(content.type),
  on: (event, callback) => heard(event).add(callback),
  off: (event, callback) => heard(event).delete(callback),
  listening: () => [...listeners.values()].reduce((sum, each) => sum + each.size, 0),
};
export const cleanup = await widget.render({ model, el: document.querySelector("#here") });
"""
IN_HOST = "import('./host.js').then(({ model, cleanup }) => %s)"


def state_of(explorer: Explorer) -> str:
    state = {"spec": explorer.spec, "stills": explorer.stills, "setting": {}, "in_page": False}
    return json.dumps(
        state | {"plotly_url": "./plotly.js", "grid": b64encode(explorer.grid).decode()}, ensure_ascii=False
    )


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the bare page, served under the book's own policy."""
    folder = tmp_path_factory.mktemp("host")
    for name in ("widget.js", "widget.css"):
        (folder / name).write_text(front.bundled(name), encoding="utf-8")
    shutil.copyfile(PLOTLY, folder / "plotly.js")
    (folder / "index.html").write_text(HOST, encoding="utf-8")
    (folder / "host.js").write_text(SCRIPT, encoding="utf-8")
    (folder / "state.json").write_text(state_of(make()), encoding="utf-8")
    with serve(folder) as address:
        yield address


@pytest.fixture
def opened(chromium: Browser, host: str) -> Iterator[Page]:
    with chromium.new_context() as context:
        watched = Watched(context.new_page(), host)
        watched.watch()
        watched.page.goto(f"{host}?wave.n=4096")
        watched.page.locator(".ntk-live .main-svg").first.wait_for()
        yield watched.page
        assert watched.troubles == []


def in_host(page: Page, expression: str) -> object:
    return page.evaluate(IN_HOST % expression)


def assert_shows(page: Page, **setting: object) -> None:
    """Sentence, slider and curve are those of this setting."""
    arrays = decay(**setting)  # pyright: ignore[reportArgumentType]
    live = page.locator(".ntk-live")
    plain = describe(setting, arrays).replace("<sub>", "").replace("</sub>", "")
    expect(live.locator(".sentence")).to_have_text(plain)
    expect(slider(page)).to_have_attribute("aria-valuetext", f"width n = {setting['n']}")
    wait_until(
        page,
        "(expected) => JSON.stringify([...document.querySelector('.plot').data[0].y]) === expected",
        page.evaluate("(numbers) => JSON.stringify([...Float32Array.from(numbers)])", list(arrays["drift"])),
    )


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="width n")


def test_picture_words_and_slider_work_and_the_address_is_left_alone(opened: Page) -> None:
    address = opened.url
    assert_shows(opened, n=256, lam=0.1, anchor="init")
    expect(opened.locator(".ntk-live img.still")).to_have_count(0)
    slider(opened).focus()
    slider(opened).press("ArrowRight")
    assert_shows(opened, n=1024, lam=0.1, anchor="init")
    assert opened.url == address
    assert opened.get_by_role("button", name="Copy link").count() == 0
    assert in_host(opened, "model.get('setting')") == {"n": 1024, "lam": 0.1, "anchor": "init"}
    assert in_host(opened, "model.sent") == ["hello"]


def test_what_the_host_sets_is_shown(opened: Page) -> None:
    in_host(opened, "model.set('setting', { n: 64, lam: 1, anchor: 'zero' })")
    assert_shows(opened, n=64, lam=1, anchor="zero")
    in_host(opened, "model.set('setting', { n: -5, lam: '<b>', anchor: 'init' })")
    assert_shows(opened, n=256, lam=0.1, anchor="init")
    expect(opened.locator(".note")).to_contain_text("goes from 64 to 4096; -5 lies outside")


def test_another_grid_is_shown(opened: Page) -> None:
    given = decode(make().grid)
    sentences = tuple(f"In cell {index}." for index in range(len(given.sentences)))
    packed = encode(Grid({name: 2 * table for name, table in given.arrays.items()}, sentences))
    opened.evaluate(
        """(packed) => import('./host.js').then(({ model }) =>
             model.set('grid', new DataView(Uint8Array.from(packed).buffer)))""",
        list(packed),
    )
    cell = default_cell(make().axes)
    expect(opened.locator(".sentence")).to_have_text(sentences[cell])
    drawn = opened.locator(".plot").first.evaluate("(plot) => [...plot.data[0].y]")
    np.testing.assert_array_equal(np.float32(drawn), 2 * given.cell(cell)["drift"])


def test_a_setting_without_a_kernel_to_compute_it_is_told_in_words(opened: Page) -> None:
    in_host(opened, "model.set('setting', { n: 300, lam: 0.1, anchor: 'init' })")
    expect(opened.locator(".note")).to_contain_text("No answer for width n = 300")
    in_host(opened, "model.set('setting', { n: 64, lam: 0.1, anchor: 'init' })")
    assert_shows(opened, n=64, lam=0.1, anchor="init")


def test_without_its_drawing_library_picture_and_sentence_stay_together(chromium: Browser, host: str) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{host}?library=none")
        live = page.locator(".ntk-live")
        live.locator("img.still").first.wait_for()
        before = live.locator(".sentence").inner_text()
        expect(live.locator(".note")).to_have_text("")
        slider(page).press("End")
        expect(slider(page)).to_have_attribute("aria-valuetext", "width n = 4096")
        expect(live.locator(".note")).to_have_text(
            "The picture still shows width n = 256, and follows as soon as its drawing library is loaded."
        )
        expect(live.locator(".stamp").first).to_have_text("still width n = 256")
        expect(live.locator(".panels")).to_have_attribute("aria-busy", "true")
        expect(live.locator("img.still")).to_have_count(2)
        assert live.locator(".sentence").inner_text() == before
        live.get_by_role("button", name="Reset").click()
        expect(live.locator(".note")).to_have_text("")
        assert in_host(page, "model.sent") == ["hello", "plotly"]


def test_cleanup_leaves_nothing_behind(opened: Page) -> None:
    assert in_host(opened, "model.listening()") != 0
    in_host(opened, "cleanup()")
    assert opened.locator("#here").inner_html() == ""
    assert in_host(opened, "model.listening()") == 0
    # Nothing that happens afterwards is drawn or complained of.
    in_host(opened, "model.set('setting', { n: 64, lam: 0.1, anchor: 'init' })")
    opened.evaluate("document.documentElement.dataset.theme = 'dark'")
    opened.wait_for_timeout(100)
    assert opened.locator(".ntk-live, .main-svg").count() == 0
