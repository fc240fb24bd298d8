"""Noise in the targets that has the covariance of the loss's curvature: Gaussian, or that of labels drawn anew."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks
from ntkbook._given import takes_arrays


@takes_arrays
def target_noise(
    key: PRNGKeyArray, logits: Float[Array, "*S N K"], *, law: str = "gaussian"
) -> Float[Array, "*S N K"]:
    r"""Draws of ξ with mean 0 and the curvature of cross-entropy as covariance, independent from point to point.

    .. math:: \mathrm{Cov}\, \xi_i = W_i = \mathrm{diag}(p_i) - p_i p_i^\top, \qquad p_i = \mathrm{softmax}(f_i)

    "gaussian" is N(0, W). "labels" is e_k − p_i with a class k drawn from p_i: who adds it to Y trains, from
    f₀ + f̂ if p = softmax f̂, on labels drawn from what the MAP predicts. The rows of ξ sum to 0 either way.

    Args:
        key: a JAX random key; the same key gives the same noise.
        logits: (…, N, K) f, one draw for each.
        law: "gaussian" or "labels".

    Raises:
        InvalidInput: for another law, or logits that are not finite.

    Source:
        The book's Theorems H and H.7; bootstrap ensembles, Milios, Michiardi & Filippone 2020.

    Example:
        At a fair coin e_k − p is ±(½, −½):

        >>> xi = bayes.target_noise(
        ...     jax.random.key(0), jnp.zeros((4, 1, 2)), law="labels"
        ... )
        >>> jnp.abs(xi[:, 0]).tolist()
        [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]
    """
    _checks.choice("law", law, LAWS)
    _checks.finite("logits", logits)
    return LAWS[law](key, logits)


def _gaussian(key: PRNGKeyArray, logits: Float[Array, "*S N K"]) -> Float[Array, "*S N K"]:
    """Bη with η ~ N(0, I), where B = diag(√p)(I − √p√pᵀ) has BBᵀ = W."""
    root = jnp.sqrt(jax.nn.softmax(logits, axis=-1))
    eta = jax.random.normal(key, logits.shape)
    return root * (eta - root * jnp.sum(root * eta, axis=-1, keepdims=True))


def _labels(key: PRNGKeyArray, logits: Float[Array, "*S N K"]) -> Float[Array, "*S N K"]:
    drawn = jax.nn.one_hot(jax.random.categorical(key, logits), logits.shape[-1], dtype=logits.dtype)
    return drawn - jax.nn.softmax(logits, axis=-1)


LAWS = {"gaussian": _gaussian, "labels": _labels}
