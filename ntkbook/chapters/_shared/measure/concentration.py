"""Kernels at initialization: how far a finite network's are from their infinite-width limits, over widths."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook._progress import progress_bar
from ntkbook.chapters._shared.measure.both_flows import Architecture
from ntkbook.drift import relative_drift
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput
from ntkbook.networks import Kernels, Network, Params


@dataclass(frozen=True)
class ConcentrationScan:
    """For W widths and S initializations, distances in operator norm at initialization.

    Args:
        widths: (W,) n, or channels.
        nngp: (W, S) ‖𝒦_n − 𝒦‖/‖𝒦‖, with 𝒦_n the covariance of a logit given the hidden layers.
        ntk: (W, S) ‖Θ₀ − Θ ⊗ I_K‖/‖Θ‖.
    """

    widths: Float[np.ndarray, " W"]
    nngp: Float[np.ndarray, "W S"]
    ntk: Float[np.ndarray, "W S"]


def concentration_scan(
    family: Architecture, X: Float[Array, "N ..."], widths: Sequence[int], *, seeds: int = 5
) -> ConcentrationScan:
    """Draw S networks of every width, and compare both kernels at initialization with their limits.

    Args:
        family: width n -> the network of that width, e.g. `functools.partial(nb.mlp, 6, 3)`.
        X: (N, …) inputs.
        widths: W values of n.
        seeds: the number S.
    """
    limit, rows = family(widths[0]).kernel(X), []  # the same for every width
    for n in progress_bar(widths, "widths"):
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


def feature_kernel(network: Network, params: Params, X: Float[Array, "N ..."]) -> Float[Array, "N N"]:
    r"""The covariance of a logit given all of the last hidden layer h.

    .. math:: \mathcal K_n(X, X) = \frac{\sigma_w^2}n\,h(X)h(X)^\top + \sigma_b^2

    It is the share of the last layer in the tangent kernel, ∂f/∂W ∂f/∂Wᵀ + ∂f/∂b ∂f/∂bᵀ.

    Args:
        network: one whose last layer is dense.
        params: θ, as its init returns it.
        X: (N, …) inputs.

    Raises:
        InvalidInput: for parameters that do not end in one layer of their own.

    Source:
        The book's chapter on wide networks.

    Example:
        >>> from ntkbook.chapters.initialization import measure
        >>> net = nb.mlp(2, 3, width=64)
        >>> params, X = net.init(jax.random.key(0)), jnp.eye(2)
        >>> measure.feature_kernel(net, params, X).shape
        (2, 2)
    """
    if not isinstance(params, (list, tuple)) or not jax.tree.leaves(params[-1]):
        raise InvalidInput(
            "params: expected a list of layers that ends in the output layer, as init returns."
        )
    last = jax.jacobian(lambda out, x: network.apply([*params[:-1], out], x[None])[0, 0])
    gradients = jax.vmap(last, in_axes=(None, 0))(params[-1], X)
    flat = jnp.concatenate([leaf.reshape(X.shape[0], -1) for leaf in jax.tree.leaves(gradients)], axis=1)
    return flat @ flat.T
