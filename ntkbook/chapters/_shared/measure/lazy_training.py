"""The network of `sphere`, trained with cross-entropy: does its kernel move?

What the landing page and the chapter on regularizers show. What varies: the width n, the strength λ and the anchor of
the regularizer, and the smoothing ε of the targets.
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import bounds, laziness, losses
from ntkbook.chapters._shared.measure import sphere
from ntkbook.training import gradient_flow

Arrays = dict[str, Float[np.ndarray, " T"]]


def lazy_training(
    n: int,
    lam: float = 0.0,
    epsilon: float = 0.0,
    anchor: str = "init",
    *,
    log_times: Float[np.ndarray, " T"],
    seed: int = 0,
) -> Arrays:
    """The gradient flow of one network and of its linearization, at t = exp(log_times).

    Named arrays, each over time: log_t; drift, ‖Θ_t − Θ₀‖/‖Θ₀‖; radius, ‖θ_t − θ₀‖; radius_bound, R = √(2V₀/λ)
    (NaN where Theorem B says nothing: λ = 0, or decay towards 0); gap, the least logit gap on the training set;
    linear_gap, the same for the linearized model (NaN with decay towards 0, which is not a lazy problem).
    """
    points = sphere.points()
    network, theta0 = sphere.started(n, seed)
    Y = losses.smooth_labels(points.Y, epsilon)
    log_times = np.asarray(log_times, dtype=float)
    times = jnp.exp(jnp.asarray(log_times))
    path = gradient_flow(
        network.apply, theta0, points.X, Y, times, lam=lam, anchor=anchor, X_test=points.X_test,
        rtol=1e-8, atol=1e-10, steady=1e-3,
    )  # fmt: skip  # as exact as a picture can show: to about four digits

    anchored = anchor == "init"
    linear_gap = jnp.full(len(log_times), jnp.nan)
    if anchored:
        linear = laziness.linearize_trajectory(path, network.apply, theta0, points.X, Y, lam=lam)
        linear_gap = laziness.logit_gap(linear.trajectory.logits, points.Y)
    bound = jnp.nan
    if anchored and lam > 0:
        V0 = float(losses.excess(losses.cross_entropy, network.apply(theta0, points.X), Y))
        bound = bounds.radius_regularized(V0, lam)
    return {
        "log_t": log_times,
        "drift": _numpy(path.ntk_drift),
        "radius": _numpy(path.radius),
        "radius_bound": np.full(len(log_times), float(bound)),
        "gap": _numpy(laziness.logit_gap(path.logits, points.Y)),
        "linear_gap": _numpy(linear_gap),
    }


def _numpy(x: Float[Array, " T"]) -> Float[np.ndarray, " T"]:
    return np.asarray(x, dtype=float)


# --- in words --------------------------------------------------------------------------------------------


def percent(share: float) -> str:
    """A share, to two digits."""
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


VERDICTS = ((0.05, "lazy"), (0.3, "nearly lazy; try a wider network"), (np.inf, "not lazy"))


def verdict(drift: Float[np.ndarray, " T"]) -> str:
    """What the largest drift amounts to."""
    return next(words for limit, words in VERDICTS if np.max(drift) < limit)
