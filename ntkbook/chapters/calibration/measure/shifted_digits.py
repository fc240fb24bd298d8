"""Digits 0 to 7 to learn, and images to doubt: new ones, rotated ones, digits 8 and 9, images far away."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from scipy import ndimage
from sklearn import datasets

from ntkbook.networks import Kernels, Network, mlp

KNOWN = 8  # classes 0 … 7
TRAIN, TEST, VALIDATION, OUT = 160, 300, 300, 150
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
    chosen = choose(0)
    pixels, train, test, out = chosen.pixels, chosen.train, chosen.test, chosen.out
    turned = [rotate(pixels[test], angle) for angle in ANGLES]
    far = [factor * chosen.on_sphere(pixels[out[:FAR]]) for factor in FACTORS]
    parts = [*map(chosen.on_sphere, [pixels[train], pixels[test], pixels[out], *turned]), *far]
    rows = rows_of(parts)
    X = jnp.asarray(np.concatenate(parts))
    return ShiftedDigits(
        X=X,
        Y=chosen.one_hot(train),
        Y_test=chosen.one_hot(test),
        test=rows[1],
        out=rows[2],
        turned=tuple(rows[3 : 3 + len(ANGLES)]),
        far=tuple(rows[3 + len(ANGLES) :]),
        kernels=network().kernel(X),
    )


@dataclass(frozen=True)
class Chosen:
    """All images of the data set, and which of them are taken for what; 0 to 7 but for `out`.

    Args:
        pixels: (1797, 64) images.
        labels: (1797,) digits.
        train: rows to learn from.
        test: rows to predict.
        validation: rows by which a prior may be chosen.
        out: rows of the digits 8 and 9.
    """

    pixels: Float[np.ndarray, "M d"]
    labels: Int[np.ndarray, " M"]
    train: Int[np.ndarray, " N"]
    test: Int[np.ndarray, " M2"]
    validation: Int[np.ndarray, " M3"]
    out: Int[np.ndarray, " M4"]

    def on_sphere(self, images: Float[np.ndarray, "M d"]) -> Float[np.ndarray, "M d"]:
        """Images without the mean of the training images, at a distance of 8 from 0."""
        centred = images - self.pixels[self.train].mean(axis=0)
        return 8 * centred / np.linalg.norm(centred, axis=1, keepdims=True)

    def one_hot(self, rows: Int[np.ndarray, " M"]) -> Float[Array, "M K"]:
        """Labels of those rows."""
        return jax.nn.one_hot(self.labels[rows], KNOWN, dtype=float)


def choose(split: int) -> Chosen:
    """One split at random; that of the chapter's figures is number 0.

    Args:
        split: its number.
    """
    pixels, labels = datasets.load_digits(return_X_y=True)
    order = np.asarray(jax.random.permutation(jax.random.key(split), len(labels)))
    known, unknown = order[labels[order] < KNOWN], order[labels[order] >= KNOWN]
    train, test, validation, _ = np.split(known, np.cumsum([TRAIN, TEST, VALIDATION]))
    return Chosen(pixels, labels, train, test, validation, unknown[:OUT])


def rows_of(parts: Sequence[Float[np.ndarray, "_ d"]]) -> list[slice]:
    """Where each part lies when they are put one after another.

    Args:
        parts: of images.
    """
    ends = np.cumsum([len(part) for part in parts]).tolist()
    return [slice(end - len(part), end) for end, part in zip(ends, parts, strict=True)]


def network() -> Network:
    """Two hidden layers of ReLU."""
    return mlp(64, KNOWN, 64, hidden_layers=2, activation="relu")


def rotate(pixels: Float[np.ndarray, "M d"], angle: float) -> Float[np.ndarray, "M d"]:
    """8 × 8 images turned about their centre, linearly interpolated, empty at the corners.

    Args:
        pixels: (M, d) images.
        angle: in degrees.
    """
    images = pixels.reshape(-1, 8, 8)
    turned = ndimage.rotate(images, angle, axes=(2, 1), reshape=False, order=1)
    return turned.reshape(len(images), -1)
