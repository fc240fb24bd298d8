"""Chapter: training is linear."""

import numpy as np

from ntkbook.exercises import number, whole


def _peak() -> float:
    """log t at which the test gap of the regularized network of width 256 is largest."""
    from ntkbook.chapters.linear_training import measure

    both = measure.conditioned_run(256, "regularized")
    return float(np.log(both.path.t[int(np.argmax(both.gap_test()))]))


EXERCISES = {
    # the two largest logits may each move by the gap δ/√2 towards each other
    "safe-margin": number(
        lambda gap=0.1: np.sqrt(2) * gap,
        "A difference of two logits changes by at most √2 times the gap.",
        own="The gap of the network is at most {gap:g}.",
        gap=(0.05, 0.2, 0.3, 0.4),
    ),
    "ten-times-closer": whole(
        lambda factor=10: factor**2,
        "The bound is proportional to 1/√n.",
        own="The bound is to fall to {factor:d} times less, not ten.",
        factor=(3, 4, 6, 20),
    ),
    "where-it-peaks": number(
        _peak,
        "Take the largest entry of `gap_test()`, and the logarithm of the time in `path.t` at its place.",
        absolute=0.26,
    ),
}
