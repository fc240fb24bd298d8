"""How far to go along a Newton step of a convex objective."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

LEAST = 1e-10  # a shorter step is rounding


def step_length(
    slope: Callable[[Float[Array, ""]], Float[Array, ""]], at_zero: Float[Array, ""]
) -> Float[Array, ""]:
    """The largest τ = 1, ½, ¼, … at which the slope φ'(τ) along the step has not turned positive by half of |φ'(0)|.

    φ is convex, so |φ'(τ)| ≤ ½|φ'(0)| with any sign, or φ'(τ) ≤ 0, makes progress; slopes keep their accuracy where
    values of the objective would already agree to rounding.
    """
    allowed = 0.5 * jnp.abs(at_zero)
    return jax.lax.while_loop(
        lambda tau: (slope(tau) > allowed) & (tau > LEAST), lambda tau: tau / 2, jnp.ones_like(at_zero)
    )
