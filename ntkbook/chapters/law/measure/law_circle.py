"""What trained networks of infinite width predict along a circle of inputs, and how far they disagree (Theorem G)."""

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ntkbook.bayes import sample_probabilities
from ntkbook.chapters._shared.measure.circle import circle
from ntkbook.chapters._shared.measure.many_networks import GIVEN, circle_law, initial_covariance, labels
from ntkbook.chapters._shared.measure.side_by_side import K, circle_mlp
from ntkbook.losses import smooth_labels

DEGREES = np.linspace(-180.0, 180.0, 73)
FARTHEST = int(np.argmin(np.abs(DEGREES + 150.0)))  # as far from the nearest training input as one can be
DRAWS, MEMBERS = 2_000, 8
STARTS = {
    "nngp": "Networks as they are initialized",
    "ntk": "Networks with the corrected initial function",
    "zero": "Networks that start from zero",
}


def along(points: str = GIVEN.text) -> Float[jax.Array, "P 2"]:
    """The training inputs, and after them the circle.

    Args:
        points: angles, in degrees, and classes, as `MovablePoints` reads them.
    """
    train = GIVEN.read(points)[0][:, 0]
    return jnp.concatenate([circle(np.deg2rad(train)), circle(np.deg2rad(DEGREES))])


def law_circle(prior: str, epsilon: float, points: str = GIVEN.text) -> dict[str, Float[np.ndarray, "..."]]:
    """The law of trained predictors along the circle.

    Args:
        prior: "nngp", "ntk" or "zero".
        epsilon: ε, smoothing of the labels.
        points: as in along.

    Returns:
        named arrays. angle; p0, p1, p2, the mean probabilities; member_angle, member, the probability of class 0 in
        eight draws, with gaps between them; spread and initial, the standard deviation of a centred logit after
        training and before; data_angle, data, the target probability of class 0.
    """
    train = GIVEN.read(points)[0][:, 0]
    N = len(train)
    law = circle_law(prior, epsilon, along(points), points)
    draws = law.sample(jax.random.key(0), DRAWS)[:, N:]
    probabilities = np.asarray(sample_probabilities(draws))
    members = np.asarray(jax.nn.softmax(draws[:MEMBERS], axis=-1)[:, :, 0])
    gap = np.full((MEMBERS, 1), np.nan)
    before = float(initial_covariance(circle_mlp(1).kernel(along()[:1]), prior)[0, 0])
    return {
        "angle": DEGREES,
        **{f"p{k}": probabilities[:, k] for k in range(K)},
        "member_angle": np.concatenate([np.broadcast_to(DEGREES, members.shape), gap], axis=1).ravel(),
        "member": np.concatenate([members, gap], axis=1).ravel(),
        "spread": np.sqrt(np.maximum(np.diag(law.kernel), 0)[N:] * (1 - 1 / K)),
        "initial": np.full(len(DEGREES), np.sqrt(before * (1 - 1 / K))),
        "data_angle": GIVEN.padded(train),
        "data": GIVEN.padded(np.asarray(smooth_labels(labels(points), epsilon)[:, 0])),
    }


def describe_circle(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, "..."]]
) -> str:
    """What the picture shows, in words."""
    if setting.get("points", GIVEN.text) != GIVEN.text:
        return _describe_moved(setting, arrays)
    first, spread = arrays["p0"], arrays["spread"][FARTHEST]
    nearest = int(np.argmin(np.abs(arrays["angle"])))
    return (
        f"{STARTS[str(setting['prior'])]}, labels smoothed by ε = {setting['epsilon']:g}: at −150°, far from the data, "
        f"a logit varies by {spread:.2f} from network to network and class 0 gets {100 * first[FARTHEST]:.1f} % on "
        f"average; at 0°, where class 1 was seen, it gets {100 * first[nearest]:.1f} %, the target."
    )


def _describe_moved(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, "..."]]
) -> str:
    """The same where the reader has set the points."""
    most = int(np.argmax(np.round(arrays["spread"], 3)))  # of equal ones the first
    angle = f"{arrays['angle'][most]:.0f}°".replace("-", "−")
    return (
        f"{STARTS[str(setting['prior'])]}, labels smoothed by ε = {setting['epsilon']:g}: a logit varies most at "
        f"{angle}, by {arrays['spread'][most]:.2f} from network to network, and class 0 gets "
        f"{100 * arrays['p0'][most]:.1f} % there on average."
    )
