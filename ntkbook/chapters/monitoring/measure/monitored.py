"""What the monitor says of other people's networks, over their kind, their targets, and how they are trained."""

import functools
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ntkbook._laziness_measures import power_iterations
from ntkbook.chapters.monitoring.measure.own_network import own_network, train_own
from ntkbook.data import Data, digits
from ntkbook.empirical import ntk_product
from ntkbook.lazy_within import share_beyond
from ntkbook.linearized import linearization
from ntkbook.losses import smooth_labels
from ntkbook.monitor import LazinessMonitor
from ntkbook.networks import Apply, Params
from ntkbook.problem import Problem

CLASSES, POINTS, HELD_OUT, IMAGES = (0, 1, 2), 60, 60, 537
WIDTHS = {"mlp": 128, "cnn": 32, "transformer": 24}
HE = 6**0.5  # Equinox draws from ±1/√fan-in, of variance 1/(3 fan-in); He et al. ask for 2/fan-in
STEPS = 300
SEEN_APART = 0.1  # total variation between two predictions that a reader of them would notice


@functools.cache
def monitored_images() -> Data:
    """Sixty images of the digits 0, 1, 2 in single precision, in no order, and all others that there are to test on.

    Source:
        Alpaydin & Kaynak 1998.
    """
    data = digits(jax.random.key(0), classes=CLASSES, points=POINTS, test_points=IMAGES - POINTS)
    return Data(*(part.astype(jnp.float32) for part in (data.X, data.Y, data.X_test, data.Y_test)))


@functools.cache
def start(network: str, width: int, gain: float) -> tuple[Apply, Params, Apply]:
    """The network, its initial parameters, and its linearized model.

    Args:
        network: "mlp", "cnn" or "transformer".
        width: the number n.
        gain: what the library's initial weights are multiplied by.
    """
    apply, params = own_network(network, width, len(CLASSES))
    params = jax.tree.map(lambda leaf: gain * leaf, params)
    return apply, params, linearization(apply, params)


@functools.cache
def kernel_norm(network: str, width: int, gain: float) -> float:
    """‖Θ₀‖ on all points, by power iterations.

    Rates and λ are given in its units: Θ₀ grows with the width, and 1/‖Θ₀‖ is a safe rate.

    Args:
        network: as in start.
        width: the number n.
        gain: as in start.
    """
    apply, params, _ = start(network, width, gain)
    X = monitored_images().X
    v = jax.random.normal(jax.random.key(0), (len(X) * len(CLASSES),), X.dtype)
    # The kernel itself would take longer to compile than all that is then done with it.
    return float(
        power_iterations(lambda v: ntk_product(apply, params, X, v.reshape(len(X), -1)).ravel(), v, 30)
    )


@functools.cache
def monitored_run(
    network: str = "cnn",
    *,
    width: int | None = None,
    epsilon: float = 0.2,
    lam: float = 0.0,
    rate: float = 1.0,
    optimizer: str = "sgd",
    momentum: float = 0.0,
    batch: int | None = None,
    anchor: float = 1.0,
    gain: float | None = None,
    steps: int = STEPS,
    held_out: int = HELD_OUT,
) -> LazinessMonitor:
    """The monitor, after it has watched a network and its twin train at fifteen steps, evenly spaced in log(step).

    Args:
        network: "mlp", "cnn" or "transformer".
        width: the number n of units or channels, by default that of WIDTHS.
        epsilon: ε, smoothing of the targets.
        lam: λ in units of ‖Θ₀‖/N.
        rate: the learning rate in units of 1/‖Θ₀‖, for Adam as it is.
        optimizer: "sgd" or "adam".
        momentum: of "sgd".
        batch: points a step, None for all.
        anchor: a in (λ/2)‖θ − aθ₀‖².
        gain: what the library's initial weights are multiplied by; by default HE, and 1 for the transformer.
        steps: how many.
        held_out: M, how many images are held out.

    Source:
        The book's chapter on monitoring.
    """
    width = WIDTHS[network] if width is None else width
    gain = (1.0 if network == "transformer" else HE) if gain is None else gain
    data, norm = monitored_images(), kernel_norm(network, width, gain)
    apply, params, linear = start(network, width, gain)
    Y = smooth_labels(data.Y, epsilon).astype(jnp.float32)
    lam = lam * norm / POINTS
    # Only a regularizer anchored at θ₀ is one that a theorem speaks of.
    problem = Problem(apply, params, data.X, Y, lam=lam, anchor="init" if anchor == 1 else "zero")
    monitor = LazinessMonitor(problem, held_out=data.X_test[:held_out], share=1)
    looks = set(look_steps(steps).tolist())
    train_own(
        apply, params, data.X, Y, linear=linear, steps=steps, optimizer=optimizer, momentum=momentum, batch=batch,
        learning_rate=rate if optimizer == "adam" else rate / norm, lam=lam, anchor=anchor,
        after_step=lambda params, step, twin: monitor(params, step, twin) if step in looks else None,
    )  # fmt: skip
    return monitor


