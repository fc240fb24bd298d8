"""Laplace's approximation and the chapter's maps in a page are ntkbook's."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntkbook import bayes
from ntkbook.bayes.laplace import laplace_marginals
from ntkbook.chapters.bayes.measure import maps, plane
from ntkbook.losses import center
from tests.compute._node import Page, numbers

MAPS = "ntkbook.chapters.bayes.measure.maps:bayes_maps"
OFF_GRID = [
    {"method": method, "variance": variance}
    for method in ("map", "laplace")
    for variance in (0.031, 0.05, 0.2, 0.77, 2.0, 6.5, 29.0)
]

MOVED = [
    plane.GIVEN.text.replace("0.98,0.2,0", "-2.5,1.5,2"),  # moved, and relabelled
    ";".join(plane.GIVEN.text.split(";")[:-2]),
    plane.GIVEN.text + ";2.9,2.9,1;-3,3,0",
    "0.5,-0.3,1",
]


@given(
    seed=st.integers(0, 1000),
    K=st.integers(2, 3),
    epsilon=st.sampled_from([0.0, 0.3]),
    lam=st.sampled_from([1e-3, 0.1, 1.0, 30.0]),
)
@settings(max_examples=6, deadline=None)
def test_laplaces_approximation(page_of_ntkbook: Page, seed: int, K: int, epsilon: float, lam: float) -> None:
    rng = np.random.default_rng(seed)
    N, M = 4, 3
    root = rng.standard_normal((N + M, N + M + 2))
    Theta = jnp.asarray(root @ root.T + 0.1 * np.eye(N + M))
    Y = (1 - epsilon) * jax.nn.one_hot(jnp.asarray(rng.integers(0, K, N)), K, dtype=float) + epsilon / K
    mean, marginals = laplace_marginals(Theta, Y, lam=lam)
    parts = Theta[:N, :N], Theta[N:, :N], jnp.diag(Theta)[N:]
    found = page_of_ntkbook.call("bayes/laplace", "laplaceMarginals", *parts, Y, K, lam)
    size = float(jnp.abs(mean[N:]).max())
    np.testing.assert_allclose(numbers(found["mean"]), np.ravel(mean[N:]), rtol=1e-8, atol=1e-8 * size)
    scale = float(jnp.abs(marginals[N:]).max())
    expected = np.ravel(marginals[N:])
    np.testing.assert_allclose(numbers(found["marginals"]), expected, rtol=1e-8, atol=1e-9 * scale)
    centred = numbers(page_of_ntkbook.call("bayes/laplace", "centredVariance", found["marginals"], K))
    variance = jnp.einsum("kl,xlk->x", center(jnp.eye(K)), marginals[N:]) / K
    np.testing.assert_allclose(centred, variance, rtol=1e-8, atol=1e-9 * scale)


@pytest.mark.parametrize("setting", OFF_GRID, ids=str)
def test_maps_where_mcmc_has_not_been_run(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    doubt, spread = _prediction(setting["method"], setting["variance"])
    arrays, sentence = page_of_ntkbook.cell(MAPS, setting)
    for name, values in (("doubt", doubt), ("spread", spread)):  # the last of three digits may flip
        np.testing.assert_allclose(arrays[name], values.round(3), rtol=0, atol=1.01e-3, err_msg=name)
        assert np.mean(np.abs(arrays[name] - values) > 0.5e-3 + 1e-8) == 0, name
    for name in ("distance", "at_data", "in_square", "share"):
        assert np.isnan(arrays[name]).all()
    assert len(arrays["distance"]) == len(doubt)
    head = maps.describe_maps(setting, arrays).split("; ")[0]
    assert sentence == f"{head}; MCMC has not been run at this variance, so its distance is not shown."


@pytest.mark.parametrize("method", ["map", "laplace"])
def test_maps_beside_the_builds_mcmc(page_of_ntkbook: Page, method: str) -> None:
    setting = {"method": method, "variance": 3.0}
    doubt, spread = _prediction(method, 3.0)
    built = {
        "side": plane.SIDE,
        "doubt": doubt.round(3),
        "spread": spread.round(3),
        "distance": np.linspace(0, 0.2, len(doubt)).round(4),
        **plane.GIVEN.by_class(plane.POINTS, plane.CLASSES),
        "at_data": np.array([0.0123]),
        "in_square": np.array([0.0456]),
        "share": np.array([0.875]),
    }
    arrays, sentence = page_of_ntkbook.cell(MAPS, setting, [(setting, built)])
    assert list(arrays) == list(built)
    for name, values in built.items():
        np.testing.assert_allclose(arrays[name], values, rtol=1e-7, atol=1e-8, err_msg=name)
    assert sentence == maps.describe_maps(setting, built)
    for other in ("ensemble", "noisy", "labels", "mcmc"):
        theirs = {**setting, "method": other}
        arrays, sentence = page_of_ntkbook.cell(MAPS, theirs, [(theirs, built)])
        assert list(arrays) == list(built)
        assert sentence == maps.describe_maps(theirs, built)


def test_what_takes_thousands_of_draws_is_left_to_the_build(page_of_ntkbook: Page) -> None:
    with pytest.raises(RuntimeError, match="NotInThePage: The ensemble at prior variance s² = 0.5 takes"):
        page_of_ntkbook.cell(MAPS, {"method": "ensemble", "variance": 0.5})


@pytest.mark.parametrize("method", ["map", "laplace"])
@pytest.mark.parametrize("points", MOVED)
def test_maps_of_moved_points(page_of_ntkbook: Page, method: str, points: str) -> None:
    doubt, spread = _prediction(method, 1.0, points)
    setting = {"method": method, "variance": 1.0, "points": points}
    arrays, sentence = page_of_ntkbook.cell(MAPS, setting)
    np.testing.assert_allclose(arrays["doubt"], doubt.round(3), rtol=0, atol=1.01e-3)
    np.testing.assert_allclose(arrays["spread"], spread.round(3), rtol=0, atol=1.01e-3)
    drawn = plane.GIVEN.by_class(*plane.GIVEN.read(points))
    for name, values in drawn.items():
        np.testing.assert_array_equal(arrays[name], values)
    assert sentence.endswith("MCMC has not been run on these points, so its distance is not shown.")
    with pytest.raises(
        RuntimeError, match="NotInThePage: MCMC at prior variance s² = 1 and moved points takes"
    ):
        page_of_ntkbook.cell(MAPS, setting | {"method": "mcmc"})


def _prediction(
    method: str, variance: float, points: str = plane.GIVEN.text
) -> tuple[np.ndarray, np.ndarray]:
    """Doubt and spread over the square, as compare_methods and bayes_maps have them."""
    Theta, Y = plane.plane_problem(0, points)
    law = bayes.laplace(Theta, Y, lam=1 / variance)
    if method == "map":
        p, after = jax.nn.softmax(law.mean, axis=-1), jnp.zeros(len(Theta))
    else:
        key = jax.random.split(jax.random.key(0), 4)[3]
        p = bayes.gaussian_probabilities(key, law, draws=2_000)
        after = jnp.einsum("kl,xlk->x", center(jnp.eye(plane.K)), law.marginals()) / plane.K
    before = variance * jnp.diag(Theta) * (1 - 1 / plane.K)
    doubt, spread = np.asarray(bayes.entropy(p)) / np.log(plane.K), np.sqrt(np.asarray(after / before))
    N = len(Y)
    return doubt[N:], spread[N:]
