"""The explicit solutions of a page, and what it refuses, are ntkbook's."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ntkbook as nb
from tests.compute._node import Page, numbers

SEEDS = st.integers(0, 1000)
CLASSES = st.sampled_from([2, 4])


def _problem(seed: int, K: int, *, shared: bool) -> tuple[Any, Any, Any]:
    """Θ, hard labels, f₀ of some points."""
    rng = np.random.default_rng(seed)
    N, rows = 5, 5 if shared else 5 * K
    root = rng.standard_normal((rows, rows + 2))
    Theta = root @ root.T / rows + 0.05 * np.eye(rows)
    labels = jax.nn.one_hot(jnp.asarray(rng.integers(0, K, N)), K, dtype=float)
    return jnp.asarray(Theta), labels, jnp.asarray(rng.standard_normal((N, K)))


def _same(found: dict[str, Any], expected: Any, rtol: float = 1e-8) -> None:
    for name in ("coefficients", "logits"):
        values = np.ravel(getattr(expected, name))
        np.testing.assert_allclose(numbers(found[name]), values, rtol=rtol, atol=rtol * np.abs(values).max())


@given(seed=SEEDS, K=CLASSES, shared=st.booleans(), lam=st.sampled_from([0.0, 0.1, 3.0]))
@settings(max_examples=10, deadline=None)
def test_ridge_regression(page_of_ntkbook: Page, seed: int, K: int, shared: bool, lam: float) -> None:
    Theta, Y, f0 = _problem(seed, K, shared=shared)
    found = page_of_ntkbook.call(
        "explicit", "kernelRidgeRegression", Theta, Y, K, {"f0": np.ravel(f0), "lam": lam}
    )
    _same(found, nb.kernel_ridge_regression(Theta, Y, f0, lam=lam), 1e-11)


@given(seed=SEEDS, K=CLASSES, shared=st.booleans(), epsilon=st.sampled_from([1e-6, 0.1, 0.9]))
@settings(max_examples=10, deadline=None)
def test_log_target_regression(
    page_of_ntkbook: Page, seed: int, K: int, shared: bool, epsilon: float
) -> None:
    Theta, labels, f0 = _problem(seed, K, shared=shared)
    Y = nb.smooth_labels(labels, epsilon)
    found = page_of_ntkbook.call("explicit", "logTargetRegression", Theta, Y, K, {"f0": np.ravel(f0)})
    _same(found, nb.log_target_regression(Theta, Y, f0), 1e-11)


@given(
    seed=SEEDS,
    K=CLASSES,
    shared=st.booleans(),
    epsilon=st.sampled_from([0.0, 0.2]),
    lam=st.sampled_from([1e-6, 1e-3, 0.1, 1.0, 100.0]),
)
@settings(max_examples=16, deadline=None)
def test_logistic_regression(
    page_of_ntkbook: Page, seed: int, K: int, shared: bool, epsilon: float, lam: float
) -> None:
    Theta, labels, f0 = _problem(seed, K, shared=shared)
    Y = nb.smooth_labels(labels, epsilon)
    options = {"lam": lam, "f0": np.ravel(f0)}
    found = page_of_ntkbook.call("explicit", "kernelLogisticRegression", Theta, Y, K, options)
    assert found["residual"] <= 1e-10
    _same(found, nb.kernel_logistic_regression(Theta, Y, f0, lam=lam))


@pytest.mark.parametrize("K", [2, 3, 10])
def test_hundreds_of_coefficients(page_of_ntkbook: Page, K: int) -> None:
    X = np.random.default_rng(0).standard_normal((60, 4))
    Theta = nb.mlp(4, K, 4, hidden_layers=2, activation="relu").kernel(jnp.asarray(X)).ntk
    Theta, labels = (Theta + Theta.T) / 2, jax.nn.one_hot(jnp.arange(60) % K, K, dtype=float)
    for lam in (1e-2, 1.0):
        found = page_of_ntkbook.call("explicit", "kernelLogisticRegression", Theta, labels, K, {"lam": lam})
        _same(found, nb.kernel_logistic_regression(Theta, labels, lam=lam))


@pytest.mark.parametrize("shared", [True, False])
def test_predictions_away_from_the_data(page_of_ntkbook: Page, shared: bool) -> None:
    Theta, labels, f0 = _problem(3, 3, shared=shared)
    columns = Theta.shape[0]
    Theta_x = np.random.default_rng(4).standard_normal((2 if shared else 6, columns))
    solution = nb.kernel_logistic_regression(Theta, labels, f0, lam=0.3)
    found = page_of_ntkbook.call(
        "explicit", "kernelLogisticRegression", Theta, labels, 3, {"lam": 0.3, "f0": np.ravel(f0)}
    )
    there = page_of_ntkbook.call("explicit", "predict", found, Theta_x, 3, f0[:2])
    expected = np.ravel(solution.predict(jnp.asarray(Theta_x), f0[:2]))
    np.testing.assert_allclose(numbers(there), expected, rtol=1e-9, atol=1e-9)


def test_what_cannot_be_solved_is_refused_in_ntkbooks_words(page_of_ntkbook: Page) -> None:
    def refused(kind: str, say: str, solver: str, *args: Any) -> None:
        with pytest.raises(RuntimeError, match=rf"{kind}: .*{say}"):
            page_of_ntkbook.call("explicit", solver, *args)

    one, hard = np.ones((2, 2)), np.eye(2)
    soft = np.array([[0.9, 0.1], [0.1, 0.9]])
    refused("InvalidInput", "least target probability is 0;", "logTargetRegression", np.eye(2), hard, 2)
    refused("NotConverged", "solved only to relative residual", "logTargetRegression", one, soft, 2)
    refused("NotConverged", "solved only to relative residual", "kernelRidgeRegression", one, hard, 2)
    refused("InvalidInput", "lam = -1, but", "kernelRidgeRegression", hard, hard, 2, {"lam": -1})
    refused("InvalidInput", "lam = 0, but", "kernelLogisticRegression", hard, hard, 2, {"lam": 0})
    refused("InvalidInput", "leave the simplex", "kernelLogisticRegression", hard, 2 * hard, 2, {"lam": 1})
    refused("InvalidInput", "positive semidef", "kernelLogisticRegression", -hard, hard, 2, {"lam": 1})
    refused("InvalidInput", "not symmetric", "kernelRidgeRegression", np.triu(one), hard, 2)
    refused("InvalidInput", "9 entries", "kernelRidgeRegression", np.eye(3), hard, 2)
    spent = {"lam": 1e-6, "maxNewton": 2}
    say = "after 2 Newton steps; the tolerance is 1e-10"
    refused("NotConverged", say, "kernelLogisticRegression", hard, hard, 2, spent)
