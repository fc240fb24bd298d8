"""Preconditioned conjugate gradients that stop by a measure of the residual of the caller's own.

JAX's `cg` stops by the residual's norm alone; the outer iteration here needs it in other units.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from ntkbook.explicit._preconditioner import Map


class _Conjugate(NamedTuple):
    """x, residual r, direction d, ⟨r, P⁻¹r⟩, steps."""

    x: Float[Array, "N K"]
    r: Float[Array, "N K"]
    d: Float[Array, "N K"]
    rho: Float[Array, ""]
    steps: Int[Array, ""]


def conjugate_gradients(
    system: Map,
    inverse: Map,
    right: Float[Array, "N K"],
    small: Callable[[Array], Array],
    max_cg: int | Array,
) -> tuple[Float[Array, "N K"], Int[Array, ""]]:
    """system⁻¹ right by preconditioned conjugate gradients, until small(residual)."""

    def advance(c: _Conjugate) -> _Conjugate:
        image = system(c.d)
        alpha = c.rho / jnp.sum(c.d * image)
        x, r = c.x + alpha * c.d, c.r - alpha * image
        q = inverse(r)
        rho = jnp.sum(r * q)
        return _Conjugate(x, r, q + (rho / c.rho) * c.d, rho, c.steps + 1)

    q = inverse(right)
    first = _Conjugate(jnp.zeros_like(right), right, q, jnp.sum(right * q), jnp.zeros((), dtype=int))
    last = jax.lax.while_loop(lambda c: ~small(c.r) & (c.steps < max_cg) & (c.rho > 0), advance, first)
    return last.x, last.steps
