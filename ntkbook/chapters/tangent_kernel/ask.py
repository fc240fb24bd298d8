"""Chapter: the tangent kernel."""

import jax

from ntkbook import data
from ntkbook.exercises import least_power_of_two, whole
from ntkbook.networks import mlp


def _changes_by_a_third(radius: float) -> bool:
    """Whether at n = 1024 the kernel changes by a third at distance R along ∇λ_max."""
    from ntkbook.chapters.tangent_kernel import measure

    points = data.sphere(jax.random.key(0))
    scan = measure.ball_scan(lambda n: mlp(6, 3, n), points.X, points.Y, (1024,), radius=radius)
    return bool(scan.eigenvalue.mean() >= 1 / 3)


EXERCISES = {
    # 2K₁K₂R/√n ≤ 0.1
    "width-for-the-bound": whole(
        lambda K1=10.0, K2=3.0, radius=2.0: (2 * K1 * K2 * radius / 0.1) ** 2,
        "Set 2K₁K₂R/√n equal to 0.1 and solve for n.",
        own="Let $K_1 = {K1:g}$, $K_2 = {K2:g}$ and $R = {radius:g}$.",
        K1=(4.0, 5.0, 8.0),
        K2=(1.0, 2.0, 4.0),
        radius=(1.0, 3.0, 5.0),
    ),
    "layers-add-up": whole(
        lambda hidden=3: hidden + 1,
        "On the diagonal E φ(u)² = q/2 and E φ'(u)² = ½: what does the recursion make of Θˡ/𝒦ˡ?",
        own="The network has {hidden:d} hidden layers.",
        hidden=(2, 4, 5, 7),
    ),
    "a-third": least_power_of_two(
        1 / 64,
        64,
        _changes_by_a_third,
        "Double R until `eigenvalue` reaches a third; the one before is below.",
    ),
}
