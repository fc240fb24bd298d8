"""Radii that decide laziness, and the constants in them. Everything here is a bound, never an estimate."""

import math
from dataclasses import replace

import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._checks import Scalar
from ntkbook._given import takes_arrays
from ntkbook.errors import InvalidInput
from ntkbook.losses import Loss, cross_entropy, pl_bound
from ntkbook.problem import Problem

KAPPA_LIMIT = 1_000  # NK up to which λ_min(Θ₀) is computed


def radius_regularized(V0: Scalar, lam: Scalar) -> Float[Array, ""]:
    r"""The radius of Theorem B: no flow on C(f_θ(X)) + (λ/2)‖θ − θ₀‖² ever leaves this ball around θ₀.

    .. math:: R = \sqrt{2V_0/\lambda}

    Args:
        V0: V₀ = C(z₀) − C* ≥ 0.
        lam: λ > 0.

    Raises:
        InvalidInput: otherwise.

    Source:
        The book's Theorem B.

    Example:
        >>> float(nb.radius_regularized(V0=2, lam=1))
        2.0
    """
    _checks.non_negative("V0", V0, "the initial excess V₀ = C(z₀) − C*")
    _checks.positive("lam", lam, "the regularization strength λ")
    return jnp.sqrt(2 * V0 / jnp.asarray(lam))  # eq-radius


def radius_nondegenerate(V0: Scalar, mu: Scalar, kappa: Scalar, *, share: Scalar = 0.0) -> Float[Array, ""]:
    r"""The radius of Theorem A, and of K: training without regularizer stays in this ball around θ₀, at large width.

    .. math:: R = \frac{2\sqrt{V_0/(\mu\kappa)}}{1 - s}

    Args:
        V0: V₀ = C(z₀) − C* ≥ 0.
        mu: μ > 0, a PL constant of C on the sublevel set.
        kappa: κ = λ_min(Θ₀) > 0 on the training set.
        share: s = η/η_max, the step as a share of the largest that is guaranteed, below 1; 0 is the flow.

    Raises:
        InvalidInput: otherwise.

    Source:
        The book's Theorems A and K.

    Example:
        >>> float(nb.radius_nondegenerate(V0=1, mu=0.25, kappa=4))
        2.0
    """
    _checks.non_negative("V0", V0, "the initial excess V₀ = C(z₀) − C*")
    _checks.positive("mu", mu, "the PL constant μ")
    _checks.positive("kappa", kappa, "the least eigenvalue κ of Θ₀")
    _checks.non_negative("share", share, "the share of the largest step")
    if _checks.known(share) and share >= 1:
        raise InvalidInput(
            f"share = {share}, but the radius is bounded for steps below the guarantee only, 0 ≤ share < 1. Take a "
            f"smaller step."
        )
    R = 2 * jnp.sqrt(V0 / (jnp.asarray(mu) * kappa))  # eq-radius-a
    return R / (1 - jnp.asarray(share))  # eq-radius-k


def guaranteed_step(problem: Problem) -> float:
    r"""The step below which descent lowers the objective: of the linearized model, and under condition A or B of a
    wide enough network.

    .. math:: \eta_{\max} = \frac2{\beta\lVert\Theta_0\rVert + \lambda}

    A guarantee and in general no edge, but for squared error, whose linearized model diverges above it. It needs Θ₀ on
    all N points.

    Args:
        problem: the loss, λ and the network at θ₀.

    Raises:
        InvalidInput: for a loss that is not smooth everywhere.

    Source:
        The book's Theorem K.

    Example:
        Squared error with Θ₀ = I: one step below 2, and the best of them, 1, ends at the minimum.

        >>> w, X = jnp.zeros((2, 2)), jnp.eye(2)
        >>> problem = nb.Problem(
        ...     lambda w, X: X @ w, w, X, Y=X, loss=nb.squared_error
        ... )
        >>> nb.guaranteed_step(problem)
        2.0
    """
    beta = problem.loss.smoothness
    if not math.isfinite(beta):
        raise InvalidInput(
            f"the loss is {problem.loss.name!r}, whose curvature has no bound, so no step is guaranteed. Take small "
            f"steps, or a flow (nb.gradient_flow)."
        )
    norm = jnp.linalg.eigvalsh(problem.Theta0)[-1]
    return float(2 / (beta * norm + problem.lam))  # eq-guaranteed-step


