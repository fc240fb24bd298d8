"""Chromium, Firefox and WebKit as Debian packages them, all driven by the same few words.

Playwright speaks to the first two, Selenium to the last: for that Playwright needs a build of its own, which no package
registry has.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from warnings import catch_warnings

from playwright.sync_api import Browser, Page, Playwright
from selenium.webdriver import ActionChains, Keys, WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from bookkit.chromium import FLAGS, find_chromium
from tests._weekly import THIS_WEEK

# What each is found by, and the packages that bring it.
PACKAGES = {
    "chromium": "chromium-headless-shell",
    "firefox": "firefox-esr",
    "webkit": "webkit2gtk-driver and xvfb",
}
BROWSERS = [*PACKAGES] if THIS_WEEK else ["firefox", "webkit"]  # Chromium has tests enough of its own


class Engine(Protocol):
    """A browser with one page open."""

    @property
    def version(self) -> str: ...

    def goto(self, address: str) -> None:
        """Open an address, and wait until the page has loaded."""

    def reload(self) -> None:
        """Load the page anew."""

    def resize(self, width: int) -> None:
        """Make the window as wide, or as narrow as the browser allows."""

    def run(self, function: str, argument: Any = None) -> Any:
        """What a JavaScript function gives for an argument."""
        ...

    def press(self, key: str) -> None:
        """Press a key of KEYS, or Control+k."""

    def write(self, text: str) -> None:
        """Type a text, letter by letter."""

    def click(self, selector: str) -> None:
        """Click the first thing of this kind."""

    def drag(self, selector: str, right: int, down: int) -> None:
        """Drag the first thing of this kind by the mouse, from its middle, in pixels."""


class ByPlaywright:
    """Chromium, or Firefox over WebDriver BiDi."""

    def __init__(self, page: Page, version: str) -> None:
        self._page = page
        self.version = version

    def goto(self, address: str) -> None:
        self._page.goto(address)

    def reload(self) -> None:
        self._page.reload()

    def resize(self, width: int) -> None:
        self._page.set_viewport_size({"width": width, "height": 900})

    def run(self, function: str, argument: Any = None) -> Any:
        return self._page.evaluate(function, argument)

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)

    def write(self, text: str) -> None:
        self._page.keyboard.type(text)

    def click(self, selector: str) -> None:
        self._page.locator(selector).first.click()

    def drag(self, selector: str, right: int, down: int) -> None:
        place = self._page.locator(selector).first
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        mouse = self._page.mouse
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + right, y + down, steps=5)
        mouse.up()


KEYS = {
    "ArrowRight": Keys.ARROW_RIGHT,
    "Home": Keys.HOME,
    "End": Keys.END,
    "Escape": Keys.ESCAPE,
}


class BySelenium:
    """WebKit, over WebDriver."""

    def __init__(self, driver: WebKitGTK) -> None:
        self._driver = driver
        self.version = str(driver.capabilities["browserVersion"])

    def goto(self, address: str) -> None:
        self._driver.get(address)

    def reload(self) -> None:
        self._driver.refresh()

    @cached_property
    def _frame(self) -> tuple[int, int]:
        """By how much the window is larger than the page."""
        inner = self.run("() => [innerWidth, innerHeight]")
        outer = self._driver.get_window_size()
        return outer["width"] - inner[0], outer["height"] - inner[1]

    def resize(self, width: int) -> None:
        self._driver.set_window_size(width + self._frame[0], 900 + self._frame[1])

    def run(self, function: str, argument: Any = None) -> Any:
        return self._driver.execute_script(f"return ({function})(arguments[0])", argument)

    def press(self, key: str) -> None:
        actions = ActionChains(self._driver)
        if key in KEYS:
            actions.send_keys(KEYS[key])
        else:
            actions.key_down(Keys.CONTROL).send_keys(key.removeprefix("Control+")).key_up(Keys.CONTROL)
        actions.perform()

    def write(self, text: str) -> None:
        ActionChains(self._driver).send_keys(text).perform()

    def _first(self, selector: str) -> WebElement:
        """Scrolled to, as a driver's click does only for some browsers."""
        found = self._driver.find_element(By.CSS_SELECTOR, selector)
        self._driver.execute_script("arguments[0].scrollIntoView({ block: 'center' })", found)
        return found

    def click(self, selector: str) -> None:
        self._first(selector).click()

    def drag(self, selector: str, right: int, down: int) -> None:
        actions = ActionChains(self._driver).click_and_hold(self._first(selector))
        for _ in range(5):
            actions.move_by_offset(right // 5, down // 5)
        actions.release().perform()


@contextmanager
def _screen() -> Iterator[str]:
    """The name of a screen that nobody sees."""
    given, giving = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(giving), "-screen", "0", "1400x1100x24", "-nolisten", "tcp"],
        pass_fds=[giving],
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            yield f":{os.read(given, 16).decode().strip()}"
        finally:
            server.terminate()


@contextmanager
def _by_playwright(browser: Browser, **options: Any) -> Iterator[Engine]:
    with browser:
        page = browser.new_page(viewport={"width": 1200, "height": 900}, **options)
        yield ByPlaywright(page, browser.version)


def _chromium(playwright: Playwright) -> AbstractContextManager[Engine | None]:
    if not (program := find_chromium(playwright)):
        return nullcontext()
    browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
    return _by_playwright(browser, color_scheme="light", reduced_motion="reduce")


def _firefox(playwright: Playwright) -> AbstractContextManager[Engine | None]:
    if not (program := shutil.which("firefox-esr") or shutil.which("firefox")):
        return nullcontext()
    preferences = {"layout.css.prefers-color-scheme.content-override": 1, "ui.prefersReducedMotion": 1}
    return _by_playwright(
        playwright.firefox.launch(
            channel="moz-firefox", executable_path=program, firefox_user_prefs=preferences
        )
    )


@contextmanager
def _webkit(_: Playwright) -> Iterator[Engine | None]:
    """The browser that WebKitGTK brings to try it with, if it is here with its driver and a screen."""
    programs = [*Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")]
    if not (programs and shutil.which("WebKitWebDriver") and shutil.which("Xvfb")):
        yield None
        return
    options = Options()
    options.binary_location = str(programs[-1])
    options.add_argument("--automation")
    with _screen() as screen:
        service = Service(shutil.which("WebKitWebDriver"), env={**os.environ, "DISPLAY": screen})
        with catch_warnings(category=DeprecationWarning, action="ignore"):  # Selenium's, about its own code
            driver = WebKitGTK(options, service)
        try:
            yield BySelenium(driver)
        finally:
            driver.quit()


OPENED = {"chromium": _chromium, "firefox": _firefox, "webkit": _webkit}


def _answers(engine: Engine) -> bool:
    with suppress(Exception):  # each driver has its own for a browser that has gone
        return bool(engine.run("() => true"))
    return False


@contextmanager
def lasting(name: str, playwright: Playwright) -> Iterator[Callable[[], Engine | None]]:
    """Gives a browser of PACKAGES with a page open, or nothing where this machine lacks it.

    It is the same as long as it answers, and one opened anew after that: what kills one fails one test, and not those
    that follow.
    """
    with ExitStack() as open_ones:
        engine = open_ones.enter_context(OPENED[name](playwright))

        def give() -> Engine | None:
            nonlocal engine
            if engine and not _answers(engine):
                with suppress(Exception):  # it cannot be closed twice
                    open_ones.close()
                engine = open_ones.enter_context(OPENED[name](playwright))
            return engine

        yield give
