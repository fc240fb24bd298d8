"""The covariance of ensembles against Theorem H, as the prior scale goes to 0 and as it grows."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import bayes
from ntkbook.bayes.laplace import hessian_root
from ntkbook.chapters.bayes.measure.plane import K, N, plane_problem
from ntkbook.explicit import kernel_logistic_regression, solve_batch


@dataclass(frozen=True)
class IdentityScan:
    """At W prior variances s², on the training points, in operator norm and in units of ‖ΣWΣ‖.

    Args:
        variances: (W,) s².
        plain: (W,) ‖Cov − (Σ − ΣWΣ)‖ of the ensemble.
        noisy: (W,) ‖Cov − Σ‖ of the noisy-target ensemble.
        correction: (W,) ‖ΣWΣ‖/s⁴, itself.
    """

    variances: Float[np.ndarray, " W"]
    plain: Float[np.ndarray, " W"]
    noisy: Float[np.ndarray, " W"]
    correction: Float[np.ndarray, " W"]


def covariance_identity(variances: Sequence[float], *, pairs: int = 1_000) -> IdentityScan:
    """Compare the covariance of both ensembles with Theorem H's, at every prior variance.

    Members f_λ come in pairs ±(f₀, ξ), and their linear parts δ₁ = (I + qW)⁻¹(f₀ + qξ) from the same draws: the
    sampling error of Cov f_λ − Cov δ₁ is then far below that of either. Cov δ₁ itself is exact algebra.

    Args:
        variances: W values of s² = 1/λ.
        pairs: of members.
    """
    Theta, Y = plane_problem()
    rows = [_errors(Theta[:N, :N], Y, float(variance), pairs) for variance in variances]
    plain, noisy, correction = np.array(rows).T
    return IdentityScan(np.asarray(variances, dtype=float), plain, noisy, correction)


def _errors(
    Theta: Float[Array, "N N"], Y: Float[Array, "N K"], variance: float, pairs: int
) -> tuple[float, float, float]:
    key_initial, key_noise = jax.random.split(jax.random.key(5))
    mode = kernel_logistic_regression(Theta, Y, lam=1 / variance).logits
    Sigma = bayes.laplace(Theta, Y, lam=1 / variance).covariance()
    missing = Sigma - bayes.first_order_law(Theta, Y, lam=1 / variance).covariance()
    size = jnp.linalg.norm(missing, 2)

    q = jnp.kron(variance * Theta, jnp.eye(K))
    response = jnp.linalg.solve(q, Sigma).T  # (I + qW)⁻¹ = Σq⁻¹
    f0 = bayes.sample_functions(key_initial, variance * Theta, members=pairs, classes=K)
    noise = jnp.einsum("ikl,sil->sik", hessian_root(mode), jax.random.normal(key_noise, f0.shape))

    def error(f0: Float[Array, "S N K"], xi: Float[Array, "S N K"]) -> float:
        both, noises = jnp.concatenate([f0, -f0]), jnp.concatenate([xi, -xi])
        trained = solve_batch(Theta, Y + noises, both, 1 / variance, check_targets=False).logits - mode
        moved = both.reshape(len(both), -1) + noises.reshape(len(both), -1) @ q
        difference = _covariance(trained.reshape(len(both), -1)) - _covariance(moved @ response.T)
        return float(jnp.linalg.norm(difference, 2) / size)

    return error(f0, jnp.zeros_like(f0)), error(f0, noise), float(size / variance**2)


def _covariance(sample: Float[Array, "S m"]) -> Float[Array, "m m"]:
    return jnp.cov(sample.T, bias=True)
