"""The regularization path: each point is the solution there, and the path's two ends."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.explicit import (
    Newton,
    kernel_logistic_regression,
    log_target_regression,
    regularization_path,
)
from ntkbook.explicit.path import _secant
from ntkbook.explicit.solution import Solution
from ntkbook.losses import smooth_labels

KEYS = jax.random.split(jax.random.key(11), 3)
FEATURES = jax.random.normal(KEYS[0], (14, 20)) / jnp.sqrt(20.0)
F0 = jax.random.normal(KEYS[1], (14, 3))
THETA, THETA_X = FEATURES[:10] @ FEATURES[:10].T, FEATURES[10:] @ FEATURES[:10].T
Y = jax.nn.one_hot(jnp.arange(10) % 3, 3, dtype=float)
LAMS = jnp.asarray([1e-2, 1e2, 1.0, 1e-6, 1e-4])


def test_every_point_is_the_solution_found_alone_in_the_order_given():
    path = regularization_path(THETA, Y, F0[:10], LAMS)
    predicted = path.predict(THETA_X, F0[10:])
    np.testing.assert_array_equal(path.lams, LAMS)
    for i, lam in enumerate(LAMS.tolist()):
        alone = kernel_logistic_regression(THETA, Y, F0[:10], lam=lam)
        np.testing.assert_allclose(path.coefficients[i], alone.coefficients, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(path.logits[i], alone.logits, atol=1e-7)
        np.testing.assert_allclose(predicted[i], alone.predict(THETA_X, F0[10:]), atol=1e-7)
        norm = float(jnp.sqrt(jnp.sum(alone.coefficients * (THETA @ alone.coefficients))))
        assert float(path.radius[i]) == pytest.approx(norm, rel=1e-7)


def test_warm_starts_save_work_and_the_radius_falls_with_lambda():
    lams = jnp.logspace(2, -10, 25)
    path = regularization_path(THETA, Y, F0[:10], lams)
    assert bool(jnp.all(jnp.diff(path.radius) > 0))
    cold = kernel_logistic_regression(THETA, Y, F0[:10], lam=1e-10)
    assert int(path.iterations[-1]) * 2 < cold.iterations


def test_one_hot_targets_can_be_followed_to_where_no_cold_start_reaches():
    path = regularization_path(THETA, Y, F0[:10], jnp.logspace(0, -100, 26))
    violations = path.residual / (path.lams * jnp.max(jnp.abs(path.coefficients), axis=(1, 2)))
    assert float(jnp.max(violations)) < 1e-9  # relative: the residuals themselves go down to 1e-98
    # margins grow like log(1/λ), so the radius, between two decades, by the same amount
    growth = jnp.diff(path.radius)[-8:]
    np.testing.assert_allclose(growth, growth[-1], rtol=1e-2)


def test_the_end_for_smoothed_targets_is_log_target_regression():
    smoothed = smooth_labels(Y, 0.2)
    path = regularization_path(THETA, smoothed, F0[:10], jnp.asarray([1e-3, 1e-7]))
    limit = log_target_regression(THETA, smoothed, F0[:10])
    np.testing.assert_allclose(path.logits[1] - path.logits[1].mean(1, keepdims=True),
                               limit.logits - limit.logits.mean(1, keepdims=True), atol=1e-4)  # fmt: skip


def test_without_an_offset_it_starts_from_zero():
    np.testing.assert_allclose(
        regularization_path(THETA, Y, None, LAMS).logits,
        regularization_path(THETA, Y, jnp.zeros((10, 3)), LAMS).logits,
    )


def test_the_secant_is_exact_where_coefficients_are_linear_in_log_lambda():
    slope = F0[:10]
    solved = {lam: Solution(slope * np.log(lam), slope, 0.0, 0) for lam in (10.0, 1.0 / 3)}
    np.testing.assert_allclose(_secant(solved, np.asarray([0.01, 0.05])), slope * np.log(0.05), atol=1e-12)


@pytest.mark.parametrize(
    ("lams", "message"),
    [([], "one or more"), ([1.0, 1.0], "distinct"), ([1.0, 0.0], "lam = 0.0"),
     ([1.0, float("nan")], "lam = nan")],
)  # fmt: skip
def test_bad_strengths_are_named(lams, message):
    with pytest.raises(InvalidInput, match=message):
        regularization_path(THETA, Y, None, jnp.asarray(lams, dtype=float))


def test_a_point_that_has_not_converged_withholds_the_path():
    with pytest.raises(NotConverged, match="λ = 1e-09"):
        regularization_path(THETA, Y, F0[:10], jnp.asarray([1.0, 1e-9]), newton=Newton(max_newton=6))
