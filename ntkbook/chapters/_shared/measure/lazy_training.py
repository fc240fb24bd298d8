"""One wide network on eight labelled points of a sphere, trained with cross-entropy: does its kernel move?

The experiment of the landing page and of the chapter on regularizers: one hidden layer of n erf units, d = 6,
K = 3, labels without any structure. What varies: the width n, the strength λ and the anchor of the regularizer,
and the smoothing ε of the targets.
"""

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import bounds, data, laziness, losses
from ntkbook.chapters._shared.measure.both_flows import one_hidden_layer
from ntkbook.training import gradient_flow

Arrays = dict[str, Float[np.ndarray, " T"]]
Setting = Mapping[str, float | int | str]

POINTS = data.sphere(jax.random.key(0))


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
    network = one_hidden_layer(POINTS)(n)
    theta0 = network.init(jax.random.key(seed + 1))
    Y = losses.smooth_labels(POINTS.Y, epsilon)
    log_times = np.asarray(log_times, dtype=float)
    times = jnp.exp(jnp.asarray(log_times))
    path = gradient_flow(
        network.apply, theta0, POINTS.X, Y, times, lam=lam, anchor=anchor, X_test=POINTS.X_test,
        rtol=1e-8, atol=1e-10, steady=1e-3,
    )  # fmt: skip  # as exact as a picture can show: to about four digits

    anchored = anchor == "init"
    linear_gap = jnp.full(len(log_times), jnp.nan)
    if anchored:
        linear = laziness.linearize_trajectory(path, network.apply, theta0, POINTS.X, Y, lam=lam)
        linear_gap = laziness.logit_gap(linear.trajectory.logits, POINTS.Y)
    bound = jnp.nan
    if anchored and lam > 0:
        V0 = float(losses.excess(losses.cross_entropy, network.apply(theta0, POINTS.X), Y))
        bound = bounds.radius_regularized(V0, lam)
    return {
        "log_t": log_times,
        "drift": _numpy(path.ntk_drift),
        "radius": _numpy(path.radius),
        "radius_bound": np.full(len(log_times), float(bound)),
        "gap": _numpy(laziness.logit_gap(path.logits, POINTS.Y)),
        "linear_gap": _numpy(linear_gap),
    }


def _numpy(x: Float[Array, " T"]) -> Float[np.ndarray, " T"]:
    return np.asarray(x, dtype=float)


# --- the two explorers' settings -------------------------------------------------------------------------

SWITCH_LOG_TIMES = np.linspace(-2.0, 40.0, 85)
REGULARIZER_LOG_TIMES = np.linspace(-2.0, 7.0, 73)


def lazy_switch(n: int, epsilon: float, lam: float) -> Arrays:
    """The landing page: targets smoothed by ε, a regularizer of strength λ, or neither, followed to log t = 40."""
    return lazy_training(n, lam, epsilon, log_times=SWITCH_LOG_TIMES)


def regularizer(n: int, lam: float, anchor: str) -> Arrays:
    """The chapter on regularizers: one-hot targets, a regularizer of strength λ pulling towards θ₀ or towards 0."""
    return lazy_training(n, lam, anchor=anchor, log_times=REGULARIZER_LOG_TIMES)


# --- in words --------------------------------------------------------------------------------------------


def describe_switch(setting: Setting, arrays: Mapping[str, Float[np.ndarray, " T"]]) -> str:
    """What the landing page's picture shows."""
    moved = f"By log t = {arrays['log_t'][-1]:.0f} the NTK has moved by {_percent(np.max(arrays['drift']))}"
    gap = f"the least logit gap is {arrays['gap'][-1]:.1f}"
    if setting["epsilon"] == 0 and setting["lam"] == 0:
        return f"Nothing holds the logits. {moved}, {gap}, and both go on growing."
    holder = " and ".join(
        name
        for name, value in (("smoothing", setting["epsilon"]), ("the regularizer", setting["lam"]))
        if value != 0
    )
    return f"Held by {holder}. {moved}; {gap}, and stays there: {_verdict(arrays['drift'])}."


def describe_regularizer(setting: Setting, arrays: Mapping[str, Float[np.ndarray, " T"]]) -> str:
    """What the picture of the chapter on regularizers shows."""
    moved = f"the NTK moves by {_percent(np.max(arrays['drift']))}"
    travelled = f"the parameters travel {np.max(arrays['radius']):.2f}"
    if setting["anchor"] == "zero":
        return f"Pulled towards 0, {moved} and {travelled}; no bound holds: {_verdict(arrays['drift'])}."
    bound = arrays["radius_bound"][-1]
    return f"Pulled towards θ₀, {moved} and {travelled}, within the bound {bound:.2f}: {_verdict(arrays['drift'])}."


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


VERDICTS = ((0.05, "lazy"), (0.3, "nearly lazy; try a wider network"), (np.inf, "not lazy"))


def _verdict(drift: Float[np.ndarray, " T"]) -> str:
    return next(words for limit, words in VERDICTS if np.max(drift) < limit)
