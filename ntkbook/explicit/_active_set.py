"""Derivatives of the max-margin predictor: those of the equations that its active constraints are.

On the pairs (i, j) with α_ij > 0 the margins of ΘA are 1, and all other α are 0. So dα solves, on these pairs,
margins(Θ dA) = −margins(dΘ A), and is itself a function of Θ and α, so that it can be differentiated once more.
"""

import functools
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook._kernel_product import kernel_product

EXACT = 1e-14  # of the right-hand side: what conjugate gradients may leave
MAX_CG = 5_000


def coefficients(alpha: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, "N K"]:
    """A_ij = −α_ij for j ≠ c_i, A_ic = Σ_j α_ij."""
    return Y * jnp.sum(alpha, axis=1, keepdims=True) - alpha


def margins(v: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, "N K"]:
    """v_c(x_i) − v_j(x_i); the transpose of α ↦ A, and 0 in the column of the true class."""
    return (jnp.sum(Y * v, axis=1, keepdims=True) - v) * (1 - Y)


@jax.custom_jvp
def differentiable(
    Theta: Float[Array, "rows rows"], Y: Float[Array, "N K"], alpha: Float[Array, "N K"]
) -> Float[Array, "N K"]:
    """α, a function of the Θ whose problem it solves; of Y, one-hot, there are no derivatives."""
    del Theta, Y
    return alpha


@differentiable.defjvp
def _implicit(primals: Any, tangents: Any) -> tuple[Array, Array]:
    Theta, Y, solved = primals
    alpha = differentiable(Theta, Y, solved)
    active = solved > 0

    def system(Theta: Float[Array, "rows rows"], d: Float[Array, "N K"]) -> Float[Array, "N K"]:
        """Symmetric, and d itself on the other pairs."""
        moved = kernel_product(Theta, coefficients(jnp.where(active, d, 0.0), Y))
        return jnp.where(active, margins(moved, Y), d)

    def solve(_: Any, right: Float[Array, "N K"]) -> Float[Array, "N K"]:
        return jax.scipy.sparse.linalg.cg(fixed, right, tol=EXACT, maxiter=MAX_CG)[0]

    fixed = functools.partial(system, jax.lax.stop_gradient(Theta))
    moved = margins(kernel_product(tangents[0], coefficients(alpha, Y)), Y)
    wanted = jnp.where(active, -moved, 0.0)
    return alpha, jax.lax.custom_linear_solve(functools.partial(system, Theta), wanted, solve, symmetric=True)
