"""Chapter: a regularizer around the initialization."""

import numpy as np

from ntkbook.exercises import Exercise, number


def _narrow_enough(answer: float) -> tuple[bool, str]:
    """The least power of two whose drift is below two per cent, measured as the chapter measures it."""
    from ntkbook.chapters._shared.measure import sphere
    from ntkbook.chapters.regularizer import measure

    if answer != int(answer) or not 16 <= answer <= 16384 or np.log2(answer) % 1:
        return False, "Give a power of two between 16 and 16384."
    scan = measure.width_scan(sphere.points(), (int(answer) // 2, int(answer)), lam=0.1, seeds=3)
    half, full = scan.drift.mean(axis=1)
    measured = f"Measured: {100 * half:.2f} % at half of it, {100 * full:.2f} % at n = {int(answer)}."
    return bool(full < 0.02 <= half), measured


EXERCISES = {
    "halve-the-radius": number(2.0**2, "R = √(2V₀/λ): by what must λ be multiplied for √λ to double?"),
    # ‖θ_∞ − θ₀‖ ≤ K₁√(2N)/λ meets √(2V₀/λ) at λ = N K₁²/V₀, with N = 8, K₁ = 10, V₀ = 20
    "two-radii": number(8 * 10.0**2 / 20, "Set K₁√(2N)/λ equal to √(2V₀/λ) and solve for λ."),
    "half-life": number(
        np.log(2) / (2 * 3 * 0.05), "Θ_t = e^{−2Lλt}Θ₀ with L = 3 and λ = 0.05: when is the factor ½?"
    ),
    "two-per-cent": Exercise(_narrow_enough),
}
