"""Chapter: a regularizer around the initialization."""

import numpy as np

from ntkbook.exercises import least_power_of_two, number, whole


def _drifts_little(width: float) -> bool:
    """Whether the mean drift is below two per cent, measured as the chapter measures it."""
    from ntkbook.chapters._shared.measure import sphere
    from ntkbook.chapters.regularizer import measure

    scan = measure.width_scan(sphere.points(), (int(width),), lam=0.1, seeds=3)
    return bool(scan.drift.mean() < 0.02)


EXERCISES = {
    "halve-the-radius": whole(
        lambda factor=2: factor**2,
        "R = √(2V₀/λ): by what must λ be multiplied for √λ to be?",
        own="Divide $R$ by {factor:d}, not by 2.",
        factor=(3, 5, 6, 8),
    ),
    # ‖θ_∞ − θ₀‖ ≤ K₁√(2N)/λ meets √(2V₀/λ) at λ = N K₁²/V₀
    "two-radii": number(
        lambda points=8, K1=10.0, excess=20.0: points * K1**2 / excess,
        "Set K₁√(2N)/λ equal to √(2V₀/λ) and solve for λ.",
        own="Let $N = {points:d}$, $K_1 = {K1:g}$ and $V_0 = {excess:g}$.",
        points=(5, 6, 12, 15),
        K1=(4.0, 6.0, 12.0),
        excess=(15.0, 25.0, 30.0),
    ),
    # e^{−2Lλt} = ½
    "half-life": number(
        lambda layers=3, lam=0.05: np.log(2) / (2 * layers * lam),
        "Θ_t = e^{−2Lλt}Θ₀ with L the number of hidden layers: when is the factor ½?",
        own="The network has {layers:d} hidden layers, and $\\lambda = {lam:g}$.",
        layers=(1, 2, 4, 5),
        lam=(0.01, 0.02, 0.1),
    ),
    "two-per-cent": least_power_of_two(
        256,
        4096,
        _drifts_little,
        "Double n until the mean drift is below 0.02; the one before is still above.",
    ),
}
