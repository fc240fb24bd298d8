"""Chapter: why classification was thought to break."""

import numpy as np

from ntkbook.exercises import number


def _largest_margin() -> float:
    """γ of the network of the page, solved for."""
    from ntkbook.chapters.one_hot import measure

    return measure.largest_margin(256)


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
    "margin-from-radius": number(
        _largest_margin, "The radius grows like (log t)/γ: what is the slope at the late times?"
    ),
}
