"""Chapter: the trained predictor, explicitly."""

import numpy as np

from ntkbook.exercises import number


def _fixed_point(Theta: float = 1.0, steps: int = 60) -> float:
    """The gap g of one point with K = 2, f₀ = 0, λ = 1: g = 2Θ(1 − σ(g)), a contraction by at most Θ/2."""
    g = 0.0
    for _ in range(steps):
        g = 2 * Theta / (1 + np.exp(g))
    return float(g)


EXERCISES = {
    "gap-of-smoothing": number(
        lambda classes=10, epsilon=0.1: np.log((1 - epsilon + epsilon / classes) / (epsilon / classes)),
        "Two entries of log y: subtract them.",
        own="There are {classes:d} classes, and $\\varepsilon = {epsilon:g}$.",
        classes=(3, 4, 6, 20),
        epsilon=(0.02, 0.05, 0.2, 0.3),
    ),
    "fixed-point": number(
        _fixed_point,
        "f = (1/λ)Θ(Y − softmax(f)): write it for the gap, and solve numerically.",
        own="Let $\\Theta = {Theta:g}$.",
        Theta=(0.5, 0.75, 1.25, 1.5),
    ),
}
