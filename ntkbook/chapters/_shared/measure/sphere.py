"""Eight labelled points of a sphere and one wide network: what the landing page and much of Part II measure on.

One hidden layer of n erf units, d = 6, K = 3, labels without any structure.
"""

import functools

import jax

from ntkbook import data
from ntkbook.chapters._shared.measure.both_flows import one_hidden_layer
from ntkbook.data import Data
from ntkbook.losses import smooth_labels
from ntkbook.problem import Problem


@functools.cache
def points() -> Data:
    """The points, and the test points beside them."""
    return data.sphere(jax.random.key(0))


def problem(
    n: int, *, epsilon: float = 0.0, lam: float = 0.0, anchor: str = "init", seed: int = 0
) -> Problem:
    """The network of width n on the points.

    Args:
        n: width.
        epsilon: ε, smoothing of the labels.
        lam: λ, strength of the regularizer.
        anchor: what it pulls towards, "init" (θ₀) or "zero".
        seed: of the initialization.
    """
    X, Y = points().X, smooth_labels(points().Y, epsilon)
    network, key = one_hidden_layer(points())(n), jax.random.key(seed + 1)
    return Problem.of(network, key, X, Y, lam=lam, anchor=anchor)
