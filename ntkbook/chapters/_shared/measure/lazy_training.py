"""The network of `sphere`, trained with cross-entropy: does its kernel move?

What the landing page and the chapter on regularizers show. What varies: the width n, the strength λ and the anchor of
the regularizer, and the smoothing ε of the targets.
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import bounds, laziness
from ntkbook.chapters._shared.measure import sphere
from ntkbook.chapters._shared.measure.both_flows import PICTURE
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

    Args:
        n: width.
        lam: λ, strength of the regularizer.
        epsilon: ε, smoothing of the targets.
        anchor: what the regularizer pulls towards, "init" (θ₀) or "zero".
        log_times: (T,) natural logarithms of the times.
        seed: of the initialization.

    Returns:
        named arrays, each over time. log_t; drift, ‖Θ_t − Θ₀‖/‖Θ₀‖; radius, ‖θ_t − θ₀‖; radius_bound, R = √(2V₀/λ)
        (NaN where Theorem B says nothing: λ = 0, or decay towards 0); gap, the least logit gap on the training set;
        linear_gap, the same for the linearized model (NaN with decay towards 0, which is not a lazy problem).
    """
    points = sphere.points()
    problem = sphere.problem(n, epsilon=epsilon, lam=lam, anchor=anchor, seed=seed)
    log_times = np.asarray(log_times, dtype=float)
    path = gradient_flow(problem, jnp.exp(jnp.asarray(log_times)), X_test=points.X_test, integration=PICTURE)

    anchored = anchor == "init"
    linear_gap = np.full(len(log_times), np.nan)
    if anchored:
        linear = laziness.linearize_trajectory(path, problem)
        linear_gap = _numpy(laziness.logit_gap(linear.trajectory.logits, points.Y))
    bound = bounds.radius_regularized(problem.V0, lam) if anchored and lam > 0 else jnp.nan
    return {
        "log_t": log_times,
        "drift": _numpy(path.ntk_drift),
        "radius": _numpy(path.radius),
        "radius_bound": np.full(len(log_times), float(bound)),
        "gap": _numpy(laziness.logit_gap(path.logits, points.Y)),
        "linear_gap": linear_gap,
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
