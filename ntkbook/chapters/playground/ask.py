"""Chapter: the playground."""

import numpy as np

from ntkbook.exercises import number

EXERCISES = {
    "plateau-of-four": number(
        np.log(0.85 / 0.05), "The plateau is log((1 − ε + ε/K)/(ε/K)) with ε = 0.2 and K = 4."
    ),
    # (1 − ηλ)^s = ½ with ηλ = 0.005
    "half-forgotten": number(
        np.log(0.5) / np.log(1 - 0.05 * 0.1), "1 + c_s = (1 − ηλ)^s: when is it ½? Give the number of steps."
    ),
}
