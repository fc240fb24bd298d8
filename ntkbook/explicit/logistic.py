"""Kernel logistic regression: cross-entropy with a regularizer anchored at θ₀, solved instead of trained."""

import functools
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from ntkbook import _checks
from ntkbook._kernel_product import check_train_kernel, kernel_product, offset
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.explicit._newton import Iterate, newton
from ntkbook.explicit._preconditioner import nystrom
from ntkbook.explicit.solution import Solution

LEAST_RANK = 20  # of the preconditioner, which below some hundred points then is exact or nearly so
SINGLE_FROM = 1000  # rows of Θ from which products in single precision pay
SINGLE_SHARE = (
    1e-5  # λ/‖Θ‖ from which they are safe: the step is then off by at most about 1e-7‖Θ‖/λ of itself
)
BATCH_ENTRIES = 2**26  # of the preconditioners that a batch holds at one time


def kernel_logistic_regression(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"] | None = None,
    *,
    lam: float,
    start: Float[Array, "N K"] | None = None,
    tolerance: float = 1e-10,
    max_newton: int | None = None,
    max_cg: int = 2_000,
    check_targets: bool = True,
) -> Solution:
    """Cross-entropy with a regularizer anchored at θ₀: f_λ(x) = f₀(x) + (1/λ)Θ(x, X)(Y − softmax(f_λ(X))).

    Minimizes C(f₀ + ΘA) + (λ/2)⟨A, ΘA⟩; at the minimum λA = Y − softmax(f₀ + ΘA), so |λA_ik| ≤ 1. Damped
    Newton steps, each solved by conjugate gradients, preconditioned by a low-rank part of Θ: Θ is only ever
    multiplied with (N, K) arrays, and no (NK, NK) matrix is formed. Large kernels are also held once in
    single precision, in which steps are computed; A, f(X) and the residual are always in double.

    Theta: (N, N) for infinite width (stands for Θ ⊗ I_K), or (NK, NK). Y: rows in the simplex. lam: λ > 0.
    start: coefficients to start from, e.g. the solution at a nearby λ.
    tolerance: on max |softmax − Y + λA|; where λA is small, on its ratio to max |λA| as far as rounding allows.
    max_newton: by default 100, and two more for each e-fold of λ below 1.
    check_targets=False admits rows off the simplex that still sum to 1 (targets plus noise of zero class sum).
    Raises InvalidInput for arguments that do not fit; NotConverged (with the residual) if the tolerance is missed.
    Source: the book's Theorem D; representer theorem, Kimeldorf & Wahba 1971.

    >>> Theta, Y = jnp.array([[2.0, 1.0], [1.0, 2.0]]), jnp.eye(2)
    >>> fit = nb.kernel_logistic_regression(Theta, Y, lam=0.1)
    >>> dual = (Y - jax.nn.softmax(fit.logits)) / 0.1
    >>> bool(jnp.allclose(fit.coefficients, dual))
    True
    """
    check_rows(Y, check_targets)
    Y, f0 = Y.astype(float), offset(f0, Y)
    check_train_kernel(Theta, *Y.shape)
    max_newton = check_settings(lam, tolerance, max_newton, max_cg)
    A = jnp.zeros_like(Y) if start is None else _checked_start(start, Y)
    return solve_prepared(Theta, Y, f0, A, lam, tolerance, max_newton, max_cg, prepare(Theta, lam))


@dataclass(frozen=True)
class SolutionBatch:
    """S trained predictors on one kernel. coefficients: A. logits: f(X). residual, iterations: of each member."""

    coefficients: Float[Array, "S N K"]
    logits: Float[Array, "S N K"]
    residual: Float[Array, " S"]
    iterations: Int[Array, " S"]

    def predict(
        self,
        Theta_x: Float[Array, "rows columns"],
        f0_x: Float[Array, "S M K"] | Float[Array, "M K"] | float = 0.0,
    ) -> Float[Array, "S M K"]:
        """f(x) = f₀(x) + Θ(x, X)A of every member; f0_x is one offset each, or one for all."""
        return f0_x + jax.vmap(functools.partial(kernel_product, Theta_x))(self.coefficients)


