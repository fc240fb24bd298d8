"""Θ acting on one row of K numbers a point, for both shapes in which a kernel comes; what fits it is checked.

Infinite width: Θ is (M, N) and stands for Θ ⊗ I_K. Finite network: Θ is (MK, NK), row i·K + k.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._given import as_array
from ntkbook._low_rank import LowRank
from ntkbook._spectrum import check_psd
from ntkbook.errors import InvalidInput

Kernel = Callable[[Any, Any], Any]  # (N₁, …) and (N₂, …) inputs -> (N₁, N₂) Θ
BLOCK = 256  # rows of a kernel that are checked at a time


@jax.jit
def kernel_product(
    Theta: Float[Array, "rows columns"] | LowRank, A: Float[Array, "N K"]
) -> Float[Array, "M K"]:
    """ΘA for Θ of shape (M, N) or (MK, NK)."""
    N, K = A.shape
    if Theta.shape[1] == N:
        return Theta @ A
    if not isinstance(Theta, LowRank) and Theta.shape[1] == N * K and Theta.shape[0] % K == 0:
        return (Theta @ A.reshape(N * K)).reshape(-1, K)
    raise InvalidInput(
        f"the kernel has shape {Theta.shape} and there are N = {N} training points with K = {K} classes; "
        f"expected (M, {N}) for an infinite-width kernel or (M·{K}, {N * K}) for a finite network's. "
        f"Compute it between the evaluation points (rows) and the training points (columns)."
    )


def kernel_between(kernel: Kernel, X1: Any, X2: Any) -> Float[Array, "N1 N2"]:
    """Θ(X₁, X₂) by a function that the caller gave."""
    Theta = as_array("the kernel", kernel(X1, X2))
    if Theta.shape != (len(X1), len(X2)):
        raise InvalidInput(
            f"the kernel has shape {Theta.shape} between {len(X1)} and {len(X2)} inputs; expected "
            f"({len(X1)}, {len(X2)}). Give a function of two arrays of inputs, one a row, whose (i, j) is Θ of "
            "input i of the first and j of the second."
        )
    return Theta


def check_train_kernel(Theta: Float[Array, "rows columns"], N: int, K: int) -> None:
    """Θ on the training set: finite, square, of size N or NK, symmetric and positive semidefinite to rounding."""
    if Theta.ndim != 2 or Theta.shape[0] != Theta.shape[1] or Theta.shape[0] not in (N, N * K):
        raise InvalidInput(
            f"the training kernel has shape {Theta.shape}; expected ({N}, {N}) for an infinite-width kernel "
            f"or ({N * K}, {N * K}) for a finite network's, with N = {N} points and K = {K} classes."
        )
    if not _checks.known(Theta):
        return
    asymmetry, scale, finite = (float(size) for size in _inspect(Theta))
    if not finite:
        _checks.finite("the training kernel", Theta)
    if asymmetry > 1e-8 * scale:
        raise InvalidInput(
            f"the training kernel is not symmetric: |Θ − Θᵀ| reaches {asymmetry:.3g} "
            f"at entries of size {scale:.3g}. "
            "Use (Θ + Θᵀ)/2 if that is rounding; else check that both arguments were the training inputs."
        )
    check_psd(Theta)


def offset(f0: Float[Array, "N K"] | None, Y: Float[Array, "N K"]) -> Float[Array, "N K"]:
    """f₀(X) in double precision, zero if it is not given; refused if it does not fit the targets."""
    if f0 is None:
        return jnp.zeros(Y.shape)
    if f0.shape != Y.shape:
        raise InvalidInput(
            f"f0 has shape {f0.shape}, but the targets have {Y.shape}; give f₀(X), one row a point."
        )
    _checks.finite("f0", f0)
    return f0.astype(float)


@jax.jit
def _inspect(Theta: Float[Array, "rows rows"]) -> tuple[Array, Array, Array]:
    """(max |Θ − Θᵀ|, max |Θ|, whether all is finite), by blocks of rows:
    a kernel may fill half of the memory, so no copy of it is made."""
    rows = Theta.shape[0]
    block = min(rows, BLOCK)

    def include(i: Array, seen: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        # the last block is shifted back so as to fit; rows that are seen twice do no harm
        across = jax.lax.dynamic_slice_in_dim(Theta, i * block, block, axis=0)
        down = jax.lax.dynamic_slice_in_dim(Theta, i * block, block, axis=1)
        return (
            jnp.maximum(seen[0], jnp.max(jnp.abs(across - down.T))),
            jnp.maximum(seen[1], jnp.max(jnp.abs(across))),
            seen[2] & jnp.all(jnp.isfinite(across)),  # a compiled maximum may pass over NaN
        )

    zero = jnp.zeros((), Theta.dtype)
    return jax.lax.fori_loop(0, -(-rows // block), include, (zero, zero, jnp.asarray(True)))
