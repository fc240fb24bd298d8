"""Explorers and the playground in frames of other people's pages, without the book around them."""

import html
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bookkit.security_policy import POLICY
from tests.browser._chromium import OpenPage
from tests.browser._explorers import explorers
from tests.browser._site import BUILT

CHAPTER = "part-2/regularizer.html"
FITS = """<script>addEventListener("message", ({ data, source }) => {
  for (const frame of document.querySelectorAll("iframe"))
    if (frame.contentWindow === source && data.ntkbook === "height") frame.height = data.height;
})</script>"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(reduced_motion="reduce", viewport={"width": 900, "height": 800}) as context:
        context.set_default_timeout(20_000)
        said: list[str] = []
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        yield page
        assert said == []


def test_each_explorer_that_moves_and_the_playground_have_a_page() -> None:
    moving = {shown.spec["name"] for shown in explorers() if shown.spec["axes"]}
    assert {file.stem for file in (BUILT / "explorers").iterdir()} == moving | {"playground"}
    for file in (BUILT / "explorers").iterdir():
        assert re.search(
            r'src="\.\./_static/(explorers|playground)/[^"]+\.js', file.read_text(encoding="utf-8")
        ), file
    assert "frame-ancestors *" in POLICY.split("; ")


@pytest.mark.parametrize("name", ["regularizer", "conflicts", "playground"])
def test_in_a_frame_of_another_origin_it_lives_and_fits(
    page: Page, site: str, course: str, name: str
) -> None:
    query = {"regularizer": "?regularizer.n=64", "playground": "?play.width=8"}.get(name, "")
    page.goto(course)
    page.set_content(FRAME % (site, name, query))
    frame = page.frame_locator("iframe")
    frame.locator(".ntk-live .main-svg, .ntk-play canvas").first.wait_for()
    slider = frame.get_by_role("slider").first
    if query:
        expect(slider).to_have_attribute("aria-valuetext", re.compile(f"= {query.rpartition('=')[2]}$"))
    said = slider.get_attribute("aria-valuetext") or ""
    slider.press("End" if slider.input_value() != slider.get_attribute("max") else "Home")
    expect(slider).not_to_have_attribute("aria-valuetext", said)
    assert frame.get_by_role("button", name="Embed").count() == 0
    # All of it is seen, and no more than that.
    heights = "[document.documentElement.scrollHeight, document.body.offsetHeight, innerHeight]"
    high = frame.locator("html").evaluate(f"() => {heights}")
    assert max(high) - min(high) <= 2
    link = frame.locator(".embedded-from a")
    assert (link.get_attribute("href") or "").startswith("../part-")


FRAME = (
    f'<!DOCTYPE html><title>A course</title>{FITS}<iframe width="700" src="%sexplorers/%s.html%s"></iframe>'
)


def test_the_button_gives_a_frame_that_shows_what_is_set(
    open_page: OpenPage, page: Page, course: str
) -> None:
    watched = open_page(f"{CHAPTER}?regularizer.n=64&other=1")
    live = watched.page.locator(".ntk-live").first
    live.get_by_role("button", name="Embed").click()
    code = live.get_by_label("For a page that takes HTML").input_value()
    line = live.get_by_label("For a learning platform").input_value()
    assert line.endswith("/explorers/regularizer.html?regularizer.n=64")
    assert html.unescape(code).split('"')[1] == line.rpartition(": ")[2]
    assert watched.page.evaluate("document.getSelection().toString()") == code
    page.goto(course)
    page.set_content(code)
    slider = page.frame_locator("iframe").get_by_role("slider").first
    expect(slider).to_have_attribute("aria-valuetext", re.compile("= 64$"))
    live.get_by_role("button", name="Embed").click()
    expect(live.locator(".embed")).to_be_hidden()
    assert watched.troubles == []
