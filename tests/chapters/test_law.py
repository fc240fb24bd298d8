"""The law of trained predictors: many networks in one flow, their initial functions, and the test of the law."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import ntkbook as nb
from benchmarks.records import digest
from ntkbook import bayes
from ntkbook.chapters._shared.measure import many_networks as module
from ntkbook.chapters._shared.measure import side_by_side as networks
from ntkbook.chapters.law import measure
from ntkbook.chapters.law.measure import law_circle as circle_module
from ntkbook.chapters.law.measure.goodness import goodness_of_fit
from ntkbook.chapters.law.measure.trained_laws import (
    EACH,
    EPSILONS,
    RECORD,
    SEEDS,
    WIDTHS,
    train_at_every_epsilon,
)

FAR = np.arange(4, 8)
X = networks.circle_points()


WIDTH = 64


@pytest.fixture(scope="module")
def trained():
    return {prior: measure.trained_networks(WIDTH, prior, seeds=3, epsilon=0.5) for prior in module.PRIORS}


def test_networks_side_by_side_are_trained_as_if_alone(trained, monkeypatch):
    """Against the library's flow, whose steps are explicit and of another order; shorter implicit steps come nearer."""
    network = networks.circle_mlp(WIDTH)
    monkeypatch.setattr(networks, "STEP", 0.04)
    finer = measure.trained_networks(WIDTH, "nngp", seeds=3, epsilon=0.5)
    keys = jax.random.split(jax.random.split(jax.random.key(0))[0], 3)
    Y, squares, off = nb.smooth_labels(module.labels(), 0.5), [], []
    for s, key in enumerate(keys):
        theta0 = network.init(key)
        problem = nb.Problem(network.apply, theta0, X[:4], Y)
        alone = nb.gradient_flow(problem, jnp.array([1e3]), X_test=X[4:], record_ntk=False)
        off.append(
            [
                float(jnp.abs(run.logits[s, 4:] - alone.test_logits[-1]).max())
                for run in (trained["nngp"], finer)
            ]
        )
        np.testing.assert_allclose(trained["nngp"].initial[s], network.apply(theta0, X), atol=1e-12)
        squares.append(float(alone.radius[-1]) ** 2)
    coarse, fine = np.max(off, axis=0)
    assert coarse < 0.02
    assert fine < 0.3 * coarse  # a fifth, for steps of first order
    assert trained["nngp"].radius == pytest.approx(np.sqrt(np.mean(squares)), rel=0.01)


@pytest.mark.parametrize("lam", [0.0, 0.5])
def test_a_small_implicit_step_is_one_down_the_gradient(lam):
    """Against automatic differentiation of the objective, at weights away from θ₀."""
    theta0, added = networks.started(5, "ntk", 2, 0)
    away = networks.Weights(*(1.1 * part + 0.1 for part in theta0))
    Y = np.asarray(nb.smooth_labels(module.labels(), 0.3))
    points, network = np.asarray(X[:4]), networks.circle_mlp(5)
    for s in (0, 1):
        old, new = (networks.Weights(*(part[s : s + 1] for part in theta)) for theta in (theta0, away))

        def objective(parts, old=old, s=s):
            (W1, b1, W2, b2) = (part[0] for part in parts)
            z = network.apply([(W1, b1[0]), (), (W2, b2[0])], points) + added[s, :4]
            squares = sum(jnp.sum((a - b) ** 2) for a, b in zip(parts, old, strict=True))
            return nb.total(nb.cross_entropy, z, Y) + lam / 2 * squares

        gradient, step = jax.grad(objective)(new), 1e-6
        after = networks._step(new, old, points, added[s : s + 1, :4], Y, lam, step)
        for a, b, g in zip(after, new, gradient, strict=True):
            np.testing.assert_allclose((a - b) / step, -g, atol=1e-4)


def test_every_network_meets_its_targets_from_every_initial_function(trained):
    target = nb.center(jnp.log(nb.smooth_labels(module.labels(), 0.5)))
    for run in trained.values():
        np.testing.assert_allclose(
            nb.center(run.logits[:, :4]), jnp.broadcast_to(target, (3, 4, 3)), atol=1e-6
        )
    np.testing.assert_allclose(trained["zero"].initial, 0, atol=1e-12)


