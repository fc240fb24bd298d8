"""Chapter: monitoring the laziness of your own network."""

import numpy as np

from ntkbook.exercises import Exercise, number


def _too_fast(answer: float) -> tuple[bool, str]:
    """The least power of two, in units of 1/‖Θ₀‖, at which 32 channels leave the lazy regime and stay outside."""
    from ntkbook.chapters.monitoring import measure

    if not 0.25 <= answer <= 64 or np.log2(answer) % 1:
        return False, "Give a power of two between 0.25 and 64."
    half, full = (measure.monitored_run(32, rate=rate).left_lazy_regime() for rate in (answer / 2, answer))
    said = [f"left at step {step}" if step is not None else "lazy in the end" for step in (half, full)]
    return half is None and full is not None, f"At half of it: {said[0]}. At {answer:g}: {said[1]}."


EXERCISES = {
    "ten-per-cent": number(200.0, "The relative standard deviation is at most √(2/b); set it to 0.1."),
    "products-for-ninety": number(
        np.ceil(np.log(np.sqrt(160) / 0.1) / np.log(1 / 0.9)),
        "(τ/√M)^{1/(b+1)} ≥ 0.9 with M = 160 and τ = 0.1: take logarithms, and round up.",
    ),
    "too-fast": Exercise(_too_fast),
}
