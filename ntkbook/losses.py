"""Function-space losses C(z) = Σᵢ ℓ(zᵢ; yᵢ): value, residual, Hessian, infimum. Sums over points, never means."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax.scipy.special import xlogy
from jaxtyping import Array, Float

from ntkbook import _checks

PerPoint = Callable[[Float[Array, "*N K"], Float[Array, "*N K"]], Float[Array, "*N"]]
PerLogit = Callable[[Float[Array, "*N K"], Float[Array, "*N K"]], Float[Array, "*N K"]]


@dataclass(frozen=True)
class Loss:
    """A loss ℓ(z; y) of one point, vectorized over points.

    value: ℓ(z; y). residual: ∇_z ℓ(z; y). hessian_product(z, y, v): ∇²_z ℓ(z; y) v.
    infimum: inf_z ℓ(z; y). smoothness: the least β with ∇²ℓ ⪯ βI, for every z and y.
    shift_invariant: whether ℓ(z + c1; y) = ℓ(z; y).
    """

    name: str
    value: PerPoint
    residual: PerLogit
    hessian_product: Callable[..., Float[Array, "*N K"]]
    infimum: Callable[[Float[Array, "*N K"]], Float[Array, "*N"]]
    check_targets: Callable[[Float[Array, "N K"]], None]
    smoothness: float
    shift_invariant: bool


def total(loss: Loss, z: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, ""]:
    """C(z) = Σᵢ ℓ(zᵢ; yᵢ)."""
    return loss.value(z, Y).sum()


def excess(loss: Loss, z: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, ""]:
    """C(z) − C*, with C* = inf C. At z = z₀ this is V₀."""
    return (loss.value(z, Y) - loss.infimum(Y)).sum()


# --- squared error: ℓ(z; y) = ½‖z − y‖² ------------------------------------------------------------------

squared_error = Loss(
    name="squared error",
    value=lambda z, y: 0.5 * jnp.sum((z - y) ** 2, axis=-1),
    residual=lambda z, y: z - y,
    hessian_product=lambda z, y, v: v,
    infimum=lambda y: jnp.zeros(y.shape[:-1]),
    check_targets=_checks.finite_targets,
    smoothness=1.0,
    shift_invariant=False,
)


# --- cross-entropy: ℓ(z; y) = logsumexp(z) − y·z ---------------------------------------------------------


def _sum_of_others(x: Float[Array, "*N K"]) -> Float[Array, "*N K"]:
    """Σ_{j≠k} x_j, by adding only the others: Σ_j x_j − x_k would cancel when x_k dominates."""
    K = x.shape[-1]
    return jnp.where(jnp.eye(K, dtype=bool), 0.0, x[..., None, :]).sum(-1)


def _cross_entropy_value(z: Float[Array, "*N K"], y: Float[Array, "*N K"]) -> Float[Array, "*N"]:
    """Σ_k y_k log(1/p_k), with log(1/p_k) = log(1 + Σ_{j≠k} e^{z_j − z_k}): no cancellation at any margin."""
    K = z.shape[-1]
    differences = z[..., None, :] - z[..., :, None]  # [k, j] = z_j − z_k
    others = jnp.where(jnp.eye(K, dtype=bool), -jnp.inf, differences)
    log_others = jax.nn.logsumexp(others, axis=-1)
    return jnp.sum(y * jnp.logaddexp(0.0, log_others), axis=-1)


def _cross_entropy_residual(z: Float[Array, "*N K"], y: Float[Array, "*N K"]) -> Float[Array, "*N K"]:
    """softmax(z) − y, written p_k Σ_{j≠k} y_j − y_k Σ_{j≠k} p_j.

    Equal because Σy = 1 = Σp. For a one-hot y the true class then reads −Σ_{j≠y} p_j, which keeps full
    relative accuracy when p_y rounds to 1; softmax(z) − y would be exactly 0 from margins of about 37 on.
    """
    p = jax.nn.softmax(z, axis=-1)
    return p * _sum_of_others(y) - y * _sum_of_others(p)


def _cross_entropy_hessian_product(
    z: Float[Array, "*N K"], y: Float[Array, "*N K"], v: Float[Array, "*N K"]
) -> Float[Array, "*N K"]:
    """(diag p − ppᵀ)v, written p_k Σ_j p_j (v_k − v_j)."""
    p = jax.nn.softmax(z, axis=-1)
    return p * jnp.einsum("...j,...kj->...k", p, v[..., :, None] - v[..., None, :])


cross_entropy = Loss(
    name="cross-entropy",
    value=_cross_entropy_value,
    residual=_cross_entropy_residual,
    hessian_product=_cross_entropy_hessian_product,
    infimum=lambda y: -xlogy(y, y).sum(-1),  # the entropy H(y); attained iff every y_k > 0
    check_targets=_checks.simplex_targets,
    smoothness=0.5,
    shift_invariant=True,
)

LOSSES = {loss.name: loss for loss in (squared_error, cross_entropy)}


# --- targets ---------------------------------------------------------------------------------------------


def smooth_labels(labels: Float[Array, "N K"], epsilon: float) -> Float[Array, "N K"]:
    """y = (1 − ε)·onehot + ε/K. Degeneracy ε = 0 keeps one-hot targets; ε in (0, 1] makes every y_k > 0."""
    _checks.in_range("epsilon", epsilon, 0.0, 1.0, "the label smoothing ε, a probability")
    _checks.simplex_targets(labels)
    return (1 - epsilon) * labels + epsilon / labels.shape[-1]


def center(z: Float[Array, "*N K"]) -> Float[Array, "*N K"]:
    """Pz with P = I − 11ᵀ/K: removes the class mean, which cross-entropy cannot see."""
    return z - z.mean(axis=-1, keepdims=True)
