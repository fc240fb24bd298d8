"""What of a kernel's change can be seen on a part of the points."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook.chapters.monitoring.measure.monitored import (
    CLASSES,
    HE,
    POINTS,
    kernel_norm,
    monitored_images,
    start,
)
from ntkbook.chapters.monitoring.measure.own_network import train_own
from ntkbook.drift import operator_norm
from ntkbook.empirical import empirical_ntk


def drift_on_points(
    channels: int, sizes: tuple[int, ...], *, sort: bool = False, steps: int = 100
) -> tuple[Float[np.ndarray, " S"], Float[np.ndarray, " S"]]:
    """How much of the kernel's change D = Θ_t − Θ₀ is seen on a set S of the first points, for each size of S.

    Args:
        channels: the number n.
        sizes: how many points are watched.
        sort: whether the points are sorted by class.
        steps: how long to train, on hard labels.

    Returns:
        ‖D_S‖/‖D‖; the relative drift ‖D_S‖/‖Θ₀,S‖.

    Source:
        The book's chapter on monitoring.
    """
    moved, before = _change(channels, sort=sort, steps=steps)
    rows = [len(CLASSES) * size for size in sizes]
    parts = np.array([[_norm(array[:r, :r]) for r in rows] for array in (moved, before)])
    return parts[0] / _norm(moved), parts[0] / parts[1]


@functools.cache
def _change(channels: int, *, sort: bool, steps: int) -> tuple[Float[Array, "m m"], Float[Array, "m m"]]:
    """D = Θ_t − Θ₀ and Θ₀ on all points."""
    data = monitored_images()
    order = jnp.argsort(data.Y.argmax(axis=1)) if sort else jnp.arange(POINTS)
    X, Y = data.X[order], data.Y[order]
    apply, params, linear = start("cnn", channels, HE)
    rate = 1 / kernel_norm("cnn", channels, HE)
    trained = train_own(
        apply, params, X, Y, linear=linear, after_step=lambda *_: None, steps=steps, learning_rate=rate
    )
    before = empirical_ntk(apply, params, X)
    return empirical_ntk(apply, trained, X) - before, before


def kernel_change(channels: int, *, steps: int = 100) -> tuple[Float[Array, "m m"], Float[Array, "m m"]]:
    """D = Θ_t − Θ₀ and Θ₀ on all sixty points, of three rows each, after training as in drift_on_points.

    Args:
        channels: the number n.
        steps: how long to train, on hard labels.

    Source:
        The book's chapter on monitoring.
    """
    return _change(channels, sort=False, steps=steps)


def seen_by_sets(
    key: PRNGKeyArray, D: Float[Array, "m m"], watched: int, *, classes: int = 3, draws: int = 2_000
) -> tuple[float, Float[np.ndarray, " S"]]:
    """How much of a change D is seen on sets S of points drawn uniformly, without replacement.

    Args:
        key: of the draws.
        D: `classes` rows a point.
        watched: |S|.
        classes: the number K.
        draws: how many sets.

    Returns:
        ‖D‖_F²; ‖D_S‖_F² for each of the sets.

    Source:
        The book's chapter on monitoring.

    Example:
        For D = I on two points of one class, either point shows half of it:

        >>> from ntkbook.chapters.monitoring import measure
        >>> whole, seen = measure.seen_by_sets(
        ...     jax.random.key(0), jnp.eye(2), 1, classes=1, draws=3
        ... )
        >>> whole, seen.tolist()
        (2.0, [1.0, 1.0, 1.0])
    """
    points = D.shape[0] // classes
    blocks = jnp.sum(D.reshape(points, classes, points, classes) ** 2, axis=(1, 3))
    ranks = jax.random.uniform(key, (draws, points)).argsort(axis=1)
    inside = (ranks < watched).astype(D.dtype)
    seen = jnp.einsum("si,ij,sj->s", inside, blocks, inside)
    return float(blocks.sum()), np.asarray(seen, dtype=float)


def _norm(symmetric: Float[Array, "m m"]) -> float:
    return float(operator_norm(symmetric))
