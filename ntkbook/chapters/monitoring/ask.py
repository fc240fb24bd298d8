"""Chapter: monitoring the laziness of your own network."""

import numpy as np

from ntkbook.exercises import least_power_of_two, whole


def _leaves(rate: float) -> bool:
    """Whether the dense network, at this rate in units of 1/‖Θ₀‖, predicts otherwise than the linear model."""
    from ntkbook.chapters.monitoring import measure

    return measure.parted(measure.monitored_run("mlp", rate=rate)) is not None


EXERCISES = {
    "ten-per-cent": whole(
        lambda deviation=0.1: 2 / deviation**2,
        "The relative standard deviation is at most √(2/b): solve for b.",
        own="The relative standard deviation is to be at most {deviation:g}.",
        deviation=(0.02, 0.05, 0.2, 0.25),
    ),
    # (τ/√r)^{1/(b+1)} ≥ share with r = 160 and τ = 0.1
    "products-for-ninety": whole(
        lambda share=90.0: np.ceil(np.log(np.sqrt(160) / 0.1) / np.log(100 / share)),
        "(τ/√r)^{1/(b+1)} ≥ the share, with r = |S|K and 1 − 0.8τ the probability: take logarithms, and round up.",
        own="The share of the norm to be seen is {share:g} %.",
        share=(70.0, 75.0, 80.0, 95.0),
    ),
    "held-out-for-ninety-nine": whole(
        lambda share=99.0: np.ceil(np.log(0.05) / np.log(share / 100)),
        "1 − δ^{1/M} is at most the share that is left: solve for M, and round up.",
        own="The promise is to hold on {share:g} % of inputs.",
        share=(80.0, 90.0, 98.0, 99.5),
    ),
    "too-fast": least_power_of_two(
        0.25,
        64,
        _leaves,
        "Double r until `parted` names a step; the one before still gives None.",
    ),
}
