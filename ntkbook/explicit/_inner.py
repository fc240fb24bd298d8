"""The linear system of a Newton step, (λI + WΘ)s = −g, with W = BBᵀ the Hessian of C: by Woodbury's identity

(λI + WΘ)⁻¹g = (1/λ)[g − Bx] with (λI + BᵀΘB)x = BᵀΘg, by preconditioned conjugate gradients.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook._kernel_product import kernel_product
from ntkbook._low_rank import LowRank
from ntkbook.explicit._conjugate_gradients import conjugate_gradients
from ntkbook.explicit._preconditioner import Map, low_rank_inverse


def inner_system(
    Theta: Float[Array, "rows rows"] | LowRank, system: Any, z: Float[Array, "N K"]
) -> tuple[Map, Map, Callable[..., Any]]:
    """(B, Bᵀ, (right, small, max_cg) ↦ (x, steps)), at the logits z of a System, in the precision of Theta.

    W_i = w_i(diag(p) − ppᵀ) = BBᵀ with B = diag(√(w_i p))(I − √p√pᵀ), because I − √p√pᵀ is a projection. Its
    diagonal 1 − p_k is added up from the other classes, so that B keeps its relative accuracy when p_k rounds to 1.
    """
    L, low = system.kernel.L.astype(Theta.dtype), jnp.asarray(system.lam, Theta.dtype)
    p = jax.nn.softmax(z, axis=-1).astype(Theta.dtype)
    root, others = jnp.sqrt(p), 1 - jnp.eye(p.shape[1], dtype=p.dtype)
    rest = p @ others
    weight = jnp.sqrt(system.weights).astype(p.dtype)
    weighted = L * (weight if len(L) == len(p) else jnp.repeat(weight, p.shape[1], axis=0))

    def project(V: Float[Array, "N K"]) -> Float[Array, "N K"]:
        return rest * V - root * ((root * V) @ others)

    def unweighted(V: Float[Array, "N K"]) -> Float[Array, "N K"]:
        return root * project(V)

    def transpose(V: Float[Array, "N K"]) -> Float[Array, "N K"]:
        return project(root * V)

    def B(V: Float[Array, "N K"]) -> Float[Array, "N K"]:  # noqa: N802
        return weight * unweighted(V)

    def B_transpose(V: Float[Array, "N K"]) -> Float[Array, "N K"]:  # noqa: N802
        return transpose(weight * V)

    def inner(V: Float[Array, "N K"]) -> Float[Array, "N K"]:
        """(λI + BᵀΘB)V."""
        return low * V + B_transpose(kernel_product(Theta, B(V)))

    def solved(right: Float[Array, "N K"], small: Callable[[Array], Array], max_cg: Any) -> Any:
        inverse = low_rank_inverse(weighted, p, low, unweighted, transpose)
        return conjugate_gradients(inner, inverse, right, small, max_cg)

    return B, B_transpose, solved
