"""Digits 0 to 7 to learn, and images to doubt: new ones, rotated ones, digits 8 and 9, images far away."""

import functools
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy import ndimage
from sklearn import datasets

from ntkbook.networks import Kernels, mlp

KNOWN = 8  # classes 0 … 7
TRAIN, TEST, OUT = 160, 300, 150
FAR = 60  # of the digits 8, 9, at each factor
ANGLES = (0.0, 15.0, 30.0, 45.0, 60.0, 90.0)
FACTORS = (1.0, 4.0, 16.0)


@dataclass(frozen=True)
class ShiftedDigits:
    """All inputs in one array, training points first, and which rows are what; Θ and 𝒦 between all of them.

    Args:
        X: (P, d) inputs.
        Y: (N, K) labels of the training points.
        Y_test: (M, K) of the test points, which are also those that are rotated.
        test: rows of new digits 0–7.
        out: rows of digits 8, 9.
        turned: rows at each angle.
        far: rows of the digits 8, 9 times each factor.
        kernels: Θ and 𝒦 between all inputs.
    """

    X: Float[Array, "P d"]
    Y: Float[Array, "N K"]
    Y_test: Float[Array, "M K"]
    test: slice
    out: slice
    turned: tuple[slice, ...]
    far: tuple[slice, ...]
    kernels: Kernels


@functools.cache
def shifted_digits() -> ShiftedDigits:
    """The images of the chapter on calibration, and the kernels of an MLP with two hidden layers of ReLU.

    Images are rotated before they are centred by the mean of the training images and put on the sphere.

    Example:
        >>> from ntkbook.chapters.calibration import measure
        >>> images = measure.shifted_digits()
        >>> images.Y.shape, len(images.turned)
        ((160, 8), 6)
    """
    pixels, labels = datasets.load_digits(return_X_y=True)
    order = np.asarray(jax.random.permutation(jax.random.key(0), len(labels)))
    known, unknown = order[labels[order] < KNOWN], order[labels[order] >= KNOWN]
    train, test, out = known[:TRAIN], known[TRAIN : TRAIN + TEST], unknown[:OUT]
    mean = pixels[train].mean(axis=0)

    def on_sphere(images: Float[np.ndarray, "M d"]) -> Float[np.ndarray, "M d"]:
        return 8 * (images - mean) / np.linalg.norm(images - mean, axis=1, keepdims=True)

    known_parts = [pixels[train], pixels[test], pixels[out]]
    turned = [rotate(pixels[test], angle) for angle in ANGLES]
    far = [factor * on_sphere(pixels[out[:FAR]]) for factor in FACTORS]
    parts = [*map(on_sphere, [*known_parts, *turned]), *far]
    ends = np.cumsum([len(part) for part in parts]).tolist()
    rows = [slice(end - len(part), end) for end, part in zip(ends, parts, strict=True)]

    def one_hot(chosen: np.ndarray) -> Float[Array, "M K"]:
        return jax.nn.one_hot(labels[chosen], KNOWN, dtype=float)

    X = jnp.asarray(np.concatenate(parts))
    network = mlp(X.shape[1], KNOWN, 64, hidden_layers=2, activation="relu")
    return ShiftedDigits(
        X=X,
        Y=one_hot(train),
        Y_test=one_hot(test),
        test=rows[1],
        out=rows[2],
        turned=tuple(rows[3 : 3 + len(ANGLES)]),
        far=tuple(rows[3 + len(ANGLES) :]),
        kernels=network.kernel(X),
    )


def rotate(pixels: Float[np.ndarray, "M d"], angle: float) -> Float[np.ndarray, "M d"]:
    """8 × 8 images turned about their centre, linearly interpolated, empty at the corners.

    Args:
        pixels: (M, d) images.
        angle: in degrees.
    """
    images = pixels.reshape(-1, 8, 8)
    turned = ndimage.rotate(images, angle, axes=(2, 1), reshape=False, order=1)
    return turned.reshape(len(images), -1)
