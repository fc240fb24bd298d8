"""Training is linear: the gap over time and width, of logits, probabilities and parameters."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import ntkbook as nb
from ntkbook.chapters._shared.measure import runs, sphere
from ntkbook.chapters._shared.measure.mean_field import mean_field
from ntkbook.chapters.linear_training import measure

POINTS = nb.sphere(jax.random.key(5), points=4, inputs=5, classes=2, test_points=3)
LOG_TIMES = np.linspace(-2.0, 6.0, 17)
WIDTHS = (16, 128)


@pytest.fixture(scope="module")
def shown():
    """Every cell of the explorer, on four points and two widths; all flows of a width are compiled once."""
    patch = pytest.MonkeyPatch()
    patch.setattr(sphere, "points", lambda: POINTS)
    for module in (runs, measure):
        patch.setattr(module, "LOG_TIMES", LOG_TIMES)
    patch.setattr(measure, "WIDTHS", WIDTHS)
    runs.run.cache_clear()
    yield {
        (n, condition): (
            measure.conditioned_run(n, condition),
            measure.gap_over_time(n, condition),
        )
        for n in WIDTHS
        for condition in runs.SMOOTHING
    }
    patch.undo()
    runs.run.cache_clear()


def test_each_condition_is_what_it_says(shown):
    """Smoothed targets stop at log-odds, λ = 0.1 where kernel logistic regression does, and nothing stops none."""
    network = nb.mlp(5, 2, 128)
    margins = {c: nb.logit_gap(shown[128, c][0].linear.logits[-1], POINTS.Y) for c in runs.SMOOTHING}
    assert margins["smoothed"] == pytest.approx(float(np.log(0.95 / 0.05)), rel=1e-2)
    both = shown[128, "regularized"][0]
    theta0 = both.problem.theta0
    Theta0 = nb.empirical_ntk(network.apply, theta0, POINTS.X)
    z0 = network.apply(theta0, POINTS.X)
    solved = nb.kernel_logistic_regression(Theta0, POINTS.Y, z0, lam=0.1)
    np.testing.assert_allclose(both.linear.logits[-1], solved.logits, atol=1e-4)
    assert margins["none"] > 5


# holds: linear-training-theorem.2
def test_gaps_stop_under_a_condition_and_fall_with_the_width(shown):
    for condition in ("smoothed", "regularized"):
        narrow, wide = (shown[n, condition][1]["gap_test"] for n in WIDTHS)
        assert wide[-1] == pytest.approx(wide[-3], rel=0.05)
        assert wide.max() < narrow.max() / 2
    free = shown[128, "none"][1]["gap_test"]
    assert free[-1] > 1.1 * free[-3]


# holds: linear-training-theorem.3
def test_probabilities_differ_by_half_the_logits_at_most(shown):
    for both, arrays in shown.values():
        np.testing.assert_array_equal(arrays["gap_probability"], measure.probability_gap(both))
        assert (arrays["gap_probability"] <= arrays["gap_test"] / 2 * (1 + 1e-9)).all()
        assert arrays["gap_probability"].max() > 0


def test_the_explorer_marks_the_width_chosen(shown):
    for (n, condition), (_, arrays) in shown.items():
        assert arrays["here"][0] == n
        assert arrays["here_largest"][0] == arrays["gap_test"].max()
        assert arrays["largest"][WIDTHS.index(n)] == arrays["here_largest"][0]
        assert arrays["largest"][0] == shown[16, condition][1]["gap_test"].max()
    told = {measure.describe({"n": n, "condition": c}, arrays) for (n, c), (_, arrays) in shown.items()}
    assert len(told) == len(shown)


def test_the_parameter_gap_is_that_of_the_explicit_jacobian(shown):
    both, network = shown[16, "smoothed"][0], nb.mlp(5, 2, 16)
    theta0, _ = ravel_pytree(both.problem.theta0)
    J0 = nb.jacobian(network.apply, both.problem.theta0, POINTS.X).reshape(8, -1)
    linear = theta0 + J0.T @ both.linear.coefficients[-1].ravel()
    apart = jnp.linalg.norm(ravel_pytree(both.path.params)[0] - linear)
    assert measure.parameter_gap(both) == pytest.approx(float(apart), rel=1e-8)
    assert jnp.linalg.norm(linear - theta0) == pytest.approx(float(both.linear.radius[-1]), rel=1e-6)


# holds: linear-training-theorem.1, eq-gap-constants
def test_the_parameter_bound_is_its_formula_and_holds(shown):
    """Under B by hand, from the public pieces; both conditions are met by the measured gap."""
    network, both = nb.mlp(5, 2, 128), shown[128, "regularized"][0]
    V0 = float(nb.excess(nb.cross_entropy, network.apply(both.problem.theta0, POINTS.X), POINTS.Y))
    R = np.sqrt(2 * V0 / 0.1)
    lemma = nb.jacobian_bounds(jnp.concatenate([POINTS.X, POINTS.X_test]), 2, 128, R)
    G = np.sqrt(V0) + lemma.K1 * R / 2
    c = lemma.K2 / 0.1 * (R * G + lemma.K1 * R**2 / 4)
    assert measure.parameter_bound(128, "regularized") == pytest.approx(c / np.sqrt(128), rel=1e-10)
    for condition in ("smoothed", "regularized"):
        gap = measure.parameter_gap(shown[128, condition][0])
        assert gap <= measure.parameter_bound(128, condition)


def test_the_curvature_is_that_of_the_loss_in_function_space(shown):
    both, network = shown[16, "smoothed"][0], nb.mlp(5, 2, 16)
    theta0 = both.problem.theta0
    z = network.apply(theta0, POINTS.X).ravel()
    H = jax.hessian(lambda z: nb.total(nb.cross_entropy, z.reshape(4, 2), POINTS.Y))(z)
    Theta = nb.empirical_ntk(network.apply, theta0, POINTS.X)
    expected = np.linalg.eigvals(np.asarray(H @ Theta)).real.max()
    assert measure.curvature(network, theta0, POINTS.X) == pytest.approx(expected, rel=1e-9)


def test_the_mean_field_network_has_a_kernel_n_times_smaller():
    network = nb.mlp(5, 2, 16)
    theta = network.init(jax.random.key(1))
    small = mean_field(network)
    np.testing.assert_allclose(4 * small.apply(theta, POINTS.X), network.apply(theta, POINTS.X), rtol=1e-12)
    kernels = [nb.empirical_ntk(one.apply, theta, POINTS.X) for one in (small, network)]
    np.testing.assert_allclose(16 * kernels[0], kernels[1], rtol=1e-10)
    assert small.init is network.init
    assert "√n" in small.name


def test_exercises_judge_answers():
    for name, answer in {"ten-times-closer": 100.0, "safe-margin": 0.1414}.items():
        assert nb.check(name).status == "open"
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.1 * answer).status == "not yet"


# holds: linear-training-theorem.1
def test_the_step_of_the_proof_is_above_the_parameter_gap_and_near_it(shown):
    for n in WIDTHS:
        both = shown[n, "regularized"][0]
        assert 1 <= 1.001 * measure.parameter_step(both) / measure.parameter_gap(both) < 6
    network, both = nb.mlp(5, 2, 16), shown[16, "regularized"][0]
    J0, J = (
        nb.jacobian(network.apply, params, POINTS.X).reshape(8, -1)
        for params in (both.problem.theta0, both.path.params)
    )
    moved = ravel_pytree(both.path.params)[0] - ravel_pytree(both.problem.theta0)[0]
    linear = (network.apply(both.problem.theta0, POINTS.X).ravel() + J0 @ moved).reshape(4, 2)
    residual = [nb.cross_entropy.residual(z, POINTS.Y).ravel() for z in (both.path.logits[-1], linear)]
    expected = jnp.linalg.norm(J.T @ residual[0] - J0.T @ residual[1]) / 0.1
    assert measure.parameter_step(both) == pytest.approx(float(expected), rel=1e-6)
