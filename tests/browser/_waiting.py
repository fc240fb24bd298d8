"""Waiting in pages whose policy forbids `eval`, by which Playwright's `wait_for_function` asks again."""

import time
from typing import Any

from playwright.sync_api import Page

PATIENCE = 30.0  # seconds, as Playwright's own


def wait_until(page: Page, function: str, argument: Any = None) -> None:
    """Return once this function of the page (JavaScript) is true of the argument.

    Where its first answer is false, `Page.wait_for_function` evaluates a string within the page, and the book's
    policy refuses; `Page.evaluate` asks from outside each time.
    """
    deadline = time.monotonic() + PATIENCE
    while not page.evaluate(function, argument):
        assert time.monotonic() < deadline, f"never true: {function}"
        page.wait_for_timeout(50)