def solve_batch(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "*S N K"],
    f0: Float[Array, "*R N K"],
    lam: float,
    *,
    start: Float[Array, "N K"] | None = None,
    tolerance: float = 1e-10,
    max_newton: int | None = None,
    max_cg: int = 2_000,
    check_targets: bool = True,
) -> SolutionBatch:
    """kernel_logistic_regression for S targets Y or S offsets f₀ (or both) on one kernel, all members at once.

    Y, f0: at least one with a leading axis S; the other is then shared. start: coefficients for all to start from.
    Raises as kernel_logistic_regression does, NotConverged if a single member has missed the tolerance.
    Source: the book's Theorem D.

    Two classes that change names change the sign of the logits:

    >>> Y = jnp.stack([jnp.eye(2), 1 - jnp.eye(2)])
    >>> fits = nb.solve_batch(jnp.eye(2), Y, jnp.zeros((2, 2)), lam=0.1)
    >>> bool(jnp.allclose(fits.logits[0], -fits.logits[1]))
    True
    """
    if {Y.ndim, f0.ndim} - {2, 3} or Y.ndim + f0.ndim == 4 or Y.shape[-2:] != f0.shape[-2:]:
        raise InvalidInput(
            f"Y has shape {Y.shape} and f0 has {f0.shape}; expected (S, N, K) for one of them or both, and "
            "(N, K) for one that all members share. For a single problem call kernel_logistic_regression."
        )
    S = max(Y.shape[0] if Y.ndim == 3 else 1, f0.shape[0] if f0.ndim == 3 else 1)
    if any(x.ndim == 3 and x.shape[0] != S for x in (Y, f0)):
        raise InvalidInput(f"Y has {Y.shape[0]} members and f0 has {f0.shape[0]}; give as many of each.")
    N, K = Y.shape[-2:]
    check_rows(Y.reshape(-1, K), check_targets)
    _checks.finite("f0", f0)
    Y, f0 = Y.astype(float), f0.astype(float)
    check_train_kernel(Theta, N, K)
    max_newton = check_settings(lam, tolerance, max_newton, max_cg)
    A = jnp.zeros((N, K)) if start is None else _checked_start(start, Y[0] if Y.ndim == 3 else Y)
    last = _solve_all(
        Theta, prepare(Theta, lam), jnp.broadcast_to(Y, (S, N, K)), jnp.broadcast_to(f0, (S, N, K)), A,
        lam, tolerance, max_newton, max_cg,
    )  # fmt: skip
    if not bool(jnp.all(last.converged)):
        worst = jnp.argmin(last.converged)
        raise _not_converged(
            Iterate(*(part[worst] for part in last)), lam, tolerance, f"member {int(worst)} of the batch: "
        )
    return SolutionBatch(last.A, last.z, last.residual, last.steps)


# --- one compiled function a shape -----------------------------------------------------------------------


class Prepared(NamedTuple):
    """What all solves on one kernel share: Θ in the precision of the steps, and L with Θ ≈ LLᵀ."""

    Theta: Float[Array, "rows rows"]
    L: Float[Array, "rows r"]


def prepare(Theta: Float[Array, "rows rows"], lam: float) -> Prepared:
    """Prepared for this λ and all above it."""
    rows = Theta.shape[0]
    single = rows >= SINGLE_FROM and lam >= SINGLE_SHARE * float(_norm_bound(Theta))
    inner = Theta.astype(jnp.float32) if single else Theta
    rank = max(LEAST_RANK, round(math.sqrt(rows / 5)))  # at K = 10, as dear a step as two products
    L, values = nystrom(inner, min(rank, rows))
    least, largest = float(values[0]), float(values[-1])
    if least < -rows * float(jnp.finfo(inner.dtype).eps) * largest:
        raise InvalidInput(
            f"the training kernel is not positive semidefinite: it takes values from {least:.3g} to "
            f"{largest:.3g} on unit vectors. Check how it was computed; rounding is mended by adding a small "
            "multiple of the identity."
        )
    return Prepared(inner, L)


