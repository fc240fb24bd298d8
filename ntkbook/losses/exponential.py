"""Exponential families with their canonical link: ℓ(z; y) = A(z) − y·z, A convex and finite everywhere."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jax.scipy.special import xlogy
from jaxtyping import Array, Bool, Float

from ntkbook import _checks
from ntkbook.errors import InvalidInput
from ntkbook.losses._loss import Loss

NEWTON_STEPS = 60


def exponential_family(
    A: Callable[[Float[Array, "*N K"]], Float[Array, "*N"]],
    *,
    name: str,
    interior: Callable[[Float[Array, "*N K"]], Bool[Array, "*N"]],
    check_targets: Callable[[Float[Array, "N K"]], None] = _checks.finite_targets,
    conjugate: Callable[[Float[Array, "*N K"]], Float[Array, "*N"]] | None = None,
    smoothness: float = float("inf"),
    shift_invariant: bool = False,
) -> Loss:
    """The loss ℓ(z; y) = A(z) − y·z, with ∇ℓ = ∇A(z) − y and ∇²ℓ = ∇²A(z) by automatic differentiation.

    A: the log-partition function, convex, finite for every z in R^K, vectorized: (*N, K) -> (*N,).
    interior: y -> whether y lies in the relative interior of the mean parameters {∇A(z)}: there, and only
    there, inf ℓ = −A*(y) is attained. check_targets: raises InvalidInput for targets that the family does not
    take. conjugate: A*(y) = sup_z y·z − A(z); by default found by Newton's method, also on the boundary,
    where the supremum is only approached. smoothness: β with ∇²A ⪯ βI, if there is one.
    Source: Barndorff-Nielsen 1978; the book's Theorem F.
    Raises InvalidInput for an empty name.

    With A = ½‖z‖² it is squared error, here ½‖z − y‖² = 2:

    >>> A = lambda z: 0.5 * jnp.sum(z**2, axis=-1)
    >>> always = lambda y: jnp.all(jnp.isfinite(y), axis=-1)
    >>> loss = nb.exponential_family(A, name="Gaussian", interior=always)
    >>> z, Y = jnp.array([[3.0, 1.0]]), jnp.array([[1.0, 1.0]])
    >>> round(float(nb.excess(loss, z, Y)), 6)
    2.0
    """
    if not name:
        raise InvalidInput("name = ''; expected a name for the loss, such as 'Poisson'.")
    conjugate = functools.partial(_conjugate, A) if conjugate is None else conjugate

    def mean(z: Float[Array, "*N K"]) -> Float[Array, "*N K"]:
        return jax.grad(lambda z: A(z).sum())(z)

    return Loss(
        name=name,
        value=lambda z, y: A(z) - jnp.sum(y * z, axis=-1),
        residual=lambda z, y: mean(z) - y,
        hessian_product=lambda z, _, v: jax.jvp(mean, (z,), (v,))[1],
        infimum=lambda y: -conjugate(y),
        nondegenerate=interior,
        check_targets=check_targets,
        smoothness=smoothness,
        convex=True,
        shift_invariant=shift_invariant,
    )


@functools.partial(jax.jit, static_argnums=0)
def _conjugate(A: Any, y: Float[Array, "*N K"]) -> Float[Array, "*N"]:
    """sup_z y·z − A(z). On the boundary steps keep their length, and each divides the excess by e."""
    halvings = 0.5 ** jnp.arange(40)

    def one(y: Float[Array, " K"]) -> Float[Array, ""]:
        def loss(z: Float[Array, " K"]) -> Float[Array, ""]:
            return A(z) - y @ z

        def improve(_: Any, z: Float[Array, " K"]) -> Float[Array, " K"]:
            gradient = jax.grad(loss)(z)
            curvature, axes = jnp.linalg.eigh(jax.hessian(loss)(z))
            curved = curvature > 1e-13 * jnp.max(curvature)  # elsewhere A is affine, as along 1 for softmax
            step = -axes @ jnp.where(curved, axes.T @ gradient / jnp.where(curved, curvature, 1.0), 0.0)
            trials = jax.vmap(lambda tau: loss(z + tau * step))(halvings)
            enough = trials <= loss(z) + 1e-4 * halvings * (gradient @ step)
            return jnp.where(jnp.any(enough), z + halvings[jnp.argmax(enough)] * step, z)

        return -loss(jax.lax.fori_loop(0, NEWTON_STEPS, improve, jnp.zeros_like(y)))

    K = y.shape[-1]
    return jax.vmap(one)(y.reshape(-1, K)).reshape(y.shape[:-1])


def _check_range(low: float, high: float, remedy: str, Y: Float[Array, "N K"]) -> None:
    _checks.finite_targets(Y)
    if _checks.known(Y) and (float(jnp.min(Y)) < low or float(jnp.max(Y)) > high):
        raise InvalidInput(
            f"targets run from {float(jnp.min(Y)):.3g} to {float(jnp.max(Y)):.3g}; expected every one in "
            f"[{low:g}, {high:g}]. {remedy}"
        )


# --- Bernoulli: K independent outcomes with probabilities σ(z_k) -----------------------------------------


def _bernoulli_pl(y: Float[Array, "*N K"], V: _checks.Scalar) -> Float[Array, "*N"]:
    """The least p(1 − p) on the sublevel set: there y log(1/p) ≤ h + V and (1 − y) log(1/(1 − p)) ≤ h + V."""
    h = -(xlogy(y, y) + xlogy(1 - y, 1 - y))
    least_p, least_q = jnp.exp(-(h + V) / y), jnp.exp(-(h + V) / (1 - y))
    return jnp.min(jnp.minimum(least_p * (1 - least_p), least_q * (1 - least_q)), axis=-1)


bernoulli = replace(
    exponential_family(
        lambda z: jnp.sum(jax.nn.softplus(z), axis=-1),
        name="Bernoulli",
        interior=lambda y: jnp.all((y > 0) & (y < 1), axis=-1),
        check_targets=functools.partial(_check_range, 0.0, 1.0, "Give probabilities, or labels 0 and 1."),
        conjugate=lambda y: jnp.sum(xlogy(y, y) + xlogy(1 - y, 1 - y), axis=-1),
        smoothness=0.25,
    ),
    # No cancellation at any margin: for a label y = 1 these are log(1 + e^−z) and −σ(−z).
    value=lambda z, y: jnp.sum(y * jax.nn.softplus(-z) + (1 - y) * jax.nn.softplus(z), axis=-1),
    residual=lambda z, y: (1 - y) * jax.nn.sigmoid(z) - y * jax.nn.sigmoid(-z),
    hessian_product=lambda z, _, v: jax.nn.sigmoid(z) * jax.nn.sigmoid(-z) * v,
    pl=_bernoulli_pl,
    doc="""ℓ(z; y) = Σ_k (log(1 + e^{z_k}) − y_k z_k), for 0 ≤ y_k ≤ 1; ∇ℓ = σ(z) − y, ∇²ℓ = diag σ(z)(1 − σ(z)).

    Source: the book's Theorem F.""",
)


# --- Poisson: K independent counts with means e^{z_k} ----------------------------------------------------


def _poisson_pl(y: Float[Array, "*N K"], V: _checks.Scalar) -> Float[Array, "*N"]:
    """The least e^z on the sublevel set: y(r − 1 − log r) ≤ V with r = e^z/y, hence r ≥ e^{−1−V/y}."""
    return jnp.min(y * jnp.exp(-1 - V / y), axis=-1)


poisson = replace(
    exponential_family(
        lambda z: jnp.sum(jnp.exp(z), axis=-1),
        name="Poisson",
        interior=lambda y: jnp.all(y > 0, axis=-1),
        check_targets=functools.partial(_check_range, 0.0, float("inf"), "Give counts or rates, 0 or above."),
        conjugate=lambda y: jnp.sum(xlogy(y, y) - y, axis=-1),
    ),
    hessian_product=lambda z, _, v: jnp.exp(z) * v,
    pl=_poisson_pl,
    doc="""ℓ(z; y) = Σ_k (e^{z_k} − y_k z_k), for y_k ≥ 0; ∇ℓ = e^z − y, ∇²ℓ = diag e^z.

    Source: the book's Theorem F.""",
)
