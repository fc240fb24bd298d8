"""A real browser on the built book."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from bookkit.chromium import FLAGS, REMEDY, find_chromium
from tests.browser._chromium import OpenPage, opening
from tests.browser._site import BUILT, serve

expect.set_options(timeout=60_000)  # milliseconds; other tests share the machine


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
    with opening(chromium, site) as open_:
        yield open_
