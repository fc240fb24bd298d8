"""One-hot targets without a regularizer: margins, radius and drift without end, and the order of limits.

The points, the network and its seeds are those of `sphere`.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import laziness, losses
from ntkbook.chapters._shared.measure import sphere
from ntkbook.chapters._shared.measure.both_flows import BothFlows, both_flows
from ntkbook.chapters.one_hot.two_layers import TwoLayers, Watched, two_layers, watch
from ntkbook.explicit import log_target_regression, max_margin, regularization_path
from ntkbook.integration import Integration
from ntkbook.linearized import linearized_flow
from ntkbook.networks import Apply, Params

__all__ = [
    "Clocks",
    "MarginGrowth",
    "TwoLayers",
    "horizon_radius",
    "largest_margin",
    "layers_of",
    "long_run",
    "margin_growth",
    "scaled_exit",
    "three_clocks",
]

Arrays = dict[str, Float[np.ndarray, " T"]]
Setting = Mapping[str, float | int | str]

WIDTHS = (64, 256, 1024, 4096)
LOG_TIMES = np.linspace(-2.0, 100.0, 52)
LONG = Integration(steady=1e-3)
SMOOTHING = {"onehot": 0.0, "smoothed": 0.1}  # targets -> ε


def long_run(n: int, targets: str, seed: int = 0) -> BothFlows:
    """A network of width n and its linearization, followed to log t = 100, its layers watched.

    Computed once a session.

    Args:
        n: width.
        targets: "onehot", or "smoothed" with ε = 0.1.
        seed: of the initialization.
    """
    return _flows(n, targets, seed)


@functools.cache  # eight flows serve every horizon of the explorer
def _flows(n: int, targets: str, seed: int) -> BothFlows:
    problem = sphere.problem(n, epsilon=SMOOTHING[targets], seed=seed)
    return both_flows(
        problem,
        LOG_TIMES,
        X_test=sphere.points().X_test,
        integration=LONG,
        observe=_watched(problem.apply),
    )


@functools.cache  # the same function for every seed, hence compiled once a width
def _watched(apply: Apply) -> Callable[[Params], Watched]:
    return watch(apply, sphere.points().X)


@functools.cache
def layers_of(n: int, targets: str = "onehot") -> TwoLayers:
    """The run of width n, layer by layer.

    Args:
        n: width.
        targets: as in long_run; margins are those of the one-hot labels.

    Source:
        The book's Theorem C.
    """
    run = long_run(n, targets)
    return two_layers(run.problem, run.path, sphere.points().Y)


def output_and_hidden(n: int) -> Arrays:
    """Margins and drifts of the two parts of the kernel, at width n over time.

    Args:
        n: width.

    Returns:
        named arrays over time: log_t; gamma, γ(Θ_t); output_gamma, that of the output layer's part; initial_gamma,
        γ(Θ₀) at all times; margin and margin_bound; output_drift, hidden_drift, and drift_bound, which the larger of
        the two must pass.

    Source:
        The book's Theorem C.
    """
    watched = layers_of(n)
    constant = np.ones_like(watched.log_t)
    names = ("log_t", "gamma", "output_gamma", "margin", "margin_bound", "output_drift", "hidden_drift")
    return {name: getattr(watched, name) for name in names} | {
        "initial_gamma": watched.initial[0] * constant,
        "drift_bound": watched.drift_bound * constant,
    }


def describe_layers(setting: Setting, arrays: Mapping[str, Float[np.ndarray, " T"]]) -> str:
    """What that picture shows."""
    first, last = (arrays["output_gamma"][i] for i in (0, -1))
    moved = max(arrays["output_drift"][-1], arrays["hidden_drift"][-1])
    return (
        f"At width {setting['n']} the margin of the output layer's kernel grows from {first:.2f} to {last:.2f}, that "
        f"of the whole kernel from {arrays['initial_gamma'][0]:.2f} to {arrays['gamma'][-1]:.2f}; one of the two parts "
        f"has moved by {moved:.3g}, where {arrays['drift_bound'][0]:.2g} is proven."
    )


def end_of_laziness(n: int) -> Arrays:
    """The drift of every width in the clocks log t and (log t)/√n, and of one width for itself.

    Args:
        n: the width that is shown for itself.

    Returns:
        named arrays from log t = 0 on: log_t, scaled, drift of width n; all_log_t, all_scaled, all_drift of all
        widths one after the other, with a NaN between two.

    Source:
        The book's Theorem J.
    """
    late = LOG_TIMES > 0

    def of(width: int) -> Arrays:
        drift = np.asarray(long_run(width, "onehot").path.ntk_drift)[late]
        return {"log_t": LOG_TIMES[late], "scaled": LOG_TIMES[late] / np.sqrt(width), "drift": drift}

    every = [of(width) for width in WIDTHS]
    joined = {
        f"all_{name}": np.concatenate([np.append(one[name], np.nan) for one in every]) for name in every[0]
    }
    return of(n) | joined


def describe_end(setting: Setting, arrays: Mapping[str, Float[np.ndarray, " T"]]) -> str:
    """What that picture shows."""
    at = [np.interp(level, arrays["drift"], arrays["scaled"]) for level in (0.3, 1.0)]
    return (
        f"The NTK of width {setting['n']} has moved by 30 % at log t = {at[0]:.2f} √n, and by its own size at "
        f"{at[1]:.2f} √n."
    )


def scaled_exit(n: int, level: float, seed: int = 0) -> float:
    """(log t)/√n at the first time t at which the relative drift reaches a level, interpolated in log t.

    Args:
        n: width.
        level: of the relative drift; it has to be reached by log t = 100.
        seed: of the initialization.

    Source:
        The book's Theorem J.
    """
    drift = np.asarray(long_run(n, "onehot", seed).path.ntk_drift)
    after = int(np.argmax(drift >= level))
    at = np.interp(level, drift[after - 1 : after + 1], LOG_TIMES[after - 1 : after + 1])
    return float(at / np.sqrt(n))


def order_of_limits(n: int, log_horizon: float, targets: str) -> Arrays:
    """What is seen of the flow up to t = e^log_horizon: at width n over time, and of every width the largest drift.

    Args:
        n: width.
        log_horizon: logarithm of the last time that is seen.
        targets: "onehot" or "smoothed", as in long_run.

    Returns:
        named arrays. Over time, NaN beyond the horizon, log_t; gap and linear_gap, the least margin of network and
        linearization; radius and linear_radius, ‖θ_t − θ₀‖; drift. Over the widths: widths, sup_drift. One number each:
        here, n; here_drift, its largest drift.
    """
    both, seen = long_run(n, targets), log_horizon + 1e-9 >= LOG_TIMES
    labels = sphere.points().Y

    def until(x: Float[Array, " T"]) -> Float[np.ndarray, " T"]:
        return np.where(seen, np.asarray(x, dtype=float), np.nan)

    def largest(width: int) -> float:
        return float(np.nanmax(until(long_run(width, targets).path.ntk_drift)))

    return {
        "log_t": LOG_TIMES,
        "gap": until(laziness.logit_gap(both.path.logits, labels)),
        "linear_gap": until(laziness.logit_gap(both.linear.logits, labels)),
        "radius": until(both.path.radius),
        "linear_radius": until(both.linear.radius),
        "drift": until(both.path.ntk_drift),
        "widths": np.asarray(WIDTHS, dtype=float),
        "sup_drift": np.array([largest(width) for width in WIDTHS]),
        "here": np.array([float(n)]),
        "here_drift": np.array([largest(n)]),
    }


@functools.cache
def largest_margin(n: int) -> float:
    """γ, the largest least margin of a direction of norm 1, for the kernel Θ₀ of the network of long_run.

    Args:
        n: width.
    """
    return float(max_margin(sphere.problem(n).Theta0, sphere.points().Y).margin)


def horizon_radius(n: int, log_horizon: float) -> float:
    r"""The radius up to a horizon T, for the network of long_run.

    .. math:: R_T = \frac2\gamma\log T + \sqrt{2N(K-1)e^b}, \qquad b = \max(0, -m(z_0))

    That the flow stays within R_T up to T is proven for large n only.

    Args:
        n: width.
        log_horizon: log T > 0.

    Source:
        The book's Theorem C.
    """
    problem = sphere.problem(n)
    b = max(0.0, -float(laziness.logit_gap(problem.z0, problem.Y)))
    N, K = problem.Y.shape
    # eq-horizon-radius
    return 2 / largest_margin(n) * log_horizon + float(np.sqrt(2 * N * (K - 1) * np.exp(b)))


def describe(setting: Setting, arrays: Mapping[str, Float[np.ndarray, " T"]]) -> str:
    """What the picture shows."""
    n, horizon = setting["n"], float(setting["log_horizon"])
    gap = arrays["gap"][np.isfinite(arrays["gap"])][-1]
    moved = f"Up to log t = {horizon:g}, the NTK of width {n} moves by {100 * arrays['here_drift'][0]:.3g} %"
    sides = f"the least margin reaches {gap:.1f}"
    if setting["targets"] == "smoothed":
        return f"{moved}; {sides} and stays there, however long one waits."
    return f"{moved}; {sides}, and goes on growing."


# --- the linearized flow against the max-margin predictor -------------------------------------------------


@dataclass(frozen=True)
class MarginGrowth:
    """The linearized flow on one-hot targets at T times, beside the largest margin γ of its kernel.

    Args:
        log_t: (T,) log t.
        gap: (T,) the least margin m_t.
        radius: (T,) ‖θ_t − θ₀‖.
        gamma: γ, the largest least margin of a direction of norm 1.
        angle: (T,) between θ_t − θ₀ and the direction that has it, in radians.
        loss: (T,) C(z_t).
    """

    log_t: Float[np.ndarray, " T"]
    gap: Float[np.ndarray, " T"]
    radius: Float[np.ndarray, " T"]
    gamma: float
    angle: Float[np.ndarray, " T"]
    loss: Float[np.ndarray, " T"]


def margin_growth(
    Theta: Float[Array, "rows rows"],
    f0: Float[Array, "N K"],
    Y: Float[Array, "N K"],
    log_times: Float[np.ndarray, " T"],
) -> MarginGrowth:
    """Follow z_t = f₀ + ΘA_t and compare its direction with v = ΘA of the max-margin predictor.

    The angle between J₀ᵀA_t and J₀ᵀA is that of the inner product ⟨A_t, ΘA⟩.

    Args:
        Theta: (NK, NK) Θ, or (N, N) for the same kernel in every output.
        f0: (N, K) f₀(X).
        Y: (N, K) one-hot.
        log_times: (T,) natural logarithms of the times, increasing, up to about 600 (float64).

    Raises:
        InvalidInput: as linearized_flow and max_margin do.
        NotConverged: as they do.
    """
    flow = linearized_flow(Theta, f0, Y, jnp.exp(jnp.asarray(log_times)))
    best = max_margin(Theta, Y)
    cosine = jnp.sum(flow.coefficients * best.logits, axis=(1, 2)) / (flow.radius * best.norm)
    loss = jax.vmap(lambda z: losses.total(losses.cross_entropy, z, Y))(flow.logits)
    return MarginGrowth(
        log_t=np.asarray(log_times, dtype=float),
        gap=np.asarray(laziness.logit_gap(flow.logits, Y)),
        radius=np.asarray(flow.radius),
        gamma=float(best.margin),
        angle=np.arccos(np.clip(np.asarray(cosine), -1.0, 1.0)),
        loss=np.asarray(loss),
    )


# --- three clocks -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clocks:
    """The least margin on the training set that each of three clocks allows when it shows s.

    Args:
        s: (S,) the reading.
        time: (S,) margin at log t = s.
        regularizer: (S,) at log(1/λ) = s, at the end of training.
        smoothing: (S,) at log(1/ε) = s, likewise.
    """

    s: Float[np.ndarray, " S"]
    time: Float[np.ndarray, " S"]
    regularizer: Float[np.ndarray, " S"]
    smoothing: Float[np.ndarray, " S"]


def three_clocks(s: Float[np.ndarray, " S"], n: int = 256) -> Clocks:
    """The linearization of one network, stopped at t = e^s, held by λ = e^{−s}, or trained on targets with ε = e^{−s}.

    Args:
        s: (S,) increasing, from about 1 to 30.
        n: the width.
    """
    problem = sphere.problem(n)
    Theta, f0, Y = problem.Theta0, problem.z0, problem.Y

    def margin(logits: Float[Array, "*T N K"]) -> Float[np.ndarray, "*T"]:
        return np.asarray(laziness.logit_gap(logits, Y))

    small = np.exp(-np.asarray(s, dtype=float))
    smoothed = [log_target_regression(Theta, losses.smooth_labels(Y, float(e)), f0) for e in small]
    free = linearized_flow(Theta, f0, Y, jnp.asarray(1 / small))
    path = regularization_path(Theta, Y, f0, jnp.asarray(small))
    return Clocks(
        s=np.asarray(s, dtype=float),
        time=margin(free.logits),
        regularizer=margin(path.logits),
        smoothing=margin(jnp.stack([one.logits for one in smoothed])),
    )
