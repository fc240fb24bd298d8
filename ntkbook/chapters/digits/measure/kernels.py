"""All of scikit-learn's digits, and the infinite-width kernels between all of them, each computed once."""

import functools
from collections.abc import Callable

import jax
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook.data import Data, digits
from ntkbook.kernels import kernel_in_tiles
from ntkbook.networks import Network, cnn, mlp, resnet

ALL = 1797
TEST = 500  # the last images of all; training points are the first
SIDE = 8  # pixels
IMAGE = (SIDE, SIDE, 1)
TILE = 100  # of the kernels of images: their work space, 64 numbers a pair, then stays in the cache

# name -> width -> network. The readout over images is "flatten": pooling would cost 64 times as much.
ARCHITECTURES: dict[str, Callable[[int], Network]] = {
    "MLP": functools.partial(mlp, SIDE * SIDE, 10, hidden_layers=2, activation="relu"),
    "CNN": functools.partial(cnn, IMAGE, 10, readout="flatten"),
    "ResNet": functools.partial(resnet, IMAGE, 10, blocks=1, readout="flatten"),
}


@functools.cache
def all_digits() -> Data:
    """The 1,797 images of handwritten digits in a random order, centred by the mean of all of them, none kept for test.

    As the mean takes no labels and is the same whichever images are then used for training,
    one kernel serves every split.

    Example:
        >>> from ntkbook.chapters.digits import measure
        >>> images = measure.all_digits()
        >>> images.X.shape, images.X_test.shape
        ((1797, 64), (0, 64))
    """
    return digits(jax.random.key(0), points=ALL, test_points=0)


def digit_network(name: str, width: int = 64) -> Network:
    """One of the chapter's three architectures.

    All are ReLU networks; the last two take images (N, 8, 8, 1), keep the pixels apart to the end.

    Args:
        name: "MLP" (two hidden layers), "CNN" (two convolutions) or "ResNet" (one block of two).
        width: n, or channels.

    Raises:
        InvalidInput: for another name.

    Example:
        >>> from ntkbook.chapters.digits import measure
        >>> measure.digit_network("CNN", 16).name
        'relu CNN, 2 × 16 channels'
    """
    _checks.choice("name", name, ARCHITECTURES)
    return ARCHITECTURES[name](width)


def as_inputs(name: str, X: Float[Array, "N d"]) -> Float[Array, "N ..."]:
    """Rows of 64 pixels as the architecture takes them.

    Args:
        name: as in digit_network.
        X: (N, 64) pixels.
    """
    return X if name == "MLP" else X.reshape(-1, *IMAGE)


def kernel_of(name: str, X: Float[Array, "N d"]) -> Float[Array, "N N"]:
    """Θ between rows of 64 pixels under one architecture.

    Args:
        name: as in digit_network.
        X: (N, 64) pixels.

    Example:
        >>> from ntkbook.chapters.digits import measure
        >>> X = measure.all_digits().X[:3]
        >>> measure.kernel_of("CNN", X).shape
        (3, 3)
    """
    return kernel_in_tiles(digit_network(name), as_inputs(name, X), tile=TILE).ntk


@functools.cache
def digit_kernel(name: str) -> Float[Array, "N N"]:
    """Θ between all 1,797 digits under one architecture, computed once.

    Args:
        name: as in digit_network.

    Example:
        >>> from ntkbook.chapters.digits import measure
        >>> measure.digit_kernel("MLP").shape
        (1797, 1797)
    """
    return kernel_of(name, all_digits().X)
