"""The max-margin predictor: the direction in which one-hot targets, left without a regularizer, drive the logits."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ntkbook import _checks, _records
from ntkbook._checks import Scalar, known
from ntkbook._given import takes_arrays
from ntkbook._kernel_product import check_train_kernel, kernel_product
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.explicit._active_set import coefficients, differentiable, margins

ARMIJO = 1e-4
SHIFT = 1e-8  # δ, as a share of the largest entry of Θ


@dataclass(frozen=True)
class MaxMargin:
    """v(x) = Θ(x, X)A, the least-norm function with v_c(x_i) − v_j(x_i) ≥ 1 for all i and j ≠ c, the class of x_i.

    Args:
        coefficients: (N, K) A.
        logits: (N, K) v(X).
        norm: ‖w‖ = √⟨A, ΘA⟩.
        margin: γ = 1/‖w‖, the largest least margin that a unit direction reaches.
        support: (N, K) whether the constraint of the pair (i, j) is active.
        residual: the largest violation of the optimality conditions.
        iterations: projected Newton steps.
        converged: whether the tolerance is met, on one-hot rows; as in `Solution`.
    """

    coefficients: Float[Array, "N K"]
    logits: Float[Array, "N K"]
    norm: Scalar
    margin: Scalar
    support: Bool[Array, "N K"]
    residual: Scalar
    iterations: int | Int[Array, ""]
    converged: bool | Bool[Array, ""] = True

    @takes_arrays
    def predict(self, Theta_x: Float[Array, "rows columns"]) -> Float[Array, "M K"]:
        """v(x) = Θ(x, X)A at M new points."""
        return kernel_product(Theta_x, self.coefficients)


_records.register(MaxMargin, static=())


@takes_arrays
def max_margin(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    *,
    tolerance: float = 1e-9,
    max_newton: int = 500,
    max_cg: int = 5_000,
) -> MaxMargin:
    r"""The hard-margin multi-class support vector machine on Θ.

    .. math:: \min\tfrac12\lVert w\rVert^2 \quad\text{subject to}\quad
              v_{c_i}(x_i) - v_j(x_i) \ge 1 \text{ for all } i \text{ and } j \ne c_i

    Its dual is min ½⟨A, ΘA⟩ − Σα over α_ij ≥ 0, where A_ij = −α_ij and A_ic = Σ_j α_ij, so that the gradient
    in α_ij is the margin v_c − v_j, less 1. Solved by the proximal point method: (δ/2)‖A − A'‖² is added, with
    A' the last solution, which makes a singular Θ harmless and costs no accuracy; within it by projected Newton
    steps (conjugate gradients on the free α). f_λ/log(1/λ) → v as λ → 0, and f_t/log t → v along the linearized
    flow, on one-hot targets.

    Derivatives in Θ, under `grad`, hold the active constraints fixed, those with α > 0. For ‖w‖ and γ that is right
    wherever A is unique (d‖w‖² = −⟨A, dΘ A⟩). A itself has a kink where a constraint holds with equality at α = 0,
    of which one side is returned, and need not be unique where Θ is singular.

    Args:
        Theta: Θ, (N, N) or (NK, NK); it may be singular.
        Y: (N, K) one-hot rows.
        tolerance: on max |min(α, margin − 1)|, with α in units of its largest.
        max_newton: projected Newton steps in all.
        max_cg: steps of conjugate gradients within one of them.

    Raises:
        InvalidInput: unless Y is one-hot.
        NotConverged: if no function separates the classes strictly, with v_c(x_i) > v_j(x_i) for all i and j ≠ c.
            `separability` asks for less, one gap above 0 and none below: a point that no label contradicts
            makes a problem separable whose other points, conflicting duplicates, leave no margin.

    Source:
        Crammer & Singer 2001; Soudry et al. 2018; projected Newton, Bertsekas 1982; proximal points,
        Rockafellar 1976.

    Example:
        Two orthogonal points of two classes each need ±½, and ‖w‖² = 4 · ¼:

        >>> best = nb.max_margin(jnp.eye(2), Y=jnp.eye(2))
        >>> best.logits.round(6).tolist()
        [[0.5, -0.5], [-0.5, 0.5]]
        >>> round(best.margin, 6)
        1.0
    """
    _checks.simplex_targets(Y)
    Y = jax.lax.stop_gradient(Y)
    one_hot = jnp.all((Y == 0) | (Y == 1))
    if known(Y) and not bool(one_hot):
        raise InvalidInput(
            f"the targets have entries between 0 and 1 (such as "
            f"{float(jnp.max(jnp.where(Y < 1, Y, 0.0))):.3g}); "
            f"margins need one-hot rows. Give jax.nn.one_hot(labels, K, dtype=float)."
        )
    Y = Y.astype(float)
    check_train_kernel(Theta, *Y.shape)
    _checks.positive("tolerance", tolerance, "the tolerance on the optimality conditions")
    last = _solve(jax.lax.stop_gradient(Theta), Y, tolerance, max_newton, max_cg)
    converged, traced = one_hot & (last.residual <= tolerance), not known((Theta, Y, last))
    if not traced and not bool(converged):
        raise NotConverged(
            f"the max-margin problem reached residual {float(last.residual):.2e} after {int(last.steps)} "
            f"projected Newton steps; the tolerance is {tolerance:g}. A margin exists only if a direction in the "
            "range of Θ opens every gap v_c − v_j; with conflicting duplicates, or a class that ties with "
            "another, none does. `separability` says False if none opens any gap, and with `strict` equal to "
            "N(K − 1) its direction opens all: then raise `max_newton` and `max_cg`."
        )
    A = coefficients(differentiable(Theta, Y, last.alpha), Y)
    v = kernel_product(Theta, A) if traced else last.v
    norm, residual, steps, converged = (
        x if traced else x.item() for x in (jnp.sqrt(jnp.sum(A * v)), last.residual, last.steps, converged)
    )
    # eq-largest-margin, eq-margin-of-kernel: γ = 1/‖w‖, since the direction w/‖w‖ has the least margin 1/‖w‖, and
    # none has more
    return MaxMargin(A, v, norm, 1 / norm, last.alpha > 0, residual, steps, converged)


# --- projected Newton on the dual ------------------------------------------------------------------------


class _Dual(NamedTuple):
    """α ≥ 0 (0 in the column of the true class), v = ΘA, steps. gradient: margins − 1, and residual, how far that
    is from optimal; both once more with δ(A − A') added to v."""

    alpha: Float[Array, "N K"]
    v: Float[Array, "N K"]
    residual: Float[Array, ""]
    proximal_gradient: Float[Array, "N K"]
    proximal_residual: Float[Array, ""]
    steps: Int[Array, ""]


@jax.jit
def _solve(
    Theta: Float[Array, "rows rows"], Y: Float[Array, "N K"], tolerance: Any, max_newton: Any, max_cg: Any
) -> _Dual:
    delta = SHIFT * jnp.max(jnp.diagonal(Theta))

    def at(alpha: Float[Array, "N K"], centre: Float[Array, "N K"], steps: Array) -> _Dual:
        A = coefficients(alpha, Y)
        v = kernel_product(Theta, A)
        gradient, proximal = (margins(u, Y) - (1 - Y) for u in (v, v + delta * (A - centre)))
        # α in units of its largest: both members of min(α, margin − 1) are then pure numbers of order 1
        scaled = alpha / jnp.maximum(jnp.max(alpha), 1e-300)
        residual, left = (jnp.max(jnp.abs(jnp.minimum(scaled, slope))) for slope in (gradient, proximal))
        return _Dual(alpha, v, residual, proximal, left, steps)

    def advance(now: _Dual, centre: Float[Array, "N K"]) -> _Dual:
        free = (now.alpha > 0) | (now.proximal_gradient < 0)
        wanted = jnp.where(free, -now.proximal_gradient, 0.0)

        def system(d: Float[Array, "N K"]) -> Float[Array, "N K"]:
            A = coefficients(d, Y)
            return jnp.where(free, margins(kernel_product(Theta, A) + delta * A, Y), 0.0)

        d, _ = jax.scipy.sparse.linalg.cg(system, wanted, tol=1e-12, maxiter=max_cg)

        def trial(tau: Float[Array, ""]) -> _Dual:
            return at(jnp.maximum(now.alpha + tau * d, 0.0), centre, now.steps + 1)

        def too_long(carry: tuple[Array, _Dual]) -> Array:
            # ψ(β) − ψ(α) = ½⟨β − α, ∇ψ(β) + ∇ψ(α)⟩ for a quadratic: no cancellation of values
            tau, new = carry
            moved = new.alpha - now.alpha
            change = 0.5 * jnp.sum(moved * (new.proximal_gradient + now.proximal_gradient))
            slope = jnp.sum(moved * now.proximal_gradient)
            return (change > ARMIJO * slope) & (tau > 1e-12)

        def halve(carry: tuple[Array, _Dual]) -> tuple[Array, _Dual]:
            return carry[0] / 2, trial(carry[0] / 2)

        one = jnp.asarray(1.0)
        return jax.lax.while_loop(too_long, halve, (one, trial(one)))[1]

    def unfinished(residual: Array, steps: Array) -> Array:
        return ~(residual <= tolerance) & jnp.isfinite(residual) & (steps < max_newton)

    def proximal_step(now: _Dual) -> _Dual:
        centre = coefficients(now.alpha, Y)
        return jax.lax.while_loop(
            lambda now: unfinished(2 * now.proximal_residual, now.steps),
            lambda now: advance(now, centre),
            at(now.alpha, centre, now.steps + 1),
        )

    first = at(jnp.zeros_like(Y), jnp.zeros_like(Y), jnp.zeros((), dtype=int))
    return jax.lax.while_loop(lambda now: unfinished(now.residual, now.steps), proximal_step, first)
