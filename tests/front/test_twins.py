"""What both Python and the front-end compute comes out the same: grids, the numbers of their cells, numbers as text."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from ntkbook.explorer import Axis, Choice
from ntkbook.explorer.grid import Grid, decode, encode, settings
from ntkbook.explorer.widget import _plain
from tests.browser._explorers import as_number
from tests.explorer._wave import make
from tests.playground._engine import Engine

NUMBERS = st.floats(width=32, allow_nan=True, allow_infinity=True)


@pytest.fixture(scope="module")
def node() -> Iterator[Engine]:
    running = Engine(Path(__file__).with_name("twins.js"))
    yield running
    running.stop()


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, NDArray[np.float32]], tuple[str, ...]]:
    """Arrays of any length and sentences, for some cells; one array is the same in all of them."""
    cells = draw(st.integers(1, 5))
    named: dict[str, NDArray[np.float32]] = {}
    for name in draw(st.lists(st.text(min_size=1, max_size=4), max_size=3, unique=True)):
        size = draw(st.integers(0, 6))
        named[name] = draw(arrays(np.float32, (cells, size), elements=NUMBERS))
    named["same"] = np.tile(draw(arrays(np.float32, (1, 3), elements=NUMBERS)), (cells, 1))
    sentences = draw(st.lists(st.text(max_size=20), min_size=cells, max_size=cells))
    return named, tuple(sentences)


def assert_unpacked(node: Engine, packed: bytes, grid: Grid) -> None:
    count = len(grid.sentences)
    cells = node.ask("cells", packed=b64encode(packed).decode(), count=count)
    assert [cell["sentence"] for cell in cells] == list(grid.sentences)
    for index, cell in enumerate(cells):
        assert set(cell["arrays"]) == set(grid.arrays)
        for name, array in grid.cell(index).items():
            read = np.array([float(text) for text in cell["arrays"][name]], np.float32)
            np.testing.assert_array_equal(read, array)


@given(drawn=tables())
def test_a_grid_is_unpacked_as_it_was_packed(
    node: Engine, drawn: tuple[dict[str, NDArray[np.float32]], tuple[str, ...]]
) -> None:
    grid = Grid(*drawn)
    assert_unpacked(node, encode(grid), grid)


def test_an_explorers_grid_is_unpacked_as_python_does(node: Engine) -> None:
    packed = make().grid
    assert_unpacked(node, packed, decode(packed))


def test_a_grid_of_some_cells_holds_these_alone(node: Engine) -> None:
    packed = make(whole=False).grid
    [number] = decode(packed).cells or ()
    cells = node.ask("cells", packed=b64encode(packed).decode(), count=24)
    assert [number for number, cell in enumerate(cells) if cell] == [number]
    assert cells[number]["sentence"] == make().spec["sentence"]


def test_settings_have_the_cells_that_python_gave_them(node: Engine) -> None:
    axes = (
        Axis("n", "n", values=(64, 256, 1024), default=256, integer=True),
        Choice("anchor", "anchor", options={"init": "θ₀", "zero": "0"}, default="init"),
        Axis("lam", "λ", values=(0.0, 1e-12, 0.1, 0.3), default=0.1),
    )
    every = settings(axes)
    plain = [_plain(axis) for axis in axes]
    assert node.ask("indices", axes=plain, settings=every) == list(range(len(every)))
    off_grid = [{**every[0], "n": 65}, {**every[0], "lam": 0.2}, {**every[0], "anchor": "other"}]
    assert node.ask("indices", axes=plain, settings=off_grid) == [-1, -1, -1]


@given(value=st.floats(-1e300, 1e300, allow_subnormal=False), digits=st.integers(1, 12))
def test_a_number_is_read_as_it_is_written(node: Engine, value: float, digits: int) -> None:
    [written] = node.ask("numbers", values=[value], digits=digits)
    assert as_number(written) == pytest.approx(value, rel=0.5 * 10.0 ** (1 - digits) + 1e-15)
    assert len(written) <= digits + 10
