"""Calibration at any temperature is in a page what it is in ntkbook, and so are its parts."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from ntkbook import bayes
from ntkbook.chapters.calibration.measure import digit_doubt
from tests.compute._node import Page, numbers

EXPLORER = "ntkbook.chapters.calibration.measure.digit_doubt:explore_doubt"
OFF_GRID: list[dict[str, Any]] = [
    {"method": "map", "variance": 10.0, "T": 0.1},
    {"method": "map", "variance": 10.0, "T": 0.13},
    {"method": "map", "variance": 10.0, "T": 0.9},
    {"method": "map", "variance": 10.0, "T": 1.5},
    {"method": "map", "variance": 0.1, "T": 0.17},
    {"method": "map", "variance": 0.1, "T": 0.41},
    {"method": "map", "variance": 0.1, "T": 1.21},
    {"method": "laplace", "variance": 10.0, "T": 0.123},
    {"method": "laplace", "variance": 10.0, "T": 0.6},
    {"method": "laplace", "variance": 10.0, "T": 1.35},
    {"method": "laplace", "variance": 1.0, "T": 0.28},
    {"method": "laplace", "variance": 1.0, "T": 0.77},
]


@pytest.mark.parametrize("setting", OFF_GRID, ids=str)
def test_off_the_grid(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    on_the_grid: dict[str, Any] = setting | {"T": 1.0}
    built = [(on_the_grid, digit_doubt.explore_doubt(**on_the_grid))]
    expected = digit_doubt.explore_doubt(**setting)
    arrays, sentence = page_of_ntkbook.cell(EXPLORER, setting, built)
    assert list(arrays) == list(expected)
    for name, array in expected.items():
        assert_allclose(arrays[name], array, rtol=2e-5, atol=1e-6, err_msg=name)
    assert sentence == digit_doubt.describe_doubt(setting, expected)


def test_other_variances_are_refused(page_of_ntkbook: Page) -> None:
    with pytest.raises(RuntimeError, match=r"NotInThePage: .* s² = 3 "):
        page_of_ntkbook.cell(EXPLORER, {"method": "map", "variance": 3.0, "T": 1.0})


@given(seed=st.integers(0, 999), M=st.integers(1, 60), K=st.integers(2, 5), bins=st.integers(1, 12))
@settings(max_examples=4)
def test_reliability_and_scores(page_of_ntkbook: Page, seed: int, M: int, K: int, bins: int) -> None:
    rng = np.random.default_rng(seed)
    p, labels = rng.dirichlet(np.ones(K), size=M), rng.integers(K, size=M)
    Y, own = jnp.eye(K)[labels], jnp.asarray(p)
    diagram = bayes.reliability(own, Y, bins=bins)
    found = page_of_ntkbook.call("bayes/calibration", "reliability", p, labels, K, {"bins": bins})
    for name in ("counts", "confidence", "accuracy", "low", "high"):
        expected = np.asarray(getattr(diagram, name), dtype=float)
        assert_allclose(numbers(found[name]), expected, rtol=1e-10, atol=1e-13, err_msg=name)
    error = page_of_ntkbook.call("bayes/calibration", "expectedCalibrationError", found)
    assert_allclose(error, bayes.expected_calibration_error(own, Y, bins=bins), rtol=1e-10, atol=1e-14)
    right = page_of_ntkbook.call("bayes/calibration", "accuracy", p, labels, K)
    assert_allclose(right, bayes.accuracy(own, Y), rtol=1e-6)  # a mean in single precision
    score = page_of_ntkbook.call("bayes/calibration", "logScore", p, labels, K)
    assert_allclose(score, bayes.log_score(own, Y), rtol=1e-12)
    H = numbers(page_of_ntkbook.call("bayes/predictive", "entropy", p, K))
    assert_allclose(H, bayes.entropy(own), rtol=1e-12, atol=1e-14)


@given(seed=st.integers(0, 999), m=st.integers(1, 30), n=st.integers(1, 30))
@settings(max_examples=10)
def test_ranks_and_quantiles(page_of_ntkbook: Page, seed: int, m: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    familiar, foreign = rng.integers(6, size=m) / 4, rng.integers(8, size=n) / 4  # with ties
    area = page_of_ntkbook.call("chapters/calibration", "auroc", familiar, foreign)
    assert_allclose(area, digit_doubt.auroc(jnp.asarray(familiar), jnp.asarray(foreign)), rtol=1e-12)
    shares = np.linspace(0, 1, 17)
    found = numbers(page_of_ntkbook.call("chapters/calibration", "quantiles", foreign, shares))
    assert_allclose(found, np.quantile(foreign, shares), rtol=1e-13, atol=1e-15)
