"""What a page reads digits as is what ntkbook reads them as, at any N and λ."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

import ntkbook as nb
from ntkbook.chapters.digits.measure import explorer
from tests.compute._node import Page, numbers

EXPLORER = "ntkbook.chapters.digits.measure.explorer:explore_digits"
OFF_GRID: list[dict[str, Any]] = [
    {"kernel": "MLP", "N": N, "lam": lam}
    for N, lams in {
        50: (2e-3, 0.03, 0.4, 7.0),
        120: (1e-3, 0.02, 3.0),
        200: (4e-3, 0.05, 0.7, 10.0),
        700: (0.02,),
    }.items()
    for lam in lams
]


@pytest.mark.parametrize("setting", OFF_GRID, ids=str)
def test_off_the_grid(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    asked = [{"kernel": "MLP", "N": N, "lam": 1e-3} for N in {50, setting["N"]} & set(explorer.POINTS)]
    expected = explorer.explore_digits(**setting)
    built = [(of, explorer.explore_digits(**of)) for of in asked]
    arrays, sentence = page_of_ntkbook.cell(EXPLORER, setting, built)
    assert list(arrays) == list(expected)
    for name, array in expected.items():
        assert_allclose(arrays[name], array, rtol=1e-5, atol=1e-7, err_msg=name)
    assert sentence == explorer.describe_digits(setting, expected)


def test_kernels_of_images_come_from_the_build(page_of_ntkbook: Page) -> None:
    setting = {"kernel": "CNN", "N": 50, "lam": 1e-3}
    other = explorer.explore_digits("MLP", 50, 1e-3)  # any arrays will do
    arrays, _ = page_of_ntkbook.cell(EXPLORER, setting, [(setting, other)])
    assert_allclose(arrays["score"], other["score"], rtol=1e-6)
    with pytest.raises(RuntimeError, match="NotInThePage: the CNN kernel"):
        page_of_ntkbook.cell(EXPLORER, setting | {"lam": 0.02}, [(setting, other)])


@pytest.mark.parametrize(("K", "lam"), [(2, 1e-3), (3, 0.05), (5, 1.0)])
def test_steps_for_many_points(page_of_ntkbook: Page, K: int, lam: float) -> None:
    N, rng = 110, np.random.default_rng(K)
    X, Y = rng.normal(size=(N, 4)), np.eye(K)[rng.integers(K, size=N)]
    Theta, f0 = np.exp(X @ X.T / 4), rng.normal(size=(N, K))
    expected = nb.kernel_logistic_regression(jnp.asarray(Theta), jnp.asarray(Y), jnp.asarray(f0), lam=lam)
    found = page_of_ntkbook.call(
        "explicit", "kernelLogisticRegression", Theta, Y, K, {"lam": lam, "f0": f0.ravel()}
    )
    assert_allclose(numbers(found["logits"]), np.ravel(expected.logits), rtol=1e-7, atol=1e-8)
    assert_allclose(
        numbers(found["coefficients"]), np.ravel(expected.coefficients), rtol=1e-6, atol=1e-8 / lam
    )
