"""A kernel of low rank, Θ = ΦΦᵀ: only its features Φ are held, and solvers multiply with it as with a matrix."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook import _records

BLOCK = 1024  # rows of features in single precision that are widened at a time


@dataclass(frozen=True)
class LowRank:
    """Θ = ΦΦᵀ. Products add up in the precision of what Θ is multiplied with, whatever Φ is stored in.

    Args:
        features: (N, M) Φ.
        dtype: in which steps of a solver are to be computed.
    """

    features: Float[Array, "N M"]
    dtype: Any

    @property
    def shape(self) -> tuple[int, int]:
        return self.features.shape[0], self.features.shape[0]

    def astype(self, dtype: Any) -> "LowRank":
        """In another precision; features that have at most that are shared, not copied."""
        narrower = jnp.finfo(dtype).bits < jnp.finfo(self.features.dtype).bits
        return LowRank(self.features.astype(dtype) if narrower else self.features, dtype)

    def __matmul__(self, A: Float[Array, "N K"]) -> Float[Array, "N K"]:
        return self._forward(self.back(A))

    def back(self, A: Float[Array, "N K"]) -> Float[Array, "M K"]:
        """ΦᵀA."""
        Phi, (whole, blocks) = self.features, self._blocks(A)
        rest = Phi[whole:].astype(A.dtype).T @ A[whole:]

        def add(i: Array, total: Float[Array, "M K"]) -> Float[Array, "M K"]:
            there, here = (jax.lax.dynamic_slice_in_dim(M, i * BLOCK, BLOCK) for M in (Phi, A))
            return total + there.astype(A.dtype).T @ here

        return jax.lax.fori_loop(0, blocks, add, rest) if blocks else rest

    def _forward(self, V: Float[Array, "M K"]) -> Float[Array, "N K"]:
        """ΦV."""
        Phi, (whole, blocks) = self.features, self._blocks(V)
        rest = Phi[whole:].astype(V.dtype) @ V

        def rows(i: Array) -> Float[Array, "n K"]:
            return jax.lax.dynamic_slice_in_dim(Phi, i * BLOCK, BLOCK).astype(V.dtype) @ V

        if not blocks:
            return rest
        return jnp.concatenate([jax.lax.map(rows, jnp.arange(blocks)).reshape(whole, V.shape[1]), rest])

    def _blocks(self, factor: Float[Array, "..."]) -> tuple[int, int]:
        """(rows in whole blocks, blocks): none where Φ comes in the precision of the product."""
        blocks = 0 if factor.dtype == self.features.dtype else self.shape[0] // BLOCK
        return blocks * BLOCK, blocks


_records.register(LowRank, static=("dtype",))
