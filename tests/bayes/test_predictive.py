import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ntkbook._spectrum import psd_root
from ntkbook.bayes.distances import kl_divergence, loewner_gap, total_variation
from ntkbook.bayes.gaussian import GaussianLogits
from ntkbook.bayes.predictive import entropy, gaussian_probabilities, mutual_information, sample_probabilities
from ntkbook.errors import InvalidInput

logits = arrays(float, (4, 3), elements=st.floats(-20, 20)).map(jnp.asarray)


def gaussian(mean, variance):
    """Independent logits of one variance."""
    P, K = mean.shape
    empty = jnp.zeros((P, K, 0))
    return GaussianLogits(mean, variance * jnp.eye(P), jnp.eye(K), empty, empty)


def test_gaussian_probabilities_match_quadrature():
    """K = 2: E σ(d), d ~ N(m, 2v), by Gauss–Hermite."""
    mean = jnp.asarray([[1.0, 0.0], [-2.0, 1.0]])
    p = gaussian_probabilities(jax.random.key(0), gaussian(mean, 3.0), draws=40_000)
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    d = np.asarray(mean[:, 0] - mean[:, 1])[:, None] + np.sqrt(6.0) * nodes
    np.testing.assert_allclose(p[:, 0], (1 / (1 + np.exp(-d))) @ weights / weights.sum(), atol=0.006)
    np.testing.assert_allclose(p.sum(1), 1, atol=1e-12)


def test_a_law_without_spread_predicts_the_softmax_of_its_mean():
    mean = jax.random.normal(jax.random.key(0), (4, 3))
    p = gaussian_probabilities(jax.random.key(1), gaussian(mean, 0.0), draws=3)
    np.testing.assert_allclose(p, jax.nn.softmax(mean, axis=1), atol=1e-14)


def test_symmetry_is_kept_exactly_by_antithetic_draws():
    p = gaussian_probabilities(jax.random.key(1), gaussian(jnp.zeros((1, 2)), 5.0), draws=10)
    np.testing.assert_allclose(p, 0.5, atol=1e-14)


def test_draws_of_a_gaussian_give_the_same_probabilities():
    mean = jnp.asarray([[2.0, 0.0, -1.0]])
    law = gaussian(mean, 2.0)
    sampled = sample_probabilities(law.sample(jax.random.key(2), 40_000))
    np.testing.assert_allclose(
        sampled, gaussian_probabilities(jax.random.key(3), law, draws=40_000), atol=0.01
    )


def test_root_of_a_singular_covariance():
    centred = jnp.eye(3) - 1 / 3
    root = psd_root(centred)
    np.testing.assert_allclose(root @ root.T, centred, atol=1e-12)


def test_the_root_is_symmetric_so_that_draws_do_not_depend_on_eigenvectors():
    factor = jax.random.normal(jax.random.key(4), (5, 4, 4))
    root = psd_root(factor @ jnp.swapaxes(factor, -1, -2))
    np.testing.assert_allclose(root, jnp.swapaxes(root, -1, -2), atol=1e-12)
    np.testing.assert_allclose(root @ root, factor @ jnp.swapaxes(factor, -1, -2), atol=1e-12)


def test_entropy_and_mutual_information_by_hand():
    np.testing.assert_allclose(
        entropy(jnp.asarray([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])), [np.log(2), 0], atol=1e-12
    )
    sure = 40.0 * jnp.eye(2)[:, None, :]  # two draws, sure of different classes
    np.testing.assert_allclose(mutual_information(sure), [np.log(2)], atol=1e-10)
    np.testing.assert_allclose(mutual_information(jnp.zeros((3, 1, 2))), 0, atol=1e-12)
    drawn = jnp.log(jnp.asarray([[[0.5, 0.5]], [[0.9, 0.1]]]))  # 0.7 and 0.3 in the mean, not so their logits
    of_mean, of_draws = (-np.sum(np.multiply(p, np.log(p))) for p in ([0.7, 0.3], [0.5, 0.5, 0.9, 0.1]))
    np.testing.assert_allclose(mutual_information(drawn), of_mean - of_draws / 2, rtol=1e-12)


@settings(deadline=None, max_examples=40)  # the first example compiles
@given(z=logits, w=logits)
def test_distances_obey_their_laws(z, w):
    p, q = jax.nn.softmax(z, axis=1), jax.nn.softmax(w, axis=1)
    tv, kl = total_variation(p, q), kl_divergence(p, q)
    np.testing.assert_allclose(tv, total_variation(q, p), atol=1e-12)
    assert np.all(tv <= np.sqrt(np.maximum(kl, 0) / 2) + 1e-7)  # Pinsker
    assert np.all((tv >= 0) & (tv <= 1 + 1e-12))
    np.testing.assert_allclose(total_variation(p, p), 0)
    assert np.all(mutual_information(jnp.stack([z, w])) >= -1e-12)


def test_distances_by_hand():
    p, q = jnp.asarray([[0.5, 0.5, 0.0]]), jnp.asarray([[0.25, 0.25, 0.5]])
    np.testing.assert_allclose(total_variation(p, q), 0.5, atol=1e-12)
    np.testing.assert_allclose(kl_divergence(p, q), np.log(2), atol=1e-12)
    assert np.isinf(kl_divergence(q, p)[0])


def test_loewner_gap_is_the_least_excess_variance():
    A, B = jnp.diag(jnp.asarray([3.0, 2.0])), jnp.diag(jnp.asarray([1.0, 1.5]))
    np.testing.assert_allclose(loewner_gap(A, B), 0.5, atol=1e-12)
    np.testing.assert_allclose(loewner_gap(B, A), -2.0, atol=1e-12)


P, Q = jnp.full((2, 2), 0.5), jnp.full((3, 2), 0.5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: total_variation(P, Q), "expected one shape"),
        (lambda: kl_divergence(2 * P, P), "leave the simplex"),
        (lambda: loewner_gap(jnp.eye(2), jnp.eye(3)), "same points"),
        (lambda: loewner_gap(jnp.eye(2), jnp.eye(2).at[0, 0].set(jnp.nan)), "NaN"),
        (lambda: sample_probabilities(jnp.zeros((0, 2, 2))), "draws, points, classes"),
        (lambda: sample_probabilities(jnp.full((1, 2, 2), jnp.nan)), "NaN"),
        (lambda: gaussian_probabilities(jax.random.key(0), gaussian(P, 1.0), draws=0), "draws = 0"),
        (lambda: gaussian(P, 1.0).sample(jax.random.key(0), 0), "members = 0"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(InvalidInput, match=words):
        call()
