"""Regression: closed forms against the flow and the solver, and what the scan and the explorer report."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters._shared.measure.circle import circle
from ntkbook.chapters.regression import measure
from ntkbook.chapters.regression import measure as reg

POINTS = nb.sphere(jax.random.key(3), points=4, inputs=5, classes=2, test_points=2)
TIMES = jnp.array([0.0, 0.3, 2.0, 1e4])


@pytest.fixture(scope="module")
def start():
    network = nb.mlp(5, 2, 32)
    theta0 = network.init(jax.random.key(0))
    return nb.empirical_ntk(network.apply, theta0, POINTS.X), network.apply(theta0, POINTS.X)


# holds: regression-closed-form
@pytest.mark.parametrize("lam", [0.0, 0.3])
def test_path_solves_its_equation_and_ends_at_ridge_regression(start, lam):
    Theta0, z0 = start
    residual = POINTS.Y - z0
    path = measure.regression_path(Theta0, residual, TIMES, lam=lam)
    np.testing.assert_array_equal(path[0], jnp.zeros_like(path[0]))
    h = 1e-5
    before, after = measure.regression_path(Theta0, residual, jnp.array([0.3 - h, 0.3 + h]), lam=lam)
    moved = (Theta0 @ path[1].ravel()).reshape(residual.shape)
    velocity = residual - moved - lam * path[1]
    np.testing.assert_allclose((after - before) / (2 * h), velocity, atol=1e-7)
    end = nb.kernel_ridge_regression(Theta0, POINTS.Y, z0, lam=lam)
    np.testing.assert_allclose(path[3], end.coefficients, rtol=1e-8)


def test_path_takes_one_kernel_for_all_outputs(start):
    _, z0 = start
    Theta = nb.mlp(5, 2, 8).kernel(POINTS.X).ntk
    residual = POINTS.Y - z0
    small = measure.regression_path(Theta, residual, TIMES, lam=0.1)
    full = measure.regression_path(jnp.kron(Theta, jnp.eye(2)), residual, TIMES, lam=0.1)
    np.testing.assert_allclose(small, full, rtol=1e-9, atol=1e-12)


def test_path_of_a_singular_kernel_grows_along_the_null_space():
    path = measure.regression_path(jnp.zeros((2, 2)), jnp.ones((2, 1)), jnp.array([3.0]))
    np.testing.assert_allclose(path[0], 3.0)


# holds: theorem-b.1
def test_scan_agrees_with_the_linearized_flow():
    """The gap, with the linearization integrated by another route."""
    scan = measure.regression_scan(POINTS, POINTS.Y, (32,), lam=0.5, seeds=1)
    network = nb.mlp(5, 2, 32)
    theta0 = network.init(jax.random.key(32))
    times = jnp.exp(jnp.linspace(-4.0, 6.0, 41))
    problem = nb.Problem(network.apply, theta0, POINTS.X, POINTS.Y, loss=nb.squared_error, lam=0.5)
    fine = nb.Integration(rtol=1e-9, atol=1e-11, steady=1e-5)
    path = nb.gradient_flow(problem, times, X_test=POINTS.X_test, integration=fine)
    linearized = nb.linearize_trajectory(path, problem, X_test=POINTS.X_test)
    linear, linear_test = linearized.trajectory, linearized.test_logits
    gaps = [
        float(nb.linearization_gap(*pair).max())
        for pair in ((path.logits, linear.logits), (path.test_logits, linear_test))
    ]
    assert [scan.gap_train[0, 0], scan.gap_test[0, 0]] == pytest.approx(gaps, rel=1e-5)
    assert scan.radius[0, 0] == pytest.approx(float(path.radius.max()))
    V0 = nb.excess(nb.squared_error, network.apply(theta0, POINTS.X), POINTS.Y)
    assert scan.bound[0, 0] == pytest.approx(float(nb.radius_regularized(V0, 0.5)))
    assert scan.radius[0, 0] < scan.bound[0, 0]


# holds: regression-law
def test_wide_networks_trained_on_squared_error_follow_the_law():
    """Mean and variance over 200 networks of width 256, each solved with its own Θ₀ and f₀: four standard errors
    and 10 % for the width."""
    network, members = nb.mlp(5, 2, 256), 200
    X = jnp.concatenate([POINTS.X, POINTS.X_test])
    N, K = POINTS.Y.shape

    @jax.jit
    def ends(key):
        theta0 = network.init(key)
        Theta0 = nb.empirical_ntk(network.apply, theta0, X, POINTS.X)
        f0 = network.apply(theta0, X)
        A = jnp.linalg.solve(Theta0[: N * K], (POINTS.Y - f0[:N]).ravel())
        return (f0.ravel() + Theta0 @ A).reshape(f0.shape)[N:]

    found = np.asarray(jax.lax.map(ends, jax.random.split(jax.random.key(7), members)))
    limit = network.kernel(X)
    Theta, q = np.asarray(limit.ntk), np.asarray(limit.nngp)
    A = Theta[N:, :N] @ np.linalg.inv(Theta[:N, :N])
    mean = A @ np.asarray(POINTS.Y)
    cross = A @ q[:N, N:]
    variance = np.diag(q[N:, N:] - cross - cross.T + A @ q[:N, :N] @ A.T)[:, None]
    assert np.abs((found.mean(0) - mean) / np.sqrt(variance)).max() < 4 / members**0.5 + 0.1
    assert np.abs(found.var(0) / variance - 1).max() < 4 * (2 / members) ** 0.5 + 0.1


def test_approaching_inputs_keep_their_angle_and_norm():
    for angle in (0.7, 0.0):
        X = measure.approaching_inputs(angle)
        np.testing.assert_allclose(jnp.linalg.norm(X, axis=1), np.sqrt(6), rtol=1e-12)
        assert float(X[0] @ X[1]) / 6 == pytest.approx(np.cos(angle), rel=1e-12)


def test_explorer_shows_network_linearization_and_posterior():
    setting = {"n": 16, "t": 1000.0}
    arrays = measure.three_predictors(**setting, seed=0)
    X, along = circle(np.deg2rad(reg.DATA_ANGLES)), circle(np.deg2rad(reg.ANGLES))
    network = nb.mlp(2, 1, 16)
    theta0 = network.init(jax.random.key(16))
    Theta0 = nb.empirical_ntk(network.apply, theta0, X)
    Y = jnp.asarray(reg.TARGETS)[:, None]
    end = nb.kernel_ridge_regression(Theta0, Y, network.apply(theta0, X), lam=reg.LAM)
    linear = end.predict(nb.empirical_ntk(network.apply, theta0, along, X), network.apply(theta0, along))
    np.testing.assert_allclose(arrays["linear"], linear[:, 0], atol=1e-8)
    assert arrays["gap"][0] == pytest.approx(np.abs(arrays["network"] - arrays["linear"]).max())
    # Two deviations: wide open far from the data, narrow beside them.
    width = arrays["upper"] - arrays["lower"]
    assert width.min() > 0
    nearest = np.abs(reg.ANGLES[:, None] - reg.DATA_ANGLES).min(axis=1)
    assert width[np.argmax(nearest)] > 2 * width[np.argmin(nearest)]
    assert f"{arrays['distance'][0]:.2g}" in reg.describe_predictors(setting, arrays)


def test_exercises_judge_answers():
    for name, answer in {"time-to-fit": 9.21, "same-radius": 0.25, "how-close": 17.5}.items():
        assert nb.check(name).status == "open"
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 2 * answer).status == "not yet"
    assert nb.check("how-close", -3).message == "Give a number between 0 and 90."


def test_the_norm_of_a_residual_falls_but_a_single_points_need_not():
    """At log(100)/κ every eigencomponent is at most one per cent of what it was; a point starts at 0 and grows."""
    Theta = jnp.array([[1.0, 0.5], [0.5, 1.0]])
    kappa, start = 0.5, jnp.array([[1.0], [0.0]])
    path = nb.linearized_flow(
        Theta, start, jnp.zeros((2, 1)), jnp.array([0.5, np.log(100) / kappa]), loss=nb.squared_error
    )
    assert abs(path.logits[0, 1, 0]) > 0.1 > abs(start[1, 0])
    directions = jnp.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)
    then = abs(directions @ path.logits[-1]) / abs(directions @ start)
    np.testing.assert_allclose(then.ravel(), [1e-6, 1e-2], rtol=1e-4)
