"""Inputs on a circle."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float


def circle(angles: Sequence[float] | Float[np.ndarray, " N"]) -> Float[Array, "N 2"]:
    """Inputs √d (cos φ, sin φ) on a circle, d = 2, so that ‖x‖² = d.

    Args:
        angles: (N,) φ in radians.
    """
    return jnp.asarray(on_circle(angles))


def on_circle(angles: Sequence[float] | Float[np.ndarray, " N"]) -> Float[np.ndarray, "N 2"]:
    """The same in NumPy.

    Args:
        angles: (N,) φ in radians.
    """
    return np.sqrt(2) * np.stack([np.cos(angles), np.sin(angles)], axis=1)
