"""Derivatives of the solution of kernel logistic regression, by the implicit function theorem.

Where g(A, s) = 0, with s all that the problem depends on (Θ, Y, f₀, λ, weights), dA = −(∂_A g)⁻¹ ∂_s g ds, and
∂_A g = λI + WΘ. The derivative is itself a function of A and s, so that it can be differentiated once more.
"""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook._kernel_product import kernel_product
from ntkbook.explicit._inner import inner_system

EXACT = 1e-13  # of the right-hand side: what conjugate gradients may leave
MAX_CG = 2_000


@jax.custom_jvp
def differentiable(system: Any, solved: Float[Array, "N K"]) -> Float[Array, "N K"]:
    """A, a function of the System whose solution it is."""
    del system
    return solved


@differentiable.defjvp
def _implicit(primals: Any, tangents: Any) -> tuple[Array, Array]:
    system, solved = primals
    A = differentiable(system, solved)
    moved = jax.jvp(lambda system: system.gradient(A, system.logits(A)), (system,), (tangents[0],))[1]
    return A, -_inverse(system, system.logits(A), moved)


def _inverse(system: Any, z: Float[Array, "N K"], right: Float[Array, "N K"]) -> Float[Array, "N K"]:
    """(λI + WΘ)⁻¹ right."""
    Theta, lam = system.kernel.Theta, system.lam

    def W(V: Float[Array, "N K"]) -> Float[Array, "N K"]:  # noqa: N802
        p = jax.nn.softmax(z, axis=-1)
        return system.weights * p * (V - jnp.sum(p * V, axis=-1, keepdims=True))

    def forward(_: Any, right: Float[Array, "N K"]) -> Float[Array, "N K"]:
        B, B_transpose, solved = inner_system(*fixed)
        return (right - B(solve(solved, B_transpose(kernel_product(fixed[0], right))))) / fixed[1].lam

    def backward(_: Any, right: Float[Array, "N K"]) -> Float[Array, "N K"]:
        B, B_transpose, solved = inner_system(*fixed)
        return (right - kernel_product(fixed[0], B(solve(solved, B_transpose(right))))) / fixed[1].lam

    def solve(solved: Any, right: Float[Array, "N K"]) -> Float[Array, "N K"]:
        size = EXACT * jnp.linalg.norm(right)
        return solved(right, lambda r: jnp.linalg.norm(r) <= size, MAX_CG)[0]

    fixed = jax.lax.stop_gradient((Theta, system, z))
    return jax.lax.custom_linear_solve(
        lambda V: lam * V + W(kernel_product(Theta, V)), right, forward, backward
    )
