"""The landing page: two ways to hold the logits of a wide network."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from ntkbook.chapters._shared.measure.lazy_training import Arrays, lazy_training, percent, verdict

Setting = Mapping[str, float | int | str]
LOG_TIMES = np.linspace(-2.0, 40.0, 85)


def lazy_switch(n: int, epsilon: float, lam: float) -> Arrays:
    """The landing page: targets smoothed by ε, a regularizer of strength λ, or neither, followed to log t = 40.

    Args:
        n: width.
        epsilon: ε.
        lam: λ.
    """
    return lazy_training(n, lam, epsilon, log_times=LOG_TIMES)


def describe(setting: Setting, arrays: Mapping[str, Float[np.ndarray, " T"]]) -> str:
    """What the landing page's picture shows."""
    moved = f"By log t = {arrays['log_t'][-1]:.0f} the NTK has moved by {percent(np.max(arrays['drift']))}"
    gap = f"the least logit gap is {arrays['gap'][-1]:.1f}"
    if setting["epsilon"] == 0 and setting["lam"] == 0:
        return f"Nothing holds the logits. {moved}, {gap}, and both go on growing."
    holder = " and ".join(
        name
        for name, value in (("smoothing", setting["epsilon"]), ("the regularizer", setting["lam"]))
        if value != 0
    )
    return f"Held by {holder}. {moved}; {gap}, and stays there: {verdict(arrays['drift'])}."
