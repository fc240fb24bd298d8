"""The minimum of cross-entropy on f₀ + range(Θ₀), where nothing separates: dense Newton steps."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook._line_search import step_length
from ntkbook.errors import NotConverged
from ntkbook.losses import cross_entropy

SLOPE_TOLERANCE = 1e-10
STEP_TOLERANCE = 1e-9  # relative; where C is too flat for it, steps go on while they halve the slope
LEAST_AIM = 1e-2  # the probability that a zero among the targets aims at, to start from


def minimizer(
    basis: Float[Array, "NK r"], f0: Float[Array, "N K"], Y: Float[Array, "N K"], max_newton: int
) -> tuple[Float[np.ndarray, " r"], float, float]:
    """(e, ‖Uᵀ∇C‖, error of e) at the minimum of C(f₀ + Ue), where C is strictly convex.

    With slope g and least curvature h the minimum is about g/h away; rounding makes g no less than 1e-16 √(NK).
    """
    if basis.shape[1] == 0:  # training cannot move the logits but by shifts: it ends where it starts
        return np.zeros(0), 0.0, 0.0
    last = _newton(basis, f0, Y, max_newton)
    slope = float(jnp.linalg.norm(last.gradient))
    if not slope <= SLOPE_TOLERANCE:
        raise NotConverged(
            f"Newton's method left a slope of {slope:.2e} after {int(last.steps)} steps; the tolerance "
            f"is {SLOPE_TOLERANCE:g}. No direction separates, yet the minimum is far: raise `max_newton`, "
            f"or raise `rank_tolerance`, so that directions the kernel hardly sees are left out."
        )
    curvatures = np.linalg.eigvalsh(np.asarray(last.curvature))
    rounding = np.finfo(float).eps
    known = curvatures[0] > rounding * len(curvatures) * curvatures[-1]
    error = (slope + rounding * np.sqrt(Y.size)) / curvatures[0] if known else np.inf
    return np.asarray(last.e), slope, float(error)


class _Newton(NamedTuple):
    """e, Uᵀ∇C and Uᵀ∇²C U there, the step from there, the slope one step before, and the number of steps."""

    e: Float[Array, " r"]
    gradient: Float[Array, " r"]
    curvature: Float[Array, "r r"]
    step: Float[Array, " r"]
    before: Float[Array, ""]
    steps: Any


@jax.jit
def _newton(
    basis: Float[Array, "NK r"], f0: Float[Array, "N K"], Y: Float[Array, "N K"], max_newton: Any
) -> _Newton:
    columns = jnp.moveaxis(basis.reshape(*f0.shape, -1), -1, 0)

    def logits(e: Float[Array, " r"]) -> Float[Array, "N K"]:
        return f0 + (basis @ e).reshape(f0.shape)

    def gradient(e: Float[Array, " r"]) -> Float[Array, " r"]:
        return cross_entropy.residual(logits(e), Y).ravel() @ basis

    def at(e: Float[Array, " r"], before: Float[Array, ""], steps: Any) -> _Newton:
        g = gradient(e)
        curved = jax.vmap(lambda v: cross_entropy.hessian_product(logits(e), Y, v))(columns)
        H = basis.T @ curved.reshape(columns.shape[0], -1).T
        return _Newton(e, g, H, -jnp.linalg.solve(H, g), before, steps)

    def improve(now: _Newton) -> _Newton:
        tau = step_length(
            lambda tau: gradient(now.e + tau * now.step) @ now.step, at_zero=now.gradient @ now.step
        )
        return at(now.e + tau * now.step, jnp.linalg.norm(now.gradient), now.steps + 1)

    def unfinished(now: _Newton) -> Array:
        slope = jnp.linalg.norm(now.gradient)
        close = jnp.linalg.norm(now.step) <= STEP_TOLERANCE * (1 + jnp.linalg.norm(now.e))
        done = (slope <= SLOPE_TOLERANCE) & (close | ~(slope <= now.before / 2))
        return ~done & (now.steps < max_newton)

    # At a target's own logits where they can be reached; a zero among the targets counts as a small probability.
    aim = jnp.log(jnp.where(Y > 0, Y, LEAST_AIM)) - f0
    return jax.lax.while_loop(unfinished, improve, at(basis.T @ aim.ravel(), jnp.asarray(jnp.inf), 0))
