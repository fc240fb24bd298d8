"""The law of trained predictors: many networks in one flow, their initial functions, and the test of the law."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

import ntkbook as nb
from ntkbook import bayes
from ntkbook.chapters._shared.measure import many_networks as module
from ntkbook.chapters.law import measure
from ntkbook.chapters.law.measure import law_circle as circle_module
from ntkbook.chapters.law.measure.goodness import goodness_of_fit

FAR = np.arange(4, 8)
X = module.circle_points()


@pytest.fixture(scope="module")
def trained():
    return {prior: measure.trained_networks(8, prior, seeds=3, epsilon=0.5) for prior in module.PRIORS}


def test_networks_side_by_side_are_trained_as_if_alone(trained):
    network = module.circle_mlp(8)
    keys = jax.random.split(jax.random.split(jax.random.key(0))[0], 3)
    Y, squares = nb.smooth_labels(module.labels(), 0.5), []
    for s, key in enumerate(keys):
        theta0 = network.init(key)
        problem = nb.Problem(network.apply, theta0, X[:4], Y)
        alone = nb.gradient_flow(problem, jnp.exp(module.LOG_TIMES), X_test=X[4:], record_ntk=False)
        np.testing.assert_allclose(trained["nngp"].logits[s, 4:], alone.test_logits[-1], atol=0.02)
        np.testing.assert_allclose(trained["nngp"].initial[s], network.apply(theta0, X), atol=1e-12)
        squares.append(float(alone.radius[-1]) ** 2)
    assert trained["nngp"].radius == pytest.approx(np.sqrt(np.mean(squares)), rel=0.01)


def test_every_network_meets_its_targets_from_every_initial_function(trained):
    for run in trained.values():
        probabilities = jax.nn.softmax(run.logits[:, :4], axis=-1)
        target = nb.smooth_labels(module.labels(), 0.5)
        np.testing.assert_allclose(probabilities, jnp.broadcast_to(target, probabilities.shape), atol=0.01)
    np.testing.assert_allclose(trained["zero"].initial, 0, atol=1e-12)


# holds: corrected-initial-function
def test_corrected_initial_functions_have_the_tangent_kernel_as_covariance():
    network, kernels = module.circle_mlp(256), module.circle_mlp(1).kernel(X)
    keys = jax.random.split(jax.random.key(1), 800)
    theta0 = jax.vmap(network.init)(keys)
    added = module._offsets(network.apply, "ntk", X, theta0, jax.random.split(jax.random.key(2), 800))
    f0 = jax.vmap(network.apply, in_axes=(0, None))(theta0, X) + added
    spread = np.einsum("spk,sqk->pq", f0, f0) / (800 * 3)
    np.testing.assert_allclose(spread, kernels.ntk, atol=0.08 * float(kernels.ntk[0, 0]))
    assert abs(spread - kernels.nngp).max() > 0.3 * float(kernels.ntk[0, 0])


# holds: theorem-g.5
def test_the_radius_of_the_theorem_is_that_of_exact_draws():
    kernels, Y = module.circle_mlp(1).kernel(X[:4]), nb.smooth_labels(module.labels(), 0.2)
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
        at_data = np.isin(arrays["angle"], module.TRAIN_DEGREES)
        np.testing.assert_allclose(arrays["spread"][at_data], 0, atol=1e-6)
        np.testing.assert_allclose(arrays["p0"][at_data], arrays["data"][: module.N], atol=1e-6)
    exact = bayes.gaussian_probabilities(jax.random.key(11), module.circle_law("nngp", 0.3), draws=2_000)[-1]
    angle, shown = arrays["angle"], circle_module.law_circle("nngp", 0.3)
    farthest = [float(shown[f"p{k}"][angle == module.TEST_DEGREES[-1]][0]) for k in range(3)]
    np.testing.assert_allclose(farthest, exact, atol=0.03)
    again = circle_module.law_circle("ntk", 0.03)["spread"]
    np.testing.assert_allclose(again, circle_module.law_circle("ntk", 0.9)["spread"], atol=1e-12)


def test_exercises_judge_answers():
    for name, answer in {"class-correlation": -1 / 9, "spread-by-hand": 1.5}.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"
