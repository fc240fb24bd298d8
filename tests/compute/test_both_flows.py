"""What a page shows of a network beside its linearization is what ntkbook shows, also off the grid of its explorers."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from ntkbook import bounds
from ntkbook.chapters.linear_training import measure as linear_training
from ntkbook.chapters.non_degenerate import measure as non_degenerate
from ntkbook.chapters.one_hot import measure as one_hot
from tests.compute._node import Page

# Few widths, for each is a program of its own.
OFF_GRID: dict[str, list[dict[str, Any]]] = {
    "ntkbook.chapters.non_degenerate.measure:non_degenerate": [
        {"n": n, "epsilon": epsilon}
        for n, several in {
            64: (0.013, 0.05, 0.2, 0.6),
            150: (0.01, 0.02, 0.15, 0.45),
            600: (0.017, 0.07, 0.25, 0.5),
        }.items()
        for epsilon in several
    ],
    "ntkbook.chapters.linear_training.measure:gap_over_time": [
        {"n": n, "condition": condition}
        for n in (80, 150, 300, 600)
        for condition in ("smoothed", "regularized", "none")
    ],
    "ntkbook.chapters.one_hot.measure:order_of_limits": [
        {"n": n, "log_horizon": horizon, "targets": targets}
        for n, targets, horizons in (
            (64, "onehot", (3.0, 17.5, 55.0)),
            (150, "onehot", (2.5, 33.0, 100.0)),
            (64, "smoothed", (7.1, 30.0, 90.0)),
            (150, "smoothed", (5.0, 14.0, 60.0)),
        )
        for horizon in horizons
    ],
}
PYTHON = {
    "ntkbook.chapters.non_degenerate.measure:non_degenerate": (
        non_degenerate.non_degenerate,
        non_degenerate.describe,
    ),
    "ntkbook.chapters.linear_training.measure:gap_over_time": (
        linear_training.gap_over_time,
        linear_training.describe,
    ),
    "ntkbook.chapters.one_hot.measure:order_of_limits": (one_hot.order_of_limits, one_hot.describe),
}
CASES = [(experiment, setting) for experiment, settings in OFF_GRID.items() for setting in settings]
BUILT = (64, 256)  # widths of which the build's part is known here; the others are gaps


@pytest.mark.parametrize(("experiment", "setting"), CASES, ids=str)
def test_off_the_grid(
    page_of_ntkbook: Page, monkeypatch: pytest.MonkeyPatch, experiment: str, setting: dict[str, Any]
) -> None:
    for measure in (linear_training, one_hot):
        monkeypatch.setattr(measure, "WIDTHS", BUILT)
    compute, describe = PYTHON[experiment]
    expected = compute(**setting)
    arrays, sentence = page_of_ntkbook.cell(experiment, setting, built(experiment, setting))
    assert list(arrays) == list(expected)
    for name, array in expected.items():
        if name in ("largest", "sup_drift"):  # the build's, in single precision
            np.testing.assert_array_equal(arrays[name][: len(BUILT)], np.asarray(array, dtype=np.float32))
        elif name != "widths":
            assert_allclose(arrays[name], array, rtol=1e-5, atol=1e-8, err_msg=name)
    assert sentence == describe(setting, expected)


def built(experiment: str, setting: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What the page's computation asks of the build."""
    compute, _ = PYTHON[experiment]
    if experiment.endswith("gap_over_time"):
        asked = [setting | {"n": 64}]
    elif experiment.endswith("order_of_limits"):
        asked = [setting | {"n": n, "log_horizon": 100.0} for n in BUILT]
    else:
        asked = []
    return [(of, dict(compute(**of))) for of in asked]


@pytest.mark.parametrize(
    ("experiment", "name"),
    [
        ("ntkbook.chapters.linear_training.measure:gap_over_time", "largest"),
        ("ntkbook.chapters.one_hot.measure:order_of_limits", "sup_drift"),
    ],
)
def test_without_a_grid_there_are_gaps(page_of_ntkbook: Page, experiment: str, name: str) -> None:
    arrays, _ = page_of_ntkbook.cell(experiment, OFF_GRID[experiment][0])
    assert np.all(np.isnan(arrays[name]))
    assert np.all(np.isfinite(arrays["widths"]))


def test_radii(page_of_ntkbook: Page) -> None:
    V0, lam, mu, kappa = 7.3, 0.21, 0.013, 0.4
    Y = np.array([[0.7, 0.1, 0.2], [0.05, 0.9, 0.05]])
    regularized = page_of_ntkbook.call("bounds", "radiusRegularized", V0, lam)
    assert_allclose(regularized, bounds.radius_regularized(V0, lam), rtol=1e-14)
    nondegenerate = page_of_ntkbook.call("bounds", "radiusNondegenerate", V0, mu, kappa)
    assert_allclose(nondegenerate, bounds.radius_nondegenerate(V0, mu, kappa), rtol=1e-14)
    for excess in (V0, 1e-3):
        polynomial = page_of_ntkbook.call("bounds", "plConstantPolynomial", Y, excess)
        assert_allclose(polynomial, bounds.pl_constant_polynomial(jnp.asarray(Y), excess), rtol=1e-14)
