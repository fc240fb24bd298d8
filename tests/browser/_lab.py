"""A real JupyterLab, which serves Notebook 7 too, with a notebook that shows an explorer."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from bookkit.commands._jupyter import Server, running_server
from bookkit.sources.project import ROOT

# Pop-ups would stand between the test and the notebook, and news would need a network.
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"}}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab, and the folder of its notebooks."""

    server: Server
    folder: Path

    def address(self, path: str) -> str:
        return f"http://{self.server.address}/{path}?token={self.server.token}"

    def shut_kernels_down(self) -> None:
        for kernel in self.server.ask("GET", "api/kernels"):
            self.server.stop_kernel(kernel["id"])


def notebook(*cells: str) -> str:
    """A notebook of code cells, as a file's text."""
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"cell-{index}",
                    "source": source,
                    "metadata": {},
                    "outputs": [],
                    "execution_count": None,
                }
                for index, source in enumerate(cells)
            ],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )


@contextmanager
def running_lab(folder: Path) -> Iterator[Lab]:
    """JupyterLab with settings of its own, for the notebooks of a folder."""
    own = folder / "jupyter"
    own.mkdir()
    (own / "overrides.json").write_text(json.dumps(SETTINGS))
    options = [f"--{application}.app_settings_dir={own}" for application in ("LabApp", "JupyterNotebookApp")]
    with running_server(folder, {"PYTHONPATH": str(ROOT)}, options=options) as server:
        yield Lab(server, folder)


@contextmanager
def opened(chromium: Browser, address: str, height: int, patience: int) -> Iterator[Page]:
    """A notebook whose kernel is ready, with its first cell chosen; run before that, a cell would be refused.

    height: of the window, in pixels. patience: in milliseconds, for the page and for the kernel.
    """
    with chromium.new_context(viewport={"width": 1300, "height": height}) as context:
        page = context.new_page()
        page.goto(address)
        page.locator(".jp-NotebookPanel .jp-CodeCell .cm-content").first.click(timeout=patience)
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=patience)
        yield page


def save(page: Page) -> None:
    """Keep the notebook, outputs and all, and wait until it is kept."""
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
