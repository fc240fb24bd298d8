"""One-hot targets without a regularizer: the laws of Theorem C on a problem small enough to solve at once."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters._shared.measure import sphere
from ntkbook.chapters.one_hot import measure, show

POINTS = nb.sphere(jax.random.key(5), points=4, inputs=5, classes=2, test_points=3)
LOG_TIMES = np.linspace(-2.0, 30.0, 17)  # all flows are of one shape, hence compiled once


@pytest.fixture
def two_widths(monkeypatch):
    """The explorer's experiment on four points, two narrow networks and a short clock."""
    monkeypatch.setattr(sphere, "points", lambda: POINTS)
    monkeypatch.setattr(measure, "WIDTHS", (16, 64))
    monkeypatch.setattr(measure, "LOG_TIMES", LOG_TIMES)
    kept = (measure._flows, measure._watched, measure.layers_of, measure.largest_margin)
    for each in kept:
        each.cache_clear()
    yield
    for each in kept:
        each.cache_clear()


def full_kernel():
    return jnp.kron(nb.mlp(5, 2, 8).kernel(POINTS.X).ntk, jnp.eye(2))


# holds: eq-largest-margin
def test_independent_points_follow_their_own_equation():
    """Θ = I, K = 2: every margin obeys ṁ = 2/(1 + eᵐ), so m + eᵐ = 2t + 1."""
    growth = measure.margin_growth(jnp.eye(8), jnp.zeros((4, 2)), POINTS.Y, LOG_TIMES)
    np.testing.assert_allclose(growth.gap + np.exp(growth.gap), 2 * np.exp(LOG_TIMES) + 1, rtol=1e-6)
    # a margin of 1 costs ½(1, −1) at each of four points: norm √2
    assert growth.gamma == pytest.approx(np.sqrt(0.5), rel=1e-8)
    np.testing.assert_allclose(growth.radius * growth.gamma, growth.gap, rtol=1e-6)
    assert growth.angle.max() < 1e-4
    np.testing.assert_allclose(growth.loss, 4 * np.log1p(np.exp(-growth.gap)), rtol=1e-6)


# holds: theorem-c.1
def test_the_direction_is_found_where_it_is_not_that_of_the_start():
    f0 = jnp.array([[0.0, 1.0], [2.0, 0.0], [0.0, 0.5], [0.3, 0.0]])
    growth = measure.margin_growth(full_kernel(), f0, POINTS.Y, np.linspace(2.0, 322.0, 17))
    assert growth.angle[0] > 0.05
    assert growth.angle[-1] < growth.angle[0] / 10
    assert growth.gamma * growth.radius[-1] == pytest.approx(growth.log_t[-1], rel=0.05)
    assert "log t = 322" in show.margin_figure(growth, "Margins").spec["sentence"]


# holds: theorem-c.2, eq-horizon-radius
@pytest.mark.usefixtures("two_widths")
def test_no_flow_is_longer_than_theorem_c_allows():
    for n in measure.WIDTHS:
        run = measure.long_run(n, "onehot")
        log_t = np.log(run.path.t)
        for log_T in (2.0, 10.0, 30.0):
            reached = run.linear.radius[log_t <= log_T + 1e-9].max()
            assert reached <= measure.horizon_radius(n, log_T)
        # R_T allows twice the pace at which the linearized model travels in the end
        radius, pace = (
            run.linear.radius,
            measure.horizon_radius(n, 30.0) - measure.horizon_radius(n, 29.0),
        )
        assert pace == pytest.approx(2 * float((radius[-1] - radius[-5]) / (log_t[-1] - log_t[-5])), rel=0.03)
        z0 = nb.mlp(5, 2, n).apply(run.problem.theta0, POINTS.X)
        worst = max(0.0, -float(nb.logit_margin(z0, POINTS.Y).min()))
        assert measure.horizon_radius(n, 30.0) - 30 * pace == pytest.approx(np.sqrt(8 * np.exp(worst)))


@pytest.mark.usefixtures("two_widths")
def test_the_explorer_hides_what_lies_beyond_the_horizon():
    near = measure.order_of_limits(16, 10.0, "onehot")
    far = measure.order_of_limits(16, 30.0, "onehot")
    seen = near["log_t"] <= 10.0
    assert np.isnan(near["drift"][~seen]).all()
    np.testing.assert_array_equal(near["drift"][seen], far["drift"][seen])
    assert near["here_drift"][0] == np.max(far["drift"][seen]) == near["sup_drift"][0]
    assert (far["sup_drift"] > near["sup_drift"]).all()
    assert near["sup_drift"][1] < near["sup_drift"][0]
    smooth = measure.order_of_limits(16, 30.0, "smoothed")
    assert smooth["drift"][-1] == pytest.approx(smooth["drift"][12], rel=1e-2)
    plateau = np.log((1 - 0.1 + 0.05) / 0.05)
    assert smooth["gap"][-1] == pytest.approx(plateau, rel=1e-2)


