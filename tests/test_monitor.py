import functools
import itertools
import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy
from jax.flatten_util import ravel_pytree

import ntkbook as nb
from ntkbook import _laziness_measures
from ntkbook import bounds as bounds_module
from ntkbook import problem as problem_module
from ntkbook._laziness_measures import _norm, power_iterations
from ntkbook.bounds import (
    pl_constant,
    pl_constant_polynomial,
    radius_bounds,
    radius_nondegenerate,
    radius_regularized,
)
from ntkbook.data import sphere
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput
from ntkbook.lazy_within import share_beyond
from ntkbook.losses import (
    bernoulli,
    brier,
    cross_entropy,
    excess,
    pl_bound,
    poisson,
    smooth_labels,
    squared_error,
)
from ntkbook.monitor import LazinessMonitor, LazinessRecord
from ntkbook.networks import mlp
from ntkbook.problem import Problem

N, K = 6, 3
DATA = sphere(jax.random.key(0), points=N, inputs=6, classes=K)
Y = smooth_labels(DATA.Y, 0.2)
NETWORK = mlp(6, K, 32)
PARAMS = NETWORK.init(jax.random.key(1))
KAPPA = float(jnp.linalg.eigvalsh(empirical_ntk(NETWORK.apply, PARAMS, DATA.X))[0])


def problem_of(apply=NETWORK.apply, params=PARAMS, targets=Y, **rest: Any):
    return Problem(apply, params, DATA.X, targets, **rest)


def monitor_of(apply=NETWORK.apply, params=PARAMS, targets=Y, *, lam=0.0, share=1.0, **settings: Any):
    return LazinessMonitor(problem_of(apply, params, targets, lam=lam), share=share, **settings)


def measured(monitor, params, step=200) -> LazinessRecord:
    record = monitor(params, step)
    assert record is not None
    return record


@functools.partial(jax.jit, static_argnums=0)
def descend(apply, params, targets, lam, steps):
    """Gradient descent on C + (λ/2)‖θ − θ₀‖², rate 0.1."""

    def step(_, theta):
        z, pull_back = jax.vjp(lambda theta: apply(theta, DATA.X), theta)
        (gradient,) = pull_back(cross_entropy.residual(z, targets))
        return jax.tree.map(lambda t, g, t0: t - 0.1 * (g + lam * (t - t0)), theta, gradient, params)

    return jax.lax.fori_loop(0, steps, step, params)


@pytest.fixture(scope="module")
def moved():
    return descend(NETWORK.apply, PARAMS, Y, 0.0, 200)


@pytest.mark.parametrize("points", [4, 100])
def test_exact_probes_give_the_kernel_quantities(moved, points):
    record = measured(monitor_of(points=points, probes=None), moved)
    X = DATA.X[:points]
    Theta0, Theta = (np.asarray(empirical_ntk(NETWORK.apply, p, X)) for p in (PARAMS, moved))
    np.testing.assert_allclose(
        record.drift, np.linalg.norm(Theta - Theta0, ord=2) / np.linalg.norm(Theta0, ord=2), rtol=1e-10
    )
    alignment = np.sum(Theta * Theta0) / np.linalg.norm(Theta) / np.linalg.norm(Theta0)
    np.testing.assert_allclose(record.alignment, alignment, rtol=1e-10)
    np.testing.assert_allclose(record.kappa, np.linalg.eigvalsh(Theta)[0], rtol=1e-8)
    whitened = scipy.linalg.eigvalsh(Theta - Theta0, Theta0)
    np.testing.assert_allclose([record.whitened_least, record.whitened_largest], whitened[[0, -1]], rtol=1e-8)
    assert record.drift > 0.02
    assert record.alignment < 1 - 1e-5


# holds: monitor-sees.5
def test_least_eigenvalues_and_whitened_changes_are_seen_from_one_side(moved):
    all_points, some, few = (
        measured(monitor_of(**how), moved) for how in ({}, {"points": 3}, {"points": 3, "probes": 4})
    )
    assert all_points.kappa < some.kappa < few.kappa
    assert (
        all_points.whitened_least < some.whitened_least < some.whitened_largest < all_points.whitened_largest
    )
    assert (1 + all_points.whitened_least) * KAPPA <= all_points.kappa
    assert np.isnan(few.whitened_least)


