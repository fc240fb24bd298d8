"""Bounds on the error of lazy classifiers, beside the error itself, on a population of images that is known entirely.

The population is all 1082 images of the digits 0, 4, 6 (class 0) and 1, 2, 3 (class 1). Training points are drawn from
it independently, with replacement, so that the theorem's law is uniform over the images, its P(wrong) is a sum over
them, exact, and the map from pixels to inputs (centred with the population's mean, ‖x‖ = √d) has not seen the draw.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ntkbook import _checks
from ntkbook.data import Data, digits
from ntkbook.explicit import kernel_logistic_regression
from ntkbook.generalization import (
    MARGINS,
    GeneralizationBound,
    generalization_bound,
    rademacher_bound,
    ramp_loss,
    rkhs_norm,
)
from ntkbook.laziness import logit_margin
from ntkbook.losses import cross_entropy, total
from ntkbook.networks import mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_descent

__all__ = [
    "BoundedError",
    "NetworkBound",
    "bounded_error",
    "network_bound",
    "norm_against_fit",
    "population",
]

CLASSES = ((0, 4, 6), (1, 2, 3))
SIZES = (200, 400, 800, 1600)
RATE, STEPS = 0.05, 1_000  # of descent: 10 times 1/λ for λ = 0.2
DEMANDED = 1.0  # h, in what a network owes


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


@dataclass(frozen=True)
class BoundedError:
    """What is proven of the error of kernel logistic regression, beside the error itself.

    Args:
        bound: what is proven from N points alone.
        error: P(wrong), exact.
        unavoidable: the least training error of any function.
        at_margin: (3, H) the bound for every demanded margin h of the grid, and its parts, as rows (ramp loss,
            complexity, confidence).
    """

    bound: GeneralizationBound
    error: float
    unavoidable: float
    at_margin: Float[np.ndarray, "3 H"]


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
    Theta = columns[sample.drawn]
    solution = kernel_logistic_regression(Theta, sample.labels, lam=lam)
    bound = generalization_bound(Theta, solution.coefficients, solution.logits, sample.labels)
    ball = float(rademacher_bound(Theta, bound.norm_bound, points, 2))
    parts = [
        (float(jnp.mean(ramp_loss(solution.logits, sample.labels, h))), 4 / h * ball, bound.confidence)
        for h in MARGINS
    ]
    missed = error(solution.predict(columns), noise)
    return BoundedError(bound, missed, unavoidable(sample), np.array(parts).T)


@dataclass(frozen=True)
class NetworkBound:
    """A trained network f, its linearization f_lin, trained in the same way, and what f owes for not being linear.

    All means are over the population, exact; h = 1 is the demanded margin.

    Args:
        error: P(wrong) of f.
        ramp: E ramp_h of f.
        linear_ramp: E ramp_h of f_lin.
        extra: √2/h · E‖f(x) − f_lin(x)‖.
        radius: ‖θ − θ₀‖.
        linear_norm: the same for f_lin, its RKHS norm.
        least_norm: the least RKHS norm of a function that changes f₀ on the training points as training has changed the
            network; at most the radius, if training was linear.
    """

    error: float
    ramp: float
    linear_ramp: float
    extra: float
    radius: float
    linear_norm: float
    least_norm: float


def network_bound(n: int, *, points: int = 100, lam: float = 0.2, seed: int = 0) -> NetworkBound:
    """A network of n erf units, trained by gradient descent with the regularizer (λ/2)‖θ − θ₀‖² until nothing moves.

    Args:
        n: width.
        points: the number N.
        lam: λ > 0.
        seed: of sample and initialization.

    Source:
        The book's chapter on generalization.
    """
    data, _ = population()
    sample = draw(points, 0.0, seed)
    X, network = data.X[sample.drawn], mlp(data.X.shape[1], 2, n)
    problem = Problem.of(network, jax.random.key(seed + 1), X, sample.labels, lam=lam)
    steps = jnp.array([STEPS])
    path = gradient_descent(problem, steps, learning_rate=RATE, X_test=data.X, record_ntk=False)
    f0, everywhere, columns = problem.z0, problem.f0(data.X), problem.kernel(data.X)
    rows = (2 * sample.drawn[:, None] + jnp.arange(2)).ravel()
    Theta = columns[rows]
    solution = kernel_logistic_regression((Theta + Theta.T) / 2, sample.labels, f0, lam=lam)
    f, f_lin = path.test_logits[-1], solution.predict(columns, everywhere)
    change = (path.logits[-1] - f0).ravel()
    return NetworkBound(
        error=error(f, 0.0),
        ramp=float(jnp.mean(ramp_loss(f, data.Y, DEMANDED))),
        linear_ramp=float(jnp.mean(ramp_loss(f_lin, data.Y, DEMANDED))),
        extra=float(np.sqrt(2) / DEMANDED * jnp.mean(jnp.linalg.norm(f - f_lin, axis=1))),
        radius=float(path.radius[-1]),
        linear_norm=float(rkhs_norm(Theta, solution.coefficients)),
        least_norm=float(jnp.sqrt(change @ jnp.linalg.pinv(Theta, rtol=1e-10, hermitian=True) @ change)),
    )


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


# --- the explorer ----------------------------------------------------------------------------------------


def bound_over_points(points: int, noise: float, lam: float) -> dict[str, Float[np.ndarray, " m"]]:
    """Bound, its parts and the error over all sizes; for the size chosen, the parts over the demanded margins.

    Args:
        points: N, the size chosen.
        noise: share of the labels replaced by fair coins.
        lam: λ.
    """
    runs = [bounded_error(size, noise, lam) for size in SIZES]
    here = runs[SIZES.index(points)] if points in SIZES else bounded_error(points, noise, lam)
    ramp, complexity, confidence = here.at_margin
    return {
        "sizes": np.array(SIZES, dtype=float),
        "total": np.array([run.bound.total for run in runs]),
        "ramp": np.array([run.bound.empirical for run in runs]),
        "error": np.array([run.error for run in runs]),
        "here": np.array([points], dtype=float),
        "here_total": np.array([here.bound.total]),
        "margins": np.array(MARGINS),
        "margin_ramp": ramp,
        "margin_complexity": complexity,
        "margin_total": ramp + complexity + confidence,
        "best": np.array([here.bound.margin]),
        "norm": np.array([here.bound.norm]),
        "here_error": np.array([here.error]),
    }


def describe_bound(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, " m"]]
) -> str:
    """What the explorer of the bound shows."""
    total, missed = float(arrays["here_total"][0]), float(arrays["here_error"][0])
    said = "says something" if total < 1 else "is above 1, so it says nothing"
    return (
        f"From {setting['points']:g} points with {100 * float(setting['noise']):.0f} % random labels at "
        f"λ = {setting['lam']:g}: B = {float(arrays['norm'][0]):.1f}, the bound is {total:.2f} and {said}; "
        f"the error is {missed:.3f}."
    )
