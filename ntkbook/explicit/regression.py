"""Squared error: the base case, where training is one linear system."""

import jax.numpy as jnp
import jax.scipy.linalg
from jaxtyping import Array, Bool, Float

from ntkbook import _checks
from ntkbook._checks import Scalar, known
from ntkbook._given import takes_arrays
from ntkbook._kernel_product import check_train_kernel, kernel_product, offset
from ntkbook.errors import NotConverged
from ntkbook.explicit._refused import checked_weights
from ntkbook.explicit.solution import Solution, largest
from ntkbook.losses import squared_error


@takes_arrays
def kernel_ridge_regression(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"] | None = None,
    *,
    lam: Scalar = 0.0,
    weights: Float[Array, " N"] | None = None,
) -> Solution:
    r"""Squared error, trained to the end: the limit of the flow on ½‖z − Y‖² + (λ/2)‖θ − θ₀‖².

    .. math:: A = (\Theta + \lambda I)^{-1}(Y - f_0(X))

    It is the posterior mean of GP regression with kernel Θ, prior mean f₀ and noise variance λ.

    Args:
        Theta: Θ, (N, N) or (NK, NK).
        Y: (N, K) targets.
        f0: (N, K) f₀(X), by default 0.
        lam: λ ≥ 0.
        weights: (N,) how often each point counts, which multiplies its loss; by default once.

    Raises:
        InvalidInput: for arguments that do not fit.
        NotConverged: for a Θ + λI that is singular or too ill-conditioned: beyond a condition number of 1e8 or so,
            by the relative residual that is then left.

    Source:
        He, Lakshminarayanan & Teh 2020; the book's chapter on regression.

    Example:
        >>> fit = nb.kernel_ridge_regression(
        ...     3 * jnp.eye(1), Y=jnp.array([[4.0]]), lam=1
        ... )
        >>> fit.coefficients.tolist(), fit.logits.tolist()
        ([[1.0]], [[3.0]])
        >>> fit.predict(jnp.array([[2.0]])).tolist()
        [[2.0]]
    """
    squared_error.check_targets(Y)
    f0 = offset(f0, Y)
    check_train_kernel(Theta, *Y.shape)
    _checks.non_negative("lam", lam, "the regularization strength λ")
    rows = Theta.shape[0]  # N, with the K classes as K right-hand sides, or NK, with one
    weight = checked_weights(weights, len(Y))
    root = jnp.sqrt(weight)  # s: w(z − Y) + λA = 0 for A = s(sΘs + λI)⁻¹s(Y − f₀), and w = 0 does no harm
    s = root if rows == len(Y) else jnp.repeat(root, Y.shape[1], axis=0)
    inner, converged = solve_spd(s * Theta * s.T + lam * jnp.eye(rows), (root * (Y - f0)).reshape(rows, -1))
    A = root * inner.reshape(Y.shape)
    logits = f0 + kernel_product(Theta, A)
    return Solution(A, logits, largest(weight * (logits - Y) + lam * A), 0, converged=converged)


def solve_spd(
    matrix: Float[Array, "m m"], right: Float[Array, "m k"]
) -> tuple[Float[Array, "m k"], bool | Bool[Array, ""]]:
    """(matrix⁻¹ right by Cholesky with one step of refinement, whether rounding has left it; else refused if known)."""
    factor = jax.scipy.linalg.cho_factor(matrix)
    solution = jax.scipy.linalg.cho_solve(factor, right)
    solution = solution + jax.scipy.linalg.cho_solve(factor, right - matrix @ solution)
    error = jnp.linalg.norm(matrix @ solution - right) / jnp.maximum(jnp.linalg.norm(right), 1e-300)
    if not known(error):
        return solution, error <= 1e-8
    if not error <= 1e-8:  # also true for NaN, which Cholesky gives where rounding has left no positive pivot
        raise NotConverged(
            f"the kernel system was solved only to relative residual {error:.2e}: it is singular or too "
            "ill-conditioned for double precision. Remove duplicate or nearly duplicate inputs, or regularize "
            "with λ > 0."
        )
    return solution, True
