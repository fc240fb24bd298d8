"""A low-rank stand-in for the kernel, Θ ≈ LLᵀ, and with it an approximate inverse of the Newton system.

The leading eigenvectors of Θ are what makes the system λI + BᵀΘB ill-conditioned; with them taken out
exactly, weights W and all, conjugate gradients need a handful of steps instead of hundreds.
"""

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import jax.scipy.linalg
from jaxtyping import Array, Float

from ntkbook._low_rank import LowRank

Map = Callable[[Float[Array, "N K"]], Float[Array, "N K"]]


@functools.partial(jax.jit, static_argnums=1)
def nystrom(
    Theta: Float[Array, "m m"] | LowRank, rank: int
) -> tuple[Float[Array, "m r"], Float[Array, " r"]]:
    """(L, eigenvalues of QᵀΘQ), L with LLᵀ = ΘQ(QᵀΘQ)⁺QᵀΘ, Q an orthonormal basis of Θ's range on random
    vectors: 2·rank columns of Θ-products.

    If Θ ⪰ 0 then LLᵀ ⪯ Θ; an eigenvalue below 0 shows an indefinite Θ. Source: Halko, Martinsson & Tropp 2011, §5.4.
    """
    # Any generic matrix serves, and the solution does not depend on it: hence a fixed key inside.
    sketch = jax.random.normal(jax.random.key(0), (Theta.shape[0], rank), Theta.dtype)
    Q, _ = jnp.linalg.qr(Theta @ sketch)
    image = Theta @ Q
    core = Q.T @ image
    values, vectors = jnp.linalg.eigh((core + core.T) / 2)
    kept = values > rank * jnp.finfo(Theta.dtype).eps * values[-1]
    return image @ (vectors * jnp.where(kept, 1 / jnp.sqrt(jnp.where(kept, values, 1.0)), 0.0)), values


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
    """(L ⊗ I)ᵀW(L ⊗ I), row a·K + k: blocks −Σ_i L_ia L_ib p_ik p_il for k ≠ l, and p_ik(1 − p_ik) for k = l."""
    (N, r), K = L.shape, p.shape[1]
    same = jnp.eye(K, dtype=L.dtype)
    U = (L[:, :, None] * p[:, None, :]).reshape(N, r * K)
    weights = p * (p @ (1 - same))  # 1 − p_k added up from the others: no cancellation when p_k rounds to 1
    diagonal = jnp.einsum("iak,ib->abk", L[:, :, None] * weights[:, None, :], L)
    crossed = (U.T @ U).reshape(r, K, r, K) * (1 - same)[None, :, None, :]
    blocks = jnp.einsum("abk,kl->akbl", diagonal, same) - crossed
    return blocks.reshape(r * K, r * K)


def _weighted(L: Float[Array, "NK r"], p: Float[Array, "N K"]) -> Float[Array, "r r"]:
    """LᵀWL, with (W_i L)_k = p_k Σ_{j≠k} p_j (L_k − L_j)."""
    rows = L.reshape(*p.shape, -1)
    others = 1 - jnp.eye(p.shape[1], dtype=L.dtype)
    image = p[..., None] * ((p @ others)[..., None] * rows - jnp.einsum("kj,ij,ija->ika", others, p, rows))
    return jnp.einsum("ika,ikb->ab", rows, image)
