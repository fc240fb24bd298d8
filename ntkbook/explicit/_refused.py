"""What the solvers of kernel logistic regression refuse of targets and starts."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook.errors import InvalidInput


def check_rows(Y: Float[Array, "N K"], *, on_simplex: bool) -> None:
    """Rows of probabilities; off the simplex, rows that sum to 1."""
    if on_simplex:
        return _checks.simplex_targets(Y)
    _checks.finite_targets(Y)
    if not _checks.known(Y):
        return None
    error = float(jnp.max(jnp.abs(Y.sum(axis=1) - 1)))
    if error > _checks.sum_tolerance(Y):
        raise InvalidInput(
            f"a row of the targets misses the sum 1 by {error:.3g}; off the simplex too, rows must sum to 1, "
            "since the residual of cross-entropy has zero class sum. Project the noise with ntkbook.center."
        )
    return None


def checked_weights(weights: Float[Array, "..."] | None, N: int) -> Float[Array, "N 1"]:
    """One weight a point, by default 1."""
    if weights is None:
        return jnp.ones((N, 1))
    if weights.shape != (N,):
        raise InvalidInput(
            f"weights have shape {weights.shape}; expected ({N},), one number a point, such as the counts of "
            "nb.merge_duplicates."
        )
    _checks.finite("weights", weights)
    if _checks.known(weights) and not (np.min(weights) >= 0 and np.max(weights) > 0):
        raise InvalidInput(
            f"weights run from {np.min(weights):.3g} to {np.max(weights):.3g}; expected none below zero, and one "
            "above. Leave points out by the weight 0."
        )
    return weights.astype(float)[:, None]


def checked_start(start: Float[Array, "N2 K2"] | None, Y: Float[Array, "N K"]) -> Float[Array, "N K"]:
    """Coefficients to start from, by default 0."""
    if start is None:
        return jnp.zeros(Y.shape)
    if start.shape != Y.shape:
        raise InvalidInput(
            f"start has shape {start.shape}, but the targets have {Y.shape}; give coefficients A, "
            "one row a point."
        )
    _checks.finite("start", start)
    return start.astype(float)
