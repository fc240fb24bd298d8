"""Does a sample of functions follow a Gaussian law? Three tests on whitened logits, each with an exact or χ² null."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int
from numpy.typing import ArrayLike
from scipy import stats

from ntkbook._spectrum import psd_root, zero_sum_basis
from ntkbook.bayes import GaussianLogits
from ntkbook.errors import InvalidInput
from ntkbook.losses import center

SINGULAR = 1e-9  # an eigenvalue below this share of the largest is no variance to divide by


@dataclass(frozen=True)
class Fit:
    """p-values of a sample under a law: each is uniform on [0, 1] if the law is true.

    Args:
        mean: of S|m̄|² ~ χ²_m for the mean m̄ of the whitened sample, exact.
        covariance: of the likelihood ratio S(tr Ĉ − log det Ĉ − m) ~ χ²_{m(m+1)/2} for
            Ĉ = (1/S)Σ_s(v_s − m̄)(v_s − m̄)ᵀ against I, for many members (with Bartlett's correction).
        shape: of Kolmogorov–Smirnov for |v_s|² ~ χ²_m, exact.
        distances: (S,) the |v_s|², in order.
        quantiles: (S,) those of χ²_m that they should be near.
    """

    mean: float
    covariance: float
    shape: float
    distances: Float[np.ndarray, " S"]
    quantiles: Float[np.ndarray, " S"]

    @property
    def least(self) -> float:
        """The least of the three p-values: below α/3 with probability at most α if the law is true."""
        return min(self.mean, self.covariance, self.shape)


def goodness_of_fit(
    sample: Float[Array, "S P K"], law: GaussianLogits, points: ArrayLike | None = None
) -> Fit:
    """Test S functions, without their class mean, against a Gaussian law of centred logits.

    On a basis of zero class sums a sample has m = M(K − 1) coordinates, and v is what whitening by the law's
    covariance makes of them: N(0, I_m) if the law is true.

    Args:
        sample: (S, P, K) functions.
        law: which they should follow.
        points: which M of the P points to use; those where the law has spread. All of them by default.

    Raises:
        InvalidInput: where the law has no spread, or for S ≤ m.

    Source:
        Wilks 1938 and Bartlett 1954 for the likelihood ratio; Kolmogorov 1933.
    """
    chosen = jnp.asarray(np.arange(law.mean.shape[0]) if points is None else points)
    v = np.asarray(_whitened(sample, law, chosen))
    S, m = v.shape
    if m >= S:
        raise InvalidInput(f"{S} functions for {m} coordinates; a covariance needs more functions than that.")
    middle, squares = v.mean(axis=0), np.sum(v**2, axis=1)
    C = np.cov(v.T, bias=True).reshape(m, m)
    ratio = S * (np.trace(C) - np.linalg.slogdet(C)[1] - m)
    bartlett = 1 - (2 * m + 1 - 2 / (m + 1)) / (6 * (S - 1))
    chi2 = stats.chi2(m)
    return Fit(
        mean=float(chi2.sf(S * np.sum(middle**2))),
        covariance=float(stats.chi2(m * (m + 1) / 2).sf(bartlett * ratio * (S - 1) / S)),
        shape=float(stats.kstest(squares, chi2.cdf).pvalue),
        distances=np.sort(squares),
        quantiles=chi2.ppf((np.arange(S) + 0.5) / S),
    )


def holm(p_values: ArrayLike) -> Float[np.ndarray, "..."]:
    r"""p-values that allow for how many there are: with probability 1 − α none below α belongs to a true hypothesis.

    .. math:: \tilde p_{(i)} = \max_{j \le i} \min\bigl(1, (m - j + 1)\,p_{(j)}\bigr)

    of m ordered p-values, however they depend on each other.

    Args:
        p_values: (...) those of all m tests.

    Source:
        Holm 1979.
    """
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, axis=None)
    factors = np.empty(p.size)
    factors[order] = np.arange(p.size, 0, -1)
    raised = np.minimum(1.0, factors * p.ravel())
    raised[order] = np.maximum.accumulate(raised[order])
    return raised.reshape(p.shape)


def _whitened(sample: Array, law: GaussianLogits, chosen: Int[Array, " M"]) -> Float[Array, "S m"]:
    basis = zero_sum_basis(law.mean.shape[1])
    K, M = basis.shape[0], len(chosen)
    rows = (chosen[:, None] * K + jnp.arange(K)).ravel()
    reduce = jnp.kron(jnp.eye(M), basis.T)
    covariance = reduce @ law.covariance()[rows][:, rows] @ reduce.T
    values = jnp.linalg.eigvalsh(covariance)
    if float(values[0]) <= SINGULAR * max(float(values[-1]), 1e-300):
        raise InvalidInput(
            f"the law has variance {float(values[0]):.2g} in some direction, where nothing can be tested. "
            f"Name points away from the training inputs, each once, and a prior that has spread."
        )
    deviations = center(jnp.asarray(sample)[:, chosen] - law.mean[chosen]).reshape(-1, M * K)
    return jnp.linalg.solve(psd_root(covariance), reduce @ deviations.T).T


def skewness(sample: Float[np.ndarray, " S"] | Float[Array, " S"]) -> float:
    r"""The skewness of a sample; 0 for a normal law, with a sampling error of about √(6/S).

    .. math:: \frac{E(f - Ef)^3}{\operatorname{Var}(f)^{3/2}}

    Args:
        sample: (S,) draws of f.
    """
    return float(stats.skew(np.asarray(sample)))


def class_covariance(
    sample: Float[Array, "S P K"], law: GaussianLogits, points: ArrayLike
) -> Float[np.ndarray, "K K"]:
    """The K × K covariance of centred logits whose inputs have been whitened by the law's kernel: P if it is true.

    Args:
        sample: (S, P, K) functions.
        law: which they should follow.
        points: which of the P points to use.
    """
    chosen = jnp.asarray(points)
    root = jnp.linalg.cholesky(law.kernel[chosen][:, chosen])
    deviations = center(jnp.asarray(sample)[:, chosen] - law.mean[chosen])
    white = jax.vmap(lambda one: jax.scipy.linalg.solve_triangular(root, one, lower=True))(deviations)
    return np.asarray(jnp.einsum("smk,sml->kl", white, white) / white[..., 0].size)
