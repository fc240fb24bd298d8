"""A low-rank stand-in for the kernel, Θ ≈ LLᵀ, and with it an approximate inverse of the Newton system.

The leading eigenvectors of Θ are what makes the system λI + BᵀΘB ill-conditioned; with them taken out exactly,
weights W and all, conjugate gradients need a handful of steps instead of hundreds.
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import jax.scipy.linalg
from jaxtyping import Array, Float

Map = Callable[[Float[Array, "N K"]], Float[Array, "N K"]]


def nystrom(Theta: Float[Array, "m m"], rank: int) -> Float[Array, "m r"]:
    """L with LLᵀ = ΘQ(QᵀΘQ)⁺QᵀΘ, Q an orthonormal basis of Θ's range on random vectors: 2·rank columns of Θ-products.

    Always LLᵀ ⪯ Θ. Source: Halko, Martinsson & Tropp 2011, §5.4.
    """
    # Any generic matrix serves, and the solution does not depend on it: hence a fixed key inside.
    sketch = jax.random.normal(jax.random.key(0), (Theta.shape[0], rank), Theta.dtype)
    Q, _ = jnp.linalg.qr(Theta @ sketch)
    image = Theta @ Q
    core = Q.T @ image
    values, vectors = jnp.linalg.eigh((core + core.T) / 2)
    kept = values > rank * jnp.finfo(Theta.dtype).eps * values[-1]
    return image @ (vectors * jnp.where(kept, 1 / jnp.sqrt(jnp.where(kept, values, 1.0)), 0.0))


def low_rank_inverse(
    L: Float[Array, "rows r"], p: Float[Array, "N K"], lam: Float[Array, ""], B: Map, B_transpose: Map
) -> Map:
    """V ↦ (λI + Bᵀ(LLᵀ)B)⁻¹V = (1/λ)[V − BᵀL M⁻¹ LᵀBV], with M = λI + LᵀWL and W = BBᵀ = diag(p) − ppᵀ.

    L: (N, r) stands for L ⊗ I_K, or (NK, r) for a finite network's kernel.
    """
    N, K = p.shape
    shared = L.shape[0] == N
    weighted = _kronecker_weighted(L, p) if shared else _weighted(L, p)
    factor = jax.scipy.linalg.cho_factor(
        weighted + lam * jnp.eye(weighted.shape[0], dtype=L.dtype), lower=True
    )

    def apply(V: Float[Array, "N K"]) -> Float[Array, "N K"]:
        inner = L.T @ B(V) if shared else (L.T @ B(V).reshape(N * K))
        solved = jax.scipy.linalg.cho_solve(factor, inner.reshape(-1)).reshape(inner.shape)
        outer = L @ solved if shared else (L @ solved).reshape(N, K)
        return (V - B_transpose(outer)) / lam

    return apply


def _kronecker_weighted(L: Float[Array, "N r"], p: Float[Array, "N K"]) -> Float[Array, "rK rK"]:
    """(L ⊗ I)ᵀW(L ⊗ I): blocks Σ_i L_ia L_ib (p_ik δ_kl − p_ik p_il), row a·K + k."""
    (N, r), K = L.shape, p.shape[1]
    U = (L[:, :, None] * p[:, None, :]).reshape(N, r * K)
    diagonal = (U.T @ L).reshape(r, K, r)
    blocks = diagonal[..., None] * jnp.eye(K, dtype=L.dtype)[None, :, None, :]
    return blocks.reshape(r * K, r * K) - U.T @ U


def _weighted(L: Float[Array, "NK r"], p: Float[Array, "N K"]) -> Float[Array, "r r"]:
    """LᵀWL."""
    rows = L.reshape(*p.shape, -1)
    mean = jnp.einsum("ik,ika->ia", p, rows)
    return jnp.einsum("ik,ika,ikb->ab", p, rows - mean[:, None], rows - mean[:, None])
