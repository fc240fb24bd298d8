"""PAC-Bayes: the divergence against dense formulas, the errors of draws against draws, the constant against its sum."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import gammaln, xlogy

from ntkbook.bayes.laplace import laplace_divergence, laplace_marginals
from ntkbook.bayes.pac_bayes import _errs, _largest_with, pac_bayes_bound
from ntkbook.errors import InvalidInput, NotConverged
from tests.bayes.test_laplace import K, N, dense

LABELS = jax.nn.one_hot(jnp.arange(N) % K, K, dtype=float)


# holds: eq-pac-bayes
def test_the_divergence_is_that_of_two_gaussians(problem):
    mode, _, Sigma, q = dense(problem, 0.7)
    q, mean = q[: N * K, : N * K], mode.ravel()
    ratio = np.linalg.solve(q, Sigma)
    expected = (np.trace(ratio) - N * K + mean @ np.linalg.solve(q, mean) - np.linalg.slogdet(ratio)[1]) / 2
    found_mean, covariance, found = laplace_divergence(problem.Theta[:N, :N], problem.Y, lam=0.7)
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    for ours, known in zip(
        (found_mean, covariance), laplace_marginals(problem.Theta, problem.Y, lam=0.7), strict=True
    ):
        np.testing.assert_allclose(ours, known[:N], atol=1e-12)


def test_a_variance_that_rounding_has_taken_proves_nothing():
    """Copies whose labels contradict each other: what is left of a prior variance of 1/λ is of order 1."""
    assert pac_bayes_bound(jnp.ones((4, 4)), jnp.eye(2)[jnp.array([0, 1, 0, 1])], lam=1e-3).total == 1
    with pytest.raises(NotConverged, match="larger λ"):
        pac_bayes_bound(jnp.ones((4, 4)), jnp.eye(2)[jnp.array([0, 1, 0, 1])], lam=1e-15)


# holds: pac-bayes
def test_the_moment_of_one_function_is_at_most_twice_the_root():
    """Step 1 of the proof: Σ_k C(N, k)(k/N)^k(1 − k/N)^{N − k} ≤ 2√N, for few points, too."""
    for points in (*range(1, 60), 400, 5_000):
        k = np.arange(points + 1)
        share = k / points
        log = gammaln(points + 1) - gammaln(k + 1) - gammaln(points - k + 1)
        total = np.sum(np.exp(log + xlogy(k, share) + xlogy(points - k, 1 - share)))
        assert np.sqrt(points) <= total <= 2 * np.sqrt(points)


@pytest.mark.parametrize("classes", [2, 3])
def test_errors_of_draws_are_counted_or_bounded(classes):
    mean = jnp.array([[0.5, 0.2, -1.0], [0.0, 1.0, 0.8], [3.0, -2.0, 0.0]])[:, :classes]
    root = jax.random.normal(jax.random.key(0), (3, classes, classes))
    labels = jax.nn.one_hot(jnp.array([0, 1, 1]), classes, dtype=float)
    draws = mean + jnp.einsum(
        "ikl,sil->sik", root, jax.random.normal(jax.random.key(1), (40_000, 3, classes))
    )
    counted = np.mean(np.asarray(draws.argmax(axis=2) != labels.argmax(axis=1)), axis=0)
    ours = _errs(mean, jnp.einsum("ikl,iml->ikm", root, root), labels)
    assert np.all(ours >= counted - 0.01)
    if classes == 2:
        np.testing.assert_allclose(ours, counted, atol=0.01)


# holds: eq-pac-bayes
def test_the_bound_solves_its_equation(problem):
    Theta = problem.Theta[:N, :N]
    bound = pac_bayes_bound(Theta, LABELS, lam=0.7, delta=0.1, choices=3)
    a, p = bound.training_error, bound.gibbs
    kl = a * np.log(a / p) + (1 - a) * np.log((1 - a) / (1 - p))
    np.testing.assert_allclose(kl, (bound.divergence + np.log(2 * np.sqrt(N) * 3 / 0.1)) / N, rtol=1e-9)
    assert bound.total == min(1, 2 * p)
    assert pac_bayes_bound(Theta, LABELS, lam=0.7, delta=0.1).gibbs < p
    np.testing.assert_allclose(_largest_with(0.0, 0.3), 1 - np.exp(-0.3), rtol=1e-9)
    assert (_largest_with(1.0, 0.1), _largest_with(0.2, 1e3)) == (1.0, 1.0)


def test_bad_input(problem):
    Theta = problem.Theta[:N, :N]
    for change, words in (({"delta": 1.0}, "delta"), ({"choices": 0}, "choices"), ({"lam": 0.0}, "lam")):
        with pytest.raises(InvalidInput, match=words):
            pac_bayes_bound(Theta, LABELS, **change)
    with pytest.raises(InvalidInput, match="one-hot"):
        pac_bayes_bound(Theta, 0.9 * LABELS + 0.1 / K)
