"""Inputs that a training set holds several times: one point each, with the mean of its targets."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook.errors import InvalidInput
from ntkbook.losses import Loss, cross_entropy


@dataclass(frozen=True)
class MergedPoints:
    """M different inputs x_m, in the order in which they first appear.

    Args:
        X: (M, …) x_m.
        Y: (M, K) ȳ_m, the mean of the targets of x_m.
        counts: (M,) N_m, how often x_m was there.
        members: (N,) m of each of the N points.
        conflicting: (M,) whether the targets of x_m differ.
        interior: (M,) whether ȳ_m is non-degenerate for the loss.
    """

    X: Float[Array, "M ..."]
    Y: Float[Array, "M K"]
    counts: Int[Array, " M"]
    members: Int[Array, " N"]
    conflicting: Bool[Array, " M"]
    interior: Bool[Array, " M"]


@takes_arrays
def merge_duplicates(
    X: Float[Array, "N ..."], Y: Float[Array, "N K"], *, loss: Loss = cross_entropy
) -> MergedPoints:
    r"""The effective training set: each different input once, with the mean of its targets.

    .. math:: C(z) = \sum_i \ell(z_{m(i)}; y_i) = \sum_m N_m\, \ell(z_m; \bar y_m)

    This holds for every ℓ(z; y) = A(z) − y·z. So cross-entropy, Bernoulli and Poisson see only counts and mean targets;
    squared error does so up to a constant.
    With a positive definite kernel on the different inputs, training on cross-entropy without a regularizer stays
    bounded iff every mean target is interior, as is that of an input seen with every class.
    Inputs are merged if they are equal, number by number: round them first if they are duplicates only nearly.

    Args:
        X: (N, …) inputs, some of them several times.
        Y: (N, K) their targets.
        loss: which says what targets are non-degenerate.

    Raises:
        InvalidInput: for targets that the loss does not take, or an X of another length or not finite.

    Source:
        The book's Theorem E, Corollary 2.

    Example:
        One input with both classes, and one with the first only:

        >>> X = jnp.array([[1.0], [2.0], [1.0]])
        >>> Y = jnp.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        >>> merged = nb.merge_duplicates(X, Y)
        >>> merged.Y.tolist(), merged.counts.tolist()
        ([[0.5, 0.5], [1.0, 0.0]], [2, 1])
        >>> merged.conflicting.tolist(), merged.interior.tolist()
        ([True, False], [True, False])
    """
    loss.check_targets(Y)
    if X.ndim == 0 or X.shape[0] != Y.shape[0]:
        raise InvalidInput(
            f"X has shape {X.shape} and Y has {Y.shape}; give one input and one row of targets a point."
        )
    _checks.finite("X", X)
    rows = np.asarray(X).reshape(X.shape[0], -1) + 0.0  # −0 becomes 0
    _, first, inverse, counts = np.unique(
        rows, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.argsort(first)  # NumPy sorts the rows
    members, first, counts = np.argsort(order)[inverse.ravel()], first[order], counts[order]
    targets = np.asarray(Y)
    mean = np.zeros((len(first), Y.shape[1]))
    np.add.at(mean, members, targets / counts[members, None])
    conflicting = np.zeros(len(first), dtype=bool)
    np.logical_or.at(conflicting, members, np.any(targets != targets[first[members]], axis=1))
    # Without a conflict the target itself, unrounded.
    mean = np.where(conflicting[:, None], mean, targets[first])
    return MergedPoints(
        X=X[first],
        Y=jnp.asarray(mean),
        counts=jnp.asarray(counts),
        members=jnp.asarray(members),
        conflicting=jnp.asarray(conflicting),
        interior=loss.nondegenerate(jnp.asarray(mean)),
    )
