"""The change of a kernel: the one number that says whether training is lazy."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook.errors import InvalidInput


def operator_norm(symmetric: Float[Array, "m m"]) -> Float[Array, ""]:
    """‖A‖ = max |λ(A)| of a symmetric matrix."""
    return jnp.max(jnp.abs(jnp.linalg.eigvalsh(symmetric)))


def relative_drift(Theta: Float[Array, "m m"], Theta0: Float[Array, "m m"]) -> Float[Array, ""]:
    """‖Θ − Θ₀‖ / ‖Θ₀‖ in operator norm, for symmetric kernels.

    Raises InvalidInput for kernels of different shapes. Source: the book's chapter on the lazy regime.

    >>> Theta0 = jnp.diag(jnp.array([2.0, 1.0]))
    >>> float(nb.relative_drift(1.5 * Theta0, Theta0))
    0.5
    """
    if Theta.shape != Theta0.shape:
        raise InvalidInput(
            f"kernels of shapes {Theta.shape} and {Theta0.shape}: both must be on the same points."
        )
    return operator_norm(Theta - Theta0) / operator_norm(Theta0)