def look_steps(steps: int) -> np.ndarray:
    """Fifteen whole numbers, evenly spaced in their logarithm as far as they can be.

    Args:
        steps: the last one; the first is 1.
    """
    spaced = np.geomspace(1, steps, 15).round().astype(int)
    return np.maximum(spaced, np.arange(1, 16))


def parted(monitor: LazinessMonitor, tolerance: float = SEEN_APART) -> int | None:
    """The first look at which some held-out prediction was further from the linear model's than `tolerance`.

    Args:
        monitor: after training.
        tolerance: in total variation.
    """
    return _first_above(monitor.trace("step"), monitor.trace("probability_gap"), tolerance)


def _first_above(
    steps: Float[np.ndarray, " T"], gaps: Float[np.ndarray, " T"], tolerance: float
) -> int | None:
    above = gaps > tolerance
    return int(steps[above.argmax()]) if above.any() else None


# --- the explorer and the table --------------------------------------------------------------------------

TRAININGS: dict[str, dict[str, Any]] = {
    "epsilon": {},
    "minibatches": {"batch": 15, "rate": 0.25},
    "momentum": {"momentum": 0.9},
    "adam": {"optimizer": "adam", "rate": 0.001},
    "fast": {"rate": 16.0},
    "nothing": {"epsilon": 0.0},
    "lam": {"epsilon": 0.0, "lam": 1.0},
    "decay": {"lam": 1.0, "anchor": 0.0},
}


def monitor_traces(network: str, holder: str) -> dict[str, Float[np.ndarray, " T"]]:
    """All that the explorer shows of one run; NaN where training has diverged.

    Args:
        network: "mlp", "cnn" or "transformer".
        holder: how it is trained, one of TRAININGS.
    """
    monitor = monitored_run(network, **TRAININGS[holder])
    names = ("step", "gap", "probability_gap", "other_class", "drift", "taylor_gap", "kappa", "radius")
    traces = {name: monitor.trace(name) for name in names}
    whole = np.isfinite(traces["gap"]) & np.isfinite(traces["drift"])
    return {name: np.where(whole | (name == "step"), trace, np.nan) for name, trace in traces.items()}


def describe_traces(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, " T"]]
) -> str:
    """The verdict, in a sentence, and the drift beside it."""
    if not np.all(np.isfinite(arrays["gap"])):
        return f"Trained so, the {setting['network']} diverges: there is no distance that it keeps."
    first = _first_above(arrays["step"], arrays["probability_gap"], SEEN_APART)
    when = f"never above {SEEN_APART:g}" if first is None else f"first above {SEEN_APART:g} at step {first}"
    return (
        f"On all but {100 * share_beyond(HELD_OUT):.2g} % of inputs, with confidence 95 %, within "
        f"{arrays['gap'].max():.2f} in logits and {arrays['probability_gap'].max():.3f} in probability of the linear "
        f"model ({when}). Drift {arrays['drift'][-1]:.3f}, radius {arrays['radius'][-1]:.3f}."
    )
