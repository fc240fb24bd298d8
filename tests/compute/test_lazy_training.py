"""What a page shows of lazy training is what ntkbook shows, also off the grid of its explorers."""

from typing import Any

import pytest
from numpy.testing import assert_allclose

from ntkbook.chapters.index import measure as index
from ntkbook.chapters.regularizer.measure import explorer as regularizer
from tests.compute._node import Page

# Few widths, for each is a program of its own.
OFF_GRID: dict[str, list[dict[str, Any]]] = {
    "ntkbook.chapters.index.measure:lazy_switch": [
        {"n": 64, "epsilon": 0.0, "lam": 0.003},
        {"n": 150, "epsilon": 0.5, "lam": 0.0},
        {"n": 150, "epsilon": 0.03, "lam": 0.3},
        {"n": 150, "epsilon": 0.0, "lam": 1e-4},
        {"n": 150, "epsilon": 1e-3, "lam": 0.0},
        {"n": 150, "epsilon": 0.0, "lam": 0.0},
        {"n": 600, "epsilon": 0.25, "lam": 1.0},
        {"n": 600, "epsilon": 0.5, "lam": 0.77},
        {"n": 600, "epsilon": 1e-4, "lam": 1e-3},
        {"n": 600, "epsilon": 0.0, "lam": 0.05},
        {"n": 1024, "epsilon": 0.07, "lam": 0.0},
        {"n": 1024, "epsilon": 0.2, "lam": 0.02},
    ],
    "ntkbook.chapters.regularizer.measure.explorer:regularizer": [
        {"n": 64, "lam": 10.0, "anchor": "zero"},
        {"n": 64, "lam": 0.02, "anchor": "init"},
        {"n": 150, "lam": 5.0, "anchor": "zero"},
        {"n": 150, "lam": 7.5, "anchor": "init"},
        {"n": 150, "lam": 0.013, "anchor": "zero"},
        {"n": 150, "lam": 1e-3, "anchor": "init"},
        {"n": 600, "lam": 0.5, "anchor": "zero"},
        {"n": 600, "lam": 0.05, "anchor": "init"},
        {"n": 600, "lam": 2.0, "anchor": "zero"},
        {"n": 600, "lam": 0.2, "anchor": "init"},
        {"n": 600, "lam": 10.0, "anchor": "zero"},
        {"n": 1024, "lam": 1.7, "anchor": "init"},
    ],
}
CASES = [(experiment, setting) for experiment, settings in OFF_GRID.items() for setting in settings]
PYTHON = {
    "ntkbook.chapters.index.measure:lazy_switch": (index.lazy_switch, index.describe),
    "ntkbook.chapters.regularizer.measure.explorer:regularizer": (
        regularizer.regularizer,
        regularizer.describe,
    ),
}


@pytest.mark.parametrize(("experiment", "setting"), CASES, ids=str)
def test_off_the_grid(page_of_ntkbook: Page, experiment: str, setting: dict[str, Any]) -> None:
    compute, describe = PYTHON[experiment]
    expected = compute(**setting)
    arrays, sentence = page_of_ntkbook.cell(experiment, setting)
    assert list(arrays) == list(expected)
    for name, array in expected.items():
        assert_allclose(arrays[name], array, rtol=1e-5, atol=1e-8, err_msg=name)
    assert sentence == describe(setting, expected)
