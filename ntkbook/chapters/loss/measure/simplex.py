"""One point with three classes: loss, gradient flow and PL ratio over the plane of centred logits."""

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook.linearized import linearized_flow
from ntkbook.losses import LOSSES, pl_bound, smooth_labels

Arrays = dict[str, Float[np.ndarray, " m"]]

# Orthonormal coordinates (a, b) of 1^⊥: distances in the picture are distances between centred logits.
BASIS = np.array([[1, -1, 0], [-1, -1, 2]]) / np.sqrt([[2], [6]])
HALF_WIDTH = 8.0
SIDE = np.linspace(-HALF_WIDTH, HALF_WIDTH, 33)
STARTS = 6.5 * np.stack([np.cos(np.arange(6) * np.pi / 3), np.sin(np.arange(6) * np.pi / 3)], axis=1)
LOG_TIMES = np.linspace(-2.0, 12.0, 71)
CLOSEST = 1e-9  # below this excess, rounding rules the ratio


def simplex(loss: str, epsilon: float) -> Arrays:
    """The target (1 − ε)e₁ + ε/3 under cross-entropy or Brier.

    Args:
        loss: its name in `nb.LOSSES`.
        epsilon: ε.

    Returns:
        named arrays. Over the plane, row after row, on the squares of a, b: excess, log₁₀(ℓ − inf ℓ), and ratio, log₁₀
        of the PL ratio ‖∇ℓ‖²/2(ℓ − inf ℓ). Flow lines from six starts, with a gap between them: path_a, path_b. Along
        the one that starts on the far side: path_excess, path_ratio, and proven, the bound μ of the PL lemma on that
        sublevel set.
    """
    chosen = LOSSES[loss]
    y = smooth_labels(jax.nn.one_hot(jnp.array([0]), 3, dtype=float), epsilon)
    plane = np.stack([array.ravel() for array in np.meshgrid(SIDE, SIDE)], axis=1)
    excess, ratio = _excess_and_ratio(loss, jnp.asarray(plane @ BASIS), y)

    times = jnp.exp(jnp.asarray(LOG_TIMES))
    f0, Y = jnp.asarray(STARTS @ BASIS), jnp.broadcast_to(y, (len(STARTS), 3))
    flow = linearized_flow(jnp.eye(len(STARTS)), f0, Y, times, loss=chosen)
    lines = np.asarray(flow.logits) @ BASIS.T  # (T, starts, 2)
    lines = np.concatenate([lines, np.full((1, *lines.shape[1:]), np.nan)]).transpose(1, 0, 2).reshape(-1, 2)
    far = int(np.argmin(STARTS @ BASIS[:, 0]))
    path_excess, path_ratio = _excess_and_ratio(loss, flow.logits[:, far], y)
    known = path_excess > CLOSEST
    proven = np.full(len(LOG_TIMES), np.nan)
    if chosen.pl is not None and epsilon > 0:
        proven = np.array([float(pl_bound(chosen, y, V)) for V in path_excess.clip(0)])
    return {
        "a": SIDE,
        "b": SIDE,
        "excess": np.log10(excess).round(3),
        "ratio": np.log10(ratio).round(3),
        "path_a": lines[:, 0],
        "path_b": lines[:, 1],
        "path_excess": np.where(known, path_excess, np.nan),
        "path_ratio": np.where(known, path_ratio, np.nan),
        "proven": np.where(known & (proven > 1e-30), proven, np.nan),
    }


def _excess_and_ratio(
    name: str, z: Float[Array, "M 3"], y: Float[Array, "1 3"]
) -> tuple[Float[np.ndarray, " M"], Float[np.ndarray, " M"]]:
    """ℓ − inf ℓ and the PL ratio at M logits; the loss is small where it is good, never 0 on the grid."""
    loss, Y = LOSSES[name], jnp.broadcast_to(y, z.shape)
    excess = np.maximum(np.asarray(loss.value(z, Y) - loss.infimum(Y)), 1e-16)
    return excess, np.maximum(np.asarray(jnp.sum(loss.residual(z, Y) ** 2, axis=1)), 1e-32) / (2 * excess)


def describe_simplex(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, " m"]]
) -> str:
    """What the explorer of the simplex shows."""
    known = np.isfinite(arrays["path_ratio"])
    ratio, excess = arrays["path_ratio"][known], arrays["path_excess"][known]
    target = f"Target with ε = {setting['epsilon']:g}"
    fallen = f"on the way from the far side the PL ratio falls to {ratio.min():.2g}"
    if setting["loss"] == "Brier":
        return f"{target}: {fallen}, where the loss is still {excess[ratio.argmin()]:.3f} above its infimum."
    if setting["epsilon"] == 0:
        return f"Target at a corner: {fallen}, and goes on falling."
    proven = arrays["proven"][np.isfinite(arrays["proven"])]
    bound = f"{proven[-1]:.1g}" if proven.size else "below 1e-30"
    end = [arrays[name][len(LOG_TIMES) - 1] for name in ("path_a", "path_b")]
    return (
        f"{target}: the flow ends at distance {np.hypot(*end):.2f} from the middle, and {fallen}; "
        f"proven, near the target: {bound}."
    )
