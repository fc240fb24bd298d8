"""The page's losses with their Hessians, and the explorer of one point with three classes."""

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Array, Float
from numpy.typing import NDArray

from ntkbook.chapters.loss.measure.simplex import describe_simplex, simplex
from ntkbook.losses import LOSSES, pl_bound
from tests.compute._node import Page, numbers

EXPERIMENT = "ntkbook.chapters.loss.measure.simplex:simplex"
LOSS_NAMES = {"crossEntropy": "cross-entropy", "brier": "Brier", "squaredError": "squared error"}
OFF_GRID = [
    {"loss": loss, "epsilon": epsilon}
    for loss in ("cross-entropy", "Brier")
    for epsilon in (0.0, 0.0004, 0.0023, 0.02, 0.07, 0.2, 0.55, 0.91)
]


def logits_and_targets(seed: int, size: float) -> tuple[Float[Array, "3 4"], Float[Array, "3 4"]]:
    """Three points with four classes."""
    draw = np.random.default_rng(seed)
    return jnp.asarray(size * draw.normal(size=(3, 4))), jnp.asarray(draw.dirichlet(np.ones(4), size=3))


@pytest.mark.parametrize("own", LOSS_NAMES)
@given(seed=st.integers(0, 2**32 - 1), size=st.sampled_from([0.1, 1.0, 10.0, 100.0]))
@settings(max_examples=8)
def test_losses_are_those_of_ntkbook(page_of_ntkbook: Page, own: str, seed: int, size: float) -> None:
    z, Y = logits_and_targets(seed, size)
    loss = LOSSES[LOSS_NAMES[own]]

    def of_page(name: str, *args: Any) -> NDArray[np.float64]:
        return numbers(np.atleast_1d(page_of_ntkbook.call("losses", f"{own}.{name}", *args)).tolist())

    room, blocks = np.zeros(12), np.zeros(48)
    np.testing.assert_allclose(of_page("value", z, Y, 4), jnp.sum(loss.value(z, Y)), rtol=1e-13)
    np.testing.assert_allclose(of_page("infimum", Y), jnp.sum(loss.infimum(Y)), rtol=1e-13)
    np.testing.assert_allclose(of_page("residual", z, Y, 4, room), np.ravel(loss.residual(z, Y)), rtol=1e-12)
    unit = jnp.eye(4)
    columns = [loss.hessian_product(z, Y, jnp.broadcast_to(unit[k], z.shape)) for k in range(4)]
    expected = np.stack([np.asarray(column) for column in columns], axis=2)
    np.testing.assert_allclose(of_page("hessian", z, Y, 4, blocks), expected.ravel(), rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("V", [0.0, 0.3, 7.0])
def test_the_pl_bound_is_that_of_ntkbook(page_of_ntkbook: Page, V: float) -> None:
    _, Y = logits_and_targets(5, 1.0)
    found = page_of_ntkbook.call("losses", "crossEntropy.pl", Y, 4, V)
    np.testing.assert_allclose(float(found), pl_bound(LOSSES["cross-entropy"], Y, V), rtol=1e-12)


def test_a_kernel_for_each_logit_is_a_kronecker_product(page_of_ntkbook: Page) -> None:
    A = np.arange(6.0).reshape(2, 3)
    found = numbers(page_of_ntkbook.call("linear_algebra", "forEachLogit", A, 2, 3))
    np.testing.assert_array_equal(found, np.kron(A, np.eye(3)).ravel())


@pytest.mark.parametrize("setting", OFF_GRID)
def test_the_simplex_is_that_of_ntkbook(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    found, sentence = page_of_ntkbook.cell(EXPERIMENT, setting)
    expected = simplex(**setting)
    assert list(found) == list(expected)
    for name in ("a", "b"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-15)
    for name in ("excess", "ratio"):  # rounded to three digits after the point
        np.testing.assert_allclose(found[name], expected[name], rtol=0, atol=1.01e-3)
    for name in ("path_a", "path_b"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-6, atol=1e-7)
    for name in ("path_excess", "path_ratio", "proven"):
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-5)
    assert sentence == describe_simplex(setting, expected)
