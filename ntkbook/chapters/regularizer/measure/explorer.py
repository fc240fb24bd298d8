"""A regularizer that pulls towards θ₀ or towards 0, at every width and strength."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from ntkbook.chapters._shared.measure.lazy_training import Arrays, lazy_training, percent, verdict

Setting = Mapping[str, float | int | str]
LOG_TIMES = np.linspace(-2.0, 7.0, 73)


def regularizer(n: int, lam: float, anchor: str) -> Arrays:
    """The chapter on regularizers: one-hot targets, a regularizer of strength λ pulling towards θ₀ or towards 0.

    Args:
        n: width.
        lam: λ.
        anchor: "init" or "zero".
    """
    return lazy_training(n, lam, anchor=anchor, log_times=LOG_TIMES)


def describe(setting: Setting, arrays: Mapping[str, Float[np.ndarray, " T"]]) -> str:
    """What the picture of the chapter on regularizers shows."""
    moved = f"the NTK moves by {percent(np.max(arrays['drift']))}"
    travelled = f"the parameters travel {np.max(arrays['radius']):.2f}"
    if setting["anchor"] == "zero":
        return f"Pulled towards 0, {moved} and {travelled}; no bound holds: {verdict(arrays['drift'])}."
    bound = arrays["radius_bound"][-1]
    return f"Pulled towards θ₀, {moved} and {travelled}, within the bound {bound:.2f}: {verdict(arrays['drift'])}."
