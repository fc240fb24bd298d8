"""How far a trained network is from the formulas for it, over widths."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from tqdm import tqdm

from ntkbook.data import Data
from ntkbook.empirical import empirical_ntk
from ntkbook.explicit import log_target_regression
from ntkbook.losses import center, smooth_labels
from ntkbook.networks import mlp
from ntkbook.training import gradient_flow

TIMES = jnp.exp(jnp.array([2.0, 6.5]))


@dataclass(frozen=True)
class PredictorScan:
    """For W widths and S initializations: max_x ‖P(f_∞(x) − formula(x))‖ over the test points.

    widths: n. own: Theorem D with the network's own Θ₀. limit: the same with the kernel of infinite width.
    """

    widths: Float[np.ndarray, " W"]
    own: Float[np.ndarray, "W S"]
    limit: Float[np.ndarray, "W S"]


def predictor_scan(points: Data, widths: Sequence[int], *, epsilon: float, seeds: int = 3) -> PredictorScan:
    """Train one-hidden-layer erf networks to the end, without a regularizer, on labels smoothed by ε > 0.

    points: training and test data.
    """
    rows = [
        [_distances(points, n, epsilon, seed) for seed in range(seeds)]
        for n in tqdm(widths, desc="widths", leave=False)
    ]
    own, limit = np.moveaxis(np.array(rows), -1, 0)
    return PredictorScan(np.asarray(widths, dtype=float), own, limit)


def _distances(points: Data, n: int, epsilon: float, seed: int) -> tuple[float, float]:
    network, Y = mlp(points.X.shape[1], points.Y.shape[1], n), smooth_labels(points.Y, epsilon)
    theta0 = network.init(jax.random.key(1000 * seed + n))
    path = gradient_flow(
        network.apply, theta0, points.X, Y, TIMES, X_test=points.X_test, record_ntk=False,
        rtol=1e-8, atol=1e-10, steady=1e-5,
    )  # fmt: skip
    f0, f0_test = network.apply(theta0, points.X), network.apply(theta0, points.X_test)
    kernels = {
        "own": (
            empirical_ntk(network.apply, theta0, points.X),
            empirical_ntk(network.apply, theta0, points.X_test, points.X),
        ),
        "limit": (network.kernel(points.X).ntk, network.kernel(points.X_test, points.X).ntk),
    }
    own, limit = (
        log_target_regression(Theta, Y, f0).predict(Theta_test, f0_test)
        for Theta, Theta_test in kernels.values()
    )
    return _distance(path.test_logits[-1], own), _distance(path.test_logits[-1], limit)


def _distance(logits: Float[Array, "M K"], others: Float[Array, "M K"]) -> float:
    return float(jnp.max(jnp.linalg.norm(center(logits - others), axis=1)))