def test_a_singular_kernel_has_no_whitened_change():
    twice = jnp.concatenate([DATA.X[:1], DATA.X[:1]])
    monitor = LazinessMonitor(Problem(NETWORK.apply, PARAMS, twice, Y[:2]), share=1)
    assert np.isnan(measured(monitor, PARAMS).whitened_least)


# holds: monitor-sees.3
def test_random_probes_never_overstate_the_drift(moved):
    exact = measured(monitor_of(), moved)
    for seed in range(3):
        few = measured(monitor_of(probes=8, key=jax.random.key(seed)), moved)
        assert 0.9 * exact.drift <= few.drift <= exact.drift * (1 + 1e-10)
        np.testing.assert_allclose(few.alignment, exact.alignment, atol=0.02)


def test_the_initial_norm_is_exact_without_the_kernel():
    start = jax.random.normal(jax.random.key(3), (N * K,))
    exact = jnp.linalg.norm(empirical_ntk(NETWORK.apply, PARAMS, DATA.X), ord=2)
    np.testing.assert_allclose(_norm(NETWORK.apply, PARAMS, DATA.X, start), exact, rtol=1e-12)


def test_probes_form_no_kernel(moved, monkeypatch):
    for module in (problem_module, _laziness_measures):
        monkeypatch.setattr(module, "empirical_ntk", None)  # not callable
    with pytest.raises(TypeError):
        monitor_of()
    assert measured(monitor_of(probes=2), moved).drift > 0


def test_as_many_probes_as_rows_give_the_kernel_itself(moved):
    assert measured(monitor_of(probes=N * K), moved) == measured(monitor_of(), moved)


# holds: monitor-sees.3
def test_power_iterations_approach_the_norm_from_below():
    D = jax.random.normal(jax.random.key(7), (30, 30))
    D, start = D + D.T, jax.random.normal(jax.random.key(8), (30,))
    norm = float(jnp.max(jnp.abs(jnp.linalg.eigvalsh(D))))
    found = [float(power_iterations(lambda w: D @ w, start, steps)) for steps in (1, 2, 5, 1000)]
    assert np.all(np.diff(found) >= 0)
    assert found[0] == pytest.approx(float(jnp.linalg.norm(D @ start) / jnp.linalg.norm(start)))
    assert found[-1] == pytest.approx(norm, rel=1e-3)
    assert found[-1] <= norm * (1 + 1e-12)
    assert float(power_iterations(lambda w: 0 * w, 0 * start, 3)) == 0


def test_function_quantities_follow_their_formulas(moved):
    record = measured(monitor_of(points=4), moved)
    tangent = jax.tree.map(jnp.subtract, moved, PARAMS)
    f0, change = jax.jvp(lambda p: NETWORK.apply(p, DATA.X[:4]), (PARAMS,), (tangent,))
    f = NETWORK.apply(moved, DATA.X[:4])
    gap = float(jnp.linalg.norm(f - f0 - change, axis=1).max())
    np.testing.assert_allclose(record.taylor_gap, gap, rtol=1e-10)
    z = NETWORK.apply(moved, DATA.X)
    p = jax.nn.softmax(z, axis=1)
    pl = float(jnp.sum((p - Y) ** 2)) / (2 * float(jnp.sum(Y * jnp.log(Y / p))))
    np.testing.assert_allclose(record.pl_ratio, pl, rtol=1e-8)
    np.testing.assert_allclose(record.logit_gap, float((z.max(1) - z.min(1)).max()), rtol=1e-12)
    radius = np.sqrt(sum(float(jnp.sum(leaf**2)) for leaf in jax.tree.leaves(tangent)))
    np.testing.assert_allclose(record.radius, radius, rtol=1e-12)
    assert record.step == 200


