"""Chapter: regression, the base case."""

import numpy as np

from ntkbook.exercises import Exercise, number
from ntkbook.networks import mlp


def _least_informed(answer: float) -> tuple[bool, str]:
    """Two training inputs on a circle: at which distance between them does kappa fall below a tenth of Theta(x, x)?"""
    from ntkbook.chapters._shared.measure.circle import circle

    if not 0 < answer <= 90:
        return False, "Give an angle in degrees, above 0 and up to 90."
    kernel = np.asarray(mlp(2, 1, 1).kernel(circle(np.deg2rad([0.0, answer]))).ntk)
    share = float(np.linalg.eigvalsh(kernel)[0] / kernel[0, 0])
    measured = f"Measured: κ is {100 * share:.1f} % of Θ(x, x) at {answer:g} degrees."
    return bool(abs(share - 0.1) <= 0.005), measured


EXERCISES = {
    # e^{−κt} = 0.01 with κ = 0.5
    "time-to-fit": number(np.log(100) / 0.5, "The slowest direction decays like e^{−κt}: when is that 0.01?"),
    # R = 2√(V₀/κ) against √(2V₀/λ): equal at λ = κ/2
    "same-radius": number(0.25, "Set 2√(V₀/κ) equal to √(2V₀/λ) and solve for λ."),
    "how-close": Exercise(_least_informed),
}
