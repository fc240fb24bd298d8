"""How far a trained network is from the formulas for it, over widths."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook._progress import progress_bar
from ntkbook.chapters.trained_predictor.measure.predictor import TO_THE_END
from ntkbook.data import Data
from ntkbook.explicit import log_target_regression
from ntkbook.losses import center, smooth_labels
from ntkbook.networks import mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow

LOG_TIMES = np.array([2.0, 6.5])


@dataclass(frozen=True)
class PredictorScan:
    """For W widths and S initializations: max_x ‖P(f_∞(x) − formula(x))‖ over the test points.

    Args:
        widths: (W,) n.
        own: (W, S) for Theorem D with the network's own Θ₀.
        limit: (W, S) for the same with the kernel of infinite width.
    """

    widths: Float[np.ndarray, " W"]
    own: Float[np.ndarray, "W S"]
    limit: Float[np.ndarray, "W S"]


def predictor_scan(points: Data, widths: Sequence[int], *, epsilon: float, seeds: int = 3) -> PredictorScan:
    """Train one-hidden-layer erf networks to the end, without a regularizer, on smoothed labels.

    Args:
        points: training and test data.
        widths: W values of n.
        epsilon: ε > 0.
        seeds: S, initializations a width.
    """
    rows = [
        [_distances(points, n, epsilon, seed) for seed in range(seeds)]
        for n in progress_bar(widths, "widths")
    ]
    own, limit = np.moveaxis(np.array(rows), -1, 0)
    return PredictorScan(np.asarray(widths, dtype=float), own, limit)


def _distances(points: Data, n: int, epsilon: float, seed: int) -> tuple[float, float]:
    network, Y = mlp(points.X.shape[1], points.Y.shape[1], n), smooth_labels(points.Y, epsilon)
    problem = Problem.of(network, jax.random.key(1000 * seed + n), points.X, Y)
    path = gradient_flow(
        problem, jnp.exp(LOG_TIMES), X_test=points.X_test, record_ntk=False, integration=TO_THE_END
    )
    kernels = (
        (problem.Theta0, problem.kernel(points.X_test)),
        (network.kernel(points.X).ntk, network.kernel(points.X_test, points.X).ntk),
    )
    own, limit = (
        log_target_regression(Theta, Y, problem.z0).predict(Theta_test, problem.f0(points.X_test))
        for Theta, Theta_test in kernels
    )
    return _distance(path.test_logits[-1], own), _distance(path.test_logits[-1], limit)


def _distance(logits: Float[Array, "M K"], others: Float[Array, "M K"]) -> float:
    return float(jnp.max(jnp.linalg.norm(center(logits - others), axis=1)))
