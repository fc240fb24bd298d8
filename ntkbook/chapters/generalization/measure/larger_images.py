"""Both bounds and the error on images of 28 × 28 pixels, which the book does not ship.

`python -m benchmarks.larger_images` measures them and keeps the numbers in larger_images.json, which the page reads.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook.bayes.pac_bayes import pac_bayes_bound
from ntkbook.chapters._shared.measure.record import Record, read_record
from ntkbook.explicit import kernel_logistic_regression
from ntkbook.generalization import generalization_bound
from ntkbook.laziness import logit_margin

RECORD = Path(__file__).with_suffix(".json")
SIZES = (125, 250, 500, 1000, 2000, 4000)
SEEDS = (0, 1, 2, 3, 4)
LAM = 10.0  # as on the digits


def bounds_over_sizes(
    kernel: Float[Array, "M M"],
    Y: Float[Array, "M 2"],
    *,
    sizes: Sequence[int] = SIZES,
    seeds: Sequence[int] = SEEDS,
) -> Iterator[dict[str, Any]]:
    """Rows, one a size: samples drawn with replacement from a population, as those of the digits.

    Args:
        kernel: Θ on the population, with a constant diagonal.
        Y: its labels.
        sizes: N.
        seeds: of the samples, one for each.

    Returns:
        points, N; ball, law and error: both bounds and P(wrong) over the population, for each sample.
    """
    for points in sizes:
        samples = [_bounds(kernel, Y, points, seed) for seed in seeds]
        yield {"points": points} | {
            name: [round(float(sample[name]), 5) for sample in samples] for name in ("ball", "law", "error")
        }


def _bounds(kernel: Float[Array, "M M"], Y: Float[Array, "M 2"], points: int, seed: int) -> dict[str, Any]:
    drawn = jax.random.randint(jax.random.split(jax.random.key(seed), 3)[0], (points,), 0, len(Y))
    columns, labels = kernel[:, drawn], Y[drawn]
    Theta = columns[drawn]
    fit = kernel_logistic_regression(Theta, labels, lam=LAM)
    trace = float(jnp.diag(kernel).max())
    ball = generalization_bound(Theta, fit.coefficients, fit.logits, labels, trace_bound=trace)
    law = pac_bayes_bound(Theta, labels, lam=LAM)
    wrong = jnp.mean(logit_margin(fit.predict(columns), Y) <= 0)
    return {"ball": ball.total, "law": law.total, "error": wrong}


def larger_images() -> Record:
    """What `python -m benchmarks.larger_images` kept; rows as `bounds_over_sizes` returns them.

    Source:
        The book's chapter on generalization; images, LeCun et al. 1998.
    """
    return read_record(RECORD)
