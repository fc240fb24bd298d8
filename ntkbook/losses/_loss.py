"""What a loss is, and what follows from it: C, its excess, and its PL constant, proven and measured."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from ntkbook import _checks
from ntkbook.errors import InvalidInput

PerPoint = Callable[[Float[Array, "*N K"], Float[Array, "*N K"]], Float[Array, "*N"]]
PerLogit = Callable[[Float[Array, "*N K"], Float[Array, "*N K"]], Float[Array, "*N K"]]


@dataclass(frozen=True)
class Loss:
    """A loss ℓ(z; y) of one point, vectorized over points.

    value: ℓ(z; y). residual: ∇_z ℓ(z; y). hessian_product(z, y, v): ∇²_z ℓ(z; y) v.
    infimum: inf_z ℓ(z; y). nondegenerate: whether it is attained at this y; for an exponential family,
    whether y lies in the relative interior of the mean parameters (the book's Theorem F).
    smoothness: a β with −βI ⪯ ∇²ℓ ⪯ βI for every z and y; the least one, except for Brier.
    convex: whether ℓ is convex in z for every y. shift_invariant: whether ℓ(z + c1; y) = ℓ(z; y).
    pl(y, V): a proven μ > 0 with ‖∇ℓ‖² ≥ 2μ(ℓ − inf ℓ) wherever ℓ − inf ℓ ≤ V, at non-degenerate y; None
    where no such constant is known. Use it through pl_bound, which checks y.
    doc: in words and formulas, for the reference.
    Your own is made like those of `nb.LOSSES`, or by exponential_family. Source: the book's table of losses.

    At z = 0 every class is as likely:

    >>> z, y = jnp.zeros(4), jnp.array([1.0, 0.0, 0.0, 0.0])
    >>> nb.cross_entropy.residual(z, y).tolist()
    [-0.75, 0.25, 0.25, 0.25]
    >>> bool(jnp.isclose(nb.cross_entropy.value(z, y), jnp.log(4)))
    True
    """

    name: str
    value: PerPoint
    residual: PerLogit
    hessian_product: Callable[..., Float[Array, "*N K"]]
    infimum: Callable[[Float[Array, "*N K"]], Float[Array, "*N"]]
    nondegenerate: Callable[[Float[Array, "*N K"]], Bool[Array, "*N"]]
    check_targets: Callable[[Float[Array, "N K"]], None]
    smoothness: float
    convex: bool
    shift_invariant: bool
    pl: Callable[[Float[Array, "*N K"], Any], Float[Array, "*N"]] | None = None
    doc: str = ""


def total(loss: Loss, z: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, ""]:
    """C(z) = Σᵢ ℓ(zᵢ; yᵢ).

    Raises InvalidInput for z and Y of different shapes, or targets that the loss does not take.
    Source: the book's notation.

    >>> float(nb.total(nb.squared_error, z=jnp.zeros((2, 2)), Y=jnp.eye(2)))
    1.0
    """
    _checks.same_shape("z", z, "Y", Y)
    loss.check_targets(Y)
    return loss.value(z, Y).sum()


def excess(loss: Loss, z: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, ""]:
    """C(z) − C* ≥ 0, with C* = inf C. At z = z₀ this is V₀.

    Raises InvalidInput for z and Y of different shapes. Source: the book's notation.

    Cross-entropy is least where softmax(z) = y:

    >>> Y = jnp.array([[0.2, 0.8]])
    >>> bool(jnp.isclose(nb.excess(nb.cross_entropy, jnp.log(Y), Y), 0))
    True
    """
    _checks.same_shape("z", z, "Y", Y)
    return jnp.maximum(
        loss.value(z, Y) - loss.infimum(Y), 0.0
    ).sum()  # at the minimum, a difference of equals


def pl_ratio(loss: Loss, z: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, ""]:
    """‖∇C(z)‖² / (2(C(z) − C*)): the PL constant as measured at z, at least pl_bound(loss, Y, C(z) − C*).

    Within rounding of the minimum it is 0/0 and means nothing.
    Raises InvalidInput as total does. Source: the book's PL lemma.

    Squared error has μ = 1 everywhere:

    >>> z, Y = jnp.array([[3.0, 1.0]]), jnp.array([[0.0, 1.0]])
    >>> float(nb.pl_ratio(nb.squared_error, z, Y))
    1.0
    """
    V = excess(loss, z, Y)
    loss.check_targets(Y)
    return jnp.sum(loss.residual(z, Y) ** 2) / (2 * V)


def pl_bound(loss: Loss, Y: Float[Array, "N K"], V0: _checks.Scalar) -> Float[Array, ""]:
    """A proven μ > 0 with ‖∇C‖² ≥ 2μ(C − C*) on the sublevel set {C − C* ≤ V₀}.

    The least of the points' own constants, since each point's excess is at most V₀.
    Where a constant is exponentially small, as near the boundary of the simplex, it may underflow to 0.
    V0: C(z₀) − C* ≥ 0. Raises InvalidInput for targets that the loss does not take or that are degenerate
    (the PL ratio then has no positive lower bound), and for a loss of which no constant is known.
    Source: the book's PL lemma.

    >>> z, Y = jnp.array([[2.0, 0.0]]), jnp.array([[0.5, 0.5]])
    >>> V0 = nb.excess(nb.cross_entropy, z, Y)
    >>> proven = nb.pl_bound(nb.cross_entropy, Y, V0)
    >>> bool(0 < proven <= nb.pl_ratio(nb.cross_entropy, z, Y))
    True
    """
    loss.check_targets(Y)
    _checks.non_negative("V0", V0, "the initial excess V₀ = C(z₀) − C*")
    if loss.pl is None:
        raise InvalidInput(
            f"no PL constant is known for the loss {loss.name!r}: measure the ratio (pl_ratio), "
            f"or add a regularizer (λ > 0), which needs none."
        )
    degenerate = ~loss.nondegenerate(Y)
    if _checks.known(Y) and bool(jnp.any(degenerate)):
        raise InvalidInput(
            f"the targets of {int(jnp.sum(degenerate))} points are degenerate for {loss.name}: the infimum "
            f"is not attained and the PL ratio has no positive lower bound. Smooth the targets (smooth_labels), "
            f"or add a regularizer (λ > 0)."
        )
    return jnp.min(loss.pl(Y, V0))
