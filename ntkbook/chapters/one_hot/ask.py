"""Chapter: why classification was thought to break."""

import numpy as np

from ntkbook.exercises import between, number


def _largest_margin() -> float:
    """γ of the network of the page, solved for."""
    from ntkbook.chapters.one_hot import measure

    return measure.largest_margin(256)


def _exponents() -> tuple[float, float]:
    """The slope of log log t in log n at a drift of 0.3, of the page's four runs, give or take a tenth."""
    from ntkbook import fitted_slope
    from ntkbook.chapters.one_hot import measure

    widths = np.asarray(measure.WIDTHS, dtype=float)
    exits = np.array([measure.scaled_exit(n, 0.3) for n in measure.WIDTHS]) * np.sqrt(widths)
    slope = fitted_slope(widths, exits)
    return slope - 0.1, slope + 0.1


EXERCISES = {
    "seven-more": number(
        lambda more=7.0: np.exp(more),
        "log t must grow by as much as the margin: by what factor does t?",
        own="The margin is to rise by {more:g}.",
        more=(2.0, 3.0, 4.0, 5.0, 6.0),
    ),
    "any-flow": number(
        lambda distance=10.0, excess=20.0: distance**2 / excess,
        "Set √(V₀t) equal to the distance and solve for t.",
        own="The distance is to be at most {distance:g}, and $V_0 = {excess:g}$.",
        distance=(4.0, 6.0, 8.0, 12.0),
        excess=(15.0, 25.0, 30.0, 40.0),
    ),
    "share-of-tau": number(
        lambda points=8.0, classes=3.0: 1 / (2 * points * (classes - 1) / classes + 2),
        "One of the two drifts is at least τ/(2N' + 2), with N' = N(K − 1)/K.",
        own="Let $N = {points:g}$ and $K = {classes:g}$.",
        points=(4.0, 12.0, 16.0),
        classes=(2.0, 4.0, 5.0),
    ),
    "exit-exponent": between(
        _exponents,
        "Read off log t where each drift passes 0.3, and fit a line to its logarithm against log n.",
        "to within 0.1 of the fitted slope",
        least=0.0,
        most=2.0,
    ),
    "margin-from-radius": number(
        _largest_margin, "The radius grows like (log t)/γ: what is the slope at the late times?"
    ),
}
