"""Kernel logistic regression for many targets or many initial functions at once, on one kernel."""

import functools
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook._kernel_product import check_train_kernel, kernel_product
from ntkbook.errors import InvalidInput
from ntkbook.explicit._newton import Budget, Iterate, System, damped_newton, not_converged
from ntkbook.explicit._prepared import Prepared, prepare
from ntkbook.explicit._refused import check_rows, checked_start, checked_weights
from ntkbook.explicit.settings import Newton

BATCH_ENTRIES = 2**26  # of the preconditioners that a batch holds at one time


@dataclass(frozen=True)
class SolutionBatch:
    """S trained predictors on one kernel.

    Args:
        coefficients: (S, N, K) A.
        logits: (S, N, K) f(X).
        residual: (S,) of each member.
        iterations: (S,) Newton steps of each member.
    """

    coefficients: Float[Array, "S N K"]
    logits: Float[Array, "S N K"]
    residual: Float[Array, " S"]
    iterations: Int[Array, " S"]

    @takes_arrays
    def predict(
        self,
        Theta_x: Float[Array, "rows columns"],
        f0_x: Float[Array, "S M K"] | Float[Array, "M K"] | float = 0.0,
    ) -> Float[Array, "S M K"]:
        """f(x) = f₀(x) + Θ(x, X)A of every member; f0_x is one offset each, or one for all."""
        # eq-representer
        return f0_x + jax.vmap(functools.partial(kernel_product, Theta_x))(self.coefficients)


@takes_arrays
def solve_batch(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "*S N K"],
    f0: Float[Array, "*R N K"],
    lam: float,
    *,
    weights: Float[Array, " N"] | None = None,
    start: Float[Array, "N K"] | None = None,
    newton: Newton = Newton(),
    check_targets: bool = True,
) -> SolutionBatch:
    """kernel_logistic_regression for S targets Y or S offsets f₀ (or both) on one kernel, all members at once.

    Args:
        Theta: Θ, (N, N) or (NK, NK).
        Y: (S, N, K) targets, or (N, K) for all.
        f0: (S, N, K) offsets f₀(X), or (N, K) for all; one of Y and f0 has the leading axis S at least.
        lam: λ > 0.
        weights: (N,) as in kernel_logistic_regression.
        start: (N, K) coefficients for all to start from.
        newton: as in kernel_logistic_regression.
        check_targets: as there.

    Raises:
        InvalidInput: for arguments that do not fit.
        NotConverged: if a single member has missed the tolerance.

    Source:
        The book's Theorem D.

    Example:
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
    check_rows(Y.reshape(-1, K), on_simplex=check_targets)
    _checks.finite("f0", f0)
    Y, f0 = Y.astype(float), f0.astype(float)
    check_train_kernel(Theta, N, K)
    _checks.positive("lam", lam, "the regularization strength λ")
    last = _solve_all(
        prepare(Theta, lam),
        jnp.broadcast_to(Y, (S, N, K)),
        jnp.broadcast_to(f0, (S, N, K)),
        checked_start(start, Y[0] if Y.ndim == 3 else Y),
        checked_weights(weights, N),
        lam,
        Budget.of(newton, lam),
    )
    if not bool(jnp.all(last.converged)):
        worst = jnp.argmin(last.converged)
        one = Iterate(*(part[worst] for part in last))
        raise not_converged(one, lam, newton.tolerance, f"member {int(worst)} of the batch: ")
    return SolutionBatch(last.A, last.z, last.residual, last.steps)


@jax.jit
def _solve_all(
    prepared: Prepared,
    Y: Float[Array, "S N K"],
    f0: Float[Array, "S N K"],
    start: Float[Array, "N K"],
    weights: Float[Array, "N 1"],
    lam: Any,
    budget: Budget,
) -> Iterate:
    def one(member: tuple[Array, Array]) -> Iterate:
        return damped_newton(System(prepared, *member, lam, weights), start, budget)

    classes = Y.shape[2] if prepared.Theta.shape[0] == Y.shape[1] else 1
    at_once = max(1, BATCH_ENTRIES // (prepared.L.shape[1] * classes) ** 2)
    return jax.lax.map(one, (Y, f0), batch_size=min(at_once, Y.shape[0]))