def solve_prepared(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"],
    start: Float[Array, "N K"],
    lam: float,
    tolerance: float,
    max_newton: int,
    max_cg: int,
    prepared: Prepared,
) -> Solution:
    """kernel_logistic_regression, its arguments checked and its kernel prepared before."""
    last = _solve(Theta, *prepared, Y, f0, start, lam, tolerance, max_newton, max_cg)
    if not bool(last.converged):
        raise _not_converged(last, lam, tolerance)
    return Solution(last.A, last.z, float(last.residual), int(last.steps), int(last.products))


_solve = jax.jit(newton)


@jax.jit
def _solve_all(
    Theta: Float[Array, "rows rows"],
    prepared: Prepared,
    Y: Float[Array, "S N K"],
    f0: Float[Array, "S N K"],
    start: Float[Array, "N K"],
    lam: Any,
    tolerance: Any,
    max_newton: Any,
    max_cg: Any,
) -> Iterate:
    def one(member: tuple[Array, Array]) -> Iterate:
        return newton(Theta, *prepared, *member, start, lam, tolerance, max_newton, max_cg)

    classes = Y.shape[2] if Theta.shape[0] == Y.shape[1] else 1
    at_once = max(1, BATCH_ENTRIES // (prepared.L.shape[1] * classes) ** 2)
    return jax.lax.map(one, (Y, f0), batch_size=min(at_once, Y.shape[0]))


@jax.jit
def _norm_bound(Theta: Float[Array, "rows rows"]) -> Float[Array, ""]:
    """max_i Σ_j |Θ_ij| ≥ ‖Θ‖."""
    return jnp.max(jnp.sum(jnp.abs(Theta), axis=1))


# --- what is refused -------------------------------------------------------------------------------------


def check_rows(Y: Float[Array, "N K"], on_simplex: bool) -> None:
    if on_simplex:
        return _checks.simplex_targets(Y)
    _checks.finite_targets(Y)
    error = float(jnp.max(jnp.abs(Y.sum(axis=1) - 1)))
    if error > _checks.sum_tolerance(Y):
        raise InvalidInput(
            f"a row of the targets misses the sum 1 by {error:.3g}; off the simplex too, rows must sum to 1, "
            "since the residual of cross-entropy has zero class sum. Project the noise with ntkbook.center."
        )
    return None


def _checked_start(start: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, "N K"]:
    if start.shape != Y.shape:
        raise InvalidInput(
            f"start has shape {start.shape}, but the targets have {Y.shape}; give coefficients A, "
            "one row a point."
        )
    _checks.finite("start", start)
    return start.astype(float)


def check_settings(lam: float, tolerance: float, max_newton: int | None, max_cg: int) -> int:
    """The largest number of Newton steps."""
    _checks.positive("lam", lam, "the regularization strength λ")
    _checks.positive("tolerance", tolerance, "the tolerance on the residual")
    _checks.positive_integer("max_cg", max_cg, "the largest number of conjugate gradient steps")
    if (
        max_newton is None
    ):  # a first step may go as far as 1/λ, and later ones then halve A: 1.44 steps an e-fold
        return 100 + math.ceil(2 * max(0.0, -math.log(lam)))
    _checks.positive_integer("max_newton", max_newton, "the largest number of Newton steps")
    return max_newton


def _not_converged(last: Iterate, lam: float, tolerance: float, who: str = "") -> NotConverged:
    residual, scale = float(last.residual), lam * float(jnp.max(jnp.abs(last.A)))
    relative = residual <= tolerance  # false for NaN, which an indefinite kernel may give
    missed = f"{residual / scale:.2e} of max |λA| = {scale:.2e}" if relative else f"{residual:.2e}"
    return NotConverged(
        f"{who}kernel logistic regression reached residual {missed} after {int(last.steps)} Newton "
        f"steps; the tolerance is {tolerance:g} (λ = {lam:g}). Check that Θ is positive semidefinite, solve "
        "a larger λ first and pass its coefficients as `start`, or raise `max_newton` and `max_cg`; where A "
        "~ 1/λ is huge, rounding in ΘA alone may exceed the tolerance: then raise `tolerance`."
    )
