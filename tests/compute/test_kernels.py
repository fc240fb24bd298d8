"""Infinite-width kernels of a page are those of ntkbook's networks."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ntkbook as nb
from tests.compute._node import Page, numbers

SCALES = st.sampled_from([(1.5, 0.1), (1.5, 1.0), (1.4, 0.0), (0.7, 0.5)])


@given(
    seed=st.integers(0, 1000),
    d=st.integers(2, 5),
    layers=st.integers(1, 4),
    scales=SCALES,
    activation=st.sampled_from(["erf", "relu"]),
)
@settings(max_examples=12, deadline=None)
def test_kernels_between_points(
    page_of_ntkbook: Page, seed: int, d: int, layers: int, scales: tuple[float, float], activation: str
) -> None:
    rng = np.random.default_rng(seed)
    X1, X2 = rng.standard_normal((4, d)), 3 * rng.standard_normal((3, d))
    X2[0] = 0.0
    own = _architecture(d, layers, scales, activation)
    network = nb.mlp(
        d, 2, 4, hidden_layers=layers, activation=activation, sigma_w=scales[0], sigma_b=scales[1]
    )
    _agree(
        page_of_ntkbook.call("kernels", "kernels", own, X1, X2),
        network.kernel(jnp.asarray(X1), jnp.asarray(X2)),
        1e-13,
    )
    # where x = x', an angle of 0 is the root of a rounding error for ReLU
    rounding = 1e-13 if activation == "erf" else 1e-7
    same = network.kernel(jnp.asarray(X1))
    _agree(page_of_ntkbook.call("kernels", "kernels", own, X1), same, rounding)
    diagonals = page_of_ntkbook.call("kernels", "kernelDiagonals", own, X1)
    for name in ("nngp", "ntk"):
        expected = np.diag(getattr(same, name))
        np.testing.assert_allclose(numbers(diagonals[name]), expected, rtol=rounding, atol=1e-14)


@pytest.mark.parametrize("activation", ["erf", "relu"])
def test_opposite_and_parallel_points(page_of_ntkbook: Page, activation: str) -> None:
    X1, X2 = np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[-1.0, -2.0], [2.0, 4.0], [0.0, 0.0]])
    network = nb.mlp(2, 1, 4, activation=activation, sigma_b=0.0)
    found = page_of_ntkbook.call("kernels", "kernels", _architecture(2, 1, (1.5, 0.0), activation), X1, X2)
    _agree(found, network.kernel(jnp.asarray(X1), jnp.asarray(X2)), 1e-7)


def _architecture(d: int, layers: int, scales: tuple[float, float], activation: str) -> dict[str, object]:
    sigma_w, sigma_b = scales
    return {
        "d": d,
        "activation": activation,
        "hiddenLayers": layers,
        "sigmaW": sigma_w,
        "sigmaB": sigma_b,
    }


def _agree(found: dict[str, list[float]], expected: nb.Kernels, rtol: float) -> None:
    for name in ("nngp", "ntk"):
        values = np.ravel(getattr(expected, name))
        np.testing.assert_allclose(numbers(found[name]), values, rtol=rtol, atol=rtol * np.abs(values).max())
