"""Targets with something for every class: the PL lemma, Theorem A and the distance to the nearest minimizer."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.special import expit

import ntkbook as nb
from ntkbook.chapters._shared.measure import runs, sphere
from ntkbook.chapters.non_degenerate import measure

POINTS = nb.sphere(jax.random.key(5), points=4, inputs=5, classes=2, test_points=3)


@pytest.fixture
def four_points(monkeypatch):
    """The chapter's experiment on four points and a coarse clock."""
    monkeypatch.setattr(sphere, "points", lambda: POINTS)
    for module in (runs, measure):
        monkeypatch.setattr(module, "LOG_TIMES", np.linspace(-2.0, 10.0, 17))
    runs.run.cache_clear()
    yield
    runs.run.cache_clear()


# holds: pl-polynomial
@given(
    st.lists(st.floats(-15, 15), min_size=3, max_size=3),
    st.lists(st.floats(0.001, 1.0), min_size=3, max_size=3),
)
def test_the_polynomial_constant_holds_everywhere(z, weights):
    """A point with excess V lies on the sublevel set of V itself: there the bound must hold with V₀ = V."""
    z, y = jnp.array([z]), jnp.array([weights])
    y = y / y.sum()
    V = nb.excess(nb.cross_entropy, z, y)
    if float(V) < 1e-8:
        return
    assert nb.pl_ratio(nb.cross_entropy, z, y) >= nb.pl_constant_polynomial(y, V) * (1 - 1e-9)


# holds: eq-pl-polynomial
def test_both_regimes_of_the_constant_are_needed():
    """a/4 alone fails far away, and the ratio at the minimum tends to the curvature, at least a."""
    Y = jnp.array([[0.98, 0.01, 0.01]])
    far = jnp.array([[-40.0, 40.0, 0.0]])
    V = float(nb.excess(nb.cross_entropy, far, Y))
    assert nb.pl_ratio(nb.cross_entropy, far, Y) < 3 * 0.98**2 / (2 * V)
    flat = jnp.array([[0.0, -80.0, 0.0]]) + jnp.log(Y)
    assert nb.pl_ratio(nb.cross_entropy, flat, Y) < 0.01 / 4
    near = jnp.log(Y) + 1e-3 * jnp.array([[0.0, 1.0, -1.0]])
    assert nb.pl_ratio(nb.cross_entropy, near, Y) == pytest.approx(0.01, rel=0.02)
    assert float(nb.pl_constant_polynomial(Y, 1e-4)) == pytest.approx(0.01 / 4)
    assert float(nb.pl_constant_polynomial(Y, 2.0)) == pytest.approx(0.01**2 / 16)


def test_degenerate_targets_have_no_constant():
    with pytest.raises(nb.InvalidInput, match="degenerate"):
        nb.pl_constant_polynomial(jnp.eye(3), 1.0)


# holds: radius-wide
def test_the_nearest_minimizer_is_where_the_linearized_flow_ends():
    network = nb.mlp(5, 2, 32)
    theta0 = network.init(jax.random.key(1))
    Theta0, z0 = nb.empirical_ntk(network.apply, theta0, POINTS.X), network.apply(theta0, POINTS.X)
    Y = nb.smooth_labels(POINTS.Y, 0.2)
    flow = nb.linearized_flow(Theta0, z0, Y, jnp.exp(jnp.linspace(-2.0, 12.0, 17)))
    rho = measure.distance_to_minimizer(Theta0, z0, Y)
    assert rho == pytest.approx(float(flow.radius[-1]), rel=1e-6)
    wanted = jnp.linalg.norm(nb.center(jnp.log(Y) - z0))
    assert rho <= wanted / jnp.sqrt(jnp.linalg.eigvalsh(Theta0)[0])


# holds: radius-wide, eq-radius-wide, theorem-a.1, theorem-a.3
@pytest.mark.usefixtures("four_points")
def test_the_flow_ends_at_the_plateau_within_every_radius():
    shown = {e: measure.non_degenerate(512, e) for e in (0.05, 0.3)}
    for e, arrays in shown.items():
        assert arrays["plateau"][0] == pytest.approx(np.log((1 - e / 2) / (e / 2)))
        assert arrays["gap"][-1] == pytest.approx(arrays["plateau"][0], rel=1e-2)
        assert arrays["radius"].max() < arrays["double"][0] < arrays["bound"][0]
        assert np.nanmin(arrays["ratio"]) >= arrays["mu"][0]
    assert shown[0.05]["radius"].max() > shown[0.3]["radius"].max()
    told = {measure.describe({"n": n, "epsilon": e}, shown[e]) for n in (512, 65) for e in shown}
    assert len(told) == 4
    # the proof's inequality at each step, which is tight enough to fail
    radius, steps = measure.path_step_by_step(measure.smoothed_run(512, 0.3))
    assert len(radius) > 5
    assert (radius <= steps).all()
    assert (steps < 6 * radius).all()


