"""Networks held by a regularizer, beside the predictors that infinite width makes of the same initial functions."""

from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook.chapters._shared.measure.many_networks import labels
from ntkbook.chapters._shared.measure.side_by_side import N, circle_mlp, circle_points, train_side_by_side
from ntkbook.explicit import solve_batch


def regularized_networks(
    n: int, *, lam: float = 1.0, seeds: int = 100, seed: int = 0
) -> tuple[Float[Array, "S P K"], Float[Array, "S P K"]]:
    """Train S networks on hard labels, held by a regularizer, beside what infinite width makes of the same f₀.

    Their initial functions are corrected to covariance Θ, as in trained_networks with prior "ntk"; the points are
    those too.

    Args:
        n: width.
        lam: λ > 0, anchored at θ₀.
        seeds: the number S.
        seed: of all draws.

    Returns:
        f_∞ of the networks; f_λ of infinite width from the same f₀.

    Raises:
        InvalidInput: unless λ > 0.
    """
    _checks.positive("lam", lam, "the regularization strength λ")
    f0, trained, _ = train_side_by_side(n, "ntk", labels(), lam, seeds, seed)
    Theta = circle_mlp(1).kernel(circle_points()).ntk
    solved = solve_batch(Theta[:N, :N], labels(), f0[:, :N], lam)
    return trained, solved.predict(Theta[:, :N], f0)
