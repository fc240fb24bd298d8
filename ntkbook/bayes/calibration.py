"""Whether predicted probabilities mean what they say, and how sure of that the data allow one to be."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jax.scipy.special import xlogy
from jaxtyping import Array, Bool, Float, Int
from scipy.stats import beta

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook.errors import InvalidInput


@dataclass(frozen=True)
class Reliability:
    """Top-label confidence against accuracy, in B bins of equal width. An empty bin holds NaN.

    Args:
        edges: (B + 1,) the edges.
        counts: (B,) predictions in each bin.
        confidence: (B,) their mean top probability.
        accuracy: (B,) the share of them that is right.
        low: (B,) lower end of its Clopper–Pearson interval.
        high: (B,) upper end of its Clopper–Pearson interval.
    """

    edges: Float[np.ndarray, " B1"]
    counts: Int[np.ndarray, " B"]
    confidence: Float[np.ndarray, " B"]
    accuracy: Float[np.ndarray, " B"]
    low: Float[np.ndarray, " B"]
    high: Float[np.ndarray, " B"]


@takes_arrays
def reliability(
    p: Float[Array, "M K"], Y: Float[Array, "M2 K2"], *, bins: int = 10, level: float = 0.95
) -> Reliability:
    """The data of a reliability diagram.

    Args:
        p: (M, K) predicted probabilities.
        Y: (M, K) one-hot labels, of p's shape.
        bins: B, how many bins of equal width.
        level: of the intervals, from 0 to 1.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        DeGroot & Fienberg 1983; Clopper & Pearson 1934.

    Example:
        Three of four predictions made with confidence ¾ are right:

        >>> p = jnp.array([[0.75, 0.25]] * 4)
        >>> Y = jnp.eye(2)[jnp.array([0, 0, 0, 1])]
        >>> diagram = bayes.reliability(p, Y, bins=2)
        >>> diagram.counts.tolist(), float(diagram.accuracy[1])
        ([0, 4], 0.75)
    """
    check_predictions(p, Y)
    _checks.positive_integer("bins", bins, "the number of bins")
    _checks.in_range("level", level, 0.0, 1.0, "the confidence level")
    confidence, correct = np.asarray(p.max(axis=1)), np.asarray(_correct(p, Y), dtype=float)
    index = np.asarray(_bin(p, bins))
    counts = np.bincount(index, minlength=bins)
    right = np.bincount(index, weights=correct, minlength=bins)
    with np.errstate(invalid="ignore"):
        mean_confidence = np.bincount(index, weights=confidence, minlength=bins) / counts
        accuracy = right / counts
    tail = (1 - level) / 2
    filled = np.where(counts > 0, 1.0, np.nan)
    low = np.where(right > 0, beta.ppf(tail, right, counts - right + 1), 0.0) * filled
    high = np.where(right < counts, beta.ppf(1 - tail, right + 1, counts - right), 1.0) * filled
    return Reliability(np.linspace(0.0, 1.0, bins + 1), counts, mean_confidence, accuracy, low, high)


@takes_arrays
def accuracy(p: Float[Array, "M K"], Y: Float[Array, "M2 K2"]) -> Float[Array, ""]:
    """The share of points whose most probable class is that of the label, from 0 to 1.

    Not proper: how sure the prediction was does not count.

    Args:
        p: (M, K) predicted probabilities.
        Y: (M, K) one-hot labels, of p's shape.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        The zero-one loss.

    Example:
        >>> p = jnp.array([[0.9, 0.1], [0.6, 0.4]])
        >>> float(bayes.accuracy(p, jnp.eye(2)))
        0.5
    """
    check_predictions(p, Y)
    return _correct(p, Y).mean()


@takes_arrays
def expected_calibration_error(
    p: Float[Array, "M K"], Y: Float[Array, "M2 K2"], *, bins: int = 10
) -> Float[Array, ""]:
    r"""How far confidence is from accuracy, over bins of equal width of the top-label confidence.

    .. math:: \mathrm{ECE} = \sum_b \frac{\mathrm{count}_b}{M}\, |\mathrm{accuracy}_b - \mathrm{confidence}_b|

    Biased upwards on small test sets: compare predictors on one set, with `nb.bayes.bootstrap_interval`.

    Args:
        p: (M, K) predicted probabilities.
        Y: (M, K) one-hot labels, of p's shape.
        bins: how many bins.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017.

    Example:
        Three of four predictions made with confidence ¾ are right:

        >>> p = jnp.array([[0.75, 0.25]] * 4)
        >>> Y = jnp.eye(2)[jnp.array([0, 0, 0, 1])]
        >>> float(bayes.expected_calibration_error(p, Y))
        0.0
    """
    check_predictions(p, Y)
    _checks.positive_integer("bins", bins, "the number of bins")
    gaps = jnp.zeros(bins).at[_bin(p, bins)].add(_correct(p, Y) - p.max(axis=1))
    return jnp.abs(gaps).sum() / p.shape[0]


@takes_arrays
def brier_score(p: Float[Array, "M K"], Y: Float[Array, "M2 K2"]) -> Float[Array, ""]:
    r"""The mean squared distance of probabilities from labels, from 0 (certain and right) to 2. Proper.

    .. math:: \frac1M \sum_x \|p(x) - y\|^2

    Args:
        p: (M, K) predicted probabilities.
        Y: (M, K) one-hot labels, of p's shape.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        Brier 1950.

    Example:
        >>> p, Y = jnp.array([[0.5, 0.5]]), jnp.array([[1.0, 0.0]])
        >>> float(bayes.brier_score(p, Y))
        0.5
    """
    check_predictions(p, Y)
    return jnp.mean(jnp.sum((p - Y) ** 2, axis=1))


@takes_arrays
def log_score(p: Float[Array, "M K"], Y: Float[Array, "M2 K2"]) -> Float[Array, ""]:
    r"""The mean surprise at what happened, in nats; infinite if p excludes it. Proper.

    .. math:: -\frac1M \sum_x \sum_k y_k \log p_k(x)

    Args:
        p: (M, K) predicted probabilities.
        Y: (M, K) one-hot labels, of p's shape.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        Good 1952.

    Example:
        >>> p, Y = jnp.array([[0.5, 0.5]]), jnp.array([[1.0, 0.0]])
        >>> bool(jnp.isclose(bayes.log_score(p, Y), jnp.log(2)))
        True
    """
    check_predictions(p, Y)
    return -jnp.mean(jnp.sum(xlogy(jnp.maximum(Y, 0.0), jnp.maximum(p, 0.0)), axis=1))


def _bin(p: Float[Array, "M K"], bins: int) -> Int[Array, " M"]:
    """The number b of the bin (b/B, (b + 1)/B] in which each top probability lies."""
    return jnp.clip(jnp.ceil(p.max(axis=1) * bins).astype(int) - 1, 0, bins - 1)


def _correct(p: Float[Array, "M K"], Y: Float[Array, "M K"]) -> Bool[Array, " M"]:
    return jnp.argmax(p, axis=1) == jnp.argmax(Y, axis=1)


def check_predictions(p: Float[Array, "..."], Y: Float[Array, "..."]) -> None:
    if p.shape != Y.shape:
        raise InvalidInput(
            f"probabilities have shape {p.shape} and labels {Y.shape}; expected (M, K) twice. "
            f"Give labels as one-hot rows."
        )
    _checks.simplex_targets(p)
    _checks.simplex_targets(Y)