def test_nothing_has_happened_at_the_initialization():
    monitor = monitor_of()
    record = measured(monitor, PARAMS, 0)
    assert record.radius == 0
    np.testing.assert_allclose([record.drift, record.taylor_gap], 0, atol=1e-13)
    np.testing.assert_allclose(record.alignment, 1, atol=1e-12)
    assert np.isnan(record.gap)
    assert monitor.verdict() is None
    assert "No verdict" in monitor.report()


def test_single_precision_networks_are_followed(moved):
    def single(params):
        return jax.tree.map(lambda leaf: leaf.astype(jnp.float32), params)

    X = DATA.X.astype(jnp.float32)
    problem = Problem(NETWORK.apply, single(PARAMS), X, Y)
    record = measured(LazinessMonitor(problem, share=1.0), single(moved))
    np.testing.assert_allclose(record.drift, measured(monitor_of(), moved).drift, rtol=1e-3)


def test_a_linear_model_never_leaves_the_lazy_regime():
    weights = jnp.zeros((6, K))
    monitor = LazinessMonitor(Problem(lambda W, X: X @ W, weights, DATA.X, Y), share=1.0)
    record = measured(monitor, weights + 50 * jax.random.normal(jax.random.key(2), weights.shape), 1)
    assert record.drift < 1e-12
    assert record.taylor_gap < 1e-12
    assert record.radius > 100


HELD_OUT = DATA.X_test


@pytest.fixture(scope="module")
def compared(moved):
    """A monitor that has looked twice, with the twin at other parameters than the network's; both records."""
    monitor = monitor_of(held_out=HELD_OUT)
    far = jax.tree.map(lambda a, b: a + 20 * (b - a), PARAMS, moved)
    return monitor, [monitor(moved, 1, PARAMS), monitor(PARAMS, 2, far)], far


def test_two_trainings_are_compared_by_their_formulas(compared, moved):
    monitor, records, far = compared
    each = []
    for record, theta, twin in zip(records, (moved, PARAMS), (PARAMS, far), strict=True):
        f = np.asarray(NETWORK.apply(theta, HELD_OUT))
        J = np.asarray(nb.jacobian(NETWORK.apply, PARAMS, HELD_OUT))
        step = ravel_pytree(twin)[0] - ravel_pytree(PARAMS)[0]
        f_lin = np.asarray(NETWORK.apply(PARAMS, HELD_OUT)) + (J @ step).reshape(f.shape)
        gap = np.linalg.norm(f - f_lin, axis=1)
        # the total variation is what an event can differ by at most: the sum over the classes that gain
        p, q = scipy.special.softmax(f, axis=1), scipy.special.softmax(f_lin, axis=1)
        variation = np.maximum(p - q, 0).sum(axis=1)
        other = f.argmax(axis=1) != f_lin.argmax(axis=1)
        np.testing.assert_allclose(record.gap, gap.max(), rtol=1e-10)
        np.testing.assert_allclose(record.probability_gap, variation.max(), rtol=1e-10)
        assert record.other_class == other.mean()
        each.append([gap, variation, other])
    np.testing.assert_allclose(monitor.apart, np.maximum(*each), rtol=1e-10)


# holds: held-out-points
def test_the_verdict_is_on_the_largest_over_points_and_looks(compared):
    monitor, records, _ = compared
    held = monitor.verdict(delta=0.1)
    M, other = len(HELD_OUT), int(monitor.apart[2].sum())
    assert held.logits == max(record.gap for record in records)
    assert held.probabilities == max(record.probability_gap for record in records)
    assert (held.points, held.delta) == (M, 0.1)
    assert held.share == pytest.approx(1 - 0.1 ** (1 / M))
    assert held.classes == share_beyond(M, delta=0.1, beyond=other)
    assert f"Lazy to within {held.logits:.3g} in logits and" in monitor.report()
    assert f"from {M} held-out points" in monitor.report()


def test_nothing_is_said_of_classes_where_logits_are_none():
    monitor = LazinessMonitor(problem_of(loss=bernoulli), held_out=HELD_OUT, share=1)
    monitor(PARAMS, 1, PARAMS)
    assert re.search(r"Lazy to within [\d.e-]+ in logits, each on", monitor.report())
    assert "class" not in monitor.report()


