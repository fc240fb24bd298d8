"""Whether predicted probabilities mean what they say, with intervals that say how sure the data allow one to be."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import xlogy
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray
from scipy.stats import beta

from ntkbook import _checks
from ntkbook.errors import InvalidInput

Score = Callable[[Float[Array, "M K"], Float[Array, "M K"]], Float[Array, ""]]


@dataclass(frozen=True)
class Reliability:
    """Top-label confidence against accuracy, in bins of equal width.

    edges: the B + 1 edges. counts: predictions in each bin. confidence: their mean top probability;
    accuracy: the share of them that is right; low, high: its Clopper–Pearson interval. All NaN in an empty bin.
    """

    edges: Float[np.ndarray, " B1"]
    counts: Int[np.ndarray, " B"]
    confidence: Float[np.ndarray, " B"]
    accuracy: Float[np.ndarray, " B"]
    low: Float[np.ndarray, " B"]
    high: Float[np.ndarray, " B"]


def reliability(
    p: Float[Array, "M K"], Y: Float[Array, "M2 K2"], *, bins: int = 10, level: float = 0.95
) -> Reliability:
    """The data of a reliability diagram. p: predicted probabilities. Y: one-hot labels. level: of the intervals.

    Raises InvalidInput for arguments that do not fit. Source: DeGroot & Fienberg 1983; Clopper & Pearson 1934.

    Three of four predictions made with confidence ¾ are right:

    >>> p = jnp.array([[0.75, 0.25]] * 4)
    >>> Y = jnp.eye(2)[jnp.array([0, 0, 0, 1])]
    >>> diagram = bayes.reliability(p, Y, bins=2)
    >>> diagram.counts.tolist(), float(diagram.accuracy[1])
    ([0, 4], 0.75)
    """
    _check(p, Y)
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


def accuracy(p: Float[Array, "M K"], Y: Float[Array, "M2 K2"]) -> Float[Array, ""]:
    """The share of points whose most probable class is that of the label, from 0 to 1.
    Not proper: how sure the prediction was does not count.

    Raises InvalidInput for arguments that do not fit. Source: the zero-one loss.

    >>> p = jnp.array([[0.9, 0.1], [0.6, 0.4]])
    >>> float(bayes.accuracy(p, jnp.eye(2)))
    0.5
    """
    _check(p, Y)
    return _correct(p, Y).mean()


def expected_calibration_error(
    p: Float[Array, "M K"], Y: Float[Array, "M2 K2"], *, bins: int = 10
) -> Float[Array, ""]:
    """ECE = Σ_b (count_b/M) |accuracy_b − confidence_b|, over bins of equal width of the top-label confidence.

    Biased upwards on small test sets: compare predictors on one set, with `bootstrap_interval`. Raises
    InvalidInput for arguments that do not fit. Source: Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017.

    Three of four predictions made with confidence ¾ are right:

    >>> p = jnp.array([[0.75, 0.25]] * 4)
    >>> Y = jnp.eye(2)[jnp.array([0, 0, 0, 1])]
    >>> float(bayes.expected_calibration_error(p, Y))
    0.0
    """
    _check(p, Y)
    _checks.positive_integer("bins", bins, "the number of bins")
    gaps = jnp.zeros(bins).at[_bin(p, bins)].add(_correct(p, Y) - p.max(axis=1))
    return jnp.abs(gaps).sum() / p.shape[0]


def brier_score(p: Float[Array, "M K"], Y: Float[Array, "M2 K2"]) -> Float[Array, ""]:
    """The mean of ‖p(x) − y‖², from 0 (certain and right) to 2. Proper. Source: Brier 1950.

    Raises InvalidInput for arguments that do not fit.

    >>> p, Y = jnp.array([[0.5, 0.5]]), jnp.array([[1.0, 0.0]])
    >>> float(bayes.brier_score(p, Y))
    0.5
    """
    _check(p, Y)
    return jnp.mean(jnp.sum((p - Y) ** 2, axis=1))


def log_score(p: Float[Array, "M K"], Y: Float[Array, "M2 K2"]) -> Float[Array, ""]:
    """The mean of −Σ_k y_k log p_k(x), in nats; infinite if p excludes what happened. Proper. Source: Good 1952.
    Raises InvalidInput for arguments that do not fit.

    >>> p, Y = jnp.array([[0.5, 0.5]]), jnp.array([[1.0, 0.0]])
    >>> bool(jnp.isclose(bayes.log_score(p, Y), jnp.log(2)))
    True
    """
    _check(p, Y)
    return -jnp.mean(jnp.sum(xlogy(Y, p), axis=1))


@dataclass(frozen=True)
class Interval:
    """From low to high."""

    low: float
    high: float


def bootstrap_interval(
    key: PRNGKeyArray,
    score: Score,
    p: Float[Array, "M K"],
    Y: Float[Array, "M2 K2"],
    *,
    level: float = 0.95,
    resamples: int = 1_000,
) -> Interval:
    """The percentile interval of a score over resampled test points.

    score: any of this module's scores, or a function (p, Y) -> number that JAX can trace. It covers the
    chance in the test set, not in training. Raises InvalidInput for arguments that do not fit. Source: Efron 1979.

    Where every point scores alike there is no doubt:

    >>> p, Y = jnp.full((4, 2), 0.5), jnp.eye(2)[jnp.array([0, 0, 0, 1])]
    >>> bayes.bootstrap_interval(
    ...     jax.random.key(0), bayes.brier_score, p, Y, resamples=100
    ... )
    Interval(low=0.5, high=0.5)
    """
    _check(p, Y)
    _checks.in_range("level", level, 0.0, 1.0, "the confidence level")
    _checks.positive_integer("resamples", resamples, "the number of resamples")
    M = p.shape[0]

    def one(key: PRNGKeyArray) -> Float[Array, ""]:
        rows = jax.random.randint(key, (M,), 0, M)
        return score(p[rows], Y[rows])

    values = jax.lax.map(one, jax.random.split(key, resamples))
    low, high = jnp.quantile(values, jnp.asarray([(1 - level) / 2, (1 + level) / 2]))
    return Interval(float(low), float(high))


def _bin(p: Float[Array, "M K"], bins: int) -> Int[Array, " M"]:
    """The number b of the bin (b/B, (b + 1)/B] in which each top probability lies."""
    return jnp.clip(jnp.ceil(p.max(axis=1) * bins).astype(int) - 1, 0, bins - 1)


def _correct(p: Float[Array, "M K"], Y: Float[Array, "M K"]) -> Bool[Array, " M"]:
    return jnp.argmax(p, axis=1) == jnp.argmax(Y, axis=1)


def _check(p: Float[Array, "..."], Y: Float[Array, "..."]) -> None:
    if p.shape != Y.shape:
        raise InvalidInput(
            f"probabilities have shape {p.shape} and labels {Y.shape}; expected (M, K) twice. "
            f"Give labels as one-hot rows."
        )
    _checks.simplex_targets(p)
    _checks.simplex_targets(Y)
