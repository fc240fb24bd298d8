"""Random networks layer by layer in a page are those of ntkbook, and so is the law of their outputs."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm

from ntkbook.chapters.initialization.measure.layer_by_layer import describe_law, output_law
from ntkbook.chapters.initialization.measure.outputs import excess_kurtosis, kolmogorov_distance
from tests.compute._node import Page, numbers

EXPERIMENT = "ntkbook.chapters.initialization.measure.layer_by_layer:output_law"
OFF_GRID = [
    {"n": n, "hidden_layers": layers, "activation": activation}
    for n, layers, activation in (
        (1, 3, "relu"),
        (1, 3, "erf"),
        (2, 1, "relu"),
        (3, 4, "erf"),
        (7, 2, "relu"),
        (11, 1, "erf"),
        (13, 3, "relu"),
        (29, 4, "relu"),
        (45, 3, "erf"),
        (100, 1, "relu"),
        (128, 1, "erf"),
        (201, 3, "relu"),
        (255, 2, "erf"),
    )
]
SINGLE = 3e-7  # rounding of a number in single precision, as the units of a layer are drawn


@pytest.mark.parametrize("seed", [0, 5, 2**31 + 3])
def test_draws_in_single_precision_are_jaxs(page_of_ntkbook: Page, seed: int) -> None:
    key = page_of_ntkbook.call("random", "key", seed)
    found = numbers(page_of_ntkbook.call("random", "normalSingle", key, 20_000))
    expected = jax.random.normal(jax.random.key(seed), (20_000,), dtype=jnp.float32)
    np.testing.assert_allclose(found, expected, rtol=SINGLE, atol=0)


def test_kurtosis_distance_and_histogram(page_of_ntkbook: Page) -> None:
    sample = np.sort(np.random.default_rng(0).normal(scale=1.3, size=501))
    found = page_of_ntkbook.call("chapters/_shared/normality", "excessKurtosis", sample)
    assert found == pytest.approx(excess_kurtosis(sample), abs=1e-13)
    found = page_of_ntkbook.call("chapters/_shared/normality", "kolmogorovDistance", sample)
    assert found == pytest.approx(kolmogorov_distance(sample), abs=1e-14)
    edges = np.linspace(-2, 2, 9)
    sample = np.sort(np.concatenate([sample, edges, norm.ppf([1e-9, 1 - 1e-9])]))
    found = page_of_ntkbook.call("chapters/_shared/normality", "histogram", sample, edges)
    np.testing.assert_array_equal(numbers(found), np.histogram(sample, edges)[0])


@pytest.mark.parametrize("setting", OFF_GRID)
def test_the_law_of_outputs_is_that_of_ntkbook(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    found, sentence = page_of_ntkbook.cell(EXPERIMENT, setting)
    expected = output_law(**setting)
    assert list(found) == list(expected)
    for name in ("s", "normal", "ellipse_1", "ellipse_2", "floor"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-12, atol=1e-14)
    for name in ("first", "second"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5, atol=1e-5)
    for name in ("kurtosis", "distance", "variance_ratio"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5, atol=1e-5)
    for name in ("density", "outside"):
        scale = 10_000 * (10 / 41 if name == "density" else 1)
        apart = scale * np.abs(np.nan_to_num(found[name]) - np.nan_to_num(expected[name]))
        assert apart.sum() <= 4.01, f"{name}: networks that changed sides: {apart.sum():.0f}"
    assert sentence == describe_law(setting, found)
