"""The network of `sphere` and its linearization, under a condition that makes training lazy, or under none."""

import functools

import numpy as np

from ntkbook.chapters._shared.measure import sphere
from ntkbook.chapters._shared.measure.both_flows import BothFlows, both_flows

LOG_TIMES = np.linspace(-2.0, 14.0, 65)
SMOOTHING = {"smoothed": 0.1, "regularized": 0.0, "none": 0.0}  # condition -> ε
STRENGTH = {"smoothed": 0.0, "regularized": 0.1, "none": 0.0}  # condition -> λ


def smoothed_run(n: int, epsilon: float) -> BothFlows:
    """A network of width n and its linearization on targets smoothed by ε, to log t = 14 or until they have converged.

    Computed once a session.

    Args:
        n: width.
        epsilon: ε.
    """
    return run(n, epsilon, 0.0)


def conditioned_run(n: int, condition: str) -> BothFlows:
    """A network of width n and its linearization, to log t = 14 or until they have converged.

    Computed once a session.

    Args:
        n: width.
        condition: "smoothed" (ε = 0.1, Theorem A), "regularized" (one-hot, λ = 0.1, Theorem B), or "none" (one-hot).
    """
    return run(n, SMOOTHING[condition], STRENGTH[condition])


@functools.cache
def run(n: int, epsilon: float, lam: float) -> BothFlows:
    """Both flows of one network; computed once a session.

    Args:
        n: width.
        epsilon: ε, smoothing.
        lam: λ, strength of the regularizer.
    """
    problem = sphere.problem(n, epsilon=epsilon, lam=lam)
    return both_flows(problem, LOG_TIMES, X_test=sphere.points().X_test)