@takes_arrays
def pl_constant(Y: Float[Array, "N K"], V0: Scalar) -> Float[Array, ""]:
    r"""The exponential PL constant of cross-entropy: C is μ-strongly convex modulo shifts on {C ≤ C(z₀)}.

    .. math:: \mu = \min_{i,k}\; e^{-(H(y_i) + V_0)/y_{ik}}

    On that set y_k log(1/p_k) ≤ ℓ_i ≤ H(y_i) + V₀, so p_k is at least the bound, and Var_p(v) ≥ p_min‖v‖² on 1^⊥.
    It is pl_bound of cross-entropy. Exponential in 1/y: from (H + V₀)/y of about 700 on it underflows to 0, which
    is true and says nothing; pl_constant_polynomial does not.

    Args:
        Y: (N, K) targets, all above 0.
        V0: V₀ = C(z₀) − C* ≥ 0.

    Raises:
        InvalidInput: for targets off the simplex or with a zero (degenerate: there is no PL constant).

    Source:
        The book's PL lemma.

    Example:
        With two fair classes and V₀ = log 2 it is e^{−4 log 2}:

        >>> mu = nb.pl_constant(Y=jnp.array([[0.5, 0.5]]), V0=jnp.log(2))
        >>> bool(jnp.isclose(mu, 1 / 16))
        True
    """
    return pl_bound(cross_entropy, Y, V0)


@takes_arrays
def pl_constant_polynomial(Y: Float[Array, "N K"], V0: Scalar) -> Float[Array, ""]:
    r"""The polynomial PL constant of cross-entropy: ‖∇C‖² ≥ 2μ(C − C*) on {C ≤ C(z₀)}, without strong convexity.

    .. math:: \mu = \min\Bigl(\frac a4, \frac{a^2}{8V_0}\Bigr), \qquad a = \min_{i,k} y_{ik}

    If every p_k ≥ y_k/2 then ℓ − inf ℓ = KL(y‖p) ≤ Σ_k (p_k − y_k)²/p_k ≤ (2/a)‖p − y‖²; otherwise ‖p − y‖² ≥ a²/4.
    Polynomial in a where pl_constant is exponential.

    Args:
        Y: (N, K) targets, all above 0.
        V0: V₀ = C(z₀) − C* ≥ 0.

    Raises:
        InvalidInput: as pl_constant does.

    Source:
        The book's chapter on non-degenerate targets.

    Example:
        >>> float(nb.pl_constant_polynomial(Y=jnp.array([[0.5, 0.5]]), V0=1))
        0.03125
    """
    return pl_bound(_POLYNOMIAL, Y, V0)


def _polynomial(y: Float[Array, "*N K"], V: Scalar) -> Float[Array, "*N"]:
    a = jnp.min(y, axis=-1)
    return jnp.minimum(a / 4, a**2 / (8 * jnp.asarray(V)))  # eq-pl-polynomial


_POLYNOMIAL = replace(cross_entropy, pl=_polynomial)


def largest_pl_bound(loss: Loss, Y: Float[Array, "N K"], V0: Scalar) -> Float[Array, ""]:
    """pl_bound, and for cross-entropy the larger of its two constants: near the minimum the exponential one may win."""
    mu = pl_bound(loss, Y, V0)
    return jnp.maximum(mu, pl_constant_polynomial(Y, V0)) if loss == cross_entropy else mu


def radius_bounds(problem: Problem) -> dict[str, float]:
    """The radii that theory allows the flow of a training problem, as far as they exist.

    Raises nothing: where a theorem says nothing, the answer leaves it out.

    Args:
        problem: the loss, targets, λ, anchor and θ₀ that decide.

    Returns:
        {theorem: R}. "B": √(2V₀/λ), for λ > 0 anchored at θ₀. "A", at large width: 2√(V₀/(μκ)), for λ = 0,
        non-degenerate targets, a loss with a PL constant μ (the largest that is proven, if it does not underflow) and
        κ = λ_min(Θ₀) > 0; it needs Θ₀ on all N points, and is left out for NK > 1,000.

    Source:
        The book's Theorems A and B.

    Example:
        >>> w, X = jnp.zeros((2, 2)), jnp.eye(2)
        >>> problem = nb.Problem(
        ...     lambda w, X: X @ w, w, X, Y=jnp.eye(2), lam=jnp.log(2)
        ... )
        >>> nb.radius_bounds(problem)
        {'B': 2.0}
    """
    if float(problem.lam) > 0:
        anchored = problem.anchor == "init"
        return {"B": float(radius_regularized(problem.V0, problem.lam))} if anchored else {}
    loss, Y = problem.loss, problem.Y
    attained = loss.pl is not None and bool(jnp.all(loss.nondegenerate(Y)))
    if not attained or Y.size > KAPPA_LIMIT:
        return {}
    mu = float(largest_pl_bound(loss, Y, problem.V0))
    found = mu > 0 and problem.kappa > 0
    return {"A": float(radius_nondegenerate(problem.V0, mu, problem.kappa))} if found else {}
