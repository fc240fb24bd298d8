"""Kernels on training and new points at once: what is checked of them, and their roots."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook._kernel_product import check_train_kernel
from ntkbook.errors import InvalidInput

JITTERS = (0.0, 1e-14, 1e-12, 1e-10, 1e-8)  # added to the diagonal, as shares of its mean


def check_kernel(name: str, kernel: Float[Array, "rows columns"], N: int, points: int | None = None) -> None:
    """Finite, square and symmetric, on at least the N training points; on exactly P points if that is given."""
    P = kernel.shape[0] if points is None else points
    if kernel.shape != (P, P) or N > P:
        raise InvalidInput(
            f"{name} has shape {kernel.shape}; expected (P, P), P ≥ {N} points, the N = {N} training points "
            f"first, and the same P points for every kernel. "
            f"Compute it on the training inputs and the new inputs together, jnp.concatenate([X, X_new])."
        )
    check_train_kernel(kernel, P, 1)


def cholesky(name: str, kernel: Float[Array, "P P"]) -> Float[Array, "P P"]:
    """L with LLᵀ = kernel + jitter, for the least of JITTERS at which rounding leaves it positive definite."""
    scale = jnp.mean(jnp.diag(kernel))
    for jitter in JITTERS:
        L = jnp.linalg.cholesky(kernel + jitter * scale * jnp.eye(kernel.shape[0]))
        if bool(jnp.all(jnp.isfinite(L))):
            return L
    least = float(jnp.linalg.eigvalsh(kernel)[0])
    raise InvalidInput(
        f"{name} is not positive semidefinite: its least eigenvalue is {least:.3g}, and even "
        f"{JITTERS[-1]:g} of its mean diagonal {float(scale):.3g}, added to the diagonal, does not mend it. "
        f"A covariance must be: check how it was computed (float64, both arguments the same points)."
    )
