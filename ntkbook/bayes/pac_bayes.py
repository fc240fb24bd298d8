"""PAC-Bayes: what Laplace's approximation of the posterior proves of the error of its own mean."""

import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float
from scipy.optimize import root_scalar

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook.bayes.laplace import laplace_divergence
from ntkbook.generalization import check_failure, check_one_hot


@dataclass(frozen=True)
class PacBayesBound:
    """With probability ≥ 1 − δ over the training set, P(wrong) of a draw from the Gaussian law ≤ gibbs, of f̂ ≤ total.

    Args:
        divergence: KL(N(f̂, Σ)‖GP(0, Θ/λ)).
        training_error: how often a draw is wrong on the training points, on average; for K > 2 a bound on it.
        gibbs: the largest p with kl(training_error‖p) ≤ (KL + log(2√N/δ))/N.
        total: 2·gibbs, for f̂ itself.
    """

    divergence: float
    training_error: float
    gibbs: float
    total: float


@takes_arrays
def pac_bayes_bound(
    Theta: Float[Array, "N N"],
    labels: Float[Array, "N K"],
    *,
    lam: float = 1.0,
    delta: float = 0.05,
    choices: int = 1,
) -> PacBayesBound:
    r"""A bound on how often kernel logistic regression, and a draw from Laplace's law around it, are wrong.

    .. math::
        \mathrm{kl}(\hat r \,\|\, r) \le \frac{\mathrm{KL} + \log(2\sqrt N/\delta)}{N}, \qquad
        \mathrm{KL} = \tfrac12\bigl[\operatorname{tr}(I + qW)^{-1} - NK + \langle \alpha, q\alpha \rangle
        + \log\det(I + qW)\bigr]

    Here q = (Θ/λ) ⊗ I_K, α = Y − softmax f̂, W = ∇²C(f̂), and r, r̂ are the errors of a draw on new points and on the
    training points. The draws are symmetric around f̂, so that f̂ errs at most twice as often.

    Valid for i.i.d. points, with Θ, λ and f₀ = 0 fixed without looking at them.

    Args:
        Theta: (N, N) the training kernel.
        labels: (N, K) one-hot.
        lam: λ > 0.
        delta: δ, strictly between 0 and 1.
        choices: how many λ (or kernels) were fixed beforehand, this one chosen among them after seeing the points.

    Raises:
        InvalidInput: for arguments that do not fit.
        NotConverged: if the MAP is missed, or where a variance would be lost in rounding.

    Source:
        The book's Theorem on PAC-Bayes; Langford & Seeger 2001; Maurer 2004.

    Example:
        Points that are all alike are learnt at once:

        >>> Theta, Y = jnp.ones((400, 400)), jnp.array([[1.0, 0.0]] * 400)
        >>> bound = bayes.pac_bayes_bound(Theta, Y, lam=0.1)
        >>> bound.total < 0.1
        True
    """
    _checks.positive_integer("choices", choices, "how many settings were fixed beforehand")
    check_one_hot(labels)
    check_failure(delta)
    mean, covariance, divergence = laplace_divergence(Theta, labels, lam=lam)
    reached = float(jnp.mean(_errs(mean, covariance, labels)))
    N = len(labels)
    slack = (float(divergence) + math.log(2 * math.sqrt(N) * choices / delta)) / N  # eq-pac-bayes
    gibbs = _largest_with(reached, slack)
    return PacBayesBound(float(divergence), reached, gibbs, total=min(1.0, 2 * gibbs))


def _errs(
    mean: Float[Array, "N K"], covariance: Float[Array, "N K K"], labels: Float[Array, "N K"]
) -> Float[Array, " N"]:
    """At most Σ_{j≠y} P(f_j ≥ f_y), and at most 1; for two classes this is the probability itself."""
    y = labels.argmax(axis=1)
    own = jnp.arange(len(y))
    apart = mean[own, y][:, None] - mean
    variance = jnp.diagonal(covariance, axis1=1, axis2=2)
    spread = jnp.sqrt(jnp.maximum(variance + variance[own, y][:, None] - 2 * covariance[own, y], 1e-300))
    each = jax.scipy.stats.norm.sf(apart / spread).at[own, y].set(0.0)
    return jnp.minimum(jnp.sum(each, axis=1), 1.0)


def _largest_with(reached: float, slack: float) -> float:
    """The largest p ≥ r̂ with kl(r̂‖p) ≤ slack, kl between two coins."""

    def beyond(p: float) -> float:
        part = reached * math.log(reached / p) if reached > 0 else 0.0
        return part + (1 - reached) * math.log((1 - reached) / (1 - p)) - slack

    top = 1 - 1e-15
    return (
        root_scalar(beyond, bracket=(reached, top), xtol=1e-15).root
        if reached < top and beyond(top) > 0
        else 1.0
    )
