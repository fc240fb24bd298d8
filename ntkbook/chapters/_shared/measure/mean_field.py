"""A parameterization that no width makes lazy."""

from dataclasses import replace

import numpy as np
from jaxtyping import Array, Float

from ntkbook.networks import Network, Params


def mean_field(network: Network) -> Network:
    """The same network with its output divided by √n: its kernel is of order 1/n, and no width makes it lazy.

    Args:
        network: one of width n.
    """

    def apply(params: Params, x: Float[Array, "N ..."]) -> Float[Array, "N K"]:
        return network.apply(params, x) / np.sqrt(network.width)

    return replace(network, name=f"{network.name}, output / √n", apply=apply)
