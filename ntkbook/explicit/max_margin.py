"""The max-margin predictor: the direction in which one-hot targets, left without a regularizer, drive the logits."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ntkbook import _checks
from ntkbook._kernel_product import check_train_kernel, kernel_product
from ntkbook.errors import InvalidInput, NotConverged

ARMIJO = 1e-4


@dataclass(frozen=True)
class MaxMargin:
    """v(x) = Θ(x, X)A, the least-norm function with v_y(x_i) − v_j(x_i) ≥ 1 for all i and j ≠ y_i.

    coefficients: A. logits: v(X). norm: ‖w‖ = √⟨A, ΘA⟩. margin: 1/‖w‖, the largest that a unit direction
    reaches. support: the pairs (i, j) whose constraint is active.
    residual: largest violation of the optimality conditions.
    """

    coefficients: Float[Array, "N K"]
    logits: Float[Array, "N K"]
    norm: float
    margin: float
    support: Bool[Array, "N K"]
    residual: float
    iterations: int

    def predict(self, Theta_x: Float[Array, "rows columns"]) -> Float[Array, "M K"]:
        """v(x) = Θ(x, X)A at M new points."""
        return kernel_product(Theta_x, self.coefficients)


def max_margin(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    *,
    tolerance: float = 1e-9,
    max_newton: int = 500,
    max_cg: int = 5_000,
) -> MaxMargin:
    """The hard-margin multi-class support vector machine on Θ: min ½‖w‖² s.t. v_y(x_i) − v_j(x_i) ≥ 1, j ≠ y_i.

    Its dual is min ½⟨A, ΘA⟩ − Σα over α_ij ≥ 0, where A_ij = −α_ij and A_iy = Σ_j α_ij, so that the gradient
    in α_ij is the margin v_y − v_j, less 1. Solved by projected Newton steps (conjugate gradients on the free
    α). f_λ/log(1/λ) → v as λ → 0, and f_t/log t → v along the linearized flow, on one-hot targets.

    Theta: (N, N), or (NK, NK). Y: one-hot rows. tolerance: on max |min(α, margin − 1)|,
    with α in units of its largest.
    Raises InvalidInput unless Y is one-hot;
    NotConverged if no function separates the classes (conflicting duplicates).
    Source: Crammer & Singer 2001; Soudry et al. 2018; projected Newton, Bertsekas 1982.

    Two orthogonal points of two classes each need ±½, and ‖w‖² = 4 · ¼:

    >>> best = nb.max_margin(jnp.eye(2), Y=jnp.eye(2))
    >>> best.logits.round(6).tolist()
    [[0.5, -0.5], [-0.5, 0.5]]
    >>> round(best.margin, 6)
    1.0
    """
    _checks.simplex_targets(Y)
    if not bool(jnp.all((Y == 0) | (Y == 1))):
        raise InvalidInput(
            f"the targets have entries between 0 and 1 (such as "
            f"{float(jnp.max(jnp.where(Y < 1, Y, 0.0))):.3g}); "
            f"margins need one-hot rows. Give jax.nn.one_hot(labels, K, dtype=float)."
        )
    check_train_kernel(Theta, *Y.shape)
    _checks.positive("tolerance", tolerance, "the tolerance on the optimality conditions")
    last = _solve(Theta, Y, tolerance, max_newton, max_cg)
    if not float(last.residual) <= tolerance:
        raise NotConverged(
            f"the max-margin problem reached residual {float(last.residual):.2e} after {int(last.steps)} "
            f"projected Newton steps; the tolerance is {tolerance:g}. If inputs with different labels "
            "coincide (or Θ is singular) no margin exists: remove conflicting duplicates. Else raise "
            "`max_newton` and `max_cg`."
        )
    A = _coefficients(last.alpha, Y)
    norm = float(jnp.sqrt(jnp.sum(A * last.v)))
    return MaxMargin(A, last.v, norm, 1 / norm, last.alpha > 0, float(last.residual), int(last.steps))


# --- projected Newton on the dual ------------------------------------------------------------------------


class _Dual(NamedTuple):
    """α ≥ 0 (0 in the column of the true class), v = ΘA, gradient = margins − 1, steps."""

    alpha: Float[Array, "N K"]
    v: Float[Array, "N K"]
    gradient: Float[Array, "N K"]
    residual: Float[Array, ""]
    steps: Int[Array, ""]


def _coefficients(alpha: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, "N K"]:
    """A_ij = −α_ij for j ≠ y_i, A_iy = Σ_j α_ij."""
    return Y * jnp.sum(alpha, axis=1, keepdims=True) - alpha


def _margins(v: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, "N K"]:
    """v_y(x_i) − v_j(x_i); the transpose of α ↦ A, and 0 in the column of the true class."""
    return (jnp.sum(Y * v, axis=1, keepdims=True) - v) * (1 - Y)


@jax.jit
def _solve(
    Theta: Float[Array, "rows rows"], Y: Float[Array, "N K"], tolerance: Any, max_newton: Any, max_cg: Any
) -> _Dual:
    def at(alpha: Float[Array, "N K"], steps: Array) -> _Dual:
        v = kernel_product(Theta, _coefficients(alpha, Y))
        gradient = _margins(v, Y) - (1 - Y)
        # α in units of its largest: both members of min(α, margin − 1) are then pure numbers of order 1
        scaled = alpha / jnp.maximum(jnp.max(alpha), 1e-300)
        return _Dual(alpha, v, gradient, jnp.max(jnp.abs(jnp.minimum(scaled, gradient))), steps)

    def advance(now: _Dual) -> _Dual:
        free = (now.alpha > 0) | (now.gradient < 0)
        wanted = jnp.where(free, -now.gradient, 0.0)

        def system(d: Float[Array, "N K"]) -> Float[Array, "N K"]:
            return jnp.where(free, _margins(kernel_product(Theta, _coefficients(d, Y)), Y), 0.0)

        d, _ = jax.scipy.sparse.linalg.cg(system, wanted, tol=1e-12, maxiter=max_cg)

        def trial(tau: Float[Array, ""]) -> _Dual:
            return at(jnp.maximum(now.alpha + tau * d, 0.0), now.steps + 1)

        def too_long(carry: tuple[Array, _Dual]) -> Array:
            # ψ(β) − ψ(α) = ½⟨β − α, ∇ψ(β) + ∇ψ(α)⟩ for a quadratic: no cancellation of values
            tau, new = carry
            change = 0.5 * jnp.sum((new.alpha - now.alpha) * (new.gradient + now.gradient))
            slope = jnp.sum((new.alpha - now.alpha) * now.gradient)
            return (change > ARMIJO * slope) & (tau > 1e-12)

        def halve(carry: tuple[Array, _Dual]) -> tuple[Array, _Dual]:
            return carry[0] / 2, trial(carry[0] / 2)

        one = jnp.asarray(1.0)
        return jax.lax.while_loop(too_long, halve, (one, trial(one)))[1]

    first = at(jnp.zeros_like(Y), jnp.zeros((), dtype=int))
    return jax.lax.while_loop(
        lambda now: ~(now.residual <= tolerance) & jnp.isfinite(now.residual) & (now.steps < max_newton),
        advance,
        first,
    )
