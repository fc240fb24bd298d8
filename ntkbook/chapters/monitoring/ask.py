"""Chapter: monitoring the laziness of your own network."""

import numpy as np

from ntkbook.exercises import least_power_of_two, whole


def _leaves(rate: float) -> bool:
    """Whether 32 channels, trained at this rate in units of 1/‖Θ₀‖, leave the lazy regime and stay outside."""
    from ntkbook.chapters.monitoring import measure

    return measure.monitored_run(32, rate=rate).left_lazy_regime() is not None


EXERCISES = {
    "ten-per-cent": whole(
        lambda deviation=0.1: 2 / deviation**2,
        "The relative standard deviation is at most √(2/b): solve for b.",
        own="The relative standard deviation is to be at most {deviation:g}.",
        deviation=(0.02, 0.05, 0.2, 0.25),
    ),
    # (τ/√M)^{1/(b+1)} ≥ share with M = 160 and τ = 0.1
    "products-for-ninety": whole(
        lambda share=90.0: np.ceil(np.log(np.sqrt(160) / 0.1) / np.log(100 / share)),
        "(τ/√M)^{1/(b+1)} ≥ the share, with M = NK and 1 − 0.8τ the probability: take logarithms, and round up.",
        own="The share of the norm to be seen is {share:g} %.",
        share=(70.0, 75.0, 80.0, 95.0),
    ),
    "too-fast": least_power_of_two(
        0.25,
        64,
        _leaves,
        "Double r until `left_lazy_regime()` names a step; the one before still gives None.",
    ),
}
