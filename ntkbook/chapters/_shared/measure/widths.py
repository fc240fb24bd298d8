"""How laziness depends on the width: one training problem, several widths, several initializations."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import bounds, losses
from ntkbook._progress import progress_bar
from ntkbook.chapters._shared.measure.both_flows import Architecture, both_flows, one_hidden_layer
from ntkbook.data import Data
from ntkbook.integration import Integration
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow

PRECISE = Integration(rtol=1e-9, atol=1e-11, steady=1e-4)


@dataclass(frozen=True)
class WidthScan:
    """For W widths and S initializations: the largest value along each flow, up to convergence.

    Args:
        widths: (W,) n.
        drift: (W, S) ‖Θ_t − Θ₀‖/‖Θ₀‖.
        gap_train: (W, S) max_x ‖f_t(x) − f_lin,t(x)‖ over the training points; NaN with decay towards 0.
        gap_test: (W, S) the same over the test points.
        radius: (W, S) ‖θ_t − θ₀‖.
        bound: (W, S) R of Theorem B where λ > 0, of Theorem A where λ = 0 and κ > 0 and every target probability is
            positive; NaN where neither says anything.
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
    epsilon: float = 0.0,
    anchor: str = "init",
    seeds: int = 3,
    log_times: Float[np.ndarray, " T"] | None = None,
    architecture: Architecture | None = None,
) -> WidthScan:
    """Train networks of every width with cross-entropy and (λ/2)‖θ − aθ₀‖² on targets smoothed by ε, and compare.

    Args:
        points: training and test data.
        widths: W values of n.
        lam: λ ≥ 0.
        epsilon: ε, smoothing of the targets.
        anchor: what the regularizer pulls towards, "init" (a = 1) or "zero" (a = 0).
        seeds: S, initializations a width.
        log_times: (T,) when to look, as natural logarithms; by default until a flow that is regularized, or has
            smoothed targets, has converged.
        architecture: width -> network; by default one hidden layer of erf units.
    """
    make = one_hidden_layer(points) if architecture is None else architecture
    if log_times is None:
        log_times = np.linspace(-2.0, 7.0, 73) if lam > 0 else np.linspace(-2.0, 14.0, 65)
    Y = losses.smooth_labels(points.Y, epsilon)
    rows = []
    for n in progress_bar(widths, "widths"):
        network = make(n)
        for seed in range(seeds):
            key = jax.random.key(1000 * seed + n)
            problem = Problem.of(network, key, points.X, Y, lam=lam, anchor=anchor)
            rows.append(_largest(problem, points.X_test, log_times))
    columns = {name: np.asarray([row[name] for row in rows]).reshape(len(widths), seeds) for name in rows[0]}
    return WidthScan(widths=np.asarray(widths, dtype=float), **columns)


def _largest(
    problem: Problem, X_test: Float[Array, "M ..."], log_times: Float[np.ndarray, " T"]
) -> dict[str, float]:
    """One entry of every field of WidthScan."""
    if problem.anchor == "zero":  # there is no linearization to compare with, and no bound
        times = jnp.exp(jnp.asarray(log_times))
        path = gradient_flow(problem, times, X_test=X_test, integration=PRECISE)
        gaps = dict.fromkeys(("gap_train", "gap_test", "bound"), np.nan)
    else:
        both = both_flows(problem, log_times, X_test=X_test, integration=PRECISE)
        path = both.path
        gaps = {
            "gap_train": float(jnp.max(both.gap_train())),
            "gap_test": float(jnp.max(both.gap_test())),
            "bound": _bound(problem),
        }
    return {"drift": float(jnp.max(path.ntk_drift)), "radius": float(jnp.max(path.radius))} | gaps


def _bound(problem: Problem) -> float:
    Y, V0 = problem.Y, problem.V0
    if problem.lam > 0:
        return float(bounds.radius_regularized(V0, problem.lam))
    if float(jnp.min(Y)) <= 0 or problem.kappa <= 0:
        return np.nan
    return float(bounds.radius_nondegenerate(V0, bounds.pl_constant_polynomial(Y, V0), problem.kappa))
