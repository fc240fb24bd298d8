"""Explicit predictors of infinite width beside what people would use, over repeated splits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from scipy.stats import t as student
from sklearn import datasets

from ntkbook import _checks
from ntkbook._progress import progress_bar
from ntkbook.bayes import accuracy, log_score
from ntkbook.chapters.digits.measure.candidates import SAME_POINTS, Candidate, candidates, tuned
from ntkbook.chapters.digits.measure.kernels import ARCHITECTURES, all_digits, timed_kernel
from ntkbook.networks import mlp

TABLES = {"breast cancer": datasets.load_breast_cancer, "wine": datasets.load_wine}


@dataclass(frozen=True)
class Comparison:
    """M methods on S splits.

    Args:
        methods: (M,) names.
        accuracy: (M, S) share of test points that are right.
        log_score: (M, S) lower is better.
        seconds: (M, S) tuning, fitting and predicting, and the kernel of a network, which is computed once and serves
            all splits.
        points: training and test points of a split.
    """

    methods: tuple[str, ...]
    accuracy: Float[np.ndarray, "M S"]
    log_score: Float[np.ndarray, "M S"]
    seconds: Float[np.ndarray, "M S"]
    points: tuple[int, int]

    def of(self, method: str, values: Float[np.ndarray, "M S"]) -> Float[np.ndarray, " S"]:
        """One method's row of a table.

        Args:
            method: which.
            values: (M, S) one of the three tables above.
        """
        return values[self.methods.index(method)]


def split_interval(
    values: Float[np.ndarray, " S"] | Float[Array, " S"], points: tuple[int, int], level: float = 0.95
) -> tuple[float, float]:
    r"""An interval for the mean over S random splits, whose training sets overlap.

    .. math:: \text{half width} = t_{S-1}\,s\,\sqrt{\frac1S + \frac{\text{test points}}{\text{training points}}}

    The corrected resampled t interval, an approximation.

    Args:
        values: (S,) one a split.
        points: training and test points of a split.
        level: of confidence.

    Returns:
        mean; half width.

    Source:
        Nadeau & Bengio 2003.

    Example:
        >>> from ntkbook.chapters.digits import measure
        >>> values = jnp.array([0.9, 0.92])
        >>> mean, half = measure.split_interval(values, (80, 20))
        >>> round(float(mean), 3)
        0.91
    """
    S = len(values)
    factor = np.sqrt(1 / S + points[1] / points[0])
    return float(values.mean()), float(student.ppf((1 + level) / 2, S - 1) * values.std(ddof=1) * factor)


def digit_comparison(*, splits: int = 4, points: int = 1000, names: Sequence[str] = ()) -> Comparison:
    """Three kernels and four tools on the 1,797 digits: some to train and tune on, all the others for the test.

    Settings (λ, C, length scales, a learning rate) are chosen by the log score on 30 % of the training points,
    and the predictor is then fitted to all of them.

    Args:
        splits: how many random ones.
        points: how many to train and tune on.
        names: which methods; by default all.
    """
    images = all_digits()
    timed = {name: timed_kernel(name) for name in ARCHITECTURES}
    entries = candidates(images.X, images.Y, {name: Theta for name, (Theta, _) in timed.items()}, images=True)
    before = {f"{name} kernel": seconds for name, (_, seconds) in timed.items()}
    before[SAME_POINTS] = before["CNN kernel"]
    return compare({name: entries[name] for name in names or entries}, images.Y, points, splits, before)


def table_comparison(name: str, *, splits: int = 6) -> Comparison:
    """An MLP's kernel and three tools on a small table of scikit-learn's, half of it to train and tune on.

    Columns are standardized.

    Args:
        name: "breast cancer" (569 rows, 30 columns, 2 classes) or "wine" (178, 13, 3).
        splits: how many random ones.

    Raises:
        InvalidInput: for another name.
    """
    _checks.choice("name", name, TABLES)
    table, classes = TABLES[name](return_X_y=True)
    X = jnp.asarray((table - table.mean(axis=0)) / table.std(axis=0))
    Y = jax.nn.one_hot(classes, classes.max() + 1, dtype=float)
    start = perf_counter()
    network = mlp(X.shape[1], Y.shape[1], 64, hidden_layers=2, activation="relu")
    Theta = network.kernel(X).ntk.block_until_ready()
    before = {"MLP kernel": perf_counter() - start}
    return compare(candidates(X, Y, {"MLP": Theta}, images=False), Y, len(X) // 2, splits, before)


def compare(
    entries: Mapping[str, Candidate],
    Y: Float[Array, "P K"],
    points: int,
    splits: int,
    before: Mapping[str, float] | None = None,
) -> Comparison:
    """Every candidate on every split; the same splits for all.

    Args:
        entries: the candidates, by name.
        Y: (P, K) labels.
        points: how many to train and tune on.
        splits: how many random ones.
        before: seconds that one has cost already, if any.
    """
    results = np.array(
        [
            [_one(entries[name], Y, *_split(len(Y), points, seed)) for seed in range(splits)]
            for name in progress_bar(entries, "methods")
        ]
    )
    right, score, seconds = np.moveaxis(results, -1, 0)
    seconds = seconds + np.array([[(before or {}).get(name, 0.0)] for name in entries])
    return Comparison(tuple(entries), right, score, seconds, (points, len(Y) - points))


def _split(P: int, points: int, seed: int) -> tuple[Int[np.ndarray, " N"], Int[np.ndarray, " M"]]:
    order = np.asarray(jax.random.permutation(jax.random.key(seed), P))
    return order[:points], order[points:]


def _one(
    candidate: Candidate, Y: Float[Array, "P K"], train: Int[np.ndarray, " N"], test: Int[np.ndarray, " M"]
) -> tuple[float, float, float]:
    start = perf_counter()
    p = jnp.asarray(np.asarray(tuned(candidate, Y, train, test)))  # once it is here, it is done
    seconds = perf_counter() - start
    return float(accuracy(p, Y[test])), float(log_score(p, Y[test])), seconds
