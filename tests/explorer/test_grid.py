"""The grid that pages ship: complete, equal to a fresh computation, packed without loss."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ntkbook.explorer.grid import Arrays, Grid, compute_cell, decode, default_cell, encode, evaluate, settings
from tests.explorer._wave import decay, describe, make


def tables(cells: int) -> st.SearchStrategy[NDArray[np.float32]]:
    """Any single-precision numbers, in rows of one length."""
    rows = st.integers(0, 5).flatmap(lambda size: st.lists(st.floats(width=32), min_size=size, max_size=size))
    table = st.lists(rows, min_size=cells, max_size=cells)
    return table.map(lambda rows: np.array([row[: min(map(len, rows))] for row in rows], "<f4"))


@st.composite
def grids(draw: st.DrawFn) -> tuple[Arrays, tuple[str, ...]]:
    """The parts of a grid; the type checker of `Grid` draws random numbers, which a strategy must not."""
    cells = draw(st.integers(1, 6))
    sentences = draw(st.lists(st.text(max_size=30), min_size=cells, max_size=cells))
    arrays = draw(st.dictionaries(st.text(min_size=1, max_size=6), tables(cells), min_size=1, max_size=4))
    if draw(st.booleans()):
        arrays["constant"] = np.repeat(draw(tables(1)), cells, axis=0)
    return arrays, tuple(sentences)


@given(grids())
def test_packing_loses_nothing(parts: tuple[Arrays, tuple[str, ...]]) -> None:
    grid = Grid(*parts)
    unpacked = decode(encode(grid))
    assert unpacked.sentences == grid.sentences
    assert list(unpacked.arrays) == list(grid.arrays)
    for name, table in grid.arrays.items():
        np.testing.assert_array_equal(unpacked.arrays[name].view("<u4"), table.view("<u4"))


def test_the_shipped_grid_equals_a_fresh_computation_in_every_cell() -> None:
    explorer = make()
    axes = explorer.axes
    grid = decode(explorer.grid)
    assert len(grid.sentences) == 4 * 3 * 2
    for index, setting in enumerate(settings(axes)):
        fresh = decay(**setting)  # pyright: ignore[reportArgumentType]
        assert grid.sentences[index] == describe(setting, fresh)
        assert set(grid.arrays) == set(fresh)
        for name, array in fresh.items():
            np.testing.assert_array_equal(grid.cell(index)[name], array.astype("<f4"))


def test_equal_grids_give_equal_bytes() -> None:
    assert make().grid == make().grid


def test_an_array_common_to_all_cells_is_stored_once() -> None:
    noise = np.random.default_rng(0).random((50, 400), dtype=np.float32)
    varying = Grid({"x": noise}, ("",) * 50)
    constant = Grid({"x": np.repeat(noise[:1], 50, axis=0)}, ("",) * 50)
    assert len(encode(constant)) < len(encode(varying)) / 40


def test_the_default_cell_is_that_of_all_defaults() -> None:
    explorer = make()
    setting = settings(explorer.axes)[default_cell(explorer.axes)]
    assert setting == {"n": 256, "lam": 0.1, "anchor": "init"}


def test_numbers_beyond_single_precision_become_gaps_and_zeros() -> None:
    arrays, _ = compute_cell(lambda: {"y": np.array([1e-60, 1.0, 1e60])}, lambda _, __: "", {})
    np.testing.assert_array_equal(arrays["y"], np.array([0.0, 1.0, np.inf], dtype=np.float32))


def test_sentences_see_the_arrays_in_full_precision() -> None:
    _, sentence = compute_cell(
        lambda: {"y": np.array([0.1])}, lambda _, arrays: repr(float(arrays["y"][0])), {}
    )
    assert sentence == "0.1"


def test_arrays_whose_sizes_vary_are_refused() -> None:
    with pytest.raises(ValueError, match="pad with NaN"):
        evaluate(make().axes, lambda n, **_: {"y": np.zeros(n)}, lambda _, __: "", "")


def test_arrays_of_more_than_one_dimension_are_refused() -> None:
    with pytest.raises(ValueError, match="one dimension"):
        evaluate((), lambda: {"y": np.zeros((2, 2))}, lambda _, __: "", "")
