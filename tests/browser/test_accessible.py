"""For readers who hear a page, read it four times as large, choose their own colours, or want nothing to move."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Literal

import numpy as np
import pytest
import yaml
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from ntkbook.explorer.theme import ROLES
from tests.browser._axe import offences
from tests.browser._chromium import OpenPage
from tests.browser._explorers import Shown, explorers, plain
from tests.explorer.test_theme import contrast

CHAPTER, PLAYGROUND, DECK = "part-2/regularizer.html", "part-4/playground.html", "slides/part-2.html"
FRAMED = "explorers/playground.html"
ALONE = {shown.spec["name"]: shown.alone for shown in explorers() if shown.spec["axes"]}
# With sliders alone, with choices alone, and with points on a field beside both.
KINDS = [ALONE[name] for name in ("conflicts", "monitoring", "predictor")]
LARGE = {"width": 320, "height": 256}  # what 400 % leave of 1280 × 1024
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("page", ["explorers/predictor.html", FRAMED, DECK])
def test_what_stands_outside_the_book_breaks_no_rule_of_axe(open_page: OpenPage, page: str) -> None:
    assert offences(open_page(page).page) == []


ENTRY = re.compile(r'(\w+)(?: "(.*)")?(?: \[\w+(?:=\w+)?\])*$', re.DOTALL)
CONTROLS = {"button", "slider", "spinbutton", "radio", "textbox", "link", "application"}


def heard(place: Locator) -> list[tuple[str, str, str]]:
    """(role, name, text) of all that the browser tells a screen reader of."""
    return [*_entries(yaml.safe_load(place.aria_snapshot()))]


def _entries(nodes: list[Any]) -> Iterator[tuple[str, str, str]]:
    for node in nodes:
        for entry, below in node.items() if isinstance(node, dict) else [(node, "")]:
            found = ENTRY.match(entry)
            assert found, entry
            yield (
                found[1],
                (found[2] or "").replace('\\"', '"'),
                "" if isinstance(below, list) else str(below),
            )
            if isinstance(below, list):
                yield from _entries(below)


def names(told: list[tuple[str, str, str]], role: str) -> list[str]:
    return [name for each, name, _ in told if each == role]


def status(told: list[tuple[str, str, str]]) -> str:
    """What is read out as it changes."""
    [said] = [text for role, _, text in told if role == "status"]
    return said


@pytest.mark.parametrize("shown", KINDS, ids=str)
def test_an_explorer_is_told_whole(open_page: OpenPage, shown: Shown) -> None:
    """Each control by the name of what it sets, each picture in words, and the sentence whenever it changes."""
    live = shown.on(open_page(shown.page).page)
    axes = {
        kind: [each for each in shown.spec["axes"] if each["kind"] == kind]
        for kind in ("axis", "choice", "points")
    }
    for _ in axes["points"]:
        live.locator("button.handle").first.wait_for()
    told = heard(live)
    assert [each for each in told if each[0] in CONTROLS and not each[1]] == []
    assert names(told, "region") == [plain(shown.spec["title"])]
    assert names(told, "slider") == [plain(axis["label"]) for axis in axes["axis"]]
    assert names(told, "radio") == [plain(label) for axis in axes["choice"] for label in axis["labels"]]
    groups = [plain(axis["label"]) for axis in (*axes["choice"], *axes["points"], *axes["points"])]
    assert [name for name in names(told, "group") if name] == groups
    handles = [name for name in names(told, "button") if name.startswith("Point ")]
    assert len(handles) == sum(len(axis["default"].split(";")) for axis in axes["points"])
    assert {"Reset", "Copy link"} <= {*names(told, "button")}
    pictures = [name for name in names(told, "img") if name]
    assert len(pictures) == len(shown.spec["panels"])
    for name, panel in zip(pictures, shown.spec["panels"], strict=True):
        assert name.startswith(f"{plain(panel['title'])}: ")
    before = status(told)
    assert before == plain(shown.spec["sentence"])
    if axes["axis"]:
        last = axes["axis"][0]["default"] == axes["axis"][0]["values"][-1]
        live.get_by_role("slider").first.press("Home" if last else "End")
    else:
        live.locator(".controls").get_by_role("radio", checked=False).first.check(force=True)
    expect(live.get_by_role("status")).not_to_have_text(before)
    assert plain(live.locator(".sentence").inner_text()) in status(heard(live))


def test_the_playground_is_told_whole(open_page: OpenPage) -> None:
    page = open_page(FRAMED).page
    live = page.locator(".ntk-play")
    expect(live.get_by_role("status")).to_contain_text("At the start")
    told = heard(live)
    assert [each for each in told if each[0] in CONTROLS and not each[1]] == []
    assert names(told, "slider") == ["Width n", "Smoothing ε", "Regularizer λ", "Learning rate η", "Seed"]
    groups = [
        "New points are of class",
        "Regularizer pulls towards",
        "Hidden layers",
        "Activation",
        "Classes",
    ]
    assert [name for name in names(told, "group") if name] == groups
    models = [f"Classes of the {model} on the plane" for model in ("network", "linearized model")]
    assert names(told, "img")[:2] == models
    assert len(names(told, "img")) == 2 + live.locator("canvas.curve").count()
    before = status(told)
    live.get_by_role("button", name="Step").click()
    expect(live.get_by_role("status")).not_to_have_text(before)
    assert status(heard(live)) != before


# Of all that takes the focus in a place, what cannot be seen once it has it.
COVERED = """async (place) => {
  const covered = [];
  for (const one of document.querySelectorAll(`:is(${place}) :is(a[href], button, input, summary, [tabindex="0"])`)) {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.disabled) continue;
    one.focus();
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
    const { left, right, top, bottom } = one.getClientRects()[0]; // of a link, its first line
    const seen = document.elementFromPoint(
      (Math.max(left, 0) + Math.min(right, innerWidth)) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2);
    if (!one.contains(seen) && !one.closest("label, .katex")?.contains(seen))
      covered.push(`${one.outerHTML.slice(0, 100)} below ${seen?.outerHTML.slice(0, 60)}`);
  }
  return covered;
}"""


@pytest.mark.parametrize("size", [LARGE, PHONE], ids=["large", "phone"])
@pytest.mark.parametrize("path", ["index.html", CHAPTER, PLAYGROUND, "my-book.html"])
def test_what_has_the_focus_is_seen(open_page: OpenPage, path: str, size: Any) -> None:
    """Below no bar, and beside no edge; test_pages.py looks that nothing is wider than the screen."""
    page = open_page(path).page
    page.set_viewport_size(size)
    for explorer in page.locator(".ntk-explorer").all():
        explorer.scroll_into_view_if_needed()
        explorer.locator(".plot .main-svg").first.wait_for(state="attached")
    page.evaluate("scrollTo(0, 0)")
    assert page.evaluate(COVERED, ".ntk-live, .prediction, .answer, .my-book, .my-device") == []


FORCED: list[Literal["light", "dark"]] = ["light", "dark"]


@pytest.mark.parametrize("theme", FORCED)
def test_with_forced_colours_controls_are_told_apart_and_pictures_keep_theirs(
    open_page: OpenPage, theme: Literal["light", "dark"]
) -> None:
    shown = ALONE["predictor"]
    page = forced(open_page, shown.page, theme)
    live = shown.on(page)
    chosen, other = (
        live.locator(f".controls .options label:has({which})").first
        for which in ("input:checked", "input:not(:checked)")
    )
    assert style(chosen, "backgroundColor") != style(other, "backgroundColor")
    assert_a_slider_is_seen(live.get_by_role("slider").first)
    button = live.get_by_role("button", name="Reset")
    assert style(button, "borderTopColor") != style(page.locator("body"), "backgroundColor")
    button.focus()
    assert style(button, "outlineStyle") == "solid"
    assert style(button, "outlineColor") != style(page.locator("body"), "backgroundColor")
    paper = page.locator("html").evaluate(
        "(html) => getComputedStyle(html).getPropertyValue('--book-paper').trim()"
    )
    assert style(live.locator(".frame").first, "backgroundColor") == as_rgb(paper)
    point = live.locator(".scatterlayer .point").first
    assert style(point, "fill") == as_rgb(getattr(ROLES["class_0"], theme))


@pytest.mark.parametrize("theme", FORCED)
def test_with_forced_colours_the_playground_keeps_its_pictures(
    open_page: OpenPage, theme: Literal["light", "dark"]
) -> None:
    page = forced(open_page, FRAMED, theme)
    live = page.locator(".ntk-play")
    paper = style(live.locator(".board").first, "backgroundColor")
    assert {style(each, "backgroundColor") for each in live.locator("canvas.curve").all()} == {paper}
    assert style(live.locator("button.dot").first, "backgroundColor") == as_rgb(
        getattr(ROLES["class_0"], theme)
    )
    assert_a_slider_is_seen(live.get_by_role("slider").first)


def test_with_forced_colours_a_verdict_is_words_and_a_link_is_seen(open_page: OpenPage) -> None:
    page = forced(open_page, CHAPTER, "dark")
    field = page.locator("#answer-half-life")
    field.fill("2")
    field.press("Enter")
    expect(page.locator("[data-exercise=half-life] output")).to_contain_text("Not yet.")
    assert style(field, "borderTopColor") != style(page.locator("body"), "backgroundColor")
    link = page.locator("main article p > a.reference:not(.symbol)").first
    assert style(link, "textDecorationLine") == "underline"
    assert style(link, "color") != style(page.locator("main article p").first, "color")


def forced(open_page: OpenPage, path: str, theme: Literal["light", "dark"]) -> Page:
    page = open_page(path, theme=theme).page
    page.emulate_media(forced_colors="active")
    page.reload(wait_until="networkidle")
    return page


def style(place: Locator, name: str) -> str:
    return place.evaluate("(one, name) => getComputedStyle(one)[name]", name)


def as_rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def assert_a_slider_is_seen(slider: Locator) -> None:
    """Its track from end to end, and its thumb, which is higher, 3:1 on what lies around them."""
    slider.evaluate("(one) => one.scrollIntoView({ block: 'center' })")
    picture = np.asarray(Image.open(BytesIO(slider.screenshot())).convert("RGB"))
    ground = hexadecimal(picture[0, 0])
    middle = picture.shape[0] // 2
    seen = np.array(
        [
            [contrast(hexadecimal(pixel), ground) >= 3 for pixel in picture[row]]
            for row in (middle, middle - 6)
        ]
    )
    assert (~seen[0, 2:-2]).sum() <= 12  # the thumb is a ring
    assert 5 <= seen[1].sum() <= 20


def hexadecimal(pixel: Any) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in pixel)


MOVING = """() => [...document.querySelectorAll("*")].flatMap((one) => [null, "::before", "::after"].map((part) => {
  const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one, part);
  const still = animationName === "none" && /^(0s(, )?)+$/.test(transitionDuration) && scrollBehavior === "auto";
  return still ? "" : `${one.tagName}.${one.className}${part ?? ""}`;
})).filter(Boolean)"""


@pytest.mark.parametrize("path", ["index.html", PLAYGROUND, "map.html", DECK])
def test_nothing_moves_for_readers_who_want_no_motion(open_page: OpenPage, path: str) -> None:
    """No style animates anything; what scripts animate, tests of the door, explorers and playground look for."""
    page = open_page(path).page
    assert page.evaluate(MOVING) == []
    assert page.evaluate("document.getAnimations().length") == 0


def test_on_a_field_lines_and_numbers_have_an_edge(open_page: OpenPage) -> None:
    """No colour is seen on all of a field's; each is seen on the page's (tests/explorer/test_theme.py)."""
    page = open_page(ALONE["digits"].page).page
    live = ALONE["digits"].on(page)
    [lines] = live.locator(".coloured .scatterlayer .lines").all()
    surface = style(live.locator(".heatmap-label text").first, "stroke")
    assert surface == as_rgb("#fdfcfa")
    assert style(lines, "filter").count(f"drop-shadow({surface} ") == 3
