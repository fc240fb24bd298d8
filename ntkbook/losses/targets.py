"""Targets and logits, made ready."""

from typing import Any

import jax
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._given import takes_arrays


@takes_arrays
def smooth_labels(labels: Float[Array, "N K"], epsilon: _checks.Scalar) -> Float[Array, "N K"]:
    r"""One-hot targets, smoothed: every y_k > 0 for ε in (0, 1], while ε = 0 keeps them one-hot, so degenerate.

    .. math:: y = (1 - \varepsilon) \cdot \mathrm{onehot} + \varepsilon / K

    Args:
        labels: (N, K) one-hot rows, or other points of the simplex.
        epsilon: ε, from 0 to 1.

    Raises:
        InvalidInput: for ε outside [0, 1], or labels off the simplex.

    Source:
        Szegedy et al. 2016.

    Example:
        >>> nb.smooth_labels(jnp.eye(2), epsilon=0.5).tolist()
        [[0.75, 0.25], [0.25, 0.75]]
    """
    _checks.in_range("epsilon", epsilon, 0.0, 1.0, "the label smoothing ε, a probability")
    _checks.simplex_targets(labels)
    return _smoothed(labels, epsilon)


@jax.jit
def _smoothed(labels: Float[Array, "N K"], epsilon: Any) -> Float[Array, "N K"]:
    return (1 - epsilon) * labels + epsilon / labels.shape[-1]


@takes_arrays
def center(z: Float[Array, "*N K"]) -> Float[Array, "*N K"]:
    r"""Logits without the class mean, which cross-entropy cannot see. Raises nothing: every z has a mean.

    .. math:: P z, \qquad P = I - \mathbf{1}\mathbf{1}^\top / K

    Args:
        z: (…, K) logits, the classes on the last axis.

    Source:
        The book's notation.

    Example:
        >>> nb.center(jnp.array([3.0, 1.0, 2.0])).tolist()
        [1.0, -1.0, 0.0]
    """
    return z - z.mean(axis=-1, keepdims=True)
