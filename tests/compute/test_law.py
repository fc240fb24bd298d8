"""The law of trained predictors (Theorem G) in a page is ntkbook's."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook import bayes
from ntkbook.bayes import GaussianLogits
from ntkbook.chapters.law.measure import law_circle
from tests.compute._node import Page, numbers

LAW = "ntkbook.chapters.law.measure.law_circle:law_circle"
OFF_GRID = [
    {"prior": prior, "epsilon": epsilon}
    for prior in ("nngp", "ntk", "zero")
    for epsilon in (0.0012, 0.02, 0.05, 0.2, 0.7)
] + [
    {"prior": prior, "epsilon": 0.3, "points": points}
    for prior in ("nngp", "zero")
    for points in ("-60,0;3.5,1;60,2;120,0", "-60,1;0,2;60,2", "-60,0;0,1;60,2;120,0;180,2;-119.9,1", "12,1")
]


@pytest.mark.parametrize("setting", OFF_GRID, ids=str)
def test_law_along_the_circle(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    expected = law_circle.law_circle(**setting)
    arrays, sentence = page_of_ntkbook.cell(LAW, setting)
    assert list(arrays) == list(expected)
    for name, values in expected.items():  # where there is no spread, a root of rounding is left
        np.testing.assert_allclose(arrays[name], values, rtol=1e-8, atol=2e-7, err_msg=name)
    assert sentence == law_circle.describe_circle(setting, expected)


@pytest.mark.parametrize("with_spread", [True, False])
def test_mean_and_covariance_of_theorem_g(page_of_ntkbook: Page, with_spread: bool) -> None:
    rng = np.random.default_rng(0)
    N, M, K = 4, 6, 3
    kernels = nb.mlp(3, K, 1, sigma_b=1.0).kernel(jnp.asarray(rng.standard_normal((N + M, 3))))
    Theta, q = kernels.ntk, kernels.nngp if with_spread else jnp.zeros_like(kernels.nngp)
    Y = jnp.asarray(rng.dirichlet(np.ones(K), N))
    law = bayes.trained_law(Theta, Y, q)
    train, across = Theta[:N, :N], Theta[N:, :N]
    mean = numbers(page_of_ntkbook.call("bayes/law", "trainedMean", train, across, Y, K))
    np.testing.assert_allclose(mean, np.ravel(law.mean[N:]), rtol=1e-11)
    A = numbers(page_of_ntkbook.call("bayes/law", "trainedWeights", train, across))
    prior = {"train": q[:N, :N], "across": q[N:, :N], "own": jnp.diag(q)[N:], "among": q[N:, N:]}
    covariance = numbers(page_of_ntkbook.call("bayes/law", "trainedCovariance", A, prior))
    np.testing.assert_allclose(covariance, np.ravel(law.kernel[N:, N:]), rtol=1e-11, atol=1e-12)
    spread = numbers(page_of_ntkbook.call("bayes/law", "trainedSpread", A, prior))
    np.testing.assert_allclose(spread, np.diag(law.kernel)[N:], rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("K", [2, 3, 4])
def test_predictive_probabilities(page_of_ntkbook: Page, K: int) -> None:
    rng = np.random.default_rng(K)
    P = 5
    logits = 3 * rng.standard_normal((200, P, K))
    found = numbers(page_of_ntkbook.call("bayes/predictive", "sampleProbabilities", logits, 200, K))
    expected = bayes.sample_probabilities(jnp.asarray(logits))
    np.testing.assert_allclose(found, np.ravel(expected), rtol=1e-13)
    doubt = numbers(page_of_ntkbook.call("bayes/predictive", "entropy", expected, K))
    np.testing.assert_allclose(doubt, bayes.entropy(expected), rtol=1e-13)

    roots = rng.standard_normal((P, K, K))
    classes = roots[0] @ roots[0].T
    left = jnp.asarray(roots)
    law = GaussianLogits(jnp.asarray(logits[0]), jnp.eye(P), jnp.asarray(classes), left, left)
    key = page_of_ntkbook.call("random", "key", 7)
    p = numbers(
        page_of_ntkbook.call(
            "bayes/predictive", "gaussianProbabilities", key, law.mean, law.marginals(), K, 401
        )
    )
    same = bayes.gaussian_probabilities(jax.random.key(7), law, draws=401)
    np.testing.assert_allclose(p, np.ravel(same), rtol=1e-10)


def test_the_symmetric_root(page_of_ntkbook: Page) -> None:
    half = np.random.default_rng(1).standard_normal((6, 4))
    covariance = half @ half.T  # singular
    R = numbers(page_of_ntkbook.call("spectrum", "psdRoot", covariance, 6)).reshape(6, 6)
    np.testing.assert_allclose(R, R.T, rtol=0, atol=1e-12)
    np.testing.assert_allclose(R @ R, covariance, rtol=0, atol=1e-12)
