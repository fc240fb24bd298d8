"""Many methods on the same five splits of each data set, all tuned on held-out training points, by the same score.

`python -m benchmarks.rivals` fits them all and keeps the numbers in rivals.json, which the page reads.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.stats import t as student
from threadpoolctl import threadpool_limits

from ntkbook import bayes
from ntkbook.chapters._shared.measure.record import Record, read_record
from ntkbook.chapters.digits.measure.rival_data import (
    SPLITS,
    Rivalry,
    digit_rivalry,
    mnist_rivalry,
    table_rivalry,
)
from ntkbook.chapters.digits.measure.rival_kernels import (
    Method,
    dirichlet_process,
    gaussian_process,
    kernel_logistic,
)
from ntkbook.chapters.digits.measure.rival_networks import ensemble, laplace_of, swag, with_temperature
from ntkbook.chapters.digits.measure.rival_tools import logistic_regression, support_vectors

RECORD = Path(__file__).with_suffix(".json")

FEW_LAMS = 10.0 ** np.arange(-6, -2)  # for MNIST
KERNELS = ("MLP NTK", "CNN NTK", "ResNet NTK", "MLP NNGP", "CNN NNGP", "RBF", "Matérn")
METHODS: dict[str, Method] = {
    **{family: kernel_logistic(family) for family in KERNELS},
    "CNN": ensemble("CNN", "plain", 1),
    "CNN, temperature": with_temperature("CNN", "plain"),
    "CNN, weight decay": ensemble("CNN", "decay", 1),
    "CNN, anchored": ensemble("CNN", "anchored", 1),
    "5 CNNs": ensemble("CNN", "plain"),
    "5 CNNs, anchored": ensemble("CNN", "anchored"),
    "CNN, SWAG": swag("CNN"),
    "CNN, last-layer Laplace": laplace_of("CNN", "decay", all_layers=False),
    "CNN, linearized Laplace": laplace_of("CNN", "decay", all_layers=True),
    "MLP": ensemble("MLP", "plain", 1),
    "5 MLPs": ensemble("MLP", "plain"),
    "logistic regression": logistic_regression,
    "SVM, calibrated": support_vectors,
    "GP, RBF": gaussian_process("RBF"),
    "Dirichlet GP, RBF": dirichlet_process("RBF"),
    "GP, CNN NTK": gaussian_process("CNN NTK"),
    "Dirichlet GP, CNN NTK": dirichlet_process("CNN NTK"),
    # On 28 × 28 pixels, less to choose from.
    "MLP NTK, few": kernel_logistic("MLP NTK", (2, 3), FEW_LAMS),
    "CNN NTK, few": kernel_logistic("CNN NTK", (2,), FEW_LAMS),
    "RBF, few": kernel_logistic("RBF", (0.5, 0.7), FEW_LAMS),
    "MLP NTK, two layers": kernel_logistic("MLP NTK", (2,), FEW_LAMS[1:3]),
    "RBF, length 0.5": kernel_logistic("RBF", (0.5,), FEW_LAMS[1:3]),
}
ON_DIGITS = [name for name in METHODS if name not in list(METHODS)[-5:]]
ON_TABLE = ("MLP NTK", "MLP NNGP", "RBF", "Matérn", "GP, RBF", "logistic regression", "SVM, calibrated")
DATA: dict[str, tuple[Callable[[], Rivalry], Sequence[str]]] = {
    "digits": (digit_rivalry, ON_DIGITS),
    "MNIST, N = 1,000": (lambda: mnist_rivalry(1000, pool=2000), ("MLP NTK, few", "RBF, few", "CNN")),
    "breast cancer": (table_rivalry, ON_TABLE),
    "MNIST, N = 1,000, 14 × 14": (lambda: mnist_rivalry(1000, pool=2000, halved=True), ("CNN NTK, few",)),
    "MNIST, N = 2,000": (lambda: mnist_rivalry(2000), ("MLP NTK, few", "RBF, few", "CNN")),
    "MNIST, N = 4,000": (lambda: mnist_rivalry(4000), ("CNN", "RBF, length 0.5", "MLP NTK, two layers")),
}


def compare(name: str, method: str, data: Rivalry, splits: Sequence[int] = range(SPLITS)) -> dict[str, Any]:
    """One method on one data set: a row of the record.

    Args:
        name: of the data, a key of DATA.
        method: a key of METHODS.
        data: what DATA makes.
        splits: which.

    Returns:
        data, its sha256, points, test_points; method; by split accuracy, log_score, ece, CPU seconds with what was
        made once for several methods, and the settings that were chosen.
    """
    row: dict[str, Any] = {
        "data": name,
        "sha256": data.sha256,
        "points": data.points,
        "test_points": data.test_points,
        "method": method,
    }
    found = [_one(METHODS[method], data, split) for split in splits]
    for key in found[0]:
        row[key] = [one[key] for one in found]
    return row


def row_of(record: Record, data: str, method: str) -> dict[str, Any]:
    """A row of the record.

    Args:
        record: as `rivals` returns it.
        data: a key of DATA.
        method: a key of METHODS.
    """
    return next(row for row in record.rows if (row["data"], row["method"]) == (data, method))


def paired(
    first: dict[str, Any], second: dict[str, Any], part: str = "log_score", level: float = 0.95
) -> tuple[float, float]:
    """The difference of two methods on the same splits: its mean, and half the width of its interval.

    Args:
        first: a row of the record.
        second: another, on the same splits.
        part: "log_score", "accuracy" or "ece".
        level: of confidence.
    """
    differences = np.subtract(first[part], second[part])
    return split_interval(differences, (first["points"], first["test_points"]), level)


def split_interval(
    values: Float[np.ndarray, " S"], points: tuple[int, int], level: float = 0.95
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
        >>> import numpy as np
        >>> from ntkbook.chapters.digits import measure
        >>> mean, half = measure.split_interval(np.array([0.9, 0.92]), (80, 20))
        >>> round(mean, 3)
        0.91
    """
    S = len(values)
    factor = np.sqrt(1 / S + points[1] / points[0])
    return float(values.mean()), float(student.ppf((1 + level) / 2, S - 1) * values.std(ddof=1) * factor)


def _one(method: Method, data: Rivalry, split: int) -> dict[str, Any]:
    rows = data.split(split)
    with threadpool_limits(1, "blas"):  # products of this size wait for each other's threads
        (p, setting), seconds = data.kept.timed(lambda: method(data, rows))
    p, Y = jnp.asarray(p), jnp.asarray(data.Y[rows.test])
    return {
        "accuracy": _rounded(bayes.accuracy(p, Y)),
        "log_score": _rounded(bayes.log_score(p, Y)),
        "ece": _rounded(bayes.expected_calibration_error(p, Y)),
        "seconds": float(f"{seconds:.3g}"),
        "setting": [float(f"{value:.4g}") for value in setting],
    }


def _rounded(value: Any) -> float:
    return round(float(value), 6)


def rivals() -> Record:
    """What `python -m benchmarks.rivals` kept; rows as `compare` returns them."""
    return read_record(RECORD)
