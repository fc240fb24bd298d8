"""Chapter: a generalization bound for classification."""

import numpy as np

from ntkbook.exercises import least_power_of_two, number, whole


def _says_something(points: float) -> bool:
    """Whether the bound is below 1, computed as the chapter computes it."""
    from ntkbook.chapters.generalization import measure

    return bool(measure.bounded_error(int(points), 0.0, 10.0).bound.total < 1)


EXERCISES = {
    "halve-the-bound": whole(
        lambda factor=2: factor**2,
        "Complexity and confidence are both proportional to 1/√N.",
        own="Divide them by {factor:d}, not by 2.",
        factor=(3, 5, 6, 8),
    ),
    # e^{−2Mt²} = δ
    "held-out": number(
        lambda images=100, sure=95.0: np.sqrt(np.log(1 / (1 - sure / 100)) / (2 * images)),
        "Hoeffding: e^{−2Mt²} = δ, the probability that the promise fails; solve for t.",
        own="$M = {images:d}$ images were held out, and the promise is to hold with probability {sure:g} %.",
        images=(50, 200, 400, 1000),
        sure=(90.0, 98.0, 99.0),
    ),
    # kl(0‖r) = −log(1 − r)
    "no-error": number(
        lambda points=1600, divergence=38.0: (
            2 * -np.expm1(-(divergence + np.log(2 * np.sqrt(points) / 0.05)) / points)
        ),
        "With r̂ = 0, kl(r̂‖r) is −log(1 − r): solve for r, and double it.",
        own="$N = {points:d}$ and $\\mathrm{{KL}} = {divergence:g}$.",
        points=(400, 900, 2500, 3600),
        divergence=(20.0, 30.0, 55.0),
    ),
    "enough-points": least_power_of_two(
        32, 512, _says_something, "Double N until the bound is below 1; the one before is still above."
    ),
}
