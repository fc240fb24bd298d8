"""What all solves on one kernel share: the precision in which steps are computed, and a preconditioner."""

import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook._checks import Scalar, known
from ntkbook._low_rank import LowRank
from ntkbook.errors import InvalidInput
from ntkbook.explicit._preconditioner import nystrom

LEAST_RANK = 20  # of the preconditioner, which below some hundred points then is exact or nearly so
SINGLE_FROM = 1000  # rows of Θ from which products in single precision pay
# λ/‖Θ‖ from which they are safe: the step is then off by at most about 1e-7‖Θ‖/λ of itself
SINGLE_SHARE = 1e-5


class Prepared(NamedTuple):
    """Θ, Θ once more in the precision of the steps, and L with Θ ≈ LLᵀ in that precision."""

    Theta: Float[Array, "rows rows"] | LowRank
    inner: Float[Array, "rows rows"] | LowRank
    L: Float[Array, "rows r"]


def preconditioner_rank(rows: int) -> int:
    """r of L: at K = 10, a step with it is as dear as two products."""
    return min(max(LEAST_RANK, round(math.sqrt(rows / 5))), rows)


def prepare(Theta: Float[Array, "rows rows"] | LowRank, lam: Scalar) -> Prepared:
    """Prepared for this λ and all above it."""
    rows, traced = Theta.shape[0], not known((Theta, lam))
    single = not traced and rows >= SINGLE_FROM and lam >= SINGLE_SHARE * float(_norm(Theta))
    inner = Theta.astype(jnp.float32) if single else Theta
    L, values = nystrom(jax.lax.stop_gradient(inner), preconditioner_rank(rows))
    if traced:  # of the preconditioner, no derivative is wanted, and no value known
        return Prepared(Theta, jax.lax.stop_gradient(inner), L)
    least, largest = float(values[0]), float(values[-1])
    if least < -rows * float(jnp.finfo(inner.dtype).eps) * largest:
        raise InvalidInput(
            f"the training kernel is not positive semidefinite: it takes values from {least:.3g} to "
            f"{largest:.3g} on unit vectors. Check how it was computed; rounding is mended by adding a small "
            "multiple of the identity."
        )
    return Prepared(Theta, inner, L)


@jax.jit
def _norm(Theta: Float[Array, "rows rows"] | LowRank) -> Float[Array, ""]:
    """max_i Σ_j |Θ_ij| ≥ ‖Θ‖; where only products with Θ are there, ‖Θ‖ itself, to some percent from below."""
    if isinstance(Theta, LowRank):
        return nystrom(Theta.astype(jnp.float32), min(LEAST_RANK, Theta.shape[0]))[1][-1]
    return jnp.max(jnp.sum(jnp.abs(Theta), axis=1))