# holds: theorem-c.4, eq-both-drifts
@pytest.mark.usefixtures("two_widths")
def test_the_two_parts_and_the_end_of_laziness_are_those_of_the_runs():
    parts = measure.output_and_hidden(16)
    assert (parts["margin"] <= parts["margin_bound"] * (1 + 1e-9)).all()
    assert parts["initial_gamma"][0] == pytest.approx(measure.largest_margin(16), rel=1e-8)
    assert "of the whole kernel" in measure.describe_layers({"n": 16}, parts)
    watched = measure.layers_of(16)
    assert watched.both_drifts[-1] > watched.tau  # N = 4, K = 2: N' = 2
    np.testing.assert_allclose(watched.both_drifts, parts["hidden_drift"] + 5 * parts["output_drift"])
    assert watched.drift_bound == pytest.approx(watched.tau / 6)

    ends = measure.end_of_laziness(64)
    np.testing.assert_allclose(ends["scaled"], ends["log_t"] / 8)
    at = measure.scaled_exit(64, 0.3)
    assert np.interp(at, ends["scaled"], ends["drift"]) == pytest.approx(0.3)
    assert np.isnan(ends["all_drift"]).sum() == 2
    assert "by 30 %" in measure.describe_end({"n": 64}, ends)


# holds: theorem-j.2, eq-no-longer
@pytest.mark.usefixtures("two_widths")
def test_a_small_drift_is_reached_before_it_must_be():
    """The bound is the m at which m = γ₁L and m = γ₂(‖ω₀‖ + L) meet; smaller drifts cannot pass it, up to c₂."""
    for n in measure.WIDTHS:
        watched, run = measure.layers_of(n), measure.long_run(n, "onehot")
        omega = np.concatenate([np.ravel(each) for each in jax.tree.leaves(run.problem.theta0[-1])])
        moved = np.maximum(watched.output_drift, watched.hidden_drift)
        k0 = watched.initial[1] ** 2
        for delta in watched.tau / 6 * np.array([0.1, 0.25, 0.5]):  # N = 4, K = 2: N' = 2
            first, second = np.sqrt(k0 + (watched.tau - 2 * delta) / 2), np.sqrt(k0 + 2 * delta)
            sides = np.array([[1.0, -first], [1.0, -second]])
            m, _ = np.linalg.solve(sides, np.array([0.0, second * np.linalg.norm(omega)]))
            assert watched.latest_exit(delta) == pytest.approx(m)
            assert watched.log_t[moved >= delta][0] < m
        reach = watched.output_norm + np.asarray(run.path.radius)
        assert (watched.margin <= watched.output_gamma * reach).all()
        assert watched.output_gamma[-1] * reach[-1] < 2 * watched.margin[-1]


@pytest.mark.usefixtures("two_widths")
def test_every_setting_is_told_in_other_words():
    told = {
        measure.describe(setting, measure.order_of_limits(**setting))
        for setting in (
            {"n": n, "log_horizon": horizon, "targets": targets}
            for n in measure.WIDTHS
            for horizon in (2.0, 10.0, 30.0)
            for targets in measure.SMOOTHING
        )
    }
    assert len(told) == 12


@pytest.mark.usefixtures("two_widths")
def test_three_clocks_tell_the_same_time():
    clocks = measure.three_clocks(np.linspace(0.5, 24.5, 17), n=64)
    late = clocks.s >= 8
    assert np.ptp((clocks.time - clocks.s)[late]) < 0.1
    e, K = np.exp(-clocks.s), 2
    np.testing.assert_allclose(clocks.smoothing, np.log((1 - e + e / K) / (e / K)), rtol=1e-6)
    lag = (clocks.s - clocks.regularizer)[late]
    assert (lag > 0).all()
    assert (lag < np.log(clocks.s[late]) + 2).all()


def test_exercises_judge_answers():
    for name, answer in {
        "seven-more": 1096.6,
        "any-flow": 5.0,
        "margin-from-radius": 0.549,
        "share-of-tau": 3 / 38,
    }.items():
        assert nb.check(name).status == "open"
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.1 * answer).status == "not yet"
