"""Kernel logistic regression on a sample: what is proven of its error, the error, and the norm that a fit takes."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ntkbook.bayes.pac_bayes import PacBayesBound, pac_bayes_bound
from ntkbook.chapters.generalization.measure.samples import draw, error, population, unavoidable
from ntkbook.explicit import kernel_logistic_regression
from ntkbook.generalization import (
    MARGINS,
    GeneralizationBound,
    generalization_bound,
    ramp_loss,
    rkhs_norm,
)
from ntkbook.losses import cross_entropy, total


@dataclass(frozen=True)
class BoundedError:
    """What is proven of the error of kernel logistic regression, beside the error itself.

    Args:
        bound: what is proven from N points alone.
        error: P(wrong), exact.
        unavoidable: the least training error of any function.
        at_margin: (3, H) the bound for every demanded margin h of the grid, and its parts, as rows (ramp loss,
            complexity, confidence).
        promise: the same bound for other sets of margins, each fixed beforehand.
    """

    bound: GeneralizationBound
    error: float
    unavoidable: float
    at_margin: Float[np.ndarray, "3 H"]
    promise: Callable[[Sequence[float]], GeneralizationBound]


@functools.cache
def bounded_error(points: int, noise: float, lam: float, *, seed: int = 0) -> BoundedError:
    """Kernel logistic regression on a sample from the population: its bound, and its error.

    Args:
        points: the number N.
        noise: share of the labels replaced by fair coins.
        lam: λ > 0.
        seed: of the sample.

    Raises:
        InvalidInput: for points below 1 or a share outside [0, 1].

    Source:
        The book's chapter on generalization.
    """
    _, kernel = population()
    sample = draw(points, noise, seed)
    columns = kernel[:, sample.drawn]
    solution = kernel_logistic_regression(columns[sample.drawn], sample.labels, lam=lam)

    def promise(margins: Sequence[float]) -> GeneralizationBound:
        return generalization_bound(
            kernel[sample.drawn][:, sample.drawn],  # not kept, for there are many samples
            solution.coefficients,
            solution.logits,
            sample.labels,
            trace_bound=float(
                jnp.diag(kernel).max()
            ),  # tr PΘ(x, x), the same at every image of the population
            margins=margins,
        )

    bound = promise(MARGINS)
    parts = [
        (
            float(jnp.mean(ramp_loss(solution.logits, sample.labels, h))),
            bound.complexity * bound.margin / h,
            bound.confidence,
        )
        for h in MARGINS
    ]
    missed = error(solution.predict(columns), noise)
    return BoundedError(bound, missed, unavoidable(sample), np.array(parts).T, promise)


@dataclass(frozen=True)
class BothBounds:
    """What a ball and a law promise of the same predictor.

    Args:
        ball: the book's Theorem on the error.
        law: PAC-Bayes.
        error: P(wrong), exact.
    """

    ball: GeneralizationBound
    law: PacBayesBound
    error: float


def both_bounds(points: int, noise: float, lam: float, *, seed: int = 0) -> BothBounds:
    """Kernel logistic regression on a sample from the population: two bounds on its error, and its error.

    Args:
        points: the number N.
        noise: share of the labels replaced by fair coins.
        lam: λ > 0, fixed beforehand.
        seed: of the sample.

    Source:
        The book's chapter on generalization.
    """
    _, kernel = population()
    sample = draw(points, noise, seed)
    run = bounded_error(points, noise, lam, seed=seed)
    law = pac_bayes_bound(kernel[sample.drawn][:, sample.drawn], sample.labels, lam=lam)
    return BothBounds(run.bound, law, run.error)


def norm_against_fit(
    points: int, noise: float, lams: Sequence[float], *, seed: int = 0
) -> tuple[Float[np.ndarray, " L"], Float[np.ndarray, " L"]]:
    """How well the points are fitted, and the norm that it takes.

    Args:
        points: the number N.
        noise: share of the labels replaced by fair coins.
        lams: L strengths λ > 0.
        seed: of the sample.

    Returns:
        C/N; B, each for every λ.

    Source:
        The book's chapter on generalization.
    """
    _, kernel = population()
    sample = draw(points, noise, seed)
    Theta = kernel[sample.drawn][:, sample.drawn]
    fits = [kernel_logistic_regression(Theta, sample.labels, lam=lam) for lam in lams]
    losses = [total(cross_entropy, fit.logits, sample.labels) / points for fit in fits]
    norms = [rkhs_norm(Theta, fit.coefficients) for fit in fits]
    return np.asarray(losses, dtype=float), np.asarray(norms, dtype=float)
