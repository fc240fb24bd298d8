"""The grid that pages ship: complete, equal to a fresh computation, packed without loss."""

import json
import zlib
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ntkbook.explorer import grid as packing
from ntkbook.explorer.grid import (
    Arrays,
    DamagedGrid,
    Grid,
    compute_cell,
    decode,
    default_cell,
    encode,
    evaluate,
    settings,
)
from tests.book._sources import ROOT
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


SMALL = Grid({"x": np.ones((6, 3), "<f4"), "y": np.arange(18, dtype="<f4").reshape(6, 3)}, tuple("abcdef"))
ODD = (None, True, -1, 0.5, 0, 4, 10**30, "", "x", [], [1], {}, {"name": "x"}, ["a", 7])


def hostile(random: Random) -> bytes:
    """A grid that says something odd of itself, is cut, longer, altered in some bits, or none at all; not packed."""
    raw = bytearray(zlib.decompress(encode(SMALL)))
    match random.randrange(5):
        case 0:
            return random.randbytes(random.randrange(64))
        case 1:
            return bytes(raw[: random.randrange(len(raw))])
        case 2:
            return bytes(raw) + random.randbytes(1 + random.randrange(8))
        case 3:
            end = random.choice((8, len(raw)))
            for _ in range(1 + random.randrange(8)):
                raw[random.randrange(end)] ^= 1 << random.randrange(8)
            return bytes(raw)
        case _:
            length = int.from_bytes(raw[:4], "little")
            header = json.loads(raw[4 : 4 + length])
            place = random.choice((header, header["arrays"], header["arrays"][1], header["sentences"]))
            key = (
                random.choice([*place, "cells"]) if isinstance(place, dict) else random.randrange(len(place))
            )
            place[key] = random.choice(ODD)
            text = json.dumps(random.choice((header, header, header, random.choice(ODD)))).encode()
            return len(text).to_bytes(4, "little") + text + bytes(raw[4 + length :])


def test_whatever_bytes_come_they_are_read_or_refused_in_words() -> None:
    random = Random(1)
    refused = 0
    for _ in range(2000):
        raw = hostile(random)
        try:
            grid = decode(zlib.compress(raw, 1))
        except DamagedGrid as error:
            refused += "the grid" in str(error)
        else:
            number = grid.cells[0] if grid.cells else 0
            assert isinstance(grid.sentence(number), str)
            assert all(array.ndim == 1 for array in grid.cell(number).values())
    assert 1300 < refused < 1990
    packed = encode(SMALL)
    for damaged in (b"", packed[:-1], packed + b"x", b"x" + packed, random.randbytes(90), bytes(90)):
        with pytest.raises(DamagedGrid):
            decode(damaged)


def test_no_grid_is_larger_than_a_page_can_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    in_the_page = (ROOT / "front" / "explorer" / "grid.js").read_text(encoding="utf-8")
    assert f"const MOST = 2 ** {packing.MOST.bit_length() - 1};" in in_the_page
    packed = encode(SMALL)
    monkeypatch.setattr(packing, "MOST", 200)
    with pytest.raises(ValueError, match="has 216 bytes, and a page takes 200: give it fewer settings"):
        encode(SMALL)
    with pytest.raises(DamagedGrid, match="too large"):
        decode(packed)
