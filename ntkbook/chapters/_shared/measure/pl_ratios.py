"""The PL ratio along a flow on cross-entropy."""

import jax
import numpy as np
from jaxtyping import Array, Float

from ntkbook import losses
from ntkbook.losses import cross_entropy

RESOLVED = 1e-6  # an excess C − C* below this is no longer told from the accuracy of the flow


def pl_ratios(
    logits: Float[Array, "T N K"], Y: Float[Array, "N K"], *, resolved: float = RESOLVED
) -> Float[np.ndarray, " T"]:
    r"""The PL ratio of cross-entropy at every time; NaN once C − C* is so small that rounding rules the ratio.

    .. math:: \frac{\lVert\nabla C\rVert^2}{2(C - C^*)}

    Args:
        logits: (T, N, K) z_t.
        Y: (N, K) targets.
        resolved: the C − C* below which the ratio is NaN.
    """
    ratio = jax.vmap(lambda z: losses.pl_ratio(cross_entropy, z, Y))(logits)
    left = jax.vmap(lambda z: losses.excess(cross_entropy, z, Y))(logits)
    return np.where(np.asarray(left) >= resolved, np.asarray(ratio), np.nan)
