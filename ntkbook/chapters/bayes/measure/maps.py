"""Maps of what six methods predict in the plane, and how far from MCMC they are."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from ntkbook import bayes
from ntkbook.chapters.bayes.measure.plane import GIVEN, SIDE, K, compare_methods

NAMES = {
    "map": "MAP",
    "laplace": "Laplace",
    "ensemble": "The ensemble",
    "noisy": "The ensemble with Gaussian noise",
    "labels": "The ensemble with resampled labels",
    "mcmc": "MCMC",
}
VARIANCES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


def bayes_maps(method: str, variance: float, points: str = GIVEN.text) -> dict[str, Float[np.ndarray, "..."]]:
    """One method at prior variance s² = 1/λ on a square of the plane.

    Args:
        method: "map", "laplace", "ensemble", "noisy", "labels" or "mcmc".
        variance: s².
        points: as in plane_problem.

    Returns:
        named arrays. side; doubt, the entropy of the predicted probabilities in units of log 3; spread, the standard
        deviation of a centred logit in units of its prior one; distance, TV to MCMC (for MCMC itself: its sampling
        error); x0, y0, …, the points of each class; at_data, in_square, share (numbers: mean TV at the data and in
        the square, variance at the data in units of MCMC's).
    """
    X, classes = GIVEN.read(points)
    N = len(classes)
    compared = compare_methods(float(variance), 0, points)
    ours, itself = compared.predictions[method], method == "mcmc"
    distance = np.asarray(compared.sampling_error) if itself else compared.distance(method)
    doubt = np.asarray(bayes.entropy(ours.probabilities)) / np.log(K)
    spread = np.sqrt(np.asarray(ours.variance / compared.prior_variance))
    return {
        "side": SIDE,
        "doubt": doubt[N:].round(3),
        "spread": spread[N:].round(3),
        "distance": distance[N:].round(4),
        **GIVEN.by_class(X, classes),
        "at_data": np.array([distance[:N].mean()]),
        "in_square": np.array([distance[N:].mean()]),
        "share": np.array([compared.variance_share(method, slice(0, N))]),
    }


def describe_maps(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, "..."]]
) -> str:
    """What the maps show, in words."""
    at_data, in_square, share = (float(arrays[name][0]) for name in ("at_data", "in_square", "share"))
    doubt = 100 * float(arrays["doubt"].mean())
    head = f"{NAMES[str(setting['method'])]} at prior variance s² = {setting['variance']:g}: mean doubt {doubt:.1f} %; "
    if setting["method"] == "mcmc":
        return f"{head}it is the reference, known up to {in_square:.4f} in total variation."
    return (
        f"{head}total variation to MCMC {at_data:.4f} at the data and {in_square:.4f} over the square; "
        f"at the data its variance is {share:.2f} times the posterior's."
    )
