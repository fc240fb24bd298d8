"""What a page proves of new images is what ntkbook proves, for any sample, share of random labels and λ."""

from typing import Any

import jax
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from ntkbook.chapters.generalization.measure import explorer
from tests.compute._node import Page, numbers

EXPLORER = "ntkbook.chapters.generalization.measure.explorer:bound_over_points"
# Few sizes, for each is a program of its own.
OFF_GRID: list[dict[str, Any]] = [
    {"points": points, "noise": noise, "lam": lam, "margin": lam + 0.3}
    for noise, lam, several in (
        (0.0, 1.0, (200, 250, 700, 1600)),
        (0.25, 4.0, (200, 250, 400, 700)),
        (0.7, 0.3, (200, 250, 700, 800)),
    )
    for points in several
]


@pytest.mark.parametrize("setting", OFF_GRID, ids=str)
def test_off_the_grid(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    first = {"points": 200, "noise": 0.0, "lam": 1.0, "margin": 1.0}
    expected = explorer.bound_over_points(**setting)
    arrays, sentence = page_of_ntkbook.cell(EXPLORER, setting, [(first, explorer.bound_over_points(**first))])
    assert list(arrays) == list(expected)
    for name, array in expected.items():
        assert_allclose(arrays[name], array, rtol=1e-6, atol=1e-9, err_msg=name)
    assert sentence == explorer.describe_bound(setting, expected)


@given(seed=st.integers(0, 2**32 - 1), span=st.sampled_from([1, 2, 7, 1082, 65_536, 1_000_003]))
@settings(max_examples=12)
def test_integers_are_jaxs(page_of_ntkbook: Page, seed: int, span: int) -> None:
    found = numbers(
        page_of_ntkbook.call("random", "integers", page_of_ntkbook.call("random", "key", seed), 50, span)
    )
    np.testing.assert_array_equal(found, jax.random.randint(jax.random.key(seed), (50,), 0, span))
