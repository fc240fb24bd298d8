"""A page moves a network's parameters in ntkbook's directions, and measures ntkbook's kernels."""

from typing import Any

import jax
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import ntkbook as nb
from ntkbook.chapters.tangent_kernel.measure.kernel_circle import describe_circle, kernel_circle
from tests.compute._node import Page, numbers

EXPERIMENT = "ntkbook.chapters.tangent_kernel.measure.kernel_circle:kernel_circle"
OFF_GRID = [
    {"n": n, "R": R, "direction": direction}
    for direction in ("random", "eigenvalue", "training")
    for n, R in ((70, 0.6), (131, 3.3), (257, 1.7), (999, 2.5), (3001, 0.93))
]


def test_parameters_are_taken_from_pythons_leaves(page_of_ntkbook: Page) -> None:
    d, K, n = 3, 2, 5
    theta0, _ = ravel_pytree(nb.mlp(d, K, n).init(jax.random.key(7)))
    net = page_of_ntkbook.call("one_hidden_layer", "network", [0, 7], {"d": d, "K": K, "n": n})
    shape = {name: net[name] for name in ("n", "d", "K")}
    found = numbers(page_of_ntkbook.call("one_hidden_layer", "fromLeaves", shape, theta0))
    np.testing.assert_allclose(found, numbers(net["theta0"]), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("setting", OFF_GRID)
def test_the_kernel_along_a_circle_is_that_of_ntkbook(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    found, sentence = page_of_ntkbook.cell(EXPERIMENT, setting)
    expected = kernel_circle(**setting)
    assert list(found) == list(expected)
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-10, err_msg=name)
    assert sentence == describe_circle(setting, expected)
