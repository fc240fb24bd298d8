"""How laziness depends on the width: one training problem, several widths, several initializations."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from tqdm import tqdm  # a line of text: on a page, a widget of its own would be dead

from ntkbook import bounds, laziness, losses
from ntkbook.data import Data
from ntkbook.networks import mlp
from ntkbook.training import gradient_flow


@dataclass(frozen=True)
class WidthScan:
    """For W widths and S initializations: the largest value along each flow, up to convergence.

    widths: n. drift: ‖Θ_t − Θ₀‖/‖Θ₀‖. gap_train, gap_test: max_x ‖f_t(x) − f_lin,t(x)‖ (NaN with decay towards 0).
    radius: ‖θ_t − θ₀‖. bound: R = √(2V₀/λ) (NaN with decay towards 0).
    """

    widths: Float[np.ndarray, " W"]
    drift: Float[np.ndarray, "W S"]
    gap_train: Float[np.ndarray, "W S"]
    gap_test: Float[np.ndarray, "W S"]
    radius: Float[np.ndarray, "W S"]
    bound: Float[np.ndarray, "W S"]


def width_scan(
    points: Data,
    widths: Sequence[int],
    *,
    lam: float,
    anchor: str = "init",
    seeds: int = 3,
    log_times: Float[np.ndarray, " T"] | None = None,
) -> WidthScan:
    """Train one-hidden-layer erf networks of every width with cross-entropy and (λ/2)‖θ − aθ₀‖², and compare.

    points: training and test data. lam: λ > 0. seeds: initializations a width. log_times: when to look
    (natural logarithm; by default until the regularized flow has converged).
    """
    times = np.exp(np.linspace(-2.0, 7.0, 73) if log_times is None else log_times)
    rows = [
        _one_run(points, n, lam, anchor, seed, times)
        for n in tqdm(widths, desc="widths", leave=False)
        for seed in range(seeds)
    ]
    columns = {name: np.asarray([row[name] for row in rows]).reshape(len(widths), seeds) for name in rows[0]}
    return WidthScan(widths=np.asarray(widths, dtype=float), **columns)


def _one_run(
    points: Data, n: int, lam: float, anchor: str, seed: int, times: Float[np.ndarray, " T"]
) -> dict[str, float]:
    network = mlp(points.X.shape[1], points.Y.shape[1], n)
    theta0 = network.init(jax.random.key(1000 * seed + n))
    problem = {"lam": lam, "X_test": points.X_test}
    path = gradient_flow(
        network.apply, theta0, points.X, points.Y, jnp.asarray(times), anchor=anchor, rtol=1e-9, atol=1e-11,
        steady=1e-4, **problem,
    )  # fmt: skip
    row = {"drift": float(jnp.max(path.ntk_drift)), "radius": float(jnp.max(path.radius))}
    if anchor != "init":
        return row | dict.fromkeys(("gap_train", "gap_test", "bound"), np.nan)
    linear, linear_test = laziness.linearize_trajectory(
        path, network.apply, theta0, points.X, points.Y, **problem
    )
    V0 = float(losses.excess(losses.cross_entropy, network.apply(theta0, points.X), points.Y))
    return row | {
        "gap_train": float(jnp.max(laziness.linearization_gap(path.logits, linear.logits))),
        "gap_test": float(jnp.max(laziness.linearization_gap(path.test_logits, linear_test))),
        "bound": float(bounds.radius_regularized(V0, lam)),
    }
