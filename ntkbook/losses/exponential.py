"""Exponential families with their canonical link: ℓ(z; y) = A(z) − y·z, A convex and finite everywhere."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import xlogy
from jaxtyping import Array, Bool, Float

from ntkbook import _checks
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.losses._loss import Loss

NEWTON_STEPS = 80
FOUND = 1e-10  # how far from the infimum may be taken for it, relative to 1 + |inf ℓ|


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
    r"""The loss of an exponential family with its canonical link; gradient and Hessian by automatic differentiation.

    .. math:: \ell(z; y) = A(z) - y \cdot z, \qquad \nabla\ell = \nabla A(z) - y, \qquad \nabla^2\ell = \nabla^2 A(z)

    The loss's infimum raises NotConverged at a y where Newton's method finds no supremum, and is NaN there under jit.

    Args:
        A: the log-partition function, convex, finite for every z in R^K, vectorized: (*N, K) -> (*N,).
        name: of the loss.
        interior: y -> whether y lies in the relative interior of the mean parameters {∇A(z)}: there, and only there,
            inf ℓ = −A*(y) is attained.
        check_targets: raises InvalidInput for targets that the family does not take; by default, for those not finite.
        conjugate: A*(y) = sup_z y·z − A(z); by default found by Newton's method, also on the boundary, where the
            supremum is only approached.
        smoothness: β with ∇²A ⪯ βI, if there is one.
        shift_invariant: whether ℓ(z + c1; y) = ℓ(z; y), as for a softmax.

    Raises:
        InvalidInput: for an empty name.

    Source:
        Barndorff-Nielsen 1978; the book's Theorem F.

    Example:
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
    conjugate = functools.partial(_conjugate, A, name) if conjugate is None else conjugate

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


def _conjugate(A: Any, name: str, y: Float[Array, "*N K"]) -> Float[Array, "*N"]:
    """A*(y) = sup_z y·z − A(z), refused where it was not found; NaN there under jit."""
    K = y.shape[-1]
    value, decrement = (part.reshape(y.shape[:-1]) for part in _newton(A, y.reshape(-1, K)))
    found = decrement <= FOUND * (1 + jnp.abs(value))  # false for NaN
    if _checks.known(found) and not bool(jnp.all(found)):
        lost = y[jnp.unravel_index(jnp.argmin(found), found.shape)]
        raise NotConverged(
            f"the infimum of the loss {name!r} at y = {lost} was not found in {NEWTON_STEPS} Newton steps. It is −∞ if "
            "y is no limit of mean parameters ∇A(z): refuse such targets by `check_targets`. Else give A*, `conjugate`."
        )
    return jnp.where(found, value, jnp.nan)


@functools.partial(jax.jit, static_argnums=0)
@functools.partial(jax.vmap, in_axes=(None, 0))
def _newton(A: Any, y: Float[Array, " K"]) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """(y·z − A(z), half the squared Newton decrement there), after damped steps −(∇²A + δI)⁻¹(∇A − y) from z = 0.

    The damping δ carries steps over where A is flat, and falls as they succeed. On the boundary of the mean
    parameters steps keep their length, and each divides the excess by e. The decrement is of the size of what
    is missing, and infinite where A is affine and the gradient does not vanish.
    """
    halvings = 0.5 ** jnp.arange(40)
    rounding = 8 * jnp.finfo(y.dtype).eps * (1 + jnp.max(jnp.abs(y)))  # of a gradient

    def loss(z: Float[Array, " K"]) -> Float[Array, ""]:
        return A(z) - y @ z

    def local(z: Float[Array, " K"]) -> tuple[Array, Array, Array]:
        """Curvatures, their axes, slopes along them: 0 where rounding rules, as along 1 for softmax."""
        curvature, axes = jnp.linalg.eigh(jax.hessian(loss)(z))
        slope = axes.T @ jax.grad(loss)(z)
        return jnp.maximum(curvature, 0.0), axes, jnp.where(jnp.abs(slope) > rounding, slope, 0.0)

    def decrement(z: Float[Array, " K"]) -> Float[Array, ""]:
        curvature, _, slope = local(z)
        return 0.5 * jnp.sum(jnp.where(slope == 0, 0.0, slope**2 / curvature))

    def improve(_: Any, at: tuple[Array, Array]) -> tuple[Array, Array]:
        z, delta = at
        curvature, axes, slope = local(z)
        along = jnp.where(slope == 0, 0.0, -slope / (curvature + delta))
        trials = jax.vmap(lambda tau: loss(z + tau * (axes @ along)))(halvings)
        enough = trials <= loss(z) + 1e-4 * halvings * (slope @ along)
        tau = jnp.where(jnp.any(enough), halvings[jnp.argmax(enough)], 0.0)
        damping = delta * jnp.where(tau == 1, 0.1, jnp.where(tau > 0, 1.0, 10.0))
        return z + tau * (axes @ along), damping

    start = jnp.zeros_like(y)
    z, _ = jax.lax.fori_loop(0, NEWTON_STEPS, improve, (start, jnp.linalg.norm(jax.grad(loss)(start))))
    return -loss(z), decrement(z)


def _check_range(low: float, high: float, remedy: str, Y: Float[Array, "N K"]) -> None:
    _checks.finite_targets(Y)
    if _checks.known(Y) and ((least := np.min(np.asarray(Y))) < low or np.max(np.asarray(Y)) > high):
        raise InvalidInput(
            f"targets run from {least:.3g} to {np.max(np.asarray(Y)):.3g}; expected every one in "
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
    doc=r"""Bernoulli: K independent outcomes with probabilities σ(z_k), for 0 ≤ y_k ≤ 1.

    .. math:: \ell(z; y) = \sum_k \bigl( \log(1 + e^{z_k}) - y_k z_k \bigr), \qquad \nabla\ell = \sigma(z) - y, \qquad
        \nabla^2\ell = \operatorname{diag} \sigma(z)(1 - \sigma(z))

    Source:
        The book's Theorem F.
    """,
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
    doc=r"""Poisson: K independent counts with means e^{z_k}, for y_k ≥ 0.

    .. math:: \ell(z; y) = \sum_k (e^{z_k} - y_k z_k), \qquad \nabla\ell = e^z - y, \qquad
        \nabla^2\ell = \operatorname{diag} e^z

    Source:
        The book's Theorem F.
    """,
)
