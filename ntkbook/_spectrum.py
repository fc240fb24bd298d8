"""Eigenvalues of a kernel, which must not be negative; its square roots; a basis of the logits of zero class sum."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from ntkbook.errors import InvalidInput

EXACT_UP_TO = 3_000  # rows of a kernel that is factored to see whether it is positive semidefinite
LANCZOS_STEPS = 30  # products that are spent on a larger one


def rounding(x: Float[Array, "..."]) -> float:
    """How far below zero rounding may bring an eigenvalue, as a share of the largest: half of the digits."""
    return float(jnp.finfo(x.dtype).eps) ** 0.5


def spectrum(Theta: Float[Array, "m m"]) -> tuple[Float[Array, " m"], Float[Array, "m m"]]:
    """(λ, U) with Θ = U diag(λ) Uᵀ and λ ascending; refused if Θ is indefinite beyond rounding."""
    values, vectors = jnp.linalg.eigh(Theta)
    _refuse_negative(np.asarray(values), rounding(Theta))
    return values, vectors


@jax.jit
def square_roots(
    values: Float[Array, "*B m"], vectors: Float[Array, "*B m m"], least: Any = 0.0
) -> tuple[Float[Array, "*B m m"], Float[Array, "*B m m"]]:
    """(R, R⁺) with RRᵀ = U diag(λ) Uᵀ. An eigenvalue that is not above `least` counts as 0, in both."""
    scale = jnp.sqrt(jnp.where(values > least, values, 0.0))
    inverse = jnp.where(scale > 0, 1 / scale, 0.0)
    return vectors * scale[..., None, :], jnp.swapaxes(vectors * inverse[..., None, :], -1, -2)


def psd_root(covariance: Float[Array, "*B m m"]) -> Float[Array, "*B m m"]:
    """The symmetric root R = Rᵀ, R² = covariance, which may be singular, as laws of logits are along 1 and at the data.

    Of all roots it alone does not depend on the choice of eigenvectors, so that the same key draws the same numbers
    from it on any machine, and in a page.
    """
    values, vectors = jnp.linalg.eigh(covariance)
    return square_roots(values, vectors)[0] @ jnp.swapaxes(vectors, -1, -2)


def check_psd(Theta: Float[Array, "m m"]) -> None:
    """Refuses a symmetric Θ that is indefinite beyond rounding.

    Up to EXACT_UP_TO rows this is certain, by a Cholesky factor of Θ + ε‖Θ‖I. A larger Θ is only multiplied
    with a vector, LANCZOS_STEPS times: negative eigenvalues from some hundredths of ‖Θ‖ on are then found, far smaller
    ones may be missed. Source: Lanczos 1950.
    """
    if Theta.shape[0] > EXACT_UP_TO:
        values = _ritz_values(Theta)
    elif bool(_has_shifted_factor(Theta)):
        return
    else:
        values = jnp.linalg.eigvalsh(Theta)
    _refuse_negative(np.asarray(values), rounding(Theta))


def _refuse_negative(values: Float[np.ndarray, " m"], share: float) -> None:
    least, largest = float(values[0]), float(values[-1])
    if least < -share * max(largest, -least):
        raise InvalidInput(
            f"the kernel has eigenvalues from {least:.3g} to {largest:.3g}, and so is not positive semidefinite. "
            f"Check that rows and columns are the same points in the same order, or compute it "
            f"anew (ntkbook.empirical_ntk, or a network's kernel)."
        )


@jax.jit
def _has_shifted_factor(Theta: Float[Array, "m m"]) -> Bool[Array, ""]:
    """Whether there is an L with LLᵀ = Θ + ε‖Θ‖I, ε as in `rounding`; else that is indefinite."""
    norm = jnp.max(jnp.abs(Theta).sum(axis=1))  # at least ‖Θ‖
    tiny = jnp.finfo(Theta.dtype).tiny  # so that Θ = 0 passes
    shift = (rounding(Theta) * norm + tiny) * jnp.eye(Theta.shape[0], dtype=Theta.dtype)
    return jnp.all(jnp.isfinite(jnp.linalg.cholesky(Theta + shift)))


@jax.jit
def _ritz_values(Theta: Float[Array, "m m"]) -> Float[Array, " steps"]:
    """The eigenvalues, ascending, of Θ on a random vector's Krylov space; to rounding within those of Θ.

    Lost orthogonality repeats some of them, which does no harm.
    """
    first = jax.random.normal(jax.random.key(0), Theta.shape[:1], Theta.dtype)
    return ritz_values(lambda v: Theta @ v, first, LANCZOS_STEPS)


def ritz_values(
    product: Callable[[Float[Array, " m"]], Float[Array, " m"]], first: Float[Array, " m"], steps: int
) -> Float[Array, " steps"]:
    """Those of a symmetric matrix that is only multiplied with, from `steps` products. Source: Lanczos 1950."""
    tiny = jnp.finfo(first.dtype).tiny

    def step(
        carry: tuple[Array, Array, Array], _: None
    ) -> tuple[tuple[Array, Array, Array], tuple[Array, Array]]:
        before, now, beta = carry
        image = product(now) - beta * before
        alpha = image @ now
        image = image - alpha * now
        beta = jnp.linalg.norm(image)
        return (now, image / jnp.maximum(beta, tiny), beta), (alpha, beta)

    start = (jnp.zeros_like(first), first / jnp.linalg.norm(first), jnp.zeros((), first.dtype))
    _, (alpha, beta) = jax.lax.scan(step, start, length=steps)
    return jnp.linalg.eigvalsh(jnp.diag(alpha) + jnp.diag(beta[:-1], 1) + jnp.diag(beta[:-1], -1))


def zero_sum_basis(K: int) -> Float[Array, "K K-1"]:
    """Orthonormal columns spanning 1^⊥, the range of P = I − 11ᵀ/K."""
    return jnp.linalg.qr(jnp.eye(K)[:, 1:] - 1.0 / K)[0]
