"""Chapter: the trained predictor, explicitly."""

import numpy as np

from ntkbook.exercises import number


def _fixed_point(steps: int = 60) -> float:
    """The gap g of one point with Θ = 1, K = 2, f₀ = 0, λ = 1: g = 2(1 − σ(g)), a contraction by less than ½."""
    g = 0.0
    for _ in range(steps):
        g = 2 / (1 + np.exp(g))
    return float(g)


EXERCISES = {
    "gap-of-smoothing": number(
        np.log((1 - 0.1 + 0.1 / 10) / (0.1 / 10)),
        "Two entries of log y, with ε = 0.1 and K = 10: subtract them.",
    ),
    "fixed-point": number(
        _fixed_point(), "f = (1/λ)Θ(Y − softmax(f)): write it for the gap, and solve numerically."
    ),
}