def test_a_verdict_is_saved_and_goes_on(compared, tmp_path):
    monitor, _, _ = compared
    monitor.save(tmp_path / "kept.npz")
    again = LazinessMonitor.load(tmp_path / "kept.npz", monitor.problem, held_out=HELD_OUT, share=1)
    assert again.records == monitor.records
    assert again.verdict() == monitor.verdict()
    with pytest.raises(InvalidInput, match="the points that were held out"):
        LazinessMonitor.load(tmp_path / "kept.npz", monitor.problem)


def test_a_twin_needs_points_that_are_held_out():
    with pytest.raises(InvalidInput, match="no points on which to compare"):
        monitor_of()(PARAMS, 1, PARAMS)


def test_wider_networks_drift_less():
    drifts = []
    for width in (16, 256):
        network = mlp(6, K, width)
        params = network.init(jax.random.key(3))
        trained = descend(network.apply, params, Y, 0.1, 100)
        drifts.append(measured(monitor_of(network.apply, params, probes=None), trained).drift)
    assert drifts[1] < drifts[0] / 4


def test_radius_bounds_are_those_of_the_theorems():
    V0 = float(excess(cross_entropy, NETWORK.apply(PARAMS, DATA.X), Y))
    regularized = radius_bounds(problem_of(lam=0.3))
    assert regularized == {"B": pytest.approx(float(radius_regularized(V0, 0.3)), rel=1e-10)}
    mu = max(float(pl_constant(Y, V0)), float(pl_constant_polynomial(Y, V0)))
    np.testing.assert_allclose(
        radius_bounds(problem_of())["A"], radius_nondegenerate(V0, mu, KAPPA), rtol=1e-8
    )
    assert radius_bounds(problem_of(targets=DATA.Y)) == {}
    assert set(radius_bounds(problem_of(targets=DATA.Y, lam=1.0))) == {"B"}
    assert radius_bounds(problem_of(targets=DATA.Y, lam=1.0, anchor="zero")) == {}


@pytest.mark.parametrize("loss", [squared_error, bernoulli, poisson], ids=lambda loss: loss.name)
def test_theorem_a_covers_every_loss_with_a_pl_constant(loss):
    V0 = float(excess(loss, NETWORK.apply(PARAMS, DATA.X), Y))
    R = radius_nondegenerate(V0, float(pl_bound(loss, Y, V0)), KAPPA)
    assert radius_bounds(problem_of(loss=loss)) == {"A": pytest.approx(float(R), rel=1e-8)}
    attained = loss is squared_error  # at one-hot targets
    assert set(radius_bounds(problem_of(loss=loss, targets=DATA.Y))) == ({"A"} if attained else set())
    assert set(radius_bounds(problem_of(loss=loss, lam=1.0))) == {"B"}
    assert radius_bounds(problem_of(loss=brier)) == {}


def test_theorem_a_near_the_boundary_of_the_simplex():
    """There μ by strong convexity is 0 in floating point, and the other constant is not."""
    near = smooth_labels(DATA.Y, 0.01)
    V0 = float(excess(cross_entropy, NETWORK.apply(PARAMS, DATA.X), near))
    assert float(pl_constant(near, V0)) == 0
    R = radius_nondegenerate(V0, float(pl_constant_polynomial(near, V0)), KAPPA)
    assert radius_bounds(problem_of(targets=near)) == {"A": pytest.approx(float(R), rel=1e-8)}


def test_theorem_a_is_left_out_for_large_kernels(monkeypatch):
    monkeypatch.setattr(bounds_module, "KAPPA_LIMIT", N * K - 1)
    assert radius_bounds(problem_of()) == {}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, r"at most [\d.e+]+ by Theorem A at large width\)"),
        ({"lam": 0.3}, r"at most [\d.]+ by Theorem B\)"),
        ({"targets": DATA.Y}, "no theorem bounds it here"),
    ],
)
def test_the_report_names_the_theorem(settings, words):
    monitor = monitor_of(**settings)
    monitor(PARAMS, 0)
    assert re.search(words, monitor.report())


