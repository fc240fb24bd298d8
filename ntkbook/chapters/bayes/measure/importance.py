"""Weights that turn an ensemble into the posterior, exactly and at every prior scale."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook import bayes
from ntkbook.bayes.laplace import hessian_root
from ntkbook.chapters.bayes.measure.plane import N, plane_problem
from ntkbook.explicit import kernel_logistic_regression
from ntkbook.losses import center, cross_entropy, total


@dataclass(frozen=True)
class Weighted:
    """A weighted ensemble on the N training points.

    Args:
        probabilities: (N, K) Σ w softmax f.
        variance: the weighted variance of the centred logits, summed over points and averaged over classes.
        effective_share: 1/(S Σ w²), S the number of members: 1 for equal weights.
    """

    probabilities: Float[Array, "N K"]
    variance: float
    effective_share: float


def importance_weights(
    variance: float, *, members: int = 8_000, noisy: bool = True, seed: int = 3
) -> Weighted:
    """The ensemble of the nine points, with Gaussian noise or none, each member weighted by posterior over own density.

    Args:
        variance: s² = 1/λ.
        members: S.
        noisy: with noise of covariance W, or none.
        seed: of the draws.
    """
    Theta, Y = plane_problem()
    Theta, lam = Theta[:N, :N], 1 / variance
    f = bayes.ensemble(jax.random.key(seed), Theta, Y, lam=lam, members=members, noisy_targets=noisy).logits
    q = jnp.kron(Theta / lam, jnp.eye(Y.shape[1]))
    B = jax.scipy.linalg.block_diag(*hessian_root(kernel_logistic_regression(Theta, Y, lam=lam).logits))
    A = q + noisy * q @ B @ B.T @ q
    log_w = jax.lax.map(lambda f: _log_weight(f, Y, q, A), f, batch_size=500)
    w = jax.nn.softmax(log_w)
    g = center(f)
    spread = jnp.einsum("s,sik->ik", w, g**2) - jnp.einsum("s,sik->ik", w, g) ** 2
    return Weighted(
        probabilities=jnp.einsum("s,sik->ik", w, jax.nn.softmax(f, axis=-1)),
        variance=float(spread.mean(axis=1).sum()),
        effective_share=float(1 / (members * jnp.sum(w**2))),
    )


def _log_weight(
    f: Float[Array, "N K"], Y: Float[Array, "N K"], q: Float[Array, "NK NK"], A: Float[Array, "NK NK"]
) -> Float[Array, ""]:
    """log of e^{−C(f)} N(f; 0, q) over N(G(f); 0, A) det(I + qW(f)), up to a constant."""
    flat, p = f.ravel(), jax.nn.softmax(f, axis=1)
    G = flat + q @ (p - Y).ravel()
    B = jax.scipy.linalg.block_diag(*hessian_root(f))
    log_det = jnp.linalg.slogdet(jnp.eye(len(q)) + B.T @ q @ B)[1]
    quadratic = G @ jnp.linalg.solve(A, G) - flat @ jnp.linalg.solve(q, flat)
    return quadratic / 2 - total(cross_entropy, f, Y) - log_det  # eq-weight
