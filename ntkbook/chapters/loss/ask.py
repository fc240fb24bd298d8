"""Chapter: the loss in function space."""

import numpy as np

from ntkbook.exercises import number

TARGET = np.array([0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3])  # ε = 0.1, K = 3

EXERCISES = {
    "least-loss": number(
        -float(TARGET @ np.log(TARGET)),
        "inf ℓ is the entropy of the target (1 − ε + ε/3, ε/3, ε/3), in nats.",
    ),
    # exp(−(H + V₀)/y_k) with H = V₀ = log 3 and y_k = 1/3
    "uniform-mu": number(3.0**-6, "μ = exp(−(log K + V₀)/min y), with K = 3, V₀ = log 3 and y = 1/3."),
    "gradient-constant": number(
        1.0,
        "The lemma proves at most 1. Look near the minimum, at a target such as (½, ½, 0).",
        relative=0.03,
    ),
}
