"""Trained networks of growing width on digits, beside the explicit predictor of infinite width from the same start."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float

from ntkbook._progress import progress_bar
from ntkbook.bayes import total_variation
from ntkbook.chapters.digits.measure.kernels import TEST, all_digits
from ntkbook.explicit import kernel_logistic_regression
from ntkbook.networks import Network, mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_descent

DESCENT = optax.sgd(0.01, momentum=0.9)  # stable: β λ_max(Θ) is about 100 on 200 images
STEPS = 200


@dataclass(frozen=True)
class FiniteDigits:
    """For W widths, the accuracy of S trained networks each, and of the explicit predictors from the same f₀.

    Args:
        widths: (W,) n.
        network: (W, S) accuracy of the networks on 500 new images.
        formula: (W, S) accuracy of the explicit predictors on them.
        from_zero: accuracy of the explicit predictor from f₀ = 0.
        distance: (W, S) mean total variation between the probabilities of network and formula.
        radius: (W, S) ‖θ − θ₀‖.
    """

    widths: Float[np.ndarray, " W"]
    network: Float[np.ndarray, "W S"]
    formula: Float[np.ndarray, "W S"]
    from_zero: float
    distance: Float[np.ndarray, "W S"]
    radius: Float[np.ndarray, "W S"]


def finite_digits(
    widths: Sequence[int], *, seeds: int = 4, lam: float = 0.3, points: int = 200
) -> FiniteDigits:
    """Train ReLU MLPs of one hidden layer with the regularizer around θ₀ on some of the digits, until little moves.

    Args:
        widths: W values of n.
        seeds: S, how many networks of each.
        lam: λ.
        points: how many digits.
    """
    images = all_digits()
    X, Y, X_test, Y_test = images.X[:points], images.Y[:points], images.X[-TEST:], images.Y[-TEST:]
    limit = _network(widths[0])
    on_train, on_test = limit.kernel(X).ntk, limit.kernel(X_test, X).ntk

    def accuracy(logits: Float[Array, "M K"]) -> float:
        return float(np.mean(np.asarray(logits.argmax(axis=1) == Y_test.argmax(axis=1))))

    steps, rows = jnp.array([STEPS]), []
    for n, seed in progress_bar(list(product(widths, range(seeds))), "networks"):
        problem = Problem.of(_network(n), jax.random.fold_in(jax.random.key(n), seed), X, Y, lam=lam)
        run = gradient_descent(problem, steps, optimizer=DESCENT, X_test=X_test, record_ntk=False)
        solution = kernel_logistic_regression(on_train, Y, problem.z0, lam=lam)
        formula, trained = solution.predict(on_test, problem.f0(X_test)), run.test_logits[-1]
        apart = total_variation(jax.nn.softmax(trained, axis=1), jax.nn.softmax(formula, axis=1)).mean()
        rows.append((accuracy(trained), accuracy(formula), float(apart), float(run.radius[-1])))
    reached, formula, distance, radius = np.array(rows).T.reshape(4, len(widths), seeds)
    from_zero = accuracy(kernel_logistic_regression(on_train, Y, lam=lam).predict(on_test))
    return FiniteDigits(np.asarray(widths, dtype=float), reached, formula, from_zero, distance, radius)


def _network(n: int) -> Network:
    return mlp(64, 10, n, activation="relu")
