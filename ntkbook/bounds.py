"""Radii that decide laziness, and the constants in them. Everything here is a bound, never an estimate."""

from dataclasses import replace

import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._checks import Scalar
from ntkbook.losses import Loss, cross_entropy, pl_bound


def radius_regularized(V0: Scalar, lam: Scalar) -> Float[Array, ""]:
    """R = √(2V₀/λ): no flow on C(f_θ(X)) + (λ/2)‖θ − θ₀‖² ever leaves the ball of radius R around θ₀.

    V0: C(z₀) − C* ≥ 0. lam: λ > 0. Raises InvalidInput otherwise. Source: the book's Theorem B.

    >>> float(nb.radius_regularized(V0=2, lam=1))
    2.0
    """
    _checks.non_negative("V0", V0, "the initial excess V₀ = C(z₀) − C*")
    _checks.positive("lam", lam, "the regularization strength λ")
    return jnp.sqrt(2 * V0 / jnp.asarray(lam))


def radius_nondegenerate(V0: Scalar, mu: Scalar, kappa: Scalar) -> Float[Array, ""]:
    """R = 2√(V₀/(μκ)): the flow without regularizer stays within R of θ₀, at large width.

    V0: C(z₀) − C*. mu: PL constant μ of C on the sublevel set. kappa: κ = λ_min(Θ₀) on the training set.
    Raises InvalidInput unless V₀ ≥ 0, μ > 0, κ > 0. Source: the book's Theorem A.

    >>> float(nb.radius_nondegenerate(V0=1, mu=0.25, kappa=4))
    2.0
    """
    _checks.non_negative("V0", V0, "the initial excess V₀ = C(z₀) − C*")
    _checks.positive("mu", mu, "the PL constant μ")
    _checks.positive("kappa", kappa, "the least eigenvalue κ of Θ₀")
    return 2 * jnp.sqrt(V0 / (jnp.asarray(mu) * kappa))


def pl_constant(Y: Float[Array, "N K"], V0: Scalar) -> Float[Array, ""]:
    """μ = min_{i,k} exp(−(H(y_i) + V₀)/y_ik): C is μ-strongly convex modulo shifts on {C ≤ C(z₀)}.

    On that set y_k log(1/p_k) ≤ ℓ_i ≤ H(y_i) + V₀, so p_k is at least the bound, and Var_p(v) ≥ p_min‖v‖² on 1^⊥.
    It is pl_bound of cross-entropy, which raises InvalidInput for targets off the simplex or with a zero (degenerate:
    there is no PL constant). Y: targets. Exponential in 1/y: from (H + V₀)/y of about 700 on it underflows to 0, which
    is true and says nothing; pl_constant_polynomial does not.
    Source: the book's PL lemma.

    With two fair classes and V₀ = log 2 it is e^{−4 log 2}:

    >>> mu = nb.pl_constant(Y=jnp.array([[0.5, 0.5]]), V0=jnp.log(2))
    >>> bool(jnp.isclose(mu, 1 / 16))
    True
    """
    return pl_bound(cross_entropy, Y, V0)


def pl_constant_polynomial(Y: Float[Array, "N K"], V0: Scalar) -> Float[Array, ""]:
    """μ = min(a/4, a²/(8V₀)) with a = min_{i,k} y_ik: ‖∇C‖² ≥ 2μ(C − C*) on {C ≤ C(z₀)}, without strong convexity.

    If every p_k ≥ y_k/2 then ℓ − inf ℓ = KL(y‖p) ≤ Σ_k (p_k − y_k)²/p_k ≤ (2/a)‖p − y‖²; otherwise ‖p − y‖² ≥ a²/4.
    Polynomial in a where pl_constant is exponential. Y: targets. Raises InvalidInput as pl_constant does.
    Source: the book's chapter on non-degenerate targets.

    >>> float(nb.pl_constant_polynomial(Y=jnp.array([[0.5, 0.5]]), V0=1))
    0.03125
    """
    return pl_bound(_POLYNOMIAL, Y, V0)


def _polynomial(y: Float[Array, "*N K"], V: Scalar) -> Float[Array, "*N"]:
    a = jnp.min(y, axis=-1)
    return jnp.minimum(a / 4, a**2 / (8 * jnp.asarray(V)))


_POLYNOMIAL = replace(cross_entropy, pl=_polynomial)


def largest_pl_bound(loss: Loss, Y: Float[Array, "N K"], V0: Scalar) -> Float[Array, ""]:
    """pl_bound, and for cross-entropy the larger of its two constants: near the minimum the exponential one may win."""
    mu = pl_bound(loss, Y, V0)
    return jnp.maximum(mu, pl_constant_polynomial(Y, V0)) if loss == cross_entropy else mu
