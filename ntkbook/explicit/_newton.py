"""Inexact Newton for kernel logistic regression: pure JAX, one compilation, may be batched over targets and offsets.

Solves g(A) = softmax(z) − Y + λA = 0 at z = f₀ + ΘA. With W = BBᵀ the Hessian of C, a step is
s = −(λI + WΘ)⁻¹g = −(1/λ)[g − Bx],  (λI + BᵀΘB)x = BᵀΘg  (Woodbury). A residual r of the inner system leaves
exactly −Br/λ of the linearized g, so that the inner tolerance is set in the units of g itself.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ntkbook._kernel_product import kernel_product
from ntkbook.explicit._preconditioner import Map, low_rank_inverse
from ntkbook.losses import cross_entropy

# Eisenstat & Walker 1996: how much of g a step may leave. Below FINEST, rounding in single precision would rule.
COARSEST, FINEST = 0.1, 1e-3
ROUNDING = 1e4 * float(jnp.finfo(float).eps)  # of one logit, with some cancellation in ΘA allowed for


class Iterate(NamedTuple):
    """A, z = f₀ + ΘA, g, max |g| and the one before, Newton steps so far, products with Θ so far,
    whether the tolerance is met."""

    A: Float[Array, "N K"]
    z: Float[Array, "N K"]
    g: Float[Array, "N K"]
    residual: Float[Array, ""]
    previous: Float[Array, ""]
    forcing: Float[Array, ""]
    steps: Int[Array, ""]
    products: Int[Array, ""]
    converged: Bool[Array, ""]


def newton(
    Theta: Float[Array, "rows rows"],
    Theta_inner: Float[Array, "rows rows"],
    L: Float[Array, "rows r"],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"],
    start: Float[Array, "N K"],
    lam: Any,
    tolerance: Any,
    max_newton: Any,
    max_cg: Any,
) -> Iterate:
    """The last iterate, its z, g, residual and whether it has converged computed afresh from A.

    If what steps had added up to was accurate only by its own account, steps go on from the fresh values.

    Theta_inner: Θ in the precision in which steps are computed. L: Θ ≈ LLᵀ in that precision.
    """
    lam = jnp.asarray(lam, dtype=f0.dtype)

    def iterate(
        A: Array, z: Array, previous: Array, forcing: Array, steps: Array, products: Array
    ) -> Iterate:
        g = cross_entropy.residual(z, Y) + lam * A
        residual = jnp.max(jnp.abs(g))
        exact = residual <= tolerance * jnp.minimum(1.0, lam * jnp.max(jnp.abs(A)))
        # With interior targets and small λ, λA drowns in the rounding of softmax − Y: stop where progress stops.
        stalled = (residual <= tolerance) & (residual > 0.5 * previous)
        rounding = residual <= ROUNDING * jnp.max(_sensitivity(z))
        return Iterate(A, z, g, residual, previous, forcing, steps, products, exact | (stalled & rounding))

    def afresh(A: Array, previous: Array, steps: Array, products: Array) -> Iterate:
        z = f0 + kernel_product(Theta, A)
        return iterate(A, z, previous, jnp.full((), COARSEST), steps, products + 1)

    def unfinished(state: Iterate) -> Array:
        return ~state.converged & jnp.isfinite(state.residual) & (state.steps < max_newton)

    def advance(state: Iterate) -> Iterate:
        step, cg = _step(Theta_inner, L, state, lam, max_cg)
        product = kernel_product(Theta, step)
        tau = _step_length(state, step, product, Y, lam)
        new = iterate(
            state.A + tau * step, state.z + tau * product, state.residual,
            state.forcing, state.steps + 1, state.products + cg + 2,
        )  # fmt: skip
        shrunk = jnp.linalg.norm(new.g) / jnp.linalg.norm(state.g)
        return new._replace(forcing=jnp.clip(0.5 * shrunk**1.5, FINEST, COARSEST))

    def run(state: Iterate) -> Iterate:
        last = jax.lax.while_loop(unfinished, advance, state)
        return afresh(last.A, last.previous, last.steps, last.products)

    zero = jnp.zeros((), dtype=int)
    return jax.lax.while_loop(unfinished, run, afresh(start, jnp.full((), jnp.inf), zero, zero))


def _sensitivity(z: Float[Array, "N K"]) -> Float[Array, "N K"]:
    """How much softmax(z) moves when z is off by one relative unit."""
    p = jax.nn.softmax(z, axis=-1)
    return p * (1 - p) * (1 + jnp.abs(z))


def _step(
    Theta: Float[Array, "rows rows"], L: Float[Array, "rows r"], state: Iterate, lam: Array, max_cg: Array
) -> tuple[Float[Array, "N K"], Int[Array, ""]]:
    """(−(λI + WΘ)⁻¹g, conjugate gradient steps), in the precision of Theta.

    W_i = diag(p) − ppᵀ = BBᵀ with B = diag(√p)(I − √p√pᵀ), because I − √p√pᵀ is a projection. Its diagonal 1
    − p_k is added up from the other classes, so that B keeps its relative accuracy when p_k rounds to 1.
    """
    p = jax.nn.softmax(state.z, axis=-1).astype(Theta.dtype)
    root, others = jnp.sqrt(p), 1 - jnp.eye(p.shape[1], dtype=p.dtype)
    rest = p @ others
    scale = jnp.linalg.norm(state.g)  # keeps a late, tiny g within the range of single precision
    g, low = (state.g / scale).astype(Theta.dtype), lam.astype(Theta.dtype)

    def project(V: Float[Array, "N K"]) -> Float[Array, "N K"]:
        return rest * V - root * ((root * V) @ others)

    def B(V: Float[Array, "N K"]) -> Float[Array, "N K"]:  # noqa: N802
        return root * project(V)

    def B_transpose(V: Float[Array, "N K"]) -> Float[Array, "N K"]:  # noqa: N802
        return project(root * V)

    def system(V: Float[Array, "N K"]) -> Float[Array, "N K"]:
        return low * V + B_transpose(kernel_product(Theta, B(V)))

    def small(r: Float[Array, "N K"]) -> Array:
        return jnp.linalg.norm(B(r)) <= state.forcing * low

    right = B_transpose(kernel_product(Theta, g))
    x, count = _conjugate_gradients(system, low_rank_inverse(L, p, low, B, B_transpose), right, small, max_cg)
    return -scale * (g - B(x)).astype(state.g.dtype) / lam, count


class _Conjugate(NamedTuple):
    """x, residual r, direction d, ⟨r, P⁻¹r⟩, steps."""

    x: Float[Array, "N K"]
    r: Float[Array, "N K"]
    d: Float[Array, "N K"]
    rho: Float[Array, ""]
    steps: Int[Array, ""]


def _conjugate_gradients(
    system: Map, inverse: Map, right: Float[Array, "N K"], small: Callable[[Array], Array], max_cg: Array
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


def _step_length(
    state: Iterate,
    step: Float[Array, "N K"],
    product: Float[Array, "N K"],
    Y: Float[Array, "N K"],
    lam: Array,
) -> Float[Array, ""]:
    """The largest τ = 1, ½, ¼, … at which the slope along the step has not turned positive twice over.

    The objective φ(τ) is convex, so |φ'(τ)| ≤ ½|φ'(0)| with any sign, or φ'(τ) ≤ 0, makes progress; slopes
    keep their accuracy where values of the objective would already agree to rounding.
    """

    def slope(tau: Float[Array, ""]) -> Float[Array, ""]:
        g = cross_entropy.residual(state.z + tau * product, Y) + lam * (state.A + tau * step)
        return jnp.sum(product * g)

    allowed = 0.5 * jnp.abs(jnp.sum(product * state.g))
    return jax.lax.while_loop(
        lambda tau: (slope(tau) > allowed) & (tau > 1e-10), lambda tau: tau / 2, jnp.ones_like(lam)
    )
