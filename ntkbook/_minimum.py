"""The minimum of cross-entropy on f₀ + range(Θ₀), where nothing separates: dense Newton steps."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook._line_search import step_length
from ntkbook.errors import NotConverged
from ntkbook.losses import cross_entropy

SLOPE_TOLERANCE = 1e-10
LEAST_AIM = 1e-2  # the probability that a zero among the targets aims at, to start from


def minimizer(
    basis: Float[Array, "NK r"], f0: Float[Array, "N K"], Y: Float[Array, "N K"], max_newton: int
) -> tuple[Float[np.ndarray, " r"], float]:
    """(e, ‖Uᵀ∇C‖) at the minimum of C(f₀ + Ue), where C is strictly convex."""
    if basis.shape[1] == 0:  # training cannot move the logits but by shifts: it ends where it starts
        return np.zeros(0), 0.0
    e, residual, tolerance, steps = _newton(basis, f0, Y, max_newton)
    if not float(residual) <= float(tolerance):
        raise NotConverged(
            f"Newton's method left a slope of {float(residual):.2e} after {int(steps)} steps; the tolerance "
            f"is {float(tolerance):.2g}. No direction separates, yet the minimum is far: raise `max_newton`, "
            f"or raise `rank_tolerance`, so that directions the kernel hardly sees are left out."
        )
    return np.asarray(e), float(residual)


@jax.jit
def _newton(
    basis: Float[Array, "NK r"], f0: Float[Array, "N K"], Y: Float[Array, "N K"], max_newton: Any
) -> tuple[Float[Array, " r"], Float[Array, ""], Float[Array, ""], Any]:
    def logits(e: Float[Array, " r"]) -> Float[Array, "N K"]:
        return f0 + (basis @ e).reshape(f0.shape)

    def gradient(e: Float[Array, " r"]) -> Float[Array, " r"]:
        return cross_entropy.residual(logits(e), Y).ravel() @ basis

    def tolerance(e: Float[Array, " r"]) -> Float[Array, ""]:
        """A separating v, centred and with largest gap 1, has −⟨∇C, v⟩ ≥ min p and ‖v‖ ≤ √(NK)/2: half of what that
        allows. Without a zero among the targets there is nothing to prove."""
        p = jax.nn.softmax(logits(e), axis=1)
        proves = jnp.min(p) / jnp.sqrt(p.size)
        return jnp.where(jnp.min(Y) > 0, SLOPE_TOLERANCE, jnp.minimum(SLOPE_TOLERANCE, proves))

    def improve(state: Any) -> Any:
        e, g, steps = state
        columns = jnp.moveaxis(basis.reshape(*f0.shape, -1), -1, 0)
        curved = jax.vmap(lambda v: cross_entropy.hessian_product(logits(e), Y, v))(columns)
        step = -jnp.linalg.solve(basis.T @ curved.reshape(columns.shape[0], -1).T, g)
        tau = step_length(lambda tau: gradient(e + tau * step) @ step, at_zero=g @ step)
        e = e + tau * step
        return e, gradient(e), steps + 1

    # At a target's own logits where they can be reached; a zero among the targets counts as a small probability.
    aim = jnp.log(jnp.where(Y > 0, Y, LEAST_AIM)) - f0
    start = basis.T @ aim.ravel()
    e, g, steps = jax.lax.while_loop(
        lambda state: (jnp.linalg.norm(state[1]) > tolerance(state[0])) & (state[2] < max_newton),
        improve,
        (start, gradient(start), 0),
    )
    return e, jnp.linalg.norm(g), tolerance(e), steps
