"""Evaluate an experiment on the product of its axes, and pack the result for a page without a kernel.

The packed form is deflated: the length of a header (uint32), the header (JSON, padded to four bytes), then
float32 numbers, little-endian. An array that is the same in every cell is stored once. Equal grids give equal bytes.
A grid that holds some cells alone says which, and leaves the others to a kernel.
What is no grid, or not the whole of one, is refused before its numbers are looked at.
"""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ntkbook._progress import progress_bar
from ntkbook.explorer.spec import AnyAxis, Compute, Setting

Arrays = dict[str, NDArray[np.float32]]
MOST = 2**26  # bytes that are unpacked: fifty times the largest grid of the book; grid.js holds to it, too
Describe = Callable[[Setting, Mapping[str, NDArray[Any]]], str]


class DamagedGrid(ValueError):  # noqa: N818
    """What came is no grid, or not the whole of one."""


@dataclass(frozen=True)
class Grid:
    """Every cell's arrays, (cells, size) each, and its sentence; cells in row-major order of the axes."""

    arrays: Arrays
    sentences: tuple[str, ...]
    cells: tuple[int, ...] | None = None
    """The numbers of the cells that are held, in order; None: all of them."""

    def cell(self, number: int) -> Arrays:
        return {name: table[self._row(number)] for name, table in self.arrays.items()}

    def sentence(self, number: int) -> str:
        return self.sentences[self._row(number)]

    def _row(self, number: int) -> int:
        return number if self.cells is None else self.cells.index(number)


def settings(axes: tuple[AnyAxis, ...]) -> list[Setting]:
    """All settings, the last axis moving fastest."""
    return [
        dict(zip((axis.name for axis in axes), values, strict=True))
        for values in product(*(axis.values for axis in axes))
    ]


def default_cell(axes: tuple[AnyAxis, ...]) -> int:
    """The index of the setting where every axis has its default."""
    return settings(axes).index({axis.name: axis.default for axis in axes})


def compute_cell(compute: Compute, describe: Describe, setting: Setting) -> tuple[Arrays, str]:
    """One setting's arrays in float32, as pages ship them, and its sentence, from the arrays as computed."""
    returned = {name: np.asarray(array) for name, array in compute(**setting).items()}
    for name, array in returned.items():
        if array.ndim != 1:
            raise ValueError(
                f"array {name!r} has shape {array.shape} at {setting}; a line needs one dimension"
            )
    with np.errstate(over="ignore", under="ignore"):  # beyond float32 is a gap; below it is zero
        arrays = {name: array.astype("<f4") for name, array in returned.items()}
    return arrays, str(describe(setting, returned))


def evaluate(axes: tuple[AnyAxis, ...], compute: Compute, describe: Describe, title: str) -> Grid:
    """The experiment on every setting, with a progress bar."""
    cells: list[tuple[Arrays, str]] = []
    for setting in progress_bar(settings(axes), title, unit="setting", show=bool(axes)):
        cell = compute_cell(compute, describe, setting)
        check_same_shapes(cells[0][0] if cells else cell[0], cell[0], setting)
        cells.append(cell)
    arrays = {name: np.stack([cell[name] for cell, _ in cells]) for name in cells[0][0]}
    return Grid(arrays, tuple(sentence for _, sentence in cells))


def default_alone(axes: tuple[AnyAxis, ...], compute: Compute, describe: Describe) -> Grid:
    """A grid that holds the default setting and, where there are others, says so."""
    number = default_cell(axes)
    arrays, sentence = compute_cell(compute, describe, settings(axes)[number])
    tables = {name: array[None] for name, array in arrays.items()}
    return Grid(tables, (sentence,), (number,) if axes else None)


def check_same_shapes(expected: Arrays, given: Arrays, setting: Setting) -> None:
    """Sliders move curves, not their number or length."""
    sizes = {name: array.size for name, array in expected.items()}
    if sizes != (found := {name: array.size for name, array in given.items()}):
        raise ValueError(
            f"compute returned arrays of sizes {found} at {setting}, but {sizes} at the first setting;"
            " return the same arrays everywhere (pad with NaN, which is drawn as a gap)"
        )


def encode(grid: Grid) -> bytes:
    constant = {name: bool(np.all(_bits(table) == _bits(table[:1]))) for name, table in grid.arrays.items()}
    header: dict[str, Any] = {
        "sentences": grid.sentences,
        "arrays": [
            {"name": name, "size": table.shape[1], "constant": constant[name]}
            for name, table in grid.arrays.items()
        ],
    }
    if grid.cells is not None:
        header["cells"] = grid.cells
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    numbers = (table[:1] if constant[name] else table for name, table in grid.arrays.items())
    body = b"".join(np.ascontiguousarray(table, "<f4").tobytes() for table in numbers)
    whole = len(text).to_bytes(4, "little") + text + body
    if len(whole) > MOST:
        raise ValueError(
            f"the explorer's grid has {len(whole)} bytes, and a page takes {MOST}: give it fewer settings or"
            " shorter arrays"
        )
    return zlib.compress(whole, 9)


def decode(packed: bytes) -> Grid:
    """What encode packed; front/explorer/grid.js does the same. Raises DamagedGrid for anything else."""
    raw = _inflated(packed)
    start = 4 + int.from_bytes(raw[:4], "little")
    header = _header(raw[4:start])
    rows = len(header["sentences"])
    sizes = [(1 if entry["constant"] else rows) * entry["size"] for entry in header["arrays"]]
    if start + 4 * sum(sizes) != len(raw):
        raise DamagedGrid(f"the grid has {len(raw)} bytes, of {start + 4 * sum(sizes)}")
    arrays: Arrays = {}
    for entry in header["arrays"]:
        shape = (1 if entry["constant"] else rows, entry["size"])
        table = np.frombuffer(raw, "<f4", prod(shape), start).reshape(shape)
        arrays[entry["name"]] = np.broadcast_to(table, (rows, entry["size"]))
        start += table.nbytes
    cells = tuple(header["cells"]) if "cells" in header else None
    return Grid(arrays, tuple(header["sentences"]), cells)


def _inflated(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        raw = unpacking.decompress(packed, MOST)
    except zlib.error as error:
        raise DamagedGrid(f"the grid cannot be unpacked: {error}") from None
    if not unpacking.eof or unpacking.unused_data:
        raise DamagedGrid("the grid is cut short, too large, or followed by something else")
    return raw


def _header(text: bytes) -> dict[str, Any]:
    """What a grid says of itself, if all of it is of the right kind."""
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        header = None
    if not (
        isinstance(header, dict)
        and isinstance(sentences := header.get("sentences"), list)
        and all(isinstance(each, str) for each in sentences)
        and sentences
        and isinstance(header.get("arrays"), list)
        and all(isinstance(each, dict) and _is_array(**each) for each in header["arrays"])
        and _are_cells(header.get("cells", list(range(len(sentences)))), len(sentences))
    ):
        raise DamagedGrid("what the grid says of itself cannot be read")
    return header


def _is_array(name: Any = None, size: Any = None, constant: Any = None, **_: Any) -> bool:
    return isinstance(name, str) and type(size) is int and size >= 0 and isinstance(constant, bool)


def _are_cells(cells: Any, rows: int) -> bool:
    return (
        isinstance(cells, list)
        and len(cells) == rows
        and all(type(each) is int and each >= 0 for each in cells)
    )


def _bits(table: ArrayLike) -> NDArray[np.uint32]:
    """NaN differs from itself; its bits do not."""
    return np.ascontiguousarray(table, "<f4").view("<u4")
