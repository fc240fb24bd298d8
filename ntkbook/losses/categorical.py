"""Losses of class probabilities, p = softmax(z) against y in the simplex: cross-entropy and Brier."""

import jax
import jax.numpy as jnp
from jax.scipy.special import xlogy
from jaxtyping import Array, Bool, Float

from ntkbook import _checks
from ntkbook.losses._loss import Loss


@jax.jit
def _every_class_possible(y: Float[Array, "*N K"]) -> Bool[Array, "*N"]:
    return jnp.all(y > 0, axis=-1)


# --- cross-entropy: ℓ(z; y) = logsumexp(z) − y·z ---------------------------------------------------------


def _sum_of_others(x: Float[Array, "*N K"]) -> Float[Array, "*N K"]:
    """Σ_{j≠k} x_j, by adding only the others: Σ_j x_j − x_k would cancel when x_k dominates."""
    K = x.shape[-1]
    return jnp.where(jnp.eye(K, dtype=bool), 0.0, x[..., None, :]).sum(-1)


@jax.jit
def _cross_entropy_value(z: Float[Array, "*N K"], y: Float[Array, "*N K"]) -> Float[Array, "*N"]:
    """Σ_k y_k log(1/p_k), with log(1/p_k) = log(1 + Σ_{j≠k} e^{z_j − z_k}): no cancellation at any margin."""
    K = z.shape[-1]
    differences = z[..., None, :] - z[..., :, None]  # [k, j] = z_j − z_k
    others = jnp.where(jnp.eye(K, dtype=bool), -jnp.inf, differences)
    log_others = jax.nn.logsumexp(others, axis=-1)
    return jnp.sum(y * jnp.logaddexp(0.0, log_others), axis=-1)


@jax.jit
def _cross_entropy_residual(z: Float[Array, "*N K"], y: Float[Array, "*N K"]) -> Float[Array, "*N K"]:
    """softmax(z) − y, written p_k Σ_{j≠k} y_j − y_k Σ_{j≠k} p_j.

    Equal because Σy = 1 = Σp. For a one-hot y the true class then reads −Σ_{j≠y} p_j, which keeps full
    relative accuracy when p_y rounds to 1; softmax(z) − y would be exactly 0 from margins of about 37 on.
    """
    p = jax.nn.softmax(z, axis=-1)
    return p * _sum_of_others(y) - y * _sum_of_others(p)  # eq-derivatives: p − y


@jax.jit
def _cross_entropy_hessian_product(
    z: Float[Array, "*N K"], _: Float[Array, "*N K"], v: Float[Array, "*N K"]
) -> Float[Array, "*N K"]:
    """(diag p − ppᵀ)v, written p_k Σ_j p_j (v_k − v_j)."""
    p = jax.nn.softmax(z, axis=-1)
    # eq-derivatives: (diag p − ppᵀ)v
    return p * jnp.einsum("...j,...kj->...k", p, v[..., :, None] - v[..., None, :])


@jax.jit
def _entropy(y: Float[Array, "*N K"]) -> Float[Array, "*N"]:
    y = jnp.maximum(y, 0.0)  # rounding may have left −1e-9
    return -xlogy(y, y).sum(-1)


def _cross_entropy_pl(y: Float[Array, "*N K"], V: _checks.Scalar) -> Float[Array, "*N"]:
    """min_k exp(−(H(y) + V)/y_k): y_k log(1/p_k) ≤ ℓ ≤ H(y) + V, and Var_p(v) ≥ p_min ‖v‖² on 1^⊥."""
    return jnp.min(jnp.exp(-(_entropy(y)[..., None] + V) / y), axis=-1)  # eq-pl-exponential


cross_entropy = Loss(
    name="cross-entropy",
    value=_cross_entropy_value,
    residual=_cross_entropy_residual,
    hessian_product=_cross_entropy_hessian_product,
    infimum=_entropy,
    nondegenerate=_every_class_possible,
    check_targets=_checks.simplex_targets,
    smoothness=0.5,
    convex=True,
    shift_invariant=True,
    pl=_cross_entropy_pl,
    doc=r"""Cross-entropy, for y in the simplex and p = softmax(z).

    .. math:: \ell(z; y) = \log \sum_k e^{z_k} - y \cdot z, \qquad \nabla\ell = p - y, \qquad
        \nabla^2\ell = \operatorname{diag} p - p p^\top

    Source:
        The book's notation.
    """,
)


# --- Brier: ℓ(z; y) = ½‖softmax(z) − y‖² -----------------------------------------------------------------


def _brier_residual(z: Float[Array, "*N K"], y: Float[Array, "*N K"]) -> Float[Array, "*N K"]:
    """(diag p − ppᵀ)(p − y), with p − y from cross-entropy's stable residual."""
    return _cross_entropy_hessian_product(z, y, _cross_entropy_residual(z, y))


brier = Loss(
    name="Brier",
    value=lambda z, y: 0.5 * jnp.sum(_cross_entropy_residual(z, y) ** 2, axis=-1),
    residual=_brier_residual,
    hessian_product=lambda z, y, v: jax.jvp(lambda z: _brier_residual(z, y), (z,), (v,))[1],
    infimum=lambda y: jnp.zeros(y.shape[:-1]),
    nondegenerate=_every_class_possible,
    check_targets=_checks.simplex_targets,
    # With S = diag p − ppᵀ ⪯ ½I and r = p − y, ∇²ℓ = S² + Σ_k p_k (r_k − r·p)(e_k − p)(e_k − p)ᵀ, and
    # |r_k − r·p| ≤ 2 while Σ_k p_k (e_k − p)(e_k − p)ᵀ = S: at most ¼ + 2·½. Not the least such constant.
    smoothness=1.25,
    convex=False,
    shift_invariant=True,
    doc=r"""Brier's loss, for y in the simplex and p = softmax(z).

    .. math:: \ell(z; y) = \tfrac12 \|p - y\|^2, \qquad
        \nabla\ell = (\operatorname{diag} p - p p^\top)(p - y)

    Source:
        Brier 1950.
    """,
)
