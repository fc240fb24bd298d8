"""The problem of the benchmarks: handwritten digits, as many as wanted, and the NTK of a ReLU network on them."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy import ndimage
from sklearn.datasets import load_digits

from ntkbook.networks import mlp

BLOCK = 1000  # rows of the kernel computed at a time


def augmented_digits(points: int) -> tuple[Float[Array, "N 64"], Float[Array, "N 10"]]:
    """The first `points` of: all 1,797 digits, then the same rotated by 8, −8, 16, … degrees;
    on the sphere ‖x‖ = √64."""
    images, labels = load_digits(return_X_y=True)
    copies, turns = -(-points // len(images)), [0, 8, -8, 16, -16, 24, -24]
    if copies > len(turns):
        raise ValueError(f"points = {points}; there are at most {len(images) * len(turns)} augmented digits.")
    turned = [
        ndimage.rotate(images.reshape(-1, 8, 8), angle, axes=(2, 1), reshape=False, order=1).reshape(-1, 64)
        for angle in turns[:copies]
    ]
    X = np.concatenate(turned)[:points]
    X = X - X.mean(axis=0)
    X = X / np.linalg.norm(X, axis=1, keepdims=True) * 8.0
    Y = np.eye(10)[np.tile(labels, copies)[:points]]
    return jnp.asarray(X), jnp.asarray(Y)


def drawn_digits(points: int, of: slice, seed: int) -> tuple[Float[Array, "N 64"], Float[Array, "N 10"]]:
    """`points` images: each one of those numbers `of` (in a fixed random order of all 1,797), turned by up to 15
    degrees, moved by up to a pixel each way, with noise of a sixteenth of full ink; on the sphere ‖x‖ = √64."""
    images, labels = load_digits(return_X_y=True)
    random = np.random.default_rng(seed)
    chosen = random.choice(np.random.default_rng(0).permutation(len(images))[of], points)
    turns, moves = random.uniform(-15, 15, points), random.integers(-1, 2, (points, 2))
    drawn = [
        ndimage.shift(ndimage.rotate(images[i].reshape(8, 8), turn, reshape=False, order=1), move, order=0)
        for i, turn, move in zip(chosen, turns, moves, strict=True)
    ]
    X = np.reshape(drawn, (points, 64)) + random.normal(size=(points, 64))
    X = X - images.mean(axis=0)
    X = X / np.linalg.norm(X, axis=1, keepdims=True) * 8.0
    return jnp.asarray(X), jnp.asarray(np.eye(10)[labels[chosen]])


def relu_ntk(X: Float[Array, "N d"]) -> Float[np.ndarray, "N N"]:
    """Θ of a ReLU network with one hidden layer, block row by block row, symmetric to the last bit."""
    kernel = mlp(X.shape[1], 10, 1024, activation="relu").kernel
    Theta = np.empty((len(X), len(X)))
    for i in range(0, len(X), BLOCK):
        Theta[i : i + BLOCK] = kernel(X[i : i + BLOCK], X).ntk
    for i in range(len(X)):
        Theta[i, i:] = Theta[i:, i]
    return Theta