@pytest.mark.parametrize("bad", [jnp.nan, jnp.inf])
def test_divergence_is_not_lazy(bad):
    *layers, (weights, bias) = PARAMS
    monitor = monitor_of(held_out=HELD_OUT)
    record = monitor([*layers, (weights, bias.at[0].set(bad))], 1, PARAMS)
    assert record.drift == 0  # the kernel does not depend on the output bias
    assert (record.gap, record.probability_gap, record.other_class) == (np.inf, 1, 1)
    assert monitor.verdict().classes == 1
    assert "has diverged: at step 1 parameters or logits are not finite" in monitor.report()


def test_training_with_a_regularizer_stays_within_its_bound():
    monitor = monitor_of(targets=DATA.Y, lam=0.3)
    for step in (1, 10, 100, 1_000):
        params = descend(NETWORK.apply, PARAMS, DATA.Y, 0.3, step)
        assert 0 < measured(monitor, params, step).radius <= radius_bounds(monitor.problem)["B"]


@pytest.fixture
def ticking(monkeypatch):
    """A clock that ticks one second a reading."""
    ticks = itertools.count()
    monkeypatch.setattr(LazinessMonitor, "clock", staticmethod(lambda: float(next(ticks))))


@pytest.mark.usefixtures("ticking")
def test_calls_over_the_budget_are_passed_over():
    """A record takes 1 s, and 4 s or more must pass before the next."""
    monitor = monitor_of(share=0.2)
    taken = [monitor(PARAMS, step) is not None for step in range(20)]
    assert taken[0]
    assert 3 <= sum(taken) <= 7
    assert len(monitor.records) == sum(taken)
    assert 0 < monitor.cost <= 0.35


@pytest.mark.usefixtures("ticking")
def test_cost_is_reported(moved):
    monitor = monitor_of()
    monitor(moved, 1)  # born at 0, record from 1 to 2, asked at 3
    np.testing.assert_allclose(monitor.cost, 1 / 3)
    assert "1 records cost 25.0 % of the time" in monitor.report()


def test_an_empty_report_says_what_to_do():
    assert "call monitor(params, step)" in monitor_of().report()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"targets": 2 * Y}, "leave the simplex"),
        ({"targets": Y[:4]}, "targets Y have shape"),
        ({"lam": -1.0}, "lam = -1.0"),
        ({"points": 0}, "points = 0"),
        ({"probes": 0}, "probes = 0"),
        ({"share": 2.0}, "share = 2.0"),
        ({"params": jax.tree.map(lambda leaf: jnp.nan * leaf, PARAMS)}, r"apply\(theta0, X\) has 18 entries"),
        ({"apply": lambda params, X: X[:, :K]}, "does not depend on params"),
        ({"apply": lambda params, X: X[:, :K], "probes": 2}, "Θ₀ of the monitored points is zero"),
    ],
)
def test_bad_input(settings, words):
    with pytest.raises(InvalidInput, match=words):
        monitor_of(**settings)


def test_other_parameters_are_refused():
    monitor = monitor_of()
    with pytest.raises(InvalidInput, match="without the optimizer's state"):
        monitor(mlp(6, K, 8).init(jax.random.key(0)), 0)
    with pytest.raises(InvalidInput, match="'speed' is not known"):
        monitor.trace("speed")


def test_parameters_that_training_overwrites_are_kept():
    """`donate_argnums` gives the buffers of θ₀ away at the first step."""
    w, X = jnp.zeros((2, 2)), jnp.eye(2)
    monitor = LazinessMonitor(Problem(lambda w, X: X @ w, w, X, jnp.eye(2)), share=1)
    moved = jax.jit(lambda w: w + 1, donate_argnums=0)(w)
    assert w.is_deleted()
    assert monitor(moved, 1).radius == pytest.approx(2.0)
    assert "Radius" in monitor.report()
