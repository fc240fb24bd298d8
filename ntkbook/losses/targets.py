"""Targets and logits, made ready."""

from jaxtyping import Array, Float

from ntkbook import _checks


def smooth_labels(labels: Float[Array, "N K"], epsilon: float) -> Float[Array, "N K"]:
    """y = (1 − ε)·onehot + ε/K. Degeneracy ε = 0 keeps one-hot targets; ε in (0, 1] makes every y_k > 0.

    Raises InvalidInput for ε outside [0, 1], or labels off the simplex. Source: Szegedy et al. 2016.

    >>> nb.smooth_labels(jnp.eye(2), epsilon=0.5).tolist()
    [[0.75, 0.25], [0.25, 0.75]]
    """
    _checks.in_range("epsilon", epsilon, 0.0, 1.0, "the label smoothing ε, a probability")
    _checks.simplex_targets(labels)
    return (1 - epsilon) * labels + epsilon / labels.shape[-1]


def center(z: Float[Array, "*N K"]) -> Float[Array, "*N K"]:
    """Pz with P = I − 11ᵀ/K: removes the class mean, which cross-entropy cannot see.

    Raises nothing: every z has a mean. Source: the book's notation.

    >>> nb.center(jnp.array([3.0, 1.0, 2.0])).tolist()
    [1.0, -1.0, 0.0]
    """
    return z - z.mean(axis=-1, keepdims=True)
