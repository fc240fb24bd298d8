"""Every page of the built book, in a real browser: whole, quiet, readable on any screen, and not heavy."""

import gzip
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Literal
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests._weekly import by_turns
from tests.browser._axe import offences
from tests.browser._chromium import OpenPage, Watched, opening
from tests.browser._site import BUILT, built_pages

PAGES = built_pages()
FIRST_LOAD_LIMIT = 1_200_000  # gzipped bytes, all that a page asks for before its reader does anything


class Links(HTMLParser):
    """What a page points to, and the anchors that it offers."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.append(value)
            elif name in ("href", "src") and value:
                self.targets.append(value)


@cache
def links_of(page: str) -> Links:
    links = Links()
    links.feed((BUILT / page).read_text(encoding="utf-8"))
    return links


@pytest.fixture(scope="module")
def on_a_desktop(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Watched]:
    """The page as it first shows; several tests look at it, one after the other."""
    with opening(chromium, site) as open_page:
        yield open_page(request.param)


every_on_a_desktop = pytest.mark.parametrize("on_a_desktop", PAGES, indirect=True)


@every_on_a_desktop
def test_first_load_is_light(on_a_desktop: Watched) -> None:
    page, site = urlsplit(on_a_desktop.page.url).path.lstrip("/"), on_a_desktop.site
    files = {urlsplit(url).path.lstrip("/") for url in on_a_desktop.requests if url.startswith(site)}
    sizes = {file: len(gzip.compress((BUILT / (unquote(file) or page)).read_bytes())) for file in files}
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:5]
    assert sum(sizes.values()) < FIRST_LOAD_LIMIT, f"{sum(sizes.values())} bytes; heaviest: {heaviest}"


@every_on_a_desktop
def test_page_is_self_contained_and_fits_the_screen(on_a_desktop: Watched) -> None:
    assert_whole_and_quiet(on_a_desktop, 1200)


@pytest.mark.parametrize("page", PAGES)
def test_page_fits_the_narrowest_screen(open_page: OpenPage, page: str) -> None:
    """A small phone, or a screen of 1280 pixels on which everything is four times as large (WCAG 2, 1.4.10)."""
    assert_whole_and_quiet(open_page(page, width=320), 320)


# The last that looks at a page, for it takes formulas apart.
@pytest.mark.parametrize(
    ("on_a_desktop", "theme"), by_turns(PAGES, ["light", "dark"]), indirect=["on_a_desktop"], scope="module"
)
def test_page_is_accessible(on_a_desktop: Watched, theme: Literal["light", "dark"]) -> None:
    page = on_a_desktop.page
    page.emulate_media(color_scheme=theme)
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    assert offences(page) == []


def assert_whole_and_quiet(watched: Watched, width: int) -> None:
    # What waits until it is seen must be as quiet as the rest.
    watched.page.evaluate("window.scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    watched.page.wait_for_load_state("networkidle")
    assert watched.troubles == []
    assert watched.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("page", PAGES)
def test_page_is_readable_without_javascript(open_page: OpenPage, page: str) -> None:
    watched = open_page(page, javascript=False)
    assert watched.foreign == []
    heading = watched.page.locator("main h1").first
    assert heading.inner_text().strip()
    paper, ink = (
        watched.page.evaluate(f"getComputedStyle(document.querySelector('{place}')).{style}")
        for place, style in (("body", "backgroundColor"), ("main h1", "color"))
    )
    assert paper != ink


@pytest.mark.parametrize("page", PAGES)
def test_links_and_anchors_resolve(page: str) -> None:
    links = links_of(page)
    assert len(links.targets) > 0
    dangling = []
    for target in links.targets:
        if urlsplit(target).scheme:  # another site, or data
            continue
        path, anchor = urldefrag(urljoin(f"/{page}", target))
        file = BUILT / unquote(urlsplit(path).path).lstrip("/")
        if not file.is_file():
            dangling.append(f"{target}: no such file")
        elif anchor and unquote(anchor) not in links_of(file.relative_to(BUILT).as_posix()).anchors:
            dangling.append(f"{target}: no such anchor")
    assert dangling == []


@pytest.mark.parametrize("page", PAGES)
def test_ids_stand_once(page: str) -> None:
    anchors = links_of(page).anchors
    assert sorted(anchors) == sorted(set(anchors))


def test_an_example_is_copied_without_prompts_and_output(open_page: OpenPage) -> None:
    page = open_page("reference/losses.html").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    example = page.locator("#reference-nb-smooth_labels .highlight-pycon")
    example.hover()
    example.locator("button.copybtn").click()
    page.locator(".copybtn.success").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "nb.smooth_labels(jnp.eye(2), epsilon=0.5).tolist()"
