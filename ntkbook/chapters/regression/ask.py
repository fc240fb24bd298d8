"""Chapter: regression, the base case."""

import numpy as np
from scipy.optimize import root_scalar

from ntkbook.exercises import between, number
from ntkbook.networks import mlp


def _share(angle: float) -> float:
    """κ as a share of Θ(x, x), for two training inputs on a circle at an angle in degrees."""
    from ntkbook.chapters._shared.measure.circle import circle

    kernel = np.asarray(mlp(2, 1, 1).kernel(circle(np.deg2rad([0.0, angle]))).ntk)
    return float(np.linalg.eigvalsh(kernel)[0] / kernel[0, 0])


def _a_tenth() -> tuple[float, float]:
    """The angles at which the share is 0.095 and 0.105: the further apart, the larger."""
    low, high = (
        root_scalar(lambda angle, share=share: _share(angle) - share, bracket=(1e-3, 90.0), xtol=1e-6).root
        for share in (0.095, 0.105)
    )
    return low, high


EXERCISES = {
    # e^{−κt} = 0.01
    "time-to-fit": number(
        lambda kappa=0.5: np.log(100) / kappa,
        "The slowest direction decays like e^{−κt}: when is that 0.01?",
        own="The least eigenvalue is $\\kappa = {kappa:g}$.",
        kappa=(0.1, 0.2, 0.25, 0.8),
    ),
    # R = 2√(V₀/κ) against √(2V₀/λ)
    "same-radius": number(
        lambda kappa=0.5: kappa / 2,
        "Set 2√(V₀/κ) equal to √(2V₀/λ) and solve for λ.",
        own="Let $\\kappa = {kappa:g}$.",
        kappa=(0.1, 0.3, 0.6, 0.8),
    ),
    "how-close": between(
        _a_tenth,
        "The two eigenvalues are Θ(x, x) ± Θ(x, x'): at which angle is the smaller a tenth of Θ(x, x)?",
        "κ to within half a per cent of Θ(x, x)",
        least=0,
        most=90,
    ),
}
