"""Keys, draws and initial weights of a page are JAX's."""

import jax
import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

import ntkbook as nb
from tests.compute._node import Page, numbers

SEEDS = st.integers(0, 2**32 - 1)


def key_of(page: Page, seed: int) -> list[int]:
    return page.call("random", "key", seed)


@given(seed=SEEDS, count=st.integers(1, 5), data=SEEDS)
@settings(max_examples=20)
def test_keys_are_split_and_folded_as_in_jax(page_of_ntkbook: Page, seed: int, count: int, data: int) -> None:
    key, own = jax.random.key(seed), key_of(page_of_ntkbook, seed)
    split = page_of_ntkbook.call("random", "split", own, count)
    np.testing.assert_array_equal(split, jax.random.key_data(jax.random.split(key, count)))
    folded = page_of_ntkbook.call("random", "foldIn", own, data)
    np.testing.assert_array_equal(folded, jax.random.key_data(jax.random.fold_in(key, data)))


@given(seed=SEEDS)
@settings(max_examples=10)
def test_draws_are_jaxs(page_of_ntkbook: Page, seed: int) -> None:
    own = key_of(page_of_ntkbook, seed)
    uniform = numbers(page_of_ntkbook.call("random", "uniform", own, 300, -1.0, 3.0))
    expected = jax.random.uniform(jax.random.key(seed), (300,), minval=-1.0, maxval=3.0)
    np.testing.assert_allclose(uniform, expected, rtol=0, atol=2e-16 * 4)
    normal = numbers(page_of_ntkbook.call("random", "normal", own, 300))
    np.testing.assert_allclose(
        normal, jax.random.normal(jax.random.key(seed), (300,)), rtol=1e-14, atol=1e-15
    )


def test_erf_and_its_slope_are_scipys(page_of_ntkbook: Page) -> None:
    a = np.concatenate([np.linspace(-7, 7, 2001), [0.0, 1e-300, -1e-9, 5.9999, 6.0]])
    both = page_of_ntkbook.call("erf", "erfOf", a)
    np.testing.assert_allclose(numbers(both["values"]), scipy.special.erf(a), rtol=0, atol=1e-15)
    slope = 2 / np.sqrt(np.pi) * np.exp(-(a**2))
    np.testing.assert_allclose(numbers(both["slopes"]), slope, rtol=0, atol=1e-14)


@pytest.mark.parametrize("n", [5, 64, 1000])
def test_weights_are_those_of_ntkbooks_networks(page_of_ntkbook: Page, n: int) -> None:
    layers = page_of_ntkbook.call("networks", "initialize", key_of(page_of_ntkbook, 3), [6, n, n // 2, 3])
    theta0 = nb.mlp(6, 3, n, hidden_layers=1).init(jax.random.key(3))
    W, b = (np.ravel(leaf) for leaf in jax.tree.leaves(theta0)[:2])
    found = sorted((numbers(layers[0][name]) for name in ("W", "b")), key=len)
    for own, expected in zip(found, sorted((W, b), key=len), strict=True):
        np.testing.assert_allclose(own, expected, rtol=1e-14, atol=1e-15)
