"""The network of `lazy_training` and its linearization under a condition that makes training lazy, or under none."""

import functools

import jax
import numpy as np

from ntkbook import losses
from ntkbook.chapters._shared.measure.both_flows import BothFlows, both_flows, one_hidden_layer
from ntkbook.chapters._shared.measure.lazy_training import POINTS

LOG_TIMES = np.linspace(-2.0, 14.0, 65)
SMOOTHING = {"smoothed": 0.1, "regularized": 0.0, "none": 0.0}  # condition -> ε
STRENGTH = {"smoothed": 0.0, "regularized": 0.1, "none": 0.0}  # condition -> λ


@functools.cache
def smoothed_run(n: int, epsilon: float) -> BothFlows:
    """A network of width n and its linearization on targets smoothed by ε, to log t = 14 or until they have converged.

    Computed once a session.
    """
    network = one_hidden_layer(POINTS)(n)
    Y = losses.smooth_labels(POINTS.Y, epsilon)
    return both_flows(network, network.init(jax.random.key(1)), POINTS, Y, LOG_TIMES)


@functools.cache
def conditioned_run(n: int, condition: str) -> BothFlows:
    """A network of width n and its linearization, to log t = 14 or until they have converged.

    condition: "smoothed" (ε = 0.1, Theorem A), "regularized" (one-hot, λ = 0.1, Theorem B), or "none" (one-hot).
    Computed once a session.
    """
    if condition == "smoothed":
        return smoothed_run(n, SMOOTHING[condition])
    network = one_hidden_layer(POINTS)(n)
    theta0 = network.init(jax.random.key(1))
    Y = losses.smooth_labels(POINTS.Y, SMOOTHING[condition])
    return both_flows(network, theta0, POINTS, Y, LOG_TIMES, lam=STRENGTH[condition])
