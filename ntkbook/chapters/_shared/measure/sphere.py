"""Eight labelled points of a sphere and one wide network: what the landing page and much of Part II measure on.

One hidden layer of n erf units, d = 6, K = 3, labels without any structure.
"""

import functools

import jax
from jaxtyping import Array, Float

from ntkbook import data
from ntkbook.chapters._shared.measure.both_flows import one_hidden_layer
from ntkbook.data import Data
from ntkbook.empirical import empirical_ntk
from ntkbook.networks import Network, Params


@functools.cache
def points() -> Data:
    """The points, and the test points beside them."""
    return data.sphere(jax.random.key(0))


def started(n: int, seed: int = 0) -> tuple[Network, Params]:
    """The network of width n, and its initialization θ₀."""
    network = one_hidden_layer(points())(n)
    return network, network.init(jax.random.key(seed + 1))


def linear_start(n: int) -> tuple[Float[Array, "NK NK"], Float[Array, "N K"]]:
    """(Θ₀, z₀): all that its linearization needs on the points."""
    network, theta0 = started(n)
    X = points().X
    return empirical_ntk(network.apply, theta0, X), network.apply(theta0, X)
