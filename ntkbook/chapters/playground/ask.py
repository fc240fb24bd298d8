"""Chapter: the playground."""

import numpy as np

from ntkbook.exercises import number, whole

EXERCISES = {
    "plateau-of-four": number(
        lambda epsilon=0.2: np.log((1 - epsilon + epsilon / 4) / (epsilon / 4)),
        "The plateau is log((1 − ε + ε/K)/(ε/K)).",
        own="Let $\\varepsilon = {epsilon:g}$.",
        epsilon=(0.05, 0.1, 0.3, 0.4),
    ),
    # (1 − ηλ)^s = ½; the step before the half is reached, and the one after
    "half-forgotten": whole(
        lambda eta=0.05: np.ceil(np.log(0.5) / np.log(1 - eta * 0.1)),
        "1 + c_s = (1 − ηλ)^s: when is it ½? Give the number of steps.",
        below=1,
        own="Let $\\eta = {eta:g}$.",
        eta=(0.02, 0.03, 0.1, 0.2),
    ),
}