# holds: corrected-initial-function
def test_corrected_initial_functions_have_the_tangent_kernel_as_covariance():
    network, kernels = networks.circle_mlp(256), networks.circle_mlp(1).kernel(X)
    keys = jax.random.split(jax.random.key(1), 800)
    theta0 = jax.vmap(network.init)(keys)
    added = networks.offsets(network.apply, "ntk", X, theta0, jax.random.split(jax.random.key(2), 800))
    f0 = jax.vmap(network.apply, in_axes=(0, None))(theta0, X) + added
    spread = np.einsum("spk,sqk->pq", f0, f0) / (800 * 3)
    np.testing.assert_allclose(spread, kernels.ntk, atol=0.08 * float(kernels.ntk[0, 0]))
    assert abs(spread - kernels.nngp).max() > 0.3 * float(kernels.ntk[0, 0])


# holds: theorem-g.5
def test_the_radius_of_the_theorem_is_that_of_exact_draws():
    kernels, Y = networks.circle_mlp(1).kernel(X[:4]), nb.smooth_labels(module.labels(), 0.2)
    for prior in module.PRIORS:
        q = module.initial_covariance(kernels, prior)
        f0 = bayes.sample_functions(jax.random.key(3), q + 1e-12 * jnp.eye(4), members=4_000, classes=3)
        rest = nb.center(jnp.log(Y)) - nb.center(f0)
        squares = np.einsum("sik,ij,sjk->s", rest, np.linalg.inv(kernels.ntk), rest)
        assert module.expected_radius(prior, 0.2) == pytest.approx(np.sqrt(squares.mean()), rel=0.02)


def test_p_values_are_uniform_under_the_law_and_tiny_under_another():
    """Two hundred samples from the law itself: each p-value uniform, by Kolmogorov–Smirnov at 0.1 %."""
    law, wrong = (module.circle_law(prior, 0.5) for prior in ("nngp", "ntk"))
    fits = [
        goodness_of_fit(law.sample(key, 200), law, FAR) for key in jax.random.split(jax.random.key(4), 200)
    ]
    for name in ("mean", "covariance", "shape"):
        assert stats.kstest([getattr(fit, name) for fit in fits], "uniform").pvalue > 1e-3, name
    sample = law.sample(jax.random.key(5), 200)
    assert goodness_of_fit(sample, wrong, FAR).least < 1e-12
    shifted = sample + 0.5 * jnp.sqrt(law.marginals()[:, 0, 0])[:, None] * jnp.array([1.0, -1.0, 0.0])
    assert goodness_of_fit(shifted, law, FAR).mean < 1e-6


def test_the_shape_is_tested_too():
    """Heavy tails with the right mean and the right covariance: only the squared distances tell."""
    law = module.circle_law("nngp", 0.5)
    sample = law.sample(jax.random.key(6), 1_000) - law.mean
    scale = jnp.where(jax.random.bernoulli(jax.random.key(7), 0.5, (1_000, 1, 1)), 0.5, np.sqrt(1.75))
    fit = goodness_of_fit(law.mean + scale * sample, law, FAR)
    assert fit.shape < 1e-6


def test_corrected_p_values_by_hand_and_by_their_promise():
    p = np.array([[0.01, 0.04], [0.03, 0.005]])
    np.testing.assert_allclose(measure.holm(p), [[0.03, 0.06], [0.06, 0.02]])
    # Ten true hypotheses, all of them one and the same or independent: some p̃ < 0.1 in at most a tenth of the cases.
    u = np.random.default_rng(0).uniform(size=(4_000, 10))
    for draws in (u, np.repeat(u[:, :1], 10, axis=1)):
        least = np.array([measure.holm(one).min() for one in draws])
        assert (least < 0.1).mean() < 0.1 + 3 * (0.09 / 4_000) ** 0.5
    # Beside a false one the threshold falls only as far as it must: the first step of Holm, and not Bonferroni's.
    assert measure.holm([1e-9, 0.04])[1] == pytest.approx(0.04)


