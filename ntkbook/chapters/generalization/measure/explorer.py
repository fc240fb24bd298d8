"""The bound, its parts and the error over sizes of the sample and over demanded margins."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from ntkbook.chapters.generalization.measure.bound import bounded_error
from ntkbook.generalization import MARGINS

SIZES = (200, 400, 800, 1600)


def bound_over_points(points: int, noise: float, lam: float) -> dict[str, Float[np.ndarray, " m"]]:
    """Bound, its parts and the error over all sizes; for the size chosen, the parts over the demanded margins.

    Args:
        points: N, the size chosen.
        noise: share of the labels replaced by fair coins.
        lam: λ.
    """
    runs = [bounded_error(size, noise, lam) for size in SIZES]
    here = runs[SIZES.index(points)] if points in SIZES else bounded_error(points, noise, lam)
    ramp, complexity, confidence = here.at_margin
    return {
        "sizes": np.array(SIZES, dtype=float),
        "total": np.array([run.bound.total for run in runs]),
        "ramp": np.array([run.bound.empirical for run in runs]),
        "error": np.array([run.error for run in runs]),
        "here": np.array([points], dtype=float),
        "here_total": np.array([here.bound.total]),
        "margins": np.array(MARGINS),
        "margin_ramp": ramp,
        "margin_complexity": complexity,
        "margin_total": ramp + complexity + confidence,
        "best": np.array([here.bound.margin]),
        "norm": np.array([here.bound.norm]),
        "here_error": np.array([here.error]),
    }


def describe_bound(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, " m"]]
) -> str:
    """What the explorer of the bound shows."""
    total, missed = float(arrays["here_total"][0]), float(arrays["here_error"][0])
    said = "says something" if total < 1 else "is above 1, so it says nothing"
    return (
        f"From {setting['points']:g} points with {100 * float(setting['noise']):.0f} % random labels at "
        f"λ = {setting['lam']:g}: B = {float(arrays['norm'][0]):.1f}, the bound is {total:.2f} and {said}; "
        f"the error is {missed:.3f}."
    )
