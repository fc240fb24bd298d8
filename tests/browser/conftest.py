"""A real browser on the built book."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser._chromium import FLAGS, REMEDY, Watched, find_chromium
from tests.browser._site import BUILT, serve

OpenPage = Callable[..., Watched]


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the built book."""
    if not (BUILT / "index.html").is_file():
        pytest.fail(f"{BUILT} holds no book: run `make book` first (`make test` does).")
    with serve(BUILT) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        executable = find_chromium(playwright)
        if executable is None:
            # In CI a test that did not run must not look like one that passed.
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(REMEDY)
        with playwright.chromium.launch(executable_path=executable, args=list(FLAGS)) as browser:
            yield browser


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[OpenPage]:
    """Opens pages of the book by path, each watched from its first request: `open_page("notation.html")`."""
    contexts = []

    def open_(path: str, width: int = 1200, theme: str = "light", javascript: bool = True) -> Watched:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,  # pyright: ignore[reportArgumentType]
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        watched = Watched(context.new_page(), site)
        watched.watch()
        watched.page.goto(site + path, wait_until="networkidle")
        return watched

    yield open_
    for context in contexts:
        context.close()