def test_the_record_of_trained_laws_holds_what_is_found_again_also_by_shorter_steps(monkeypatch):
    """Its digest and size, and the first networks of some rows, trained again from the same weights."""
    record = measure.trained_laws()
    assert digest(list(record.rows)) == record.digest
    assert RECORD.stat().st_size < 20_000
    assert [(row["width"], row["epsilon"]) for row in record.rows] == list(product(WIDTHS, EPSILONS))
    assert {row["networks"] for row in record.rows} == {len(SEEDS) * EACH}
    assert max(row["missed"] for row in record.rows) < 1e-6
    for step, apart in ((networks.STEP, 2e-3), (networks.STEP / 2, 0.1)):  # a tenth of their spread
        monkeypatch.setattr(networks, "STEP", step)
        for row in (record.rows[0], record.rows[2], record.rows[-1]):
            again = measure.trained_networks(
                row["width"], "nngp", seeds=1, epsilon=row["epsilon"], seed=SEEDS[0]
            )
            np.testing.assert_allclose(nb.center(again.logits[0, 4:]), row["first"][0], atol=apart)


def test_rows_of_the_record_are_what_they_say():
    """At little cost: three networks of eight units from each of four seeds."""
    rows = list(train_at_every_epsilon(8, seeds=range(4), each=3))
    apart = [measure.trained_networks(8, "nngp", seeds=3, epsilon=0.05, seed=seed) for seed in range(4)]
    f = nb.center(np.concatenate([run.logits for run in apart]))[:, FAR]
    np.testing.assert_allclose(rows[1]["mean"], f.mean(axis=0), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(rows[1]["spread"], np.sqrt(f.var(axis=0).mean(axis=1)), rtol=1e-3)
    assert rows[0]["shift"] == [0.0] * 4
    assert np.all(np.array(rows[2]["shift"]) > rows[1]["shift"])
    assert len(rows[0]["p"]) == 7


def test_no_spread_is_refused():
    law = module.circle_law("nngp", 0.5)
    sample = law.sample(jax.random.key(8), 50)
    with pytest.raises(nb.InvalidInput, match="variance"):
        goodness_of_fit(sample, law)  # the training inputs are among the points
    with pytest.raises(nb.InvalidInput, match="more functions"):
        goodness_of_fit(sample[:8], law, FAR)
    with pytest.raises(nb.InvalidInput, match="prior"):
        measure.trained_networks(8, "wide")


def test_covariance_of_classes_and_skewness():
    law = module.circle_law("ntk", 0.5)
    sample = law.sample(jax.random.key(9), 4_000)
    measured = measure.class_covariance(sample, law, FAR)
    np.testing.assert_allclose(measured, np.eye(3) - 1 / 3, atol=0.03)
    x = jax.random.normal(jax.random.key(10), (20_000,))
    assert measure.skewness(x) == pytest.approx(0, abs=0.06)
    assert measure.skewness(x**2) == pytest.approx(np.sqrt(8), rel=0.1)  # χ²₁


def test_the_explorer_shows_the_law():
    for prior in module.PRIORS:
        arrays = circle_module.law_circle(prior, 0.3)
        law = module.circle_law(prior, 0.3, circle_module.along())
        np.testing.assert_allclose(arrays["p0"] + arrays["p1"] + arrays["p2"], 1, atol=1e-9)
        np.testing.assert_allclose(arrays["spread"] ** 2, law.marginals()[4:, 0, 0], atol=1e-9)
        at_data = np.isin(arrays["angle"], networks.TRAIN_DEGREES)
        np.testing.assert_allclose(arrays["spread"][at_data], 0, atol=1e-6)
        np.testing.assert_allclose(arrays["p0"][at_data], arrays["data"][: networks.N], atol=1e-6)
    exact = bayes.gaussian_probabilities(jax.random.key(11), module.circle_law("nngp", 0.3), draws=2_000)[-1]
    angle, shown = arrays["angle"], circle_module.law_circle("nngp", 0.3)
    farthest = [float(shown[f"p{k}"][angle == networks.TEST_DEGREES[-1]][0]) for k in range(3)]
    np.testing.assert_allclose(farthest, exact, atol=0.03)
    again = circle_module.law_circle("ntk", 0.03)["spread"]
    np.testing.assert_allclose(again, circle_module.law_circle("ntk", 0.9)["spread"], atol=1e-12)


def test_exercises_judge_answers():
    for name, answer in {"class-correlation": -1 / 9, "spread-by-hand": 1.5}.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"
