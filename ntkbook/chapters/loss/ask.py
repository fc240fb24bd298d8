"""Chapter: the loss in function space."""

import numpy as np

from ntkbook.exercises import number


def _entropy(epsilon: float = 0.1) -> float:
    """Of the target (1 − ε + ε/3, ε/3, ε/3)."""
    target = np.array([1 - epsilon + epsilon / 3, epsilon / 3, epsilon / 3])
    return -float(target @ np.log(target))


EXERCISES = {
    "least-loss": number(
        _entropy,
        "inf ℓ is the entropy of the target (1 − ε + ε/3, ε/3, ε/3), in nats.",
        own="Let $\\varepsilon = {epsilon:g}$.",
        epsilon=(0.05, 0.15, 0.2, 0.3),
    ),
    # exp(−(H + V₀)/y_k) with H = log 3 and y_k = 1/3
    "uniform-mu": number(
        lambda start=3: 1.0 / (3 * start) ** 3,
        "μ = exp(−(H + V₀)/min y): the entropy H of a uniform target is log K, and its entries are 1/K.",
        own="Training starts with an excess of $V_0 = \\log {start:d}$.",
        start=(2, 4, 5, 6),
    ),
    "gradient-constant": number(
        lambda: 1.0,
        "Look near the minimum, at a target such as (½, ½, 0).",
        relative=0.03,
    ),
}
