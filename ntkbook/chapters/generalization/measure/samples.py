"""A population of images that is known entirely, and samples from it.

It is all 1082 images of the digits 0, 4, 6 (class 0) and 1, 2, 3 (class 1). Training points are drawn from it
independently, with replacement, so that the theorem's law is uniform over the images, its P(wrong) is a sum over
them, exact, and the map from pixels to inputs (centred with the population's mean, ‖x‖ = √d) has not seen the draw.
"""

import functools
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from ntkbook import _checks
from ntkbook.data import Data, digits
from ntkbook.laziness import logit_margin
from ntkbook.networks import mlp

CLASSES = ((0, 4, 6), (1, 2, 3))


@functools.cache
def population() -> tuple[Data, Float[Array, "M M"]]:
    """All M = 1082 images, and the infinite-width kernel on them: one hidden layer of erf units.

    Returns:
        the images, as training data; the kernel.

    Source:
        The book's chapter on generalization; images, Alpaydin & Kaynak 1998.
    """
    chosen = CLASSES[0] + CLASSES[1]
    images = digits(jax.random.key(0), classes=chosen, points=1082, test_points=0)
    Y = jnp.stack([images.Y[:, :3].sum(axis=1), images.Y[:, 3:].sum(axis=1)], axis=1)
    data = Data(X=images.X, Y=Y, X_test=images.X_test, Y_test=Y[:0])
    return data, mlp(data.X.shape[1], 2, 16).kernel(data.X).ntk


@dataclass(frozen=True)
class DrawnSample:
    """N images drawn with replacement.

    Args:
        drawn: (N,) which.
        labels: (N, 2) with a share of them replaced by fair coins.
    """

    drawn: Int[Array, " N"]
    labels: Float[Array, "N 2"]


def draw(points: int, noise: float, seed: int = 0) -> DrawnSample:
    """Draw a sample from the population.

    Args:
        points: the number N.
        noise: the probability with which a label is replaced by a fair coin; 1 leaves nothing to learn.
        seed: of the sample.

    Raises:
        InvalidInput: for points below 1 or a share outside [0, 1].
    """
    _checks.positive_integer("points", points, "the number of training points N")
    _checks.in_range("noise", noise, 0.0, 1.0, "the share of labels replaced by coins")
    which, coin, side = jax.random.split(jax.random.key(seed), 3)
    data, _ = population()
    drawn = jax.random.randint(which, (points,), 0, data.X.shape[0])
    replaced = jax.random.uniform(coin, (points,)) < noise
    coins = jax.nn.one_hot(jax.random.randint(side, (points,), 0, 2), 2, dtype=float)
    return DrawnSample(drawn, jnp.where(replaced[:, None], coins, data.Y[drawn]))


def error(logits: Float[Array, "M 2"], noise: float) -> float:
    """P(wrong) on a new image with a label made as those of the sample: (1 − noise)·share wrong + noise/2.

    Args:
        logits: (M, 2) on the population.
        noise: as in draw.
    """
    data, _ = population()
    wrong = float(jnp.mean(logit_margin(logits, data.Y) <= 0))
    return (1 - noise) * wrong + noise / 2


def unavoidable(sample: DrawnSample) -> float:
    """The share of the sample that every function gets wrong: an image drawn with both labels can match one only.

    Args:
        sample: as draw returns it.
    """
    data, _ = population()
    votes = jnp.zeros(data.Y.shape).at[sample.drawn].add(sample.labels)
    return float(votes.min(axis=1).sum()) / len(sample.drawn)
