"""The chapter on sharp conditions, against independent routes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters.sharp_conditions.measure import copies as cp
from ntkbook.chapters.sharp_conditions.measure import separation as sp

# --- copies ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("relabelled", [0, 1, 4])
def test_relabelled_inputs_miss_a_class(relabelled):
    X, Y = cp.copies(relabelled)
    means = np.asarray(Y).reshape(cp.INPUTS, cp.COPIES, cp.CLASSES).mean(axis=1)
    assert (means == 0).any(axis=1).sum() == relabelled
    np.testing.assert_allclose(means[relabelled:], 1 / 3, rtol=1e-15)
    assert len(np.unique(np.asarray(X), axis=0)) == cp.INPUTS
    assert nb.separability(nb.mlp(6, 3, 8).kernel(X).ntk, Y).separable == (relabelled > 0)


def test_copies_moved_apart_are_distinct_and_stay_on_the_sphere():
    X, _ = cp.copies(apart=0.1)
    np.testing.assert_allclose(np.linalg.norm(X, axis=1), np.sqrt(6), rtol=1e-12)
    distance = np.linalg.norm(X - cp.copies()[0], axis=1) / np.sqrt(6)
    assert np.all((distance > 0.05) & (distance < 0.15))


def test_copies_are_their_mean_labels_in_a_third_of_the_time():
    """Corollary 2: on three copies each, C(z) = 3 Σ_m ℓ(z_m; ȳ_m), for the network as for its linearization."""
    flow, network = cp.copies_flow(16, relabelled=2), nb.mlp(6, 3, 16)
    X, Y = (array.reshape(cp.INPUTS, cp.COPIES, -1).mean(axis=1) for array in cp.copies(2))
    early = flow.log_t < 3
    times = 3 * jnp.exp(jnp.asarray(flow.log_t[early]))
    problem = nb.Problem.of(network, jax.random.key(1), X, Y)
    once = nb.gradient_flow(problem, times, integration=nb.Integration(rtol=1e-8, atol=1e-10))
    np.testing.assert_allclose(flow.radius[early], once.radius, rtol=1e-5)
    np.testing.assert_allclose(flow.drift[early], once.ntk_drift, rtol=1e-4)
    assert np.isnan(flow.end)


# holds: cor-copies
def test_conflicting_copies_stop_near_the_end_of_the_linearized_flow():
    scan = cp.copies_scan((256,), seeds=1)
    assert scan.drift.shape == scan.radius.shape == (1, 1, len(scan.log_t))
    late = scan.radius[0, 0, scan.log_t >= 4]
    np.testing.assert_allclose(late, late[-1], rtol=1e-3)
    assert late[-1] == pytest.approx(cp.copies_flow(256).end, rel=0.2)
    arrays = cp.conflicts(256, 0)
    np.testing.assert_array_equal(arrays["radius"], scan.radius[0, 0])
    assert f"stop at {late[-1]:.3f}" in cp.describe_conflicts({"n": 256, "relabelled": 0}, arrays)
    assert "1 of 4" in cp.describe_conflicts({"n": 256, "relabelled": 1}, cp.conflicts(256, 1))


# holds: cor-copies
@pytest.mark.parametrize("counts", [(1, 1), (2, 7)])
def test_pl_constant_of_weighted_copies(counts):
    """μ = min_m N_m min(a_m/4, a_m² N_m/(8V)) on {C − C* ≤ V}, C = Σ_m N_m ℓ(z_m; ȳ_m), a_m = min_k ȳ_mk."""
    N, means = np.asarray(counts, dtype=float), jnp.array([[0.2, 0.3, 0.5], [0.6, 0.2, 0.2]])
    a = np.asarray(means.min(axis=1))
    for seed in range(20):
        z = jax.random.normal(jax.random.key(seed), (2, 3)) * (0.5 if seed < 10 else 5.0)
        each = nb.cross_entropy.value(z, means) - nb.cross_entropy.infimum(means)
        V = float(N @ each)
        mu = np.min(N * np.minimum(a / 4, a**2 * N / (8 * V)))
        slope = N[:, None] * nb.cross_entropy.residual(z, means)
        assert float(jnp.sum(slope**2)) >= 2 * mu * V
        alone = [nb.pl_constant_polynomial(means[m : m + 1], V / N[m]) for m in range(2)]
        assert mu == pytest.approx(min(N[m] * float(alone[m]) for m in range(2)))
        assert mu > 10 * np.min(N * np.exp(-(np.log(3) + V / N) / a))  # what strong convexity gives


# --- the plane and random problems -----------------------------------------------------------------------


@pytest.mark.parametrize(("position", "label"), [(0.5, "0"), (2.0, "0"), (-0.5, "1"), (-2.0, "1")])
def test_the_line_separates_or_the_flow_ends(position, label):
    arrays = sp.moved_point(position, label)
    points = np.vstack([sp.FIXED, [position, 0.0]])
    labels = np.append(sp.LABELS, int(label))
    setting = {"position": position, "label": label}
    if abs(position) == 2:
        assert np.isnan(arrays["line_x"]).all()
        assert arrays["radius"][-1] == pytest.approx(arrays["end"][0], rel=1e-7)
        assert np.all(arrays["radius"] <= 2 * arrays["end"] * (1 + 1e-9))  # Theorem E's R
        assert f"ends at radius {arrays['end'][0]:.2f}" in sp.describe_moved_point(setting, arrays)
        return
    start, end = np.column_stack([arrays["line_x"], arrays["line_y"]])
    along = end - start
    side = (points[:, 0] - start[0]) * along[1] - (points[:, 1] - start[1]) * along[0]
    sides = [np.sign(np.round(side[labels == k], 9)) for k in (0, 1)]
    assert sides[0].max() <= 0 <= sides[1].min() or sides[1].max() <= 0 <= sides[0].min()
    assert np.abs(side).max() > 0.1
    assert np.isnan(arrays["end"]).all()
    assert arrays["radius"][-1] > 1.8 * np.interp(20, arrays["log_t"], arrays["radius"])
    assert "goes on growing" in sp.describe_moved_point(setting, arrays)


# holds: theorem-e
def test_linear_program_and_flow_agree():
    two = sp.agreement(12)
    assert np.array_equal(two.separable, two.growth > 1.2)
    np.testing.assert_allclose(two.growth[~two.separable], 1, atol=1e-6)
    assert set(two.separable) == {True, False}


# holds: theorem-f.1
def test_one_point_against_closed_forms():
    log_t = np.array([2.0, 10.0, 20.0])
    empty = sp.radius_of_one(nb.poisson, 0.0, log_t)  # ż = −e^z from ½
    np.testing.assert_allclose(empty, 0.5 + np.log(np.exp(-0.5) + np.exp(log_t)), rtol=1e-7)
    held = sp.radius_of_one(nb.bernoulli, 0.9, log_t)
    assert held[-1] == pytest.approx(np.log(9) - 0.5, rel=1e-8)


def test_exercises_judge_answers():
    right = {"three-to-one": 1.0986, "mean-count": 0.6931, "half-of-six": 0.53, "mirror-images": 1.3863}
    for name, answer in right.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.5 * answer).status == "not yet"


@pytest.mark.parametrize(
    ("activation", "factor", "hidden_layers"), [("erf", -1.0, 1), ("erf", -1.0, 2), ("relu", 2.0, 2)]
)
def test_a_kernel_that_is_singular_in_the_limit_is_so_at_every_parameter(activation, factor, hidden_layers):
    """x and −x, or x and 2x, without biases: the null vector is an identity of the network, wherever it goes."""
    network = nb.mlp(3, 2, 16, hidden_layers=hidden_layers, activation=activation, sigma_b=0.0)
    x = jnp.array([[0.4, -1.0, 0.7]])
    X = jnp.concatenate([x, factor * x, x[:, ::-1]])
    kernels = network.kernel(X)
    c = jnp.array([-factor, 1.0, 0.0])
    assert abs(float(c @ kernels.ntk @ c)) < 1e-6 * float(jnp.trace(kernels.ntk))
    for seed in range(2):
        theta = jax.tree.map(lambda leaf: 3 * leaf + 0.5, network.init(jax.random.key(seed)))
        np.testing.assert_allclose(c @ network.apply(theta, X), 0, atol=1e-10)
        Theta = nb.empirical_ntk(network.apply, theta, X)
        values = np.linalg.eigvalsh(Theta)
        assert (abs(values[:2]) < 1e-9 * values[-1]).all()  # one for each class
        assert values[2] > 1e-9 * values[-1]


def test_equal_labels_of_mirror_images_are_in_conflict():
    network = nb.mlp(3, 2, 16, sigma_b=0.0)
    x = jnp.array([[0.4, -1.0, 0.7]])
    X, Y = jnp.concatenate([x, -x]), jnp.tile(jnp.array([[1.0, 0.0]]), (2, 1))
    problem = nb.Problem.of(network, jax.random.key(0), X, Y)
    assert isinstance(nb.separability(problem.Theta0, Y), nb.Bounded)
    run = nb.gradient_descent(problem, jnp.array([400]), learning_rate=0.2, record_ntk=False)
    assert float(run.value[-1]) == pytest.approx(2 * np.log(2), rel=1e-6)
