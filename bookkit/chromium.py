"""Which browser prints the book and runs its tests."""

import os
import shutil
from pathlib import Path

from playwright.sync_api import Playwright

REMEDY = (
    "no Chromium found: on Debian `apt-get install chromium-headless-shell`; elsewhere"
    " `.venv/bin/python -m playwright install chromium`; or name one in the variable CHROMIUM"
)
FLAGS = (
    "--no-sandbox",  # the tests also run as root, in containers
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium(playwright: Playwright) -> str | None:
    """The path of $CHROMIUM, a system browser, or Playwright's own, in this order."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    # The first has no window to draw, for which the others take a fifth of the time.
    for name in (
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ):
        if found := shutil.which(name):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None
