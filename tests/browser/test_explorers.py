"""Every explorer of every page, driven in a real browser on the page as it is served."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from ntkbook.explorer.theme import ROLES
from tests.browser._chromium import OpenPage, opening
from tests.browser._explorers import Shown, as_number, drawn, explorers, plain, shows_cell

SHOWN = explorers()
MOVABLE = [shown for shown in SHOWN if shown.spec["axes"]]
PATIENCE = 60  # seconds; other tests share the machine
every_page = pytest.mark.parametrize("page", sorted({shown.page for shown in SHOWN}))
every_movable = pytest.mark.parametrize("shown", [shown.alone for shown in MOVABLE], ids=str)


# What does not depend on the experiment is tried on the fewest explorers that have everything between them.
VARIED = [
    next(shown for shown in MOVABLE if len(shown.spec["panels"]) > 1),
    next(shown for shown in MOVABLE if any(axis["kind"] == "choice" for axis in shown.spec["axes"])),
    next(shown for shown in MOVABLE if shown.place > 0),
]
every_kind = pytest.mark.parametrize("shown", VARIED, ids=str)


@pytest.fixture(scope="module")
def page_once(chromium: Browser, site: str) -> Iterator[Callable[[str], Page]]:
    """Gives a page by its path, the same as long as it is asked for the same."""
    with ExitStack() as open_ones:
        shown: dict[str, Page] = {}

        def give(path: str) -> Page:
            if path not in shown:
                open_ones.close()
                shown.clear()
                shown[path] = open_ones.enter_context(opening(chromium, site))(path).page
            return shown[path]

        yield give


@pytest.fixture(scope="module", params=SHOWN, ids=str)
def shown_once(request: pytest.FixtureRequest, page_once: Callable[[str], Page]) -> tuple[Page, Shown]:
    """An explorer on a page that several tests look at, one after the other."""
    return page_once(request.param.page), request.param


def defaults(shown: Shown) -> dict[str, Any]:
    return {axis["name"]: axis["default"] for axis in shown.spec["axes"]}


def assert_shows(live: Locator, shown: Shown, setting: dict[str, Any]) -> None:
    """Sentence, picture and controls agree on this setting."""
    expect(live.locator(".sentence")).to_have_text(plain(shown.grid.sentences[shown.cell(setting)]))
    deadline = time.monotonic() + PATIENCE
    while not shows_cell(live, shown, setting):
        assert time.monotonic() < deadline, f"the picture is not that of {setting}"
        time.sleep(0.05)
    for axis in shown.spec["axes"]:
        value = setting[axis["name"]]
        index = list(axis["values"]).index(value)
        if axis["kind"] == "axis":
            expect(slider(live, axis)).to_have_value(str(index * shown.steps(axis)))
        elif axis["kind"] == "choice":
            expect(live.get_by_role("radio", name=axis["labels"][index], exact=True)).to_be_checked()


def slider(live: Locator, axis: dict[str, Any]) -> Locator:
    return live.get_by_role("slider", name=axis["label"], exact=True)


def in_address(url: str, shown: Shown) -> dict[str, str]:
    prefix = f"{shown.spec['name']}."
    query = parse_qs(urlsplit(url).query)
    return {key.removeprefix(prefix): values[0] for key, values in query.items() if key.startswith(prefix)}


def test_the_book_has_explorers() -> None:
    assert len(MOVABLE) > 0


@every_movable
def test_controls_move_by_keyboard_with_picture_words_and_address(open_page: OpenPage, shown: Shown) -> None:
    watched = open_page(shown.page)
    live, page = shown.on(watched.page), watched.page
    setting = defaults(shown)
    assert_shows(live, shown, setting)
    choices = [axis for axis in shown.spec["axes"] if axis["kind"] == "choice"]
    assert live.get_by_role("group").filter(has=page.get_by_role("radio")).count() == len(choices)
    sliding = [axis for axis in shown.spec["axes"] if axis["kind"] != "points"]  # those: test_points.py
    for axis in sliding:
        before = (drawn(live), live.locator(".sentence").inner_text())
        setting = setting | {axis["name"]: moved_by_key(live, shown, axis, setting[axis["name"]])}
        assert_shows(live, shown, setting)
        assert drawn(live) != before[0], f"{axis['label']} does not move the picture"
        if axis["kind"] == "axis":
            assert live.locator(".sentence").inner_text() != before[1], "the sentence does not name this axis"
            assert (slider(live, axis).get_attribute("aria-valuetext") or "").startswith(
                f"{axis['label']} = "
            )
    address = in_address(page.url, shown)
    assert {
        axis["name"]: type(axis["default"])(address.get(axis["name"], axis["default"]))
        for axis in shown.spec["axes"]
    } == setting
    page.reload()
    live = shown.on(page)
    assert_shows(live, shown, setting)
    live.get_by_role("button", name="Reset").click()
    assert_shows(live, shown, defaults(shown))
    assert page.url.endswith(f"/{shown.page}"), "the address of the usual setting is not the page's"
    assert watched.troubles == []


def moved_by_key(live: Locator, shown: Shown, axis: dict[str, Any], value: Any) -> Any:
    """One value of the grid on by the keyboard (back at a slider's end); gives the value that this is."""
    index, values = axis["values"].index(value), axis["values"]
    if axis["kind"] == "choice":
        live.get_by_role("radio", name=axis["labels"][index]).focus()
        live.page.keyboard.press("ArrowDown")
        return values[(index + 1) % len(values)]
    step = -1 if value == values[-1] else 1
    slider(live, axis).focus()
    press_to(live, shown, axis, "ArrowLeft" if step < 0 else "ArrowRight", index + step)
    return values[index + step]


def press_to(live: Locator, shown: Shown, axis: dict[str, Any], key: str, index: int) -> None:
    """An arrow key until the slider is at a value of the grid; from each value to the next ten times at most."""
    aim = str(index * shown.steps(axis))
    for _ in range(shown.steps(axis) * len(axis["values"])):
        if slider(live, axis).input_value() == aim:
            return
        live.page.keyboard.press(key)


@every_kind
def test_back_and_forward_and_reset(open_page: OpenPage, shown: Shown) -> None:
    page = open_page(f"{shown.page}?other=1%202#main-content").page
    live = shown.on(page)
    axis = next(axis for axis in shown.spec["axes"] if axis["kind"] == "axis")
    setting = defaults(shown)
    values = [value for value in axis["values"] if value != axis["default"]][:2]
    for value in values:
        slider(live, axis).focus()
        page.keyboard.press("Home")
        press_to(live, shown, axis, "ArrowRight", axis["values"].index(value))
        assert_shows(live, shown, setting | {axis["name"]: value})
    moved = page.url
    page.go_back()
    page.go_forward()
    page.wait_for_url(moved)
    assert_shows(live, shown, setting | {axis["name"]: values[-1]})
    assert "?other=1%202&" in moved
    assert moved.endswith("#main-content")
    live.get_by_role("button", name="Reset").click()
    assert_shows(live, shown, setting)
    assert page.url.endswith(f"{shown.page}?other=1%202#main-content")
    page.go_back()
    assert_shows(live, shown, setting | {axis["name"]: values[-1]})


@every_kind
def test_the_link_is_copied(open_page: OpenPage, shown: Shown) -> None:
    setting = {axis["name"]: axis["values"][0] for axis in shown.spec["axes"]}
    page = open_page(f"{shown.page}?{shown.query(setting)}").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    live = shown.on(page)
    live.get_by_role("button", name="Copy link").click()
    expect(live.locator(".note")).to_have_text("The link is on the clipboard.")
    copied = page.evaluate("navigator.clipboard.readText()")
    page.goto("about:blank")
    page.goto(copied)
    assert_shows(shown.on(page), shown, setting)


@every_kind
def test_the_link_is_shown_where_the_clipboard_is_closed(open_page: OpenPage, shown: Shown) -> None:
    page = open_page(shown.page).page
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    live = shown.on(page)
    live.get_by_role("button", name="Copy link").click()
    field = live.get_by_role("textbox", name="Link")
    assert field.input_value() == page.url
    assert page.evaluate("document.getSelection().toString()") == page.url


HOSTILE = (
    "x",
    "",
    "1e999",
    "1e300",
    "1e9",
    "-5",
    "NaN",
    "9" * 4000,
    "<img src=x onerror=alert(1)>",
    "%",
    "a" * 500_000,
)


@every_movable
def test_a_hostile_address_breaks_nothing(open_page: OpenPage, shown: Shown) -> None:
    """The first address is opened, the others are gone to as with the browser's buttons."""
    watched = open_page(f"{shown.page}?{hostile(shown, HOSTILE[0])}")
    live = shown.on(watched.page)
    assert_shows(live, shown, defaults(shown))
    expect(live.locator(".note")).to_contain_text(shown.spec["axes"][0]["label"])
    for value in HOSTILE[1:]:
        watched.page.evaluate(
            "(query) => { history.pushState(null, '', query); dispatchEvent(new PopStateEvent('popstate')); }",
            f"?{hostile(shown, value)}",
        )
        assert_shows(live, shown, defaults(shown))
        for axis in shown.spec["axes"]:
            expect(live.locator(".note")).to_contain_text(axis["label"])
        assert len(live.locator(".note").inner_text()) < 300 * len(shown.spec["axes"])
    assert watched.troubles == []


def hostile(shown: Shown, value: str) -> str:
    return "&".join(f"{shown.spec['name']}.{axis['name']}={value}" for axis in shown.spec["axes"])


def test_the_table_holds_the_drawn_numbers(shown_once: tuple[Page, Shown]) -> None:
    page, shown = shown_once
    live = shown.on(page)
    assert live.locator("table").count() == 0
    live.get_by_text("Show the numbers").click()
    live.locator("table").first.wait_for()
    if movable := [axis for axis in shown.spec["axes"] if axis["kind"] == "axis"]:
        slider(live, movable[0]).focus()
        page.keyboard.press("End")
        setting = defaults(shown) | {movable[0]["name"]: movable[0]["values"][-1]}
        assert_shows(live, shown, setting)
    tables = iter(live.locator("table").all())
    for panel, traces in zip(shown.spec["panels"], drawn(live), strict=True):
        lines = []
        for wanted, trace in zip(panel["figure"]["data"], traces, strict=True):
            if "z" in wanted:
                assert_field_table(next(tables), panel, wanted, trace)
            else:
                lines.append((wanted, trace))
        if lines:
            assert_line_table(next(tables), panel, lines)
    assert next(tables, None) is None


def cells(table: Locator) -> list[list[str]]:
    assert table.locator("tbody tr").first.locator("th[scope=row]").count() == 1
    return table.evaluate("(t) => [...t.tBodies[0].rows].map((r) => [...r.cells].map((c) => c.textContent))")


def heads(table: Locator) -> list[str]:
    return [head.strip() for head in table.locator("thead th[scope=col]").all_inner_texts()]


def assert_line_table(table: Locator, panel: dict[str, Any], lines: list[Any]) -> None:
    assert plain(panel["title"]) in table.locator("caption").inner_text()
    columns = list(zip(*cells(table), strict=True))
    for wanted, trace in lines:
        column = columns[heads(table).index(plain(wanted["name"]))]
        for text, number in zip(column, trace["y"], strict=False):
            assert as_number(text) == pytest.approx(as_float(number), rel=1e-4, nan_ok=True)


def assert_field_table(table: Locator, panel: dict[str, Any], wanted: Any, trace: Any) -> None:
    """At most ten rows and columns, corner to corner, each number that of the field at its place."""
    caption = table.locator("caption").inner_text()
    assert plain(panel["title"]) in caption
    assert plain(wanted["name"]) in caption
    rows, across = cells(table), [as_number(text) for text in heads(table)[1:]]
    assert 2 <= len(rows) <= 10
    assert 2 <= len(across) <= 10
    x, y, z = (np.array([as_float(number) for number in trace[side]]) for side in "xyz")
    z = z.reshape(len(y), len(x))
    for row in rows:
        for column, text in zip(across, row[1:], strict=True):
            place = np.abs(y - as_number(row[0])).argmin(), np.abs(x - column).argmin()
            assert as_number(text) == pytest.approx(float(z[place]), rel=6e-3, abs=1e-12, nan_ok=True)


def as_float(number: float | None) -> float:
    return np.nan if number is None or not np.isfinite(number) else number


def test_the_theme_recolours_the_picture(shown_once: tuple[Page, Shown]) -> None:
    page, shown = shown_once
    live = shown.on(page)
    roles = [[trace["meta"] for trace in panel["figure"]["data"]] for panel in shown.spec["panels"]]
    for theme in ("dark", "light"):
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        expected = [[first_colour(role, theme) for role in panel] for panel in roles]
        deadline = time.monotonic() + PATIENCE
        while [[trace["color"] for trace in panel] for panel in drawn(live)] != expected:
            assert time.monotonic() < deadline, f"the colours are not those of the {theme} theme"
            time.sleep(0.05)


def first_colour(meta: Any, theme: str) -> str:
    """Of a line its role's, of a field that of its least value."""
    return meta[theme][0] if isinstance(meta, dict) else getattr(ROLES[meta], theme)


@every_page
def test_on_a_phone_they_fit_and_slider_sentence_and_picture_are_seen_together(
    open_page: OpenPage, page: str
) -> None:
    watched = open_page(page, width=PHONE["width"])
    watched.page.set_viewport_size(PHONE)
    for shown in (shown for shown in SHOWN if shown.page == page):
        live = shown.on(watched.page)
        if shown.spec["axes"]:
            assert_seen_together(live, shown)
        for part in live.locator(".plot, input, button, .sentence").all():
            box = part.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        if movable := [axis for axis in shown.spec["axes"] if axis["kind"] == "axis"]:
            slider(live, movable[0]).focus()
            watched.page.keyboard.press("End")
            assert_shows(live, shown, defaults(shown) | {movable[0]["name"]: movable[0]["values"][-1]})


@every_page
def test_without_javascript_there_are_pictures_in_words_too(open_page: OpenPage, page: str) -> None:
    still = open_page(page, javascript=False).page
    for shown in (shown for shown in SHOWN if shown.page == page):
        figure = still.locator(".ntk-explorer").nth(shown.place).locator("figure")
        figure.scroll_into_view_if_needed()
        for picture in figure.locator("img").all():
            assert picture.is_visible()
            assert picture.evaluate("(image) => image.complete && image.naturalWidth > 0")
            assert picture.get_attribute("alt")
        assert plain(shown.spec["sentence"]) in (figure.locator("img").first.get_attribute("alt") or "")
        assert plain(shown.spec["title"]) in figure.locator("figcaption").inner_text()


def test_in_print_there_is_the_still_picture(shown_once: tuple[Page, Shown]) -> None:
    page, shown = shown_once
    live = shown.on(page)
    figure = page.locator(".ntk-explorer").nth(shown.place).locator("figure")
    assert not figure.is_visible()
    page.emulate_media(media="print")
    assert figure.is_visible()
    assert not live.is_visible()
    page.emulate_media(media="screen")


def test_pages_without_explorers_load_nothing_for_them(open_page: OpenPage) -> None:
    watched = open_page("search.html")
    assert not [url for url in watched.requests if "explorers/" in url or "plotly" in url]


def test_what_cannot_be_fetched_leaves_the_still_picture(chromium: Browser, site: str) -> None:
    shown = SHOWN[0]
    with chromium.new_context() as context:
        page = context.new_page()
        page.route("**/*.grid", lambda route: route.abort())
        page.goto(site + shown.page, wait_until="networkidle")
        figure = page.locator(".ntk-explorer").nth(shown.place).locator("figure")
        figure.scroll_into_view_if_needed()
        assert figure.locator("img").first.is_visible()


PHONE = {"width": 390, "height": 844}


def test_the_address_of_a_lost_library_does_not_widen_a_phone(chromium: Browser, site: str) -> None:
    shown, narrow = (
        SHOWN[0],
        PHONE | {"width": 320},
    )  # narrower than an address on this machine, which has no spaces
    with chromium.new_context(viewport=narrow, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.route("**/plotly.js", lambda route: route.abort())
        page.goto(site + shown.page, wait_until="networkidle")
        explorer = page.locator(".ntk-explorer").nth(shown.place)
        explorer.scroll_into_view_if_needed()
        expect(explorer.locator(".ntk-live .status")).to_contain_text("/plotly.js")
        assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [320, 320]


SEEN = """(live) => {
  const inside = (element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const middle = document.elementFromPoint(195, (top + bottom) / 2);
    return top >= 0 && bottom <= innerHeight && element.closest('.ntk-live').contains(middle);
  };
  return [...live.querySelectorAll('.controls .control')].map((control) => {
    scrollTo({ top: control.getBoundingClientRect().top + scrollY - 80, behavior: 'instant' });
    return { control: inside(control), sentence: inside(live.querySelector('.sentence')),
             panel: inside(live.querySelector('.panel:not(.aside) .frame')) };
  });
}"""


def assert_seen_together(live: Locator, shown: Shown) -> None:
    """Of the panels one at a time, which a reader chooses."""
    for seen in live.evaluate(SEEN):
        assert seen == {"control": True, "sentence": True, "panel": True}
    panels, choice = live.locator(".panel"), live.locator(".switch input")
    assert choice.count() == (len(shown.spec["panels"]) if len(shown.spec["panels"]) > 1 else 0)
    for index in range(choice.count()):
        expect(panels.nth(index)).to_be_visible(visible=index == 0)
    if choice.count():
        choice.first.press("ArrowRight")
        expect(panels.nth(0)).not_to_be_visible()
        expect(panels.nth(1)).to_be_visible()
