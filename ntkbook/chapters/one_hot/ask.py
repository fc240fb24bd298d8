"""Chapter: why classification was thought to break."""

import numpy as np

from ntkbook.exercises import Exercise, number


def _is_the_largest_margin(answer: float) -> tuple[bool, str]:
    """γ of the network of the page, solved for."""
    from ntkbook.chapters.one_hot import measure

    gamma = measure.largest_margin(256)
    off = abs(answer / gamma - 1)
    return off <= 0.01, f"nb.max_margin finds γ = {gamma:.4f}; yours is off by {100 * off:.1f} %."


EXERCISES = {
    "seven-more": number(np.exp(7.0), "log t must grow by 7: by what factor does t?"),
    # √(V₀t) = 10 with V₀ = 20
    "any-flow": number(10.0**2 / 20, "Solve √(V₀t) = 10 for t."),
    "margin-from-radius": Exercise(_is_the_largest_margin),
}
