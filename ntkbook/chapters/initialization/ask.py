"""Chapter: wide networks at initialization."""

import numpy as np

from ntkbook.exercises import number, whole


def _nngp(sigma_w: float = 1.5, sigma_b: float = 0.1) -> float:
    """𝒦¹ = σ_w² + σ_b², then σ_w² (2/π) arcsin(2𝒦¹/(1 + 2𝒦¹)) + σ_b²."""
    first = sigma_w**2 + sigma_b**2
    return sigma_w**2 * 2 / np.pi * np.arcsin(2 * first / (1 + 2 * first)) + sigma_b**2


EXERCISES = {
    "nngp-by-hand": number(
        _nngp,
        "First 𝒦¹(x, x) = σ_w² + σ_b², then the arcsine formula with this for q₁₁, q₂₂ and q₁₂.",
        own="Let $\\sigma_w = {sigma_w:g}$ and $\\sigma_b = {sigma_b:g}$.",
        sigma_w=(1.2, 1.3, 1.4, 1.6, 1.8),
        sigma_b=(0.2, 0.3, 0.4, 0.5),
    ),
    # v = σ_w⁴ Var(φ²)/𝒦² = (3/2 − 1/4)/(1/2)² = 5 for bias-free ReLU; 3v/n is the excess
    "wide-enough": whole(
        lambda excess=0.01: 3 * 5 / excess,
        "E φ(a)⁴ = 3q²/2 and E φ(a)² = q/2 for a ~ N(0, q): find v, then solve for n.",
        own="The excess kurtosis is to be at most {excess:g}.",
        excess=(0.005, 0.02, 0.025, 0.03, 0.05),
    ),
    # the least L with 3((1 + 5/n)^L − 1) > 1
    "too-deep": whole(
        lambda width=64: np.floor(np.log(4 / 3) / np.log1p(5 / width)) + 1,
        "Set 3((1 + 5/n)^L − 1) equal to 1 and take logarithms; the first whole L beyond that is asked.",
        own="Let $n = {width:d}$.",
        width=(32, 48, 96, 128, 256),
    ),
}
