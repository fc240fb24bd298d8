"""Inexact Newton for kernel logistic regression: pure JAX, one compilation, may be batched over targets and offsets.

Solves g(A) = w(softmax(z) − Y) + λA = 0 at z = f₀ + ΘA, w the weights. With W = BBᵀ the Hessian of C, a step is
s = −(λI + WΘ)⁻¹g = −(1/λ)[g − Bx],  (λI + BᵀΘB)x = BᵀΘg  (Woodbury). A residual r of the inner system leaves
exactly −Br/λ of the linearized g, so that the inner tolerance is set in the units of g itself.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ntkbook._checks import Scalar, known
from ntkbook._kernel_product import kernel_product
from ntkbook._line_search import step_length
from ntkbook.errors import NotConverged
from ntkbook.explicit._implicit import differentiable
from ntkbook.explicit._inner import inner_system
from ntkbook.explicit._prepared import Prepared
from ntkbook.explicit.settings import Newton
from ntkbook.explicit.solution import Solution
from ntkbook.losses import cross_entropy

# Eisenstat & Walker 1996: how much of g a step may leave. Below FINEST, rounding in single precision would rule.
COARSEST, FINEST = 0.1, 1e-3
ROUNDING = 1e4 * float(jnp.finfo(float).eps)  # of one logit, with some cancellation in ΘA allowed for


class System(NamedTuple):
    """What is solved: the kernel, prepared; targets Y, offset f₀, λ and weights w."""

    kernel: Prepared
    Y: Float[Array, "N K"]
    f0: Float[Array, "N K"]
    lam: Any
    weights: Float[Array, "N 1"]

    def logits(self, A: Float[Array, "N K"]) -> Float[Array, "N K"]:
        """z = f₀ + ΘA."""
        return self.f0 + kernel_product(self.kernel.Theta, A)

    def gradient(self, A: Float[Array, "N K"], z: Float[Array, "N K"]) -> Float[Array, "N K"]:
        """g(A) = w(softmax(z) − Y) + λA."""
        # eq-representer: where this is zero, A = (Y − softmax(z))/λ
        residual = cross_entropy.residual(z, self.Y)
        # Its class sum is 0, but for rounding, which would come back divided by λ: taken from the likely classes,
        # whose own rounding it is, so that small probabilities keep their digits.
        residual = residual - jax.nn.softmax(z, axis=-1) * residual.sum(-1, keepdims=True)
        return self.weights * residual + self.lam * A


class Iterate(NamedTuple):
    """A, z = f₀ + ΘA, g, max |g| and the one before, what the next step may leave of g, Newton steps so far,
    products with Θ so far, whether the tolerance is met."""

    A: Float[Array, "N K"]
    z: Float[Array, "N K"]
    g: Float[Array, "N K"]
    residual: Float[Array, ""]
    previous: Float[Array, ""]
    forcing: Float[Array, ""]
    steps: Int[Array, ""]
    products: Int[Array, ""]
    converged: Bool[Array, ""]


class Budget(NamedTuple):
    """The tolerance on the residual; steps of Newton and of conjugate gradients that may be taken."""

    tolerance: Any
    max_newton: Any
    max_cg: Any

    @classmethod
    def of(cls, settings: Newton, lam: Scalar) -> "Budget":
        return cls(settings.tolerance, settings.steps(lam), settings.max_cg)


def solve(system: System, start: Float[Array, "N K"], settings: Newton) -> Solution:
    """The zero of g, from coefficients to start from. Where values are traced, whether it was found is a value, too."""
    budget = Budget.of(settings, system.lam)
    last = _damped_newton(*jax.lax.stop_gradient((system, start)), budget)
    if not known((system, last)):
        A = differentiable(system._replace(lam=jnp.asarray(system.lam, float)), last.A)
        return Solution(A, system.logits(A), last.residual, last.steps, last.products, last.converged)
    if not bool(last.converged):
        raise not_converged(last, system.lam, settings.tolerance)
    return Solution(last.A, last.z, float(last.residual), int(last.steps), int(last.products))


def damped_newton(system: System, start: Float[Array, "N K"], budget: Budget) -> Iterate:
    """The last iterate, its z, g, residual and whether it has converged computed afresh from A.

    If what steps had added up to was accurate only by its own account, steps go on from the fresh values.
    """
    tolerance, max_newton, max_cg = budget
    lam = jnp.asarray(system.lam, dtype=system.f0.dtype)
    system = system._replace(lam=lam)

    def iterate(
        A: Array, z: Array, previous: Array, forcing: Array, steps: Array, products: Array
    ) -> Iterate:
        g = system.gradient(A, z)
        residual = jnp.max(jnp.abs(g))
        exact = residual <= tolerance * jnp.minimum(1.0, lam * jnp.max(jnp.abs(A)))
        # With interior targets and small λ, λA drowns in the rounding of softmax − Y: stop where progress stops.
        stalled = (residual <= tolerance) & (residual > 0.5 * previous)
        rounding = residual <= ROUNDING * jnp.max(system.weights * _sensitivity(z))
        return Iterate(A, z, g, residual, previous, forcing, steps, products, exact | (stalled & rounding))

    def afresh(A: Array, previous: Array, steps: Array, products: Array) -> Iterate:
        return iterate(A, system.logits(A), previous, jnp.full((), COARSEST), steps, products + 1)

    def unfinished(state: Iterate) -> Array:
        return ~state.converged & jnp.isfinite(state.residual) & (state.steps < max_newton)

    def advance(state: Iterate) -> Iterate:
        step, cg = _step(system, state, max_cg)
        product = kernel_product(system.kernel.Theta, step)

        def slope(tau: Float[Array, ""]) -> Float[Array, ""]:
            return jnp.sum(product * system.gradient(state.A + tau * step, state.z + tau * product))

        tau = step_length(slope, at_zero=jnp.sum(product * state.g))
        new = iterate(
            state.A + tau * step, state.z + tau * product, state.residual,
            state.forcing, state.steps + 1, state.products + cg + 2,
        )  # fmt: skip
        shrunk = _norm(new.g) / _norm(state.g)
        return new._replace(forcing=jnp.clip(0.5 * shrunk**1.5, FINEST, COARSEST))

    def run(state: Iterate) -> Iterate:
        last = jax.lax.while_loop(unfinished, advance, state)
        return afresh(last.A, last.previous, last.steps, last.products)

    zero = jnp.zeros((), dtype=int)
    return jax.lax.while_loop(unfinished, run, afresh(start, jnp.full((), jnp.inf), zero, zero))


_damped_newton = jax.jit(damped_newton)


def _norm(g: Float[Array, "N K"]) -> Float[Array, ""]:
    """‖g‖, also where the squares underflow: a certain prediction of a hard label leaves g = 1e-174."""
    largest = jnp.max(jnp.abs(g))
    return largest * jnp.linalg.norm(g / jnp.where(largest > 0, largest, 1))


def _sensitivity(z: Float[Array, "N K"]) -> Float[Array, "N K"]:
    """How much softmax(z) moves when z is off by one relative unit."""
    p = jax.nn.softmax(z, axis=-1)
    return p * (1 - p) * (1 + jnp.abs(z))


def _step(system: System, state: Iterate, max_cg: int | Array) -> tuple[Float[Array, "N K"], Int[Array, ""]]:
    """(−(λI + WΘ)⁻¹g, conjugate gradient steps), in the precision in which steps are computed."""
    low, scale = system.kernel.inner.dtype, _norm(state.g)  # keeps a late, tiny g within its range
    g, lam = (state.g / scale).astype(low), system.lam.astype(low)
    B, B_transpose, solved = inner_system(system.kernel.inner, system, state.z)

    def small(r: Float[Array, "N K"]) -> Array:
        return jnp.linalg.norm(B(r)) <= state.forcing * lam

    x, count = solved(B_transpose(kernel_product(system.kernel.inner, g)), small, max_cg)
    return -scale * (g - B(x)).astype(state.g.dtype) / system.lam, count


def not_converged(last: Iterate, lam: Scalar, tolerance: float, who: str = "") -> NotConverged:
    """In words: the residual that was reached, and what may help."""
    residual, scale = float(last.residual), lam * float(jnp.max(jnp.abs(last.A)))
    relative = residual <= tolerance  # false for NaN, which an indefinite kernel may give
    missed = f"{residual / scale:.2e} of max |λA| = {scale:.2e}" if relative else f"{residual:.2e}"
    return NotConverged(
        f"{who}kernel logistic regression reached residual {missed} after {int(last.steps)} Newton "
        f"steps; the tolerance is {tolerance:g} (λ = {lam:g}). Check that Θ is positive semidefinite, solve "
        "a larger λ first and pass its coefficients as `start`, or raise `max_newton` and `max_cg`; where A "
        "~ 1/λ is huge, rounding in ΘA alone may exceed the tolerance: then raise `tolerance`. If inputs are there "
        "several times, merge them (nb.merge_duplicates) and pass their counts as `weights`. "
        "All three are set by newton=nb.Newton(tolerance=…, max_newton=…, max_cg=…)."
    )
