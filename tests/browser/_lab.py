"""A real JupyterLab, which serves Notebook 7 too, with a notebook that shows an explorer."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTUP = 90  # seconds
# Pop-ups would stand between the test and the notebook, and news would need a network.
SETTINGS = {"@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"}}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: where it and its notebooks are, and what it says of its kernels."""

    base: str
    token: str
    folder: Path

    def address(self, path: str) -> str:
        return f"{self.base}{path}?token={self.token}"

    def kernels(self) -> list[str]:
        return [kernel["id"] for kernel in json.loads(self._ask("GET", "api/kernels"))]

    def shut_kernels_down(self) -> None:
        for kernel in self.kernels():
            self._ask("DELETE", f"api/kernels/{kernel}")

    def _ask(self, method: str, path: str) -> str:
        request = urllib.request.Request(self.address(path), method=method)
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.read().decode()


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
    """JupyterLab on a free port, with settings and run-time files of its own, ended with the context."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    own = folder / "jupyter"
    overrides = own / "overrides.json"
    own.mkdir()
    overrides.write_text(json.dumps(SETTINGS))
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
        "PYTHONPATH": str(ROOT),
    }
    log = folder / "lab.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
                *(f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
                *(f"--ServerApp.root_dir={folder}", f"--LabApp.app_settings_dir={own}"),
                f"--JupyterNotebookApp.app_settings_dir={own}",
            ],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            lab = Lab(f"http://127.0.0.1:{port}/", token, folder)
            _wait_until_ready(lab, process, log)
            yield lab
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                # a kernel that was stopped in the midst of a cell keeps it waiting
                process.kill()
                process.wait()


def _wait_until_ready(lab: Lab, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTUP
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            lab.kernels()
            return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"JupyterLab did not start; it said:\n{log.read_text()[-4000:]}")
