"""Chapter: non-degenerate targets."""

import numpy as np
from scipy.optimize import root_scalar

from ntkbook.exercises import between, number


def _plateau(epsilon: float = 0.1, classes: int = 10) -> float:
    return np.log((1 - epsilon + epsilon / classes) / (epsilon / classes))


def _drift(log_epsilon: float) -> float:
    """Of the chapter's network of width 1024."""
    from ntkbook.chapters.non_degenerate import measure

    return float(np.max(measure.smoothed_run(1024, float(np.exp(log_epsilon))).path.ntk_drift))


def _five_per_cent() -> tuple[float, float]:
    """The smoothings with which it drifts by 5.5 and by 4.5 per cent: the more smoothing, the less drift."""
    domain = float(np.log(1e-4)), 0.0
    ends = (
        root_scalar(
            lambda log_epsilon, drift=drift: _drift(log_epsilon) - drift, bracket=domain, xtol=1e-3
        ).root
        for drift in (0.055, 0.045)
    )
    low, high = (float(np.exp(end)) for end in ends)
    return low, high


EXERCISES = {
    "plateau": number(
        _plateau,
        "The plateau is log((1 − ε + ε/K)/(ε/K)).",
        own="Let $\\varepsilon = {epsilon:g}$, with {classes:d} classes.",
        epsilon=(0.02, 0.05, 0.15, 0.2),
        classes=(3, 5, 8, 20),
    ),
    # m ≤ a + γρ at the minimizer, with m the plateau and a the largest gap at the start
    "least-distance": number(
        lambda epsilon=0.01, start=1.0, gamma=0.55: (_plateau(epsilon, 3) - start) / gamma,
        "Solve m = a + γρ for ρ, with m the plateau and a the largest gap at the start.",
        own="Let $\\varepsilon = {epsilon:g}$, $g_0 = {start:g}$ and $\\gamma = {gamma:g}$.",
        epsilon=(0.005, 0.02, 0.05),
        start=(0.5, 1.5, 2.0),
        gamma=(0.4, 0.6, 0.8),
    ),
    "five-per-cent": between(
        _five_per_cent,
        "More smoothing, less drift: measure at two values of ε on either side, and halve the interval.",
        "a drift between 4.5 and 5.5 %",
        least=1e-4,
        most=1,
    ),
}
