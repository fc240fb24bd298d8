"""Two classes as one, with copies together, are kernel logistic regression on all points."""

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

import ntkbook as nb
from tests.compute._node import Page, numbers


@pytest.mark.parametrize("lam", [0.01, 0.5, 20.0])
def test_copies_of_two_classes(page_of_ntkbook: Page, lam: float) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(70, 3))
    drawn = np.concatenate([np.arange(70), rng.integers(70, size=60)])
    side = np.where(rng.uniform(size=130) < 0.3, rng.integers(2, size=130), X[drawn, 0] > 0)
    Theta = np.exp(X @ X.T / 3)
    everywhere = nb.kernel_logistic_regression(
        jnp.asarray(Theta[np.ix_(drawn, drawn)]), jnp.eye(2)[side], lam=lam
    )
    found = page_of_ntkbook.call(
        "two_classes",
        "twoClasses",
        {
            "Theta": Theta.ravel(),
            "copies": np.bincount(drawn),
            "firsts": np.bincount(drawn, side == 0),
            "lam": lam,
        },
        1e-10,
        120,
    )
    logits, coefficients = np.asarray(everywhere.logits), np.asarray(everywhere.coefficients)
    assert_allclose(numbers(found["h"])[drawn], logits[:, 0], rtol=1e-7, atol=1e-8)
    assert_allclose(-numbers(found["h"])[drawn], logits[:, 1], rtol=1e-7, atol=1e-8)
    together = np.bincount(drawn, coefficients[:, 0])
    assert_allclose(numbers(found["a"]), together, rtol=1e-6, atol=1e-8 / lam)


def test_what_does_not_converge_is_told(page_of_ntkbook: Page) -> None:
    problem = {"Theta": np.eye(2).ravel(), "copies": np.ones(2), "firsts": np.array([1.0, 0.0]), "lam": 1e-3}
    with pytest.raises(RuntimeError, match="NotConverged: kernel logistic regression reached residual"):
        page_of_ntkbook.call("two_classes", "twoClasses", problem, 1e-10, 1)
