import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook.data import sphere
from ntkbook.drift import relative_drift
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput
from ntkbook.integration import Integration
from ntkbook.laziness import fitted_slope, linearization_gap, linearize_trajectory, logit_gap
from ntkbook.losses import smooth_labels
from ntkbook.networks import mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow

DATA = sphere(jax.random.key(0), points=4, inputs=6, classes=3, test_points=2)
TIMES = jnp.asarray([0.0, 1.0, 10.0, 100.0])


@pytest.mark.parametrize("exponent", [-1.0, -0.5, 2.0])
def test_fitted_slope_of_a_power_law_is_its_exponent(exponent):
    widths = np.array([64.0, 256.0, 1024.0, 4096.0])
    assert fitted_slope(widths, 3.7 * widths**exponent) == pytest.approx(exponent, abs=1e-12)


def test_fitted_slope_is_the_least_squares_one():
    """log y = (0, 1, 0) at log n = (0, 1, 3): slope = cov/var = (−1/9)/(14/9)."""
    slope = fitted_slope(np.exp([0.0, 1.0, 3.0]), np.exp([0.0, 1.0, 0.0]))
    assert slope == pytest.approx(-1 / 14, abs=1e-12)


def test_relative_drift_is_a_ratio_of_operator_norms():
    Theta0 = jnp.diag(jnp.asarray([1.0, 4.0, 2.0]))
    assert float(relative_drift(Theta0, Theta0)) == 0
    assert float(relative_drift(0.25 * Theta0, Theta0)) == pytest.approx(0.75)
    assert float(relative_drift(Theta0 - jnp.diag(jnp.asarray([0.0, 1.0, 3.0])), Theta0)) == pytest.approx(
        0.75
    )


def test_linearization_gap_is_the_worst_point_at_every_time():
    logits = jnp.zeros((2, 3, 2)).at[0, 1].set(jnp.asarray([3.0, -4.0])).at[1, 2, 0].set(1.0)
    np.testing.assert_allclose(linearization_gap(logits, jnp.zeros((2, 3, 2))), [5.0, 1.0])
    np.testing.assert_allclose(linearization_gap(jnp.zeros((2, 3, 2)), logits), [5.0, 1.0])


def test_logit_gap_is_the_margin_of_the_worst_point():
    logits, labels = jnp.asarray([[5.0, 1.0, 2.0], [0.0, 4.0, 3.5]]), jnp.eye(3)[:2]
    assert float(logit_gap(logits, labels)) == 0.5
    np.testing.assert_allclose(logit_gap(jnp.stack([logits, -logits]) + 7, labels), [0.5, -4.0])
    epsilon = 0.2
    plateau = np.log((1 - epsilon + epsilon / 3) / (epsilon / 3))
    assert float(logit_gap(jnp.log(smooth_labels(labels, epsilon)), labels)) == pytest.approx(plateau)


def test_a_model_linear_in_its_parameters_has_no_gap():
    def apply(theta, X):
        return X @ theta

    theta = jax.random.normal(jax.random.key(1), (6, 3))
    problem, fine = Problem(apply, theta, DATA.X, DATA.Y, lam=0.1), Integration(rtol=1e-9, atol=1e-11)
    run = gradient_flow(problem, TIMES, X_test=DATA.X_test, integration=fine)
    linear = linearize_trajectory(run, problem, X_test=DATA.X_test)
    np.testing.assert_allclose(linearization_gap(run.logits, linear.trajectory.logits), 0, atol=1e-7)
    np.testing.assert_allclose(linearization_gap(run.test_logits, linear.test_logits), 0, atol=1e-7)
    np.testing.assert_allclose(run.radius, linear.trajectory.radius, atol=1e-7)
    without = linearize_trajectory(run, problem).test_logits
    assert without.shape == (4, 0, 3)  # never zeros that could be taken for predictions


# holds: theorem-b.2, theorem-b.4
def test_gap_and_drift_of_a_regularized_network_fall_about_like_one_over_the_width():
    widths, seeds = [24, 384], 4
    drifts, gaps = [], []
    for width in widths:
        network = mlp(6, 3, width)
        for key in jax.random.split(jax.random.key(2), seeds):
            params = network.init(key)
            problem = Problem(network.apply, params, DATA.X, DATA.Y, lam=0.1)
            run = gradient_flow(problem, TIMES, X_test=DATA.X_test)
            linear = linearize_trajectory(run, problem, X_test=DATA.X_test)
            Theta0, Theta = (empirical_ntk(network.apply, theta, DATA.X) for theta in (params, run.params))
            np.testing.assert_allclose(run.ntk_drift[-1], relative_drift(Theta, Theta0), rtol=1e-8)
            drifts.append(float(run.ntk_drift.max()))
            gaps.append(float(linearization_gap(run.test_logits, linear.test_logits).max()))
    mean = {
        name: np.mean(np.reshape(values, (2, seeds)), axis=1)
        for name, values in (("drift", drifts), ("gap", gaps))
    }
    for name, values in mean.items():
        assert -1.3 < fitted_slope(np.array(widths, dtype=float), values) < -0.7, name


def test_decay_towards_zero_has_no_linearization():
    """Without λ the anchor says nothing, and training is linearized all the same."""
    problem = Problem(lambda theta, X: X @ theta, jnp.ones((6, 3)), DATA.X, DATA.Y, anchor="zero")
    run = gradient_flow(problem, TIMES)
    linear = linearize_trajectory(run, problem)
    np.testing.assert_allclose(linearization_gap(run.logits, linear.trajectory.logits), 0, atol=1e-5)
    with pytest.raises(InvalidInput, match=r"anchor = 'zero', λ = 0\.1.*anchor = \"init\""):
        linearize_trajectory(run, problem.replace(lam=0.1))


def test_records_are_frozen():
    assert dataclasses.is_dataclass(DATA)
    with pytest.raises(dataclasses.FrozenInstanceError):
        DATA.X = 0  # pyright: ignore[reportAttributeAccessIssue]
