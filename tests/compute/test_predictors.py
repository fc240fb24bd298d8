"""The explorers of a trained network beside its formula, and beside a GP, at settings off their grids."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook.chapters.regression import measure as regression
from ntkbook.chapters.trained_predictor.measure import predictor as trained_predictor
from tests.compute._node import Page, numbers

GIVEN = trained_predictor.GIVEN.text
THREE = "ntkbook.chapters.regression.measure:three_predictors"
PREDICTOR = "ntkbook.chapters.trained_predictor.measure.predictor:predictor"
OFF_GRID_THREE = [
    {"n": 17, "t": 0.02},
    {"n": 17, "t": 100.0},
    {"n": 17, "t": 40.0},
    {"n": 17, "t": 0.5},
    {"n": 131, "t": 7.0},
    {"n": 131, "t": 2.5},
    {"n": 131, "t": 0.012},
    {"n": 131, "t": 60.0},
    {"n": 512, "t": 0.07},
    {"n": 512, "t": 20.0},
    {"n": 512, "t": 1.7},
    {"n": 1023, "t": 90.0},
    {"n": 16, "t": 1.0, "points": "-150,-1;-90.5,1.25;-50,0.5;20,-1;80,1;130,0"},
    {"n": 128, "t": 3.0, "points": "-150,-1;-90,1;-50,0.5;20,-1;80,1"},
    {"n": 16, "t": 10.0, "points": "-150,-1;-90,1;-50,0.5;20,-1;80,1;130,0;180,2;-180,-2"},
    {"n": 50, "t": 1.0, "points": "3.14,-0.5"},
]
OFF_GRID_PREDICTOR = [
    {"n": 65, "holder": "epsilon", "strength": 0.05},
    {"n": 65, "holder": "lam", "strength": 0.05},
    {"n": 65, "holder": "epsilon", "strength": 0.7},
    {"n": 65, "holder": "lam", "strength": 0.9},
    {"n": 201, "holder": "epsilon", "strength": 0.2},
    {"n": 201, "holder": "lam", "strength": 0.035},
    {"n": 201, "holder": "epsilon", "strength": 0.031},
    {"n": 201, "holder": "lam", "strength": 0.2},
    {"n": 512, "holder": "epsilon", "strength": 0.4},
    {"n": 512, "holder": "lam", "strength": 0.5},
    {"n": 512, "holder": "epsilon", "strength": 0.99},
    {"n": 1000, "holder": "lam", "strength": 0.06},
    {"n": 64, "holder": "epsilon", "strength": 0.1, "points": GIVEN.replace("1.35,0.42,0", "-1.7,2.2,1")},
    {"n": 64, "holder": "lam", "strength": 0.1, "points": GIVEN + ";0,0,1;2.2,-2.2,0;-2,1.9,1"},
    {"n": 64, "holder": "lam", "strength": 0.3, "points": "0.3,-0.4,1"},
    {"n": 130, "holder": "epsilon", "strength": 0.3, "points": ";".join(GIVEN.split(";")[1:])},
]


@pytest.mark.parametrize("setting", OFF_GRID_THREE, ids=str)
def test_network_linearization_and_posterior(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    expected = regression.three_predictors(**setting)
    arrays, sentence = page_of_ntkbook.cell(THREE, setting)
    assert list(arrays) == list(expected)
    for name, values in expected.items():
        tolerance = 1e-7 if name in ("network", "gap", "distance") else 1e-9
        np.testing.assert_allclose(arrays[name], values, rtol=tolerance, atol=tolerance, err_msg=name)
    assert sentence == regression.describe_predictors(setting, arrays)
    assert sentence == regression.describe_predictors(setting, expected)


@pytest.mark.parametrize("setting", OFF_GRID_PREDICTOR, ids=str)
def test_network_and_formula(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    expected = trained_predictor.predictor(**setting)
    arrays, sentence = page_of_ntkbook.cell(PREDICTOR, setting)
    assert list(arrays) == list(expected)
    for name, values in expected.items():  # fields are rounded to four digits, and the last may flip
        np.testing.assert_allclose(arrays[name], values, rtol=1e-9, atol=1.01e-4, err_msg=name)
        assert np.mean(np.abs(arrays[name] - values) > 1e-12) < 0.01, name
    assert sentence == trained_predictor.describe_predictor(setting, arrays)


def test_coefficients_of_the_linearized_flow(page_of_ntkbook: Page) -> None:
    root = np.random.default_rng(0).standard_normal((5, 3))
    Theta, residual = root @ root.T, np.arange(5.0)[:, None]  # singular
    for t, lam in ((0.01, 0.0), (3.0, 0.1), (1e4, 0.0)):
        found = numbers(
            page_of_ntkbook.call("chapters/regression", "coefficientsAt", Theta, residual, t, lam)
        )
        expected = regression.regression_path(
            jnp.asarray(Theta), jnp.asarray(residual), jnp.array([t]), lam=lam
        )
        np.testing.assert_allclose(found, np.ravel(expected), rtol=1e-8, atol=1e-8)
