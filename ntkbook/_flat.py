"""θ as one row of p numbers, and back, outside JAX where the numbers are known: in it, each shape is a program."""

from dataclasses import dataclass
from itertools import accumulate
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook._checks import known


@dataclass(frozen=True)
class Unravel:
    """The way back from a row to the tree; equal for trees of equal structure, shapes and types."""

    structure: Any
    shapes: tuple[tuple[int, ...], ...]
    dtypes: tuple[np.dtype[Any], ...]

    def __call__(self, row: Float[Array, " p"]) -> Any:
        *ends, _ = accumulate(map(prod, self.shapes))
        # In a program by split, behind which a tangent kernel is still read off cheaply.
        pieces = np.split(np.asarray(row), ends) if known(row) else jnp.split(row, ends)
        leaves = [
            piece.reshape(shape).astype(dtype)
            for piece, shape, dtype in zip(pieces, self.shapes, self.dtypes, strict=True)
        ]
        return jax.tree.unflatten(self.structure, jax.device_put(leaves) if known(row) else leaves)


def flattened(tree: Any) -> tuple[Float[Array, " p"], Unravel]:
    """(the leaves one after the other in one row, the way back to their tree)."""
    leaves, structure = jax.tree.flatten(tree)
    unravel = Unravel(
        structure, tuple(np.shape(leaf) for leaf in leaves), tuple(np.dtype(leaf.dtype) for leaf in leaves)
    )
    if all(map(known, leaves)):
        return jax.device_put(np.concatenate([np.ravel(np.asarray(leaf)) for leaf in leaves])), unravel
    return jnp.concatenate([jnp.ravel(leaf) for leaf in leaves]), unravel
