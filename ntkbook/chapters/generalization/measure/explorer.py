"""The bound, its parts and the error over sizes of the sample and over demanded margins."""

import functools
from collections.abc import Mapping

import jax
import numpy as np
from jaxtyping import Float
from sklearn import datasets

from ntkbook.chapters.generalization.measure.bound import bounded_error
from ntkbook.chapters.generalization.measure.samples import CLASSES
from ntkbook.generalization import MARGINS

SIZES = (200, 400, 800, 1600)


def bound_over_points(
    points: int, noise: float, lam: float, margin: float
) -> dict[str, Float[np.ndarray, " m"]]:
    """Bound, its parts and the error over all sizes; for the size chosen, the parts over the demanded margins.

    Args:
        points: N, the size chosen.
        noise: share of the labels replaced by fair coins.
        lam: λ.
        margin: h, demanded alone.

    Returns:
        named arrays: what the panels show, alone being the bound for that h; norm, here_error; and for pages, which
        compute every setting from them, the population (pixels, sides; see `for_pages`).
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
        "margin": np.array([margin], dtype=float),
        "alone": np.array([here.promise((margin,)).total]),
        "norm": np.array([here.bound.norm]),
        "here_error": np.array([here.error]),
    } | for_pages()


@functools.cache
def for_pages() -> dict[str, Float[np.ndarray, " m"]]:
    """The population as pages take it.

    Returns:
        pixels, four to a number, in base 17; sides, the classes 0 and 1.
    """
    images, labels = datasets.load_digits(return_X_y=True)
    chosen = np.flatnonzero(np.isin(labels, CLASSES[0] + CLASSES[1]))
    order = chosen[np.asarray(jax.random.permutation(jax.random.key(0), len(chosen)))]  # as in population
    return {
        "pixels": images[order].reshape(-1, 4) @ 17.0 ** np.arange(4),
        "sides": np.isin(labels[order], CLASSES[1]).astype(float),
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
        f"the error is {missed:.3f}. For h = {setting['margin']:g}, had it been fixed beforehand, the bound is "
        f"{float(arrays['alone'][0]):.2f}."
    )
