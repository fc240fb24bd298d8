"""Grids that were computed before, under a fingerprint of what computed them: beside the build, and in the wheel.

A file holds the very bytes of `grid.encode`: float32 numbers for pictures. That is why the version of JAX, which moves
digits far behind those, is no part of the fingerprint; every source of this package is.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ntkbook._build_folder import build_folder, last_changed, write_whole
from ntkbook.explorer.grid import (
    DamagedGrid,
    Describe,
    Grid,
    decode,
    default_alone,
    encode,
    evaluate,
    settings,
)
from ntkbook.explorer.spec import AnyAxis, Compute

Axes = tuple[AnyAxis, ...]
PACKAGE = Path(__file__).resolve().parents[1]
IN_THE_WHEEL = Path(__file__).resolve().with_name("grids")
KEPT = 16  # states of the sources whose grids a build folder keeps


def obtain(name: str, title: str, axes: Axes, compute: Compute, describe: Describe) -> Grid:
    """The stored grid if one fits; else the default setting alone, for a kernel answers for all others.

    While pages are built, which have no kernel, the whole grid is evaluated, and stored.
    """
    place = place_of(name, axes, compute, describe)
    if writing():
        grid = evaluate(axes, compute, describe, title)
        if place:
            write(place, grid)
        return grid
    stored = read(place, len(settings(axes))) if place else None
    return stored or default_alone(axes, compute, describe)


def writing() -> bool:
    """Whether pages are being built: NTKBOOK_GRIDS=write."""
    return os.environ.get("NTKBOOK_GRIDS") == "write"


def place_of(name: str, axes: Axes, compute: Compute, describe: Describe) -> Path | None:
    """The file of an explorer within a folder of grids; None where its functions may depend on what no source says."""
    functions = compute, describe
    if not all(map(is_ours, functions)):
        return None
    explorer = name, axes, *(f"{each.__module__}:{each.__qualname__}" for each in functions)
    return Path(sources(), f"{sha256(repr(explorer).encode()).hexdigest()[:20]}.grid")


@cache
def sources() -> str:
    """A hash of every source of this package, the same in a checkout and in the wheel made of it."""
    digest = sha256()
    for name, file in sorted((file.relative_to(PACKAGE).as_posix(), file) for file in PACKAGE.rglob("*.py")):
        content = file.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:20]


def read(place: Path, cells: int) -> Grid | None:
    """The grid that is kept there; a damaged file counts as none."""
    for folder in _folders():
        try:
            grid = decode((folder / place).read_bytes())
        except (OSError, DamagedGrid):
            continue
        if len(grid.sentences) == cells:
            return grid
    return None


def write(place: Path, grid: Grid) -> None:
    """Keep a grid in the build folder, if there is one; several processes may write at once."""
    build = build_folder()
    if build is None:
        return
    file = build / "grids" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, encode(grid))
    states = sorted(file.parent.parent.iterdir(), key=last_changed)
    for old in states[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def built() -> list[Path]:
    """The grids in the build folder that these sources have computed."""
    build = build_folder()
    return sorted((build / "grids" / sources()).glob("*.grid")) if build else []


def _folders() -> Iterator[Path]:
    yield IN_THE_WHEEL
    if build := build_folder():
        yield build / "grids"


def is_ours(function: Callable[..., Any]) -> bool:
    """A function that a module of this package holds under its name: no closure, which may hold anything."""
    module = sys.modules.get(function.__module__)
    return (
        function.__module__.startswith("ntkbook.")
        and getattr(module, function.__qualname__, None) is function
    )
