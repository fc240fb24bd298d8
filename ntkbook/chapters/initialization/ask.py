"""Chapter: wide networks at initialization."""

import numpy as np

from ntkbook.exercises import Exercise, number


def _shallow_enough(answer: float) -> tuple[bool, str]:
    """The least depth at which a bias-free ReLU network with n = 64 has excess kurtosis above 1."""
    if answer != int(answer) or answer < 1:
        return False, "Give a whole number of hidden layers."
    before, at = (3 * ((1 + 5 / 64) ** L - 1) for L in (answer - 1, answer))
    computed = f"By the formula: {before:.2f} with one layer less, {at:.2f} with {int(answer)}."
    return bool(before <= 1 < at), computed


EXERCISES = {
    # 𝒦¹ = 1.5² + 0.1², then σ_w² (2/π) arcsin(2𝒦¹/(1 + 2𝒦¹)) + σ_b²
    "nngp-by-hand": number(
        1.5**2 * 2 / np.pi * np.arcsin(2 * 2.26 / (1 + 2 * 2.26)) + 0.1**2,
        "First 𝒦¹(x, x) = σ_w² + σ_b² = 2.26, then the arcsine formula with q₁₁ = q₂₂ = q₁₂ = 2.26.",
    ),
    # v = σ_w⁴ Var(φ²)/𝒦² = (3/2 − 1/4)/(1/2)² = 5 for bias-free ReLU; 3v/n = 0.01
    "wide-enough": number(
        1500, "E φ(a)⁴ = 3q²/2 and E φ(a)² = q/2 for a ~ N(0, q): find v, then solve 3v/n = 0.01."
    ),
    "too-deep": Exercise(_shallow_enough),
}
