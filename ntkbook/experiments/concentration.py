"""Kernels at initialization: how far a finite network's are from their infinite-width limits, over widths."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from tqdm import tqdm

from ntkbook.drift import relative_drift
from ntkbook.empirical import empirical_ntk
from ntkbook.experiments.both_flows import Architecture
from ntkbook.experiments.initialization import feature_kernel
from ntkbook.networks import Kernels, Network, Params


@dataclass(frozen=True)
class ConcentrationScan:
    """For W widths and S initializations, distances in operator norm at initialization.

    widths: n, or channels. nngp: ‖𝒦_n − 𝒦‖/‖𝒦‖, with 𝒦_n the covariance of a logit given the hidden layers.
    ntk: ‖Θ₀ − Θ ⊗ I_K‖/‖Θ‖.
    """

    widths: Float[np.ndarray, " W"]
    nngp: Float[np.ndarray, "W S"]
    ntk: Float[np.ndarray, "W S"]


def concentration_scan(
    family: Architecture, X: Float[Array, "N ..."], widths: Sequence[int], *, seeds: int = 5
) -> ConcentrationScan:
    """Draw S networks of every width, and compare both kernels at initialization with their limits.

    family(n): the network of width n, e.g. functools.partial(nb.mlp, 6, 3).
    """
    limit, rows = family(widths[0]).kernel(X), []  # the same for every width
    for n in tqdm(widths, desc="widths", leave=False):
        network = family(n)
        keys = [jax.random.key(1000 * seed + n) for seed in range(seeds)]
        rows.append([_distances(network, network.init(key), X, limit) for key in keys])
    nngp, ntk = np.array(rows).transpose(2, 0, 1)
    return ConcentrationScan(widths=np.asarray(widths, dtype=float), nngp=nngp, ntk=ntk)


def _distances(
    network: Network, theta0: Params, X: Float[Array, "N ..."], limit: Kernels
) -> tuple[float, float]:
    Theta0 = empirical_ntk(network.apply, theta0, X)
    classes = len(Theta0) // len(X)
    return (
        float(relative_drift(feature_kernel(network, theta0, X), limit.nngp)),
        float(relative_drift(Theta0, jnp.kron(limit.ntk, jnp.eye(classes)))),
    )
