"""Six ways to predict on a small problem in the plane: MCMC as the reference, MAP, Laplace, three kinds of ensembles.

Nine points, three classes, one hidden layer of erf units at infinite width. Prior f ~ GP(0, s²Θ ⊗ I_K), so λ = 1/s².
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import bayes
from ntkbook._movable_points import MovablePoints
from ntkbook.bayes import GaussianLogits
from ntkbook.chapters._shared.measure.plane import square
from ntkbook.losses import center
from ntkbook.networks import mlp

K = 3
METHODS = ("map", "laplace", "ensemble", "noisy", "labels", "mcmc")
ANGLES = np.array([0.2, 0.6, 1.3, 2.3, 2.7, 3.3, 4.4, 4.8, 5.5])
RADII = np.array([1.0, 1.3, 0.8, 1.2, 1.6, 1.0, 1.3, 0.9, 1.6])
POINTS = RADII[:, None] * np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
CLASSES = np.array([0, 0, 1, 1, 1, 2, 2, 0, 2])
N = len(CLASSES)
SIDE = np.linspace(-3.0, 3.0, 15)
SQUARE = square(SIDE)
EDGE = (float(SIDE[0]), float(SIDE[-1]))
GIVEN = MovablePoints.of(POINTS, (EDGE, EDGE), labels=CLASSES, classes=K)
CHAINS, MEMBERS = bayes.Chains(draws=2_000, warmup=400), 4_000


@dataclass(frozen=True)
class Predictions:
    """One method at one prior scale, on P points, the N training points first.

    Args:
        probabilities: (P, K) E softmax f.
        variance: (P,) the mean over classes of the variance of a centred logit.
    """

    probabilities: Float[Array, "P K"]
    variance: Float[Array, " P"]


@dataclass(frozen=True)
class Compared:
    """All methods at one prior variance.

    Args:
        variance: s².
        predictions: by method.
        prior_variance: (P,) before any data.
        sampling_error: (P,) the TV between MCMC and the ensemble that chance alone makes, estimated from two halves of
            each.
        rhat: as in PosteriorSamples.
        ess: as there.
        divergences: as there.
        draws: of MCMC.
    """

    variance: float
    predictions: dict[str, Predictions]
    prior_variance: Float[Array, " P"]
    sampling_error: Float[Array, " P"]
    rhat: float
    ess: float
    divergences: int
    draws: int

    def distance(self, method: str) -> Float[np.ndarray, " P"]:
        """TV to MCMC at every point.

        Args:
            method: which.
        """
        p, q = (self.predictions[name].probabilities for name in (method, "mcmc"))
        return np.asarray(bayes.total_variation(p, q))

    def variance_share(self, method: str, points: slice) -> float:
        """The method's summed variance over some points, in units of MCMC's.

        Args:
            method: which.
            points: rows of these points.
        """
        ours, reference = (self.predictions[name].variance[points].sum() for name in (method, "mcmc"))
        return float(ours / reference)


@functools.cache
def plane_problem(seed: int = 0, points: str = GIVEN.text) -> tuple[Float[Array, "P P"], Float[Array, "N K"]]:
    """The chapter's problem: nine training points of three classes, and where predictions are compared.

    Args:
        seed: 0 for the chapter's problem; others put nine random points in the plane, with labels in turn.
        points: for seed 0, others in the place of the chapter's, as `MovablePoints` reads them.

    Returns:
        Θ on nine training points and 15 × 15 points of a square; hard labels.
    """
    X, classes = GIVEN.read(points)
    if seed > 0:
        X, classes = 1.2 * np.random.default_rng(seed).standard_normal((N, 2)), np.arange(N) % K
    inputs = jnp.asarray(np.concatenate([X, SQUARE]))
    kernel = mlp(2, K, 1, sigma_w=1.5, sigma_b=1.0).kernel(inputs).ntk
    return kernel, jax.nn.one_hot(jnp.asarray(classes), K, dtype=float)


@functools.lru_cache(maxsize=64)
def compare_methods(prior_variance: float, seed: int = 0, points: str = GIVEN.text) -> Compared:
    """MCMC, MAP, Laplace, and ensembles without noise, with Gaussian noise and with resampled labels.

    Args:
        prior_variance: s² = 1/λ.
        seed: which problem, as in plane_problem.
        points: as there.

    Raises:
        NotConverged: if the chains did not mix.
    """
    Theta, Y = plane_problem(seed, points)
    lam = 1 / prior_variance
    keys = jax.random.split(jax.random.key(seed), 4)
    # One sample at a time: each is tens of megabytes, and its summary is enough.
    posterior = bayes.gp_posterior(keys[0], Theta, Y, lam=lam, chains=CHAINS, progress=False)
    diagnosed = {"rhat": posterior.rhat, "ess": posterior.ess, "divergences": posterior.divergences}
    draws, mcmc = len(posterior.logits), _summary(posterior.logits)
    del posterior
    laplace = bayes.laplace(Theta, Y, lam=lam)
    of_laplace = bayes.gaussian_probabilities(keys[3], laplace, draws=2_000)

    def members(key: PRNGKeyArray, **noise: Any) -> _Summary:
        return _summary(bayes.ensemble(key, Theta, Y, lam=lam, members=MEMBERS, **noise).logits)

    plain, noisy = members(keys[1]), members(keys[2], noisy_targets=True)
    labels = members(jax.random.fold_in(keys[2], 1), noisy_targets=True, noise="labels")
    return Compared(
        variance=float(prior_variance),
        predictions={
            "map": Predictions(jax.nn.softmax(laplace.mean, axis=-1), jnp.zeros(len(Theta))),
            "laplace": Predictions(of_laplace, _gaussian_variance(laplace)),
            "ensemble": plain.predictions,
            "noisy": noisy.predictions,
            "labels": labels.predictions,
            "mcmc": mcmc.predictions,
        },
        prior_variance=prior_variance * jnp.diag(Theta) * (1 - 1 / K),
        sampling_error=jnp.sqrt(mcmc.sampling_error**2 + plain.sampling_error**2),
        draws=draws,
        **diagnosed,
    )


@dataclass(frozen=True)
class _Summary:
    """What is kept of a sample of S draws.

    Args:
        predictions: from all of them.
        sampling_error: (P,) how far, in total variation, their mean is from that of as many others: half of what their
            halves show.
    """

    predictions: Predictions
    sampling_error: Float[Array, " P"]


def _summary(logits: Float[Array, "S P K"]) -> _Summary:
    first, second, variance = _reduced(logits)
    error = bayes.total_variation(first, second) / 2
    return _Summary(Predictions((first + second) / 2, variance), error)


@jax.jit  # one program, which keeps no copy of the sample
def _reduced(
    logits: Float[Array, "S P K"],
) -> tuple[Float[Array, "P K"], Float[Array, "P K"], Float[Array, " P"]]:
    """(mean probabilities of the first half, of the second, variance of a centred logit)."""
    first, second = jax.nn.softmax(logits, axis=-1).reshape(2, -1, *logits.shape[1:]).mean(axis=1)
    return first, second, center(logits).var(axis=0).mean(axis=-1)


def _gaussian_variance(law: GaussianLogits) -> Float[Array, " P"]:
    """tr(P Cov)/K: of a centred logit, averaged over the classes."""
    return jnp.einsum("kl,xlk->x", center(jnp.eye(K)), law.marginals()) / K


@dataclass(frozen=True)
class MethodScan:
    """Five methods beside MCMC at W prior variances, each table by method.

    Args:
        variances: (W,) s².
        at_data: (W,) each, mean TV to MCMC at the data.
        in_square: (W,) each, the same over the square.
        spread: (W,) each, the summed variance at the data in units of MCMC's.
        floor_data: (W,) the sampling error in the distances at the data.
        floor_square: (W,) the same over the square.
        compared: everything, scale by scale.
    """

    variances: Float[np.ndarray, " W"]
    at_data: dict[str, Float[np.ndarray, " W"]]
    in_square: dict[str, Float[np.ndarray, " W"]]
    spread: dict[str, Float[np.ndarray, " W"]]
    floor_data: Float[np.ndarray, " W"]
    floor_square: Float[np.ndarray, " W"]
    compared: tuple[Compared, ...]


def method_scan(variances: Sequence[float], *, seed: int = 0) -> MethodScan:
    """Compare all methods at every prior variance s².

    Args:
        variances: W values of s².
        seed: which problem, as in plane_problem.
    """
    compared = tuple(compare_methods(float(variance), seed) for variance in variances)
    data, square = slice(0, N), slice(N, None)
    others = METHODS[:-1]

    def distances(points: slice) -> dict[str, Float[np.ndarray, " W"]]:
        return {m: np.array([one.distance(m)[points].mean() for one in compared]) for m in others}

    def floor(points: slice) -> Float[np.ndarray, " W"]:
        return np.array([float(one.sampling_error[points].mean()) for one in compared])

    return MethodScan(
        variances=np.asarray(variances, dtype=float),
        at_data=distances(data),
        in_square=distances(square),
        spread={m: np.array([one.variance_share(m, data) for one in compared]) for m in others},
        floor_data=floor(data),
        floor_square=floor(square),
        compared=compared,
    )
