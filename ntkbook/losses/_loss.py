"""What a loss is, and what follows from it: C, its excess, and its PL constant, proven and measured."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook.errors import InvalidInput

PerPoint = Callable[[Float[Array, "*N K"], Float[Array, "*N K"]], Float[Array, "*N"]]
PerLogit = Callable[[Float[Array, "*N K"], Float[Array, "*N K"]], Float[Array, "*N K"]]


@dataclass(frozen=True)
class Loss:
    """A loss ℓ(z; y) of one point, vectorized over points.

    Your own is made like those of `nb.LOSSES`, or by `exponential_family`.

    Args:
        name: in words, as in messages and tables.
        value: (z, y) -> ℓ(z; y).
        residual: (z, y) -> ∇_z ℓ(z; y).
        hessian_product: (z, y, v) -> ∇²_z ℓ(z; y) v.
        infimum: y -> inf_z ℓ(z; y).
        nondegenerate: y -> whether the infimum is attained; for an exponential family, whether y lies in the relative
            interior of the mean parameters (the book's Theorem F).
        check_targets: Y -> nothing; raises InvalidInput for targets that the loss does not take.
        smoothness: a β with −βI ⪯ ∇²ℓ ⪯ βI for every z and y; the least one, except for Brier.
        convex: whether ℓ is convex in z for every y.
        shift_invariant: whether ℓ(z + c1; y) = ℓ(z; y).
        pl: (y, V) -> a proven μ > 0 with ‖∇ℓ‖² ≥ 2μ(ℓ − inf ℓ) wherever ℓ − inf ℓ ≤ V, at non-degenerate y; None where
            no such constant is known. Use it through `pl_bound`, which checks y.
        doc: what the loss is, as a docstring says it, for the reference.

    Source:
        The book's table of losses.

    Example:
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
    smoothness: _checks.Scalar
    convex: bool
    shift_invariant: bool
    pl: Callable[[Float[Array, "*N K"], Any], Float[Array, "*N"]] | None = None
    doc: str = ""

    def __repr__(self) -> str:
        """Its name: functions would fill a page, and say less."""
        return f"Loss({self.name!r})"


@takes_arrays
def total(loss: Loss, z: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, ""]:
    r"""The loss in function space: a sum over points, never a mean.

    .. math:: C(z) = \sum_i \ell(z_i; y_i)

    Args:
        loss: ℓ.
        z: (N, K) logits, one row a point.
        Y: (N, K) targets, one row a point.

    Raises:
        InvalidInput: for z and Y of different shapes, or targets that the loss does not take.

    Source:
        The book's notation.

    Example:
        >>> float(nb.total(nb.squared_error, z=jnp.zeros((2, 2)), Y=jnp.eye(2)))
        1.0
    """
    loss.check_targets(Y)
    _checks.same_shape("z", z, "Y", Y)
    return loss.value(z, Y).sum()


@takes_arrays
def excess(loss: Loss, z: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, ""]:
    r"""How far the loss is above its infimum; at z = z₀ this is V₀.

    .. math:: C(z) - C^* \ge 0, \qquad C^* = \inf C

    Args:
        loss: ℓ.
        z: (N, K) logits, one row a point.
        Y: (N, K) targets, one row a point.

    Raises:
        InvalidInput: for z and Y of different shapes.

    Source:
        The book's notation.

    Example:
        Cross-entropy is least where softmax(z) = y:

        >>> Y = jnp.array([[0.2, 0.8]])
        >>> bool(jnp.isclose(nb.excess(nb.cross_entropy, jnp.log(Y), Y), 0))
        True
    """
    _checks.same_shape("z", z, "Y", Y)
    return _sum_above(loss.value(z, Y), loss.infimum(Y))


@takes_arrays
def pl_ratio(loss: Loss, z: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, ""]:
    r"""The PL constant as measured at z; it is at least pl_bound(loss, Y, C(z) − C*).

    .. math:: \frac{\|\nabla C(z)\|^2}{2\,(C(z) - C^*)}

    Within rounding of the minimum it is 0/0 and means nothing.

    Args:
        loss: ℓ.
        z: (N, K) logits, one row a point.
        Y: (N, K) targets, one row a point.

    Raises:
        InvalidInput: for z and Y of different shapes, or targets that the loss does not take.

    Source:
        The book's PL lemma.

    Example:
        Squared error has μ = 1 everywhere:

        >>> z, Y = jnp.array([[3.0, 1.0]]), jnp.array([[0.0, 1.0]])
        >>> float(nb.pl_ratio(nb.squared_error, z, Y))
        1.0
    """
    V = excess(loss, z, Y)
    loss.check_targets(Y)
    return jnp.sum(loss.residual(z, Y) ** 2) / (2 * V)


@takes_arrays
def pl_bound(loss: Loss, Y: Float[Array, "N K"], V0: _checks.Scalar) -> Float[Array, ""]:
    r"""A proven PL constant μ > 0 on the sublevel set {C − C* ≤ V₀}.

    .. math:: \|\nabla C\|^2 \ge 2\mu\,(C - C^*)

    It is the least of the points' own constants, since each point's excess is at most V₀.
    Where a constant is exponentially small, as near the boundary of the simplex, it may underflow to 0.

    Args:
        loss: ℓ.
        Y: (N, K) targets, one row a point.
        V0: C(z₀) − C* ≥ 0.

    Raises:
        InvalidInput: for targets that the loss does not take or that are degenerate (the PL ratio then has no positive
            lower bound), for V₀ < 0, and for a loss of which no constant is known.

    Source:
        The book's PL lemma.

    Example:
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


@jax.jit
def _sum_above(value: Float[Array, "*N"], infimum: Float[Array, "*N"]) -> Float[Array, ""]:
    return jnp.maximum(value - infimum, 0.0).sum()  # at the minimum, a difference of equals
