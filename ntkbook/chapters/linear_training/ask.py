"""Chapter: training is linear."""

import numpy as np

from ntkbook.exercises import Exercise, number


def _peak(answer: float) -> tuple[bool, str]:
    """log t at which the test gap of the regularized network of width 256 is largest."""
    from ntkbook.chapters.linear_training import measure

    both = measure.conditioned_run(256, "regularized")
    peak = float(np.log(both.path.t[int(np.argmax(both.gap_test()))]))
    return abs(answer - peak) <= 0.26, f"The largest recorded gap is at log t = {peak:.2f}."


EXERCISES = {
    # the two largest logits may each move by the gap δ/√2 towards each other: √2 · 0.1
    "safe-margin": number(
        np.sqrt(2) * 0.1, "A difference of two logits changes by at most √2 times the gap."
    ),
    # 1/√n: to divide a bound by 10, multiply n by 100
    "ten-times-closer": number(100.0, "The bound is proportional to 1/√n."),
    "where-it-peaks": Exercise(_peak),
}
