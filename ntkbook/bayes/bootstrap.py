"""How far a score, or a difference of scores, depends on which test points there happened to be."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook.bayes.calibration import check_predictions

Score = Callable[[Float[Array, "M K"], Float[Array, "M K"]], Float[Array, ""]]


@dataclass(frozen=True)
class Interval:
    """An interval of scores.

    Args:
        low: its lower end.
        high: its upper end.
    """

    low: float
    high: float


@takes_arrays
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

    It covers the chance in the test set, not in training.

    Args:
        key: a JAX random key; the same key gives the same interval.
        score: `nb.bayes.brier_score` or another score of (p, Y), or a function (p, Y) -> number that JAX can trace.
        p: (M, K) predicted probabilities.
        Y: (M, K) one-hot labels, of p's shape.
        level: how often the interval is to cover, from 0 to 1.
        resamples: how many sets of test points are drawn.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        Efron 1979.

    Example:
        Where every point scores alike there is no doubt:

        >>> p, Y = jnp.full((4, 2), 0.5), jnp.eye(2)[jnp.array([0, 0, 0, 1])]
        >>> bayes.bootstrap_interval(
        ...     jax.random.key(0), bayes.brier_score, p, Y, resamples=100
        ... )
        Interval(low=0.5, high=0.5)
    """
    check_predictions(p, Y)
    return _percentiles(key, lambda rows: score(p[rows], Y[rows]), p.shape[0], level, resamples)


@takes_arrays
def paired_interval(
    key: PRNGKeyArray,
    score: Score,
    p: Float[Array, "M K"],
    q: Float[Array, "M2 K2"],
    Y: Float[Array, "M3 K3"],
    *,
    level: float = 0.95,
    resamples: int = 1_000,
) -> Interval:
    """The percentile interval of score(p) − score(q), both on the same resampled test points.

    Two predictors that err on the same points are told apart by this long before their own intervals part.

    Args:
        key: a JAX random key; the same key gives the same interval.
        score: as in `nb.bayes.bootstrap_interval`.
        p: (M, K) predicted probabilities of the first.
        q: (M, K) predicted probabilities of the second.
        Y: (M, K) one-hot labels, of p's shape and q's.
        level: how often the interval is to cover, from 0 to 1.
        resamples: how many sets of test points are drawn.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        Efron 1979.

    Example:
        Where the second is better at every point by the same amount there is no doubt:

        >>> p, q = jnp.full((4, 2), 0.5), jnp.eye(2)[:1].repeat(4, axis=0)
        >>> bayes.paired_interval(
        ...     jax.random.key(0), bayes.brier_score, p, q, q, resamples=100
        ... )
        Interval(low=0.5, high=0.5)
    """
    check_predictions(p, Y)
    check_predictions(q, Y)

    def difference(rows: Int[Array, " M"]) -> Float[Array, ""]:
        return score(p[rows], Y[rows]) - score(q[rows], Y[rows])

    return _percentiles(key, difference, p.shape[0], level, resamples)


def _percentiles(
    key: PRNGKeyArray,
    statistic: Callable[[Int[Array, " M"]], Float[Array, ""]],
    points: int,
    level: float,
    resamples: int,
) -> Interval:
    """The interval of a statistic of the rows of test points, over rows drawn with replacement."""
    _checks.in_range("level", level, 0.0, 1.0, "the confidence level")
    _checks.positive_integer("resamples", resamples, "the number of resamples")

    def one(key: PRNGKeyArray) -> Float[Array, ""]:
        return statistic(jax.random.randint(key, (points,), 0, points))

    values = jax.lax.map(one, jax.random.split(key, resamples))
    low, high = jnp.quantile(values, jnp.asarray([(1 - level) / 2, (1 + level) / 2]))
    return Interval(float(low), float(high))
