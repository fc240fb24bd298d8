"""Eigenvalues of a kernel, which must not be negative; a basis of the logits without their class mean."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook.errors import InvalidInput

NEGATIVE = 1e-8  # how far below zero rounding may bring an eigenvalue, as a share of the largest


def spectrum(Theta: Float[Array, "m m"]) -> tuple[Float[Array, " m"], Float[Array, "m m"]]:
    """(λ, U) with Θ = U diag(λ) Uᵀ and λ ascending; refused if Θ is indefinite beyond rounding."""
    values, vectors = jnp.linalg.eigh(Theta)
    least, largest = float(values[0]), float(values[-1])
    if least < -NEGATIVE * max(largest, -least):
        raise InvalidInput(
            f"the training kernel has eigenvalues from {least:.3g} to {largest:.3g}; expected a positive "
            f"semidefinite one. Check that rows and columns are the same points in the same order, or compute it "
            f"anew (ntkbook.empirical_ntk, or a network's kernel)."
        )
    return values, vectors


def zero_sum_basis(K: int) -> Float[Array, "K K-1"]:
    """Orthonormal columns spanning 1^⊥, the range of P = I − 11ᵀ/K."""
    return jnp.linalg.qr(jnp.eye(K)[:, 1:] - 1.0 / K)[0]
