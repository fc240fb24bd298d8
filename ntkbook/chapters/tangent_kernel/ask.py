"""Chapter: the tangent kernel."""

import jax
import numpy as np

from ntkbook import data
from ntkbook.exercises import Exercise, number
from ntkbook.networks import mlp


def _far_enough(answer: float) -> tuple[bool, str]:
    """The least power of two R at which, at n = 1024, the kernel changes by a third along ∇λ_max."""
    from ntkbook.chapters.tangent_kernel import measure

    if not 1 / 64 <= answer <= 64 or np.log2(answer) % 1:
        return False, "Give a power of two between 1/64 and 64."
    points = data.sphere(jax.random.key(0))
    half, full = (
        measure.ball_scan(lambda n: mlp(6, 3, n), points.X, points.Y, (1024,), radius=R).eigenvalue.mean()
        for R in (answer / 2, answer)
    )
    measured = f"Measured: {100 * half:.0f} % at half of it, {100 * full:.0f} % at R = {answer:g}."
    return bool(half < 1 / 3 <= full), measured


EXERCISES = {
    # 2K₁K₂R/√n ≤ 0.1 with K₁ = 10, K₂ = 3, R = 2
    "width-for-the-bound": number((2 * 10 * 3 * 2 / 0.1) ** 2, "Solve 2K₁K₂R/√n = 0.1 for n."),
    "layers-add-up": number(
        4, "On the diagonal E φ(u)² = q/2 and E φ'(u)² = ½: what does the recursion make of Θˡ/𝒦ˡ?"
    ),
    "a-third": Exercise(_far_enough),
}
