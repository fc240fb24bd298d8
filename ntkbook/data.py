"""Toy data whose kernels are well conditioned, and real data that needs no download."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks
from ntkbook._drawing import normal
from ntkbook.errors import InvalidInput


@dataclass(frozen=True)
class Data:
    """Training and test points.

    Args:
        X: (N, d) training inputs, ‖x‖ = √d.
        Y: (N, K) their targets, one-hot.
        X_test: (M, d) test inputs, ‖x‖ = √d.
        Y_test: (M, K) their targets, one-hot.

    Source:
        The book's notation.

    Example:
        Your own data, in the form that the book's functions give theirs:

        >>> x = 2**0.5 * jnp.eye(2)
        >>> data = nb.Data(X=x, Y=jnp.eye(2), X_test=-x, Y_test=jnp.eye(2))
        >>> bool(jnp.allclose((data.X**2).sum(axis=1), data.X.shape[1]))
        True
    """

    X: Float[Array, "N d"]
    Y: Float[Array, "N K"]
    X_test: Float[Array, "M d"]
    Y_test: Float[Array, "M K"]


def sphere(
    key: PRNGKeyArray, *, points: int = 8, inputs: int = 6, classes: int = 3, test_points: int = 8
) -> Data:
    r"""Points uniform on the sphere of radius √d in R^d, labelled cyclically: labels carry no structure at all.

    .. math:: x = \sqrt d\, g / \|g\|, \quad g \sim \mathcal N(0, I_d), \qquad y_i = e_k, \quad k = i \bmod K

    Almost orthogonal inputs give a well-conditioned Θ, so a flow needs few steps.

    Args:
        key: a JAX random key; the same key gives the same points.
        points: N, how many to train on.
        inputs: d.
        classes: K.
        test_points: M, how many to test on.

    Raises:
        InvalidInput: for counts below 1.

    Source:
        Muller 1959.

    Example:
        >>> data = nb.sphere(jax.random.key(0), points=5, inputs=6, classes=3)
        >>> bool(jnp.allclose((data.X**2).sum(axis=1), 6))
        True
        >>> data.Y.argmax(axis=1).tolist()
        [0, 1, 2, 0, 1]
    """
    for name, value in (
        ("points", points),
        ("inputs", inputs),
        ("classes", classes),
        ("test_points", test_points),
    ):
        _checks.positive_integer(name, value, f"the number of {name.replace('_', ' ')}")
    X = _to_sphere(normal(key, (points + test_points, inputs)))
    Y = np.eye(classes)[np.arange(points + test_points) % classes]
    return _split(X, Y, points)


def digits(
    key: PRNGKeyArray, *, classes: tuple[int, ...] = tuple(range(10)), points: int = 30, test_points: int = 30
) -> Data:
    r"""Handwritten digits (8 × 8 images, d = 64; scikit-learn's copy of the UCI set), centred, on the sphere ‖x‖ = √d.

    .. math:: x = \sqrt d\, (u - m) / \|u - m\|

    Here u are the pixels, and m is their mean over the training images.

    Args:
        key: a JAX random key; the same key gives the same images.
        classes: which digits, in the order of the columns of Y.
        points: N, how many images to train on.
        test_points: M, how many to test on; drawn without overlap.

    Raises:
        InvalidInput: for digits that are not two or more different ones, or if there are not that many images of them.

    Source:
        Alpaydin & Kaynak 1998.

    Example:
        >>> data = nb.digits(jax.random.key(0), classes=(3, 8), points=6)
        >>> data.X.shape, data.Y.shape
        ((6, 64), (6, 2))
        >>> bool(jnp.allclose((data.X**2).sum(axis=1), 64))
        True
    """
    if len(set(classes)) != len(classes) or len(classes) < 2 or not set(classes) <= set(range(10)):
        raise InvalidInput(f"classes = {classes}; expected two or more different digits from 0 to 9.")
    from sklearn.datasets import load_digits  # a second to import

    images, labels = load_digits(return_X_y=True)
    chosen = np.flatnonzero(np.isin(labels, classes))
    if points < 1 or test_points < 0 or points + test_points > len(chosen):
        raise InvalidInput(
            f"points = {points} and test_points = {test_points}, but there are {len(chosen)} images of {classes}."
        )
    order = np.asarray(jax.random.permutation(key, len(chosen)))[: points + test_points]
    images, labels = images[chosen][order], labels[chosen][order]
    X = _to_sphere(images - images[:points].mean(axis=0))  # the test images have no say in the centring
    Y = (labels[:, None] == np.asarray(classes)[None, :]).astype(float)
    return _split(X, Y, points)


def _split(X: Float[Array, "N d"], Y: Float[np.ndarray, "N K"], points: int) -> Data:
    """The first ones to train on, the others to test on; outside JAX, where each slice is a program."""
    rows: Any = np.asarray(X) if _checks.known(X) else X
    return Data(*jax.device_put((rows[:points], Y[:points], rows[points:], Y[points:])))


@jax.jit
def _to_sphere(X: Float[Array, "N d"]) -> Float[Array, "N d"]:
    return X / jnp.linalg.norm(X, axis=1, keepdims=True) * jnp.sqrt(X.shape[1])
