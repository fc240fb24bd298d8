"""What the monitor says of someone else's network, over its width, its targets, its regularizer, its learning rate."""

import functools
from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ntkbook.bounds import radius_bounds
from ntkbook.chapters.monitoring.measure.own_network import cnn_of, train_own
from ntkbook.data import Data, digits
from ntkbook.drift import operator_norm
from ntkbook.empirical import empirical_ntk
from ntkbook.losses import smooth_labels
from ntkbook.monitor import LazinessMonitor
from ntkbook.networks import Apply, Params
from ntkbook.problem import Problem

CLASSES, POINTS, WATCHED = (0, 1, 2), 60, 16
HE = 6**0.5  # Equinox draws from ±1/√fan-in, of variance 1/(3 fan-in); He et al. ask for 2/fan-in
STEPS = 300
TOLERANCE = 0.2


@functools.cache
def monitored_images() -> Data:
    """Sixty images of the digits 0, 1, 2 in single precision, in no order.

    Source:
        Alpaydin & Kaynak 1998.
    """
    data = digits(jax.random.key(0), classes=CLASSES, points=POINTS, test_points=POINTS)
    return Data(*(part.astype(jnp.float32) for part in (data.X, data.Y, data.X_test, data.Y_test)))


def start(channels: int, gain: float) -> tuple[Apply, Params]:
    """The network and its initial parameters.

    Args:
        channels: the number n.
        gain: what the library's initial weights are multiplied by.
    """
    apply, params = cnn_of(channels, len(CLASSES))
    return apply, jax.tree.map(lambda leaf: gain * leaf, params)


@functools.cache
def kernel_norm(channels: int, gain: float) -> float:
    """‖Θ₀‖ on all points. Rates and λ are given in its units: Θ₀ grows with the width, and 1/‖Θ₀‖ is a safe rate.

    Args:
        channels: the number n.
        gain: as in start.
    """
    apply, params = start(channels, gain)
    return float(operator_norm(empirical_ntk(apply, params, monitored_images().X)))


@functools.cache
def monitored_run(
    channels: int,
    *,
    epsilon: float = 0.2,
    lam: float = 0.0,
    rate: float = 1.0,
    optimizer: str = "sgd",
    anchor: float = 1.0,
    gain: float = HE,
    steps: int = STEPS,
) -> LazinessMonitor:
    """The monitor, after it has watched a CNN train at fifteen steps, evenly spaced in log(step).

    Args:
        channels: the number n.
        epsilon: ε, smoothing of the targets.
        lam: λ in units of ‖Θ₀‖/N.
        rate: the learning rate in units of 1/‖Θ₀‖, for Adam as it is.
        optimizer: "sgd" or "adam".
        anchor: a in (λ/2)‖θ − aθ₀‖².
        gain: what the library's initial weights are multiplied by.
        steps: how many.

    Source:
        The book's chapter on monitoring.
    """
    data, norm = monitored_images(), kernel_norm(channels, gain)
    apply, params = start(channels, gain)
    Y = smooth_labels(data.Y, epsilon).astype(jnp.float32)
    lam = lam * norm / POINTS
    # Only a regularizer anchored at θ₀ is one that a theorem speaks of.
    problem = Problem(apply, params, data.X, Y, lam=lam, anchor="init" if anchor == 1 else "zero")
    monitor = LazinessMonitor(problem, points=WATCHED, share=1, tolerance=TOLERANCE)
    looks = set(look_steps(steps).tolist())
    train_own(
        apply, params, data.X, Y, steps=steps, learning_rate=rate if optimizer == "adam" else rate / norm,
        optimizer=optimizer, lam=lam, anchor=anchor,
        after_step=lambda params, step: monitor(params, step) if step in looks else None,
    )  # fmt: skip
    return monitor


def look_steps(steps: int) -> np.ndarray:
    """Fifteen whole numbers, evenly spaced in their logarithm as far as they can be.

    Args:
        steps: the last one; the first is 1.
    """
    spaced = np.geomspace(1, steps, 15).round().astype(int)
    return np.maximum(spaced, np.arange(1, 16))


# --- the explorer ----------------------------------------------------------------------------------------

HOLDERS = {"nothing": {"epsilon": 0.0}, "epsilon": {"epsilon": 0.2}, "lam": {"epsilon": 0.0, "lam": 1.0}}


def monitor_traces(channels: int, rate: float, holder: str) -> dict[str, Float[np.ndarray, " T"]]:
    """All that the monitor records over one run, and the bounds beside it (NaN where there is none).

    Args:
        channels: the number n.
        rate: as in monitored_run.
        holder: what holds the logits, one of HOLDERS.
    """
    monitor = monitored_run(channels, rate=rate, **HOLDERS[holder])
    traces = {
        name: monitor.trace(name)
        for name in ("step", "drift", "relative_gap", "alignment", "radius", "logit_gap")
    }
    bound = radius_bounds(monitor.problem).get("B", np.nan)
    size = len(traces["step"])
    constants = {"tolerance": np.full(size, TOLERANCE), "bound": np.full(size, bound)}
    return {name: np.where(np.isfinite(trace), trace, np.nan) for name, trace in (traces | constants).items()}


def describe_traces(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, " T"]]
) -> str:
    """What the monitor says, in a sentence."""
    worst = np.maximum(arrays["drift"], arrays["relative_gap"])
    if not np.all(np.isfinite(worst)):
        return f"At {setting['rate']:g} times 1/‖Θ₀‖ training with {setting['channels']} channels diverges."
    above = worst > TOLERANCE
    since = len(above) - int(np.argmin(above[::-1])) if not above.all() else 0
    verdict = "has stayed lazy" if not above.any() else "is lazy again"
    if above[-1]:
        verdict = f"left the lazy regime at step {arrays['step'][since]:.0f}"
    return (
        f"{setting['channels']} channels, rate {setting['rate']:g}/‖Θ₀‖: training {verdict}. Drift "
        f"{arrays['drift'][-1]:.3f}, alignment {arrays['alignment'][-1]:.4f}, relative gap "
        f"{arrays['relative_gap'][-1]:.3f}, radius {arrays['radius'][-1]:.3f}, logit gap {arrays['logit_gap'][-1]:.2f}."
    )
