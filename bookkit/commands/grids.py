"""Compute and store the grids of all explorers, where notebooks are run but the book is not built, as on Binder.

`python -m bookkit.commands.grids [EXPLORER...]`

They lie in the build folder, where `make book` puts its own, and so does what is compiled for them. It takes minutes.
"""

import os
import pkgutil
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from inspect import signature

import ntkbook.chapters
from bookkit.sources.project import ROOT
from ntkbook.explorer import Explorer


def explorers() -> dict[str, Callable[[], Explorer]]:
    """The functions of the rooms that a page calls without arguments to show an explorer, as `room.function`."""
    rooms = [room.name for room in pkgutil.iter_modules(ntkbook.chapters.__path__) if room.name[0] != "_"]
    found: dict[str, Callable[[], Explorer]] = {}
    for room in rooms:
        package = import_module(f"ntkbook.chapters.{room}")
        if "show" not in {module.name for module in pkgutil.iter_modules(package.__path__)}:
            continue
        show = import_module(f"{package.__name__}.show")
        for name in show.__all__:
            told = signature(getattr(show, name))
            if told.return_annotation is Explorer and not told.parameters:
                found[f"{room}.{name}"] = getattr(show, name)
    return found


def main(*asked: str) -> None:
    """Each in a process of its own, which takes its memory with it."""
    (ROOT / "_build").mkdir(exist_ok=True)
    for name in asked or explorers():
        begin = time.monotonic()
        code = f"from bookkit.commands.grids import explorers; explorers()[{name!r}]()"
        environment = os.environ | {"NTKBOOK_GRIDS": "write"}
        subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=True)
        print(f"{name} in {time.monotonic() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
