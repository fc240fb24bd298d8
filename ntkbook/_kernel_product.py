"""Θ acting on one row of K numbers a point, for both shapes in which a kernel comes.

Infinite width: Θ is (M, N) and stands for Θ ⊗ I_K. Finite network: Θ is (MK, NK), row i·K + k.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook.errors import InvalidInput


def kernel_product(Theta: Float[Array, "rows columns"], A: Float[Array, "N K"]) -> Float[Array, "M K"]:
    """ΘA for Θ of shape (M, N) or (MK, NK)."""
    N, K = A.shape
    if Theta.shape[1] == N:
        return Theta @ A
    if Theta.shape[1] == N * K and Theta.shape[0] % K == 0:
        return (Theta @ A.reshape(N * K)).reshape(-1, K)
    raise InvalidInput(
        f"the kernel has shape {Theta.shape} and there are N = {N} training points with K = {K} classes; "
        f"expected (M, {N}) for an infinite-width kernel or (M·{K}, {N * K}) for a finite network's. "
        f"Compute it between the evaluation points (rows) and the training points (columns)."
    )


def check_train_kernel(Theta: Float[Array, "rows columns"], N: int, K: int) -> None:
    """Θ on the training set: finite, square, symmetric, of size N or NK."""
    if Theta.ndim != 2 or Theta.shape[0] != Theta.shape[1] or Theta.shape[0] not in (N, N * K):
        raise InvalidInput(
            f"the training kernel has shape {Theta.shape}; expected ({N}, {N}) for an infinite-width kernel "
            f"or ({N * K}, {N * K}) for a finite network's, with N = {N} points and K = {K} classes."
        )
    if not _checks.known(Theta):
        return
    asymmetry, scale = (float(size) for size in _asymmetry_and_scale(Theta))
    if not np.isfinite(scale):
        _checks.finite("the training kernel", Theta)
    if asymmetry > 1e-8 * scale:
        raise InvalidInput(
            f"the training kernel is not symmetric: |Θ − Θᵀ| reaches {asymmetry:.3g} at entries of size {scale:.3g}. "
            f"Use (Θ + Θᵀ)/2 if that is rounding; else check that both arguments were the training inputs."
        )


@jax.jit  # fused into one pass: no copy of a kernel that may fill half of the memory
def _asymmetry_and_scale(Theta: Float[Array, "rows rows"]) -> tuple[Float[Array, ""], Float[Array, ""]]:
    return jnp.max(jnp.abs(Theta - Theta.T)), jnp.max(jnp.abs(Theta))