def test_a_ratio_that_the_flow_does_not_resolve_is_a_gap():
    Y = nb.smooth_labels(POINTS.Y, 0.2)
    exact = jnp.log(Y)
    ratios = measure.pl_ratios(jnp.stack([exact + jnp.eye(4, 2), exact]), Y)
    assert ratios[0] == pytest.approx(float(nb.pl_ratio(nb.cross_entropy, exact + jnp.eye(4, 2), Y)))
    assert np.isnan(ratios[1])


def test_scan_without_regularizer_knows_which_theorem_speaks():
    log_times = np.linspace(-2.0, 4.0, 5)
    smooth, hard = (
        measure.width_scan(POINTS, (16,), lam=0.0, epsilon=e, seeds=1, log_times=log_times)
        for e in (0.2, 0.0)
    )
    network = nb.mlp(5, 2, 16)
    theta0 = network.init(jax.random.key(16))
    Y = nb.smooth_labels(POINTS.Y, 0.2)
    V0 = nb.excess(nb.cross_entropy, network.apply(theta0, POINTS.X), Y)
    kappa = jnp.linalg.eigvalsh(nb.empirical_ntk(network.apply, theta0, POINTS.X))[0]
    R = nb.radius_nondegenerate(V0, nb.pl_constant_polynomial(Y, V0), kappa)
    assert smooth.bound[0, 0] == pytest.approx(float(R))
    assert np.isnan(hard.bound).all()
    assert smooth.radius[0, 0] < hard.radius[0, 0]


def test_exercises_judge_answers():
    for name, answer in {"plateau": np.log(91), "least-distance": 8.54}.items():
        assert nb.check(name).status == "open"
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.1 * answer).status == "not yet"
    assert "between" in nb.check("five-per-cent", 3.0).message


def farthest(Theta, starts, ends, *, mean=expit):
    """sup_t ‖θ_t − θ₀‖/ρ of u̇ = −2Θ(m(u) − m(u*)), by SciPy's LSODA in the clock log(1 + t)."""
    Theta, starts, ends = (np.asarray(given, dtype=float) for given in (Theta, starts, ends))
    y, inverse = mean(ends), np.linalg.inv(Theta)

    def velocity(s, u):
        return -2 * np.exp(s) * Theta @ (mean(u) - y)

    solved = solve_ivp(velocity, (0, 25), starts, method="LSODA", rtol=1e-8, atol=1e-9)
    moved = solved.y - starts[:, None]
    distance = np.sqrt(np.einsum("it,ij,jt->t", moved, inverse, moved))
    whole = np.sqrt((ends - starts) @ inverse @ (ends - starts))
    assert distance[-1] == pytest.approx(whole, rel=1e-4)
    return distance.max() / whole


def test_a_detour_is_there_for_another_integrator_and_only_with_cross_entropy():
    Theta, starts, ends = np.array([[0.13, 0.15], [0.15, 0.47]]), [37, 40], [5.5, -10]
    far = farthest(Theta, starts, ends)
    assert 1.123 < far < 1.125
    f0, Y = measure.two_classes(starts), jax.nn.softmax(measure.two_classes(ends), axis=1)
    flow = nb.linearized_flow(jnp.asarray(Theta), f0, Y, jnp.exp(jnp.array([9.8, 9.9, 10.0])))
    rho = measure.distance_to_minimizer(jnp.asarray(Theta), f0, Y)
    assert float(flow.radius.max()) / rho == pytest.approx(far, abs=1e-3)
    assert farthest(Theta, starts, ends, mean=np.positive) < 1 + 1e-6  # squared error
    assert farthest(Theta[:1, :1], starts[:1], ends[:1]) < 1 + 1e-6  # a single point


def test_three_points_go_further_out_of_their_way_than_two():
    Theta = np.array([[0.3631, -0.4489, -0.1491], [-0.4489, 0.5738, 0.1832], [-0.1491, 0.1832, 0.063]])
    assert np.linalg.eigvalsh(Theta)[0] > 1e-3
    assert 1.23 < farthest(Theta, [-42, -20, 73], [11.5, 16.3, 7.6]) < 1.24
