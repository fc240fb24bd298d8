"""The Jacobian itself on a ball around the initialization: how large it is, and how far it turns."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook.chapters._shared.measure.both_flows import Architecture
from ntkbook.chapters.tangent_kernel.measure.ball import initializations, moves
from ntkbook.empirical import jacobian


@dataclass(frozen=True)
class JacobianScan:
    """‖J₀‖, and ‖J_θ − J₀‖ at ‖θ − θ₀‖ = R in two directions of BallScan, for W widths and S initializations.

    All norms are operator norms.

    Args:
        widths: (W,) n.
        size: (W, S) ‖J₀‖.
        eigenvalue: (W, S) ‖J_θ − J₀‖ along BallScan's direction of that name.
        training: (W, S) the same along that one.
    """

    widths: Float[np.ndarray, " W"]
    size: Float[np.ndarray, "W S"]
    eigenvalue: Float[np.ndarray, "W S"]
    training: Float[np.ndarray, "W S"]


def jacobian_scan(
    family: Architecture,
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    widths: Sequence[int],
    *,
    radius: float = 1.0,
    seeds: int = 3,
) -> JacobianScan:
    """Move S initializations of every width by R, as ball_scan does, and look at the Jacobian.

    Args:
        family: n -> the network of width n.
        X: (N, …) inputs.
        Y: (N, K) targets, which the direction of training needs.
        widths: W values of n.
        radius: R > 0.
        seeds: the number S.

    Raises:
        InvalidInput: unless R > 0.
    """
    _checks.positive("radius", radius, "the distance R from the initialization")
    rows = []
    for network, theta0, key in initializations(family, widths, seeds):
        J0 = jacobian(network.apply, theta0, X)
        moved = moves(network.apply, theta0, J0 @ J0.T, X, Y, radius, key)
        turned = [
            jnp.linalg.norm(jacobian(network.apply, moved[name], X) - J0, 2)
            for name in ("eigenvalue", "training")
        ]
        rows.append([float(norm) for norm in (jnp.linalg.norm(J0, 2), *turned)])
    size, eigenvalue, training = np.array(rows).reshape(len(widths), seeds, 3).transpose(2, 0, 1)
    return JacobianScan(np.asarray(widths, dtype=float), size, eigenvalue, training)
