"""How far two predictive laws, or two covariances, are apart."""

import jax.numpy as jnp
from jax.scipy.special import rel_entr
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook.errors import InvalidInput


@takes_arrays
def total_variation(p: Float[Array, "P K"], q: Float[Array, "P2 K2"]) -> Float[Array, " P"]:
    r"""The total variation distance at each point, between 0 and 1: the most by which any event's probability differs.

    .. math:: \mathrm{TV}(p, q) = \tfrac12 \sum_k |p_k - q_k|

    Args:
        p: (P, K) probabilities, one row a point.
        q: (P, K) others, of the same shape.

    Raises:
        InvalidInput: for different shapes or rows that are not probabilities.

    Source:
        The definition.

    Example:
        >>> p, q = jnp.array([[1.0, 0.0]]), jnp.array([[0.5, 0.5]])
        >>> bayes.total_variation(p, q).tolist()
        [0.5]
    """
    _check_pair(p, q)
    return 0.5 * jnp.abs(p - q).sum(axis=1)


@takes_arrays
def kl_divergence(p: Float[Array, "P K"], q: Float[Array, "P2 K2"]) -> Float[Array, " P"]:
    r"""The Kullback–Leibler divergence at each point, in nats; infinite where q rules out what p allows.

    .. math:: \mathrm{KL}(p \,\|\, q) = \sum_k p_k \log(p_k / q_k)

    Args:
        p: (P, K) probabilities, one row a point.
        q: (P, K) others, of the same shape.

    Raises:
        InvalidInput: for different shapes or rows that are not probabilities.

    Source:
        Kullback & Leibler 1951.

    Example:
        >>> p, q = jnp.array([[1.0, 0.0]]), jnp.array([[0.5, 0.5]])
        >>> bool(jnp.isclose(bayes.kl_divergence(p, q)[0], jnp.log(2)))
        True
        >>> bayes.kl_divergence(q, p).tolist()
        [inf]
    """
    _check_pair(p, q)
    return rel_entr(p, q).sum(axis=1)


@takes_arrays
def loewner_gap(A: Float[Array, "m n"], B: Float[Array, "m2 n2"]) -> Float[Array, ""]:
    r"""Whether no direction has more variance under B than under A: it is ≥ 0 iff A ⪰ B, for symmetric A and B.

    .. math:: \lambda_{\min}(A - B)

    Rounding moves it by about 1e-16 (‖A‖ + ‖B‖).

    Args:
        A: (m, m) a covariance.
        B: (m, m) another, of the same points.

    Raises:
        InvalidInput: for matrices of different or non-square shapes.

    Source:
        Löwner 1934.

    Example:
        >>> A = jnp.diag(jnp.array([2.0, 3.0]))
        >>> round(float(bayes.loewner_gap(A, jnp.eye(2))), 6)
        1.0
    """
    if A.shape != B.shape or A.ndim != 2 or A.shape[0] != A.shape[1]:
        raise InvalidInput(
            f"covariances of shapes {A.shape} and {B.shape}; expected two square ones of one size. "
            f"Take both laws on the same points."
        )
    _checks.finite("A", A)
    _checks.finite("B", B)
    return jnp.linalg.eigvalsh(A - B)[0]


def _check_pair(p: Float[Array, "..."], q: Float[Array, "..."]) -> None:
    if p.shape != q.shape:
        raise InvalidInput(
            f"probabilities of shapes {p.shape} and {q.shape}; expected one shape (P, K). "
            f"Predict both on the same points."
        )
    _checks.simplex_targets(p)
    _checks.simplex_targets(q)
