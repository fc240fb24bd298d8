"""A real browser on the built book."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NoReturn

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from bookkit.chromium import FLAGS, REMEDY, find_chromium
from tests.browser._chromium import OpenPage, opening
from tests.browser._engines import PACKAGES, Engine, lasting
from tests.browser._site import BUILT, serve
from tests.browser._watching import Site, watching

expect.set_options(timeout=60_000)  # milliseconds; other tests share the machine


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the built book."""
    if not (BUILT / "index.html").is_file():
        pytest.fail(f"{BUILT} holds no book: run `make book` first (`make test` does).")
    with serve(BUILT) as address:
        yield address


class _Plain(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A learning platform: another origin, with a page to put frames into, and no policy."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "index.html").write_text(
        '<!DOCTYPE html><title>A course</title><link rel="icon" href="data:,">', encoding="utf-8"
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Plain, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """One for all browsers: a second one cannot be started beside it."""
    with sync_playwright() as started:
        yield started


def _cannot(remedy: str) -> NoReturn:
    """In CI a test that did not run must not look like one that passed."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(remedy)


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    executable = find_chromium(playwright)
    if executable is None:
        _cannot(REMEDY)
    with playwright.chromium.launch(executable_path=executable, args=list(FLAGS)) as browser:
        yield browser


@pytest.fixture(scope="session")
def watched_site() -> Iterator[Site]:
    """The built book, on pages that say what went wrong in them."""
    with watching(BUILT) as site:
        yield site


@pytest.fixture(scope="module")  # closed before other tests want the processor
def browser(request: pytest.FixtureRequest, playwright: Playwright) -> Iterator[Callable[[], Engine]]:
    """Gives one of the other browsers, as long as it lives the same."""
    name = request.param
    with lasting(name, playwright) as give:

        def here() -> Engine:
            return give() or _cannot(f"This machine lacks {name}; Debian has it in {PACKAGES[name]}.")

        yield here


@pytest.fixture
def engine(browser: Callable[[], Engine], record_property: Callable[[str, str], None]) -> Engine:
    """A browser that lives, its version in pytest's report."""
    opened = browser()
    record_property("browser", opened.version)
    return opened


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[OpenPage]:
    """Opens pages of the book by path, each watched from its first request: `open_page("notation.html")`."""
    with opening(chromium, site) as open_:
        yield open_
