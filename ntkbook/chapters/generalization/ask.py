"""Chapter: a generalization bound for classification."""

import numpy as np

from ntkbook.exercises import Exercise, number


def _enough_points(answer: float) -> tuple[bool, str]:
    """The least power of two from which on the bound is below 1, computed as the chapter computes it."""
    from ntkbook.chapters.generalization import measure

    if answer != int(answer) or not 32 <= answer <= 4096 or np.log2(answer) % 1:
        return False, "Give a power of two between 32 and 4096."
    half, full = (
        measure.bounded_error(points, 0.0, 10.0).bound.total for points in (int(answer) // 2, int(answer))
    )
    computed = f"The bound is {half:.3f} at half of it, {full:.3f} at N = {int(answer)}."
    return bool(full < 1 <= half), computed


EXERCISES = {
    "halve-the-bound": number(4.0, "Complexity and confidence are both proportional to 1/√N."),
    "held-out": number(
        np.sqrt(np.log(1 / 0.05) / (2 * 100)),
        "Hoeffding: e^{−2Mt²} = δ with M = 100 and δ = 0.05; solve for t.",
    ),
    "enough-points": Exercise(_enough_points),
}
