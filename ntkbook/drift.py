"""The change of a kernel: the one number that says whether training is lazy."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook.errors import InvalidInput


def operator_norm(symmetric: Float[Array, "m m"]) -> Float[Array, ""]:
    """‖A‖ = max |λ(A)| of a symmetric matrix."""
    return jnp.max(jnp.abs(jnp.linalg.eigvalsh(symmetric)))


@takes_arrays
def relative_drift(Theta: Float[Array, "m m"], Theta0: Float[Array, "m m"]) -> Float[Array, ""]:
    r"""How far a kernel has moved, in operator norm, relative to where it began; for symmetric kernels.

    .. math:: \|\Theta - \Theta_0\| / \|\Theta_0\|

    Args:
        Theta: (m, m) Θ, on m points or logits.
        Theta0: (m, m) Θ₀, on the same.

    Raises:
        InvalidInput: for kernels of different shapes, not finite or not symmetric, and for Θ₀ = 0.

    Source:
        The book's chapter on the lazy regime.

    Example:
        >>> Theta0 = jnp.diag(jnp.array([2.0, 1.0]))
        >>> float(nb.relative_drift(1.5 * Theta0, Theta0))
        0.5
    """
    if Theta.shape != Theta0.shape:
        raise InvalidInput(
            f"kernels of shapes {Theta.shape} and {Theta0.shape}: both must be on the same points."
        )
    for name, kernel in (("Theta", Theta), ("Theta0", Theta0)):
        _checks.finite(name, kernel)
        _checks.symmetric(name, kernel)
    if _checks.known(Theta0) and not np.any(Theta0):
        raise InvalidInput(
            "Theta0 is zero, so that no change of it is relative to anything. Check that the network depends on its "
            "parameters at the initialization, or compare norms instead."
        )
    return operator_norm(Theta - Theta0) / operator_norm(Theta0)
