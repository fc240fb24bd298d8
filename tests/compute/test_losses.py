"""Losses, margins and gaps of a page are ntkbook's, at any margin."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

import ntkbook as nb
from ntkbook.losses import Loss
from tests.compute._node import Page, numbers

HERE = "../../tests/compute/losses"  # beside front/ntkbook
SHAPES = {"N": st.integers(1, 4), "K": st.integers(2, 4), "scale": st.sampled_from([0.1, 3.0, 100.0, 800.0])}


@pytest.mark.parametrize("loss", [nb.cross_entropy, nb.squared_error], ids=str)
@pytest.mark.parametrize("epsilon", [0.0, 0.3])
@given(seed=st.integers(0, 999), **SHAPES)
@settings(max_examples=8)
def test_values_and_residuals(
    page_of_ntkbook: Page, loss: Loss, epsilon: float, seed: int, N: int, K: int, scale: float
) -> None:
    labels = np.random.default_rng(seed).integers(K, size=N)
    z = scale * np.random.default_rng(seed + 1).normal(size=(N, K))
    Y = nb.smooth_labels(jnp.eye(K)[labels], epsilon)
    own = numbers(page_of_ntkbook.call("losses", "smoothLabels", labels, K, epsilon))
    assert_allclose(own, np.ravel(Y), rtol=1e-15, atol=1e-16)
    found = page_of_ntkbook.call(HERE, "ofLoss", loss.name, z, np.asarray(Y), K)
    assert_allclose(found["value"], loss.value(jnp.asarray(z), Y).sum(), rtol=1e-13, atol=1e-300)
    assert_allclose(numbers(found["residual"]), np.ravel(loss.residual(jnp.asarray(z), Y)), rtol=1e-11)
    assert_allclose(found["infimum"], loss.infimum(Y).sum(), rtol=1e-13, atol=1e-15)
    p = jax.nn.softmax(jnp.asarray(z), axis=-1)
    assert_allclose(numbers(page_of_ntkbook.call("losses", "softmax", z, K)), np.ravel(p), rtol=1e-12)


@given(seed=st.integers(0, 999), **SHAPES)
@settings(max_examples=8)
def test_margins_and_gaps(page_of_ntkbook: Page, seed: int, N: int, K: int, scale: float) -> None:
    labels = np.random.default_rng(seed).integers(K, size=N)
    z, w = scale * np.random.default_rng(seed + 1).normal(size=(2, N, K))
    gap = page_of_ntkbook.call("losses", "logitGap", z, labels, K)
    assert_allclose(gap, nb.logit_gap(jnp.asarray(z), jnp.eye(K)[labels]), rtol=1e-14)
    apart = page_of_ntkbook.call("losses", "linearizationGap", z, w, K)
    assert_allclose(apart, nb.linearization_gap(jnp.asarray(z)[None], jnp.asarray(w)[None])[0], rtol=1e-14)


@given(
    seed=st.integers(0, 999),
    N=st.integers(1, 4),
    K=st.integers(2, 4),
    scale=st.sampled_from([0.1, 3.0, 30.0]),
)
@settings(max_examples=8)
def test_pl_ratios(page_of_ntkbook: Page, seed: int, N: int, K: int, scale: float) -> None:
    Y = nb.smooth_labels(jnp.eye(K)[jnp.arange(N) % K], 0.2)
    z = scale * np.random.default_rng(seed).normal(size=(N, K))
    found = page_of_ntkbook.call("losses", "plRatio", z, np.asarray(Y), K)
    assert_allclose(found, nb.pl_ratio(nb.cross_entropy, jnp.asarray(z), Y), rtol=1e-10)
    at_the_end = page_of_ntkbook.call("losses", "plRatio", np.log(Y), np.asarray(Y), K, 1e-6)
    assert np.isnan(float(at_the_end))


def test_gaps_of_what_is_not_finite(page_of_ntkbook: Page) -> None:
    z = np.array([1.0, np.nan, 0.0, 2.0])
    assert np.isnan(float(page_of_ntkbook.call("losses", "logitGap", z, np.array([0, 1]), 2)))
    assert np.isnan(float(page_of_ntkbook.call("losses", "linearizationGap", z, np.zeros(4), 2)))
