"""Coordinates u in which the GP classification posterior is roughly N(0, I): f(X) = Lv and v = v̂ + Ru.

Here LLᵀ is the prior's covariance of one logit, so that v ~ N(0, I) a priori.
"""

import jax
import jax.numpy as jnp
from jax.scipy.linalg import solve_triangular
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook.bayes.ensembles import ensemble
from ntkbook.bayes.laplace import hessian_root
from ntkbook.explicit import kernel_logistic_regression

MEMBERS = 24  # whose curvature is averaged
COORDINATES = ("laplace", "shared")


def laplace_coordinates(
    Theta: Float[Array, "N N"], L: Float[Array, "N N"], Y: Float[Array, "N K"], lam: float
) -> tuple[Float[Array, "N K"], Float[Array, "NK NK"]]:
    """(v̂, R): the mode, and R with RRᵀ = (I + LᵀWL)⁻¹."""
    N, K = Y.shape
    mode = kernel_logistic_regression(Theta, Y, lam=lam).logits
    B = hessian_root(mode)
    LB = jnp.einsum("ij,ika->jkia", L, B).reshape(N * K, N * K)
    upper = jnp.linalg.cholesky(jnp.eye(N * K) + LB @ LB.T, upper=True)
    return solve_triangular(L, mode, lower=True), solve_triangular(upper, jnp.eye(N * K))


def shared_coordinates(
    key: PRNGKeyArray, Theta: Float[Array, "N N"], L: Float[Array, "N N"], Y: Float[Array, "N K"], lam: float
) -> tuple[Float[Array, "N K"], Float[Array, "N N"]]:
    """(v̄, R): a mean and R with RRᵀ = (I + LᵀDL)⁻¹, where W_i averages to about D_ii(I − 11ᵀ/K)."""
    f = ensemble(key, Theta, Y, lam=lam, members=MEMBERS, noisy_targets=True, noise="labels").logits
    p = jax.nn.softmax(f, axis=-1)
    D = jnp.sum(p * (1 - p), axis=-1).mean(axis=0) / (Y.shape[1] - 1)
    upper = jnp.linalg.cholesky(jnp.eye(len(D)) + L.T @ (D[:, None] * L), upper=True)
    return solve_triangular(L, f.mean(axis=0), lower=True), solve_triangular(upper, jnp.eye(len(D)))


def moved(R: Float[Array, "M M"], u: Float[Array, " NK"], K: int) -> Float[Array, "N K"]:
    """Ru. A shared R leaves the mean over classes as it is: the loss does not see it, its law is the prior's."""
    if len(R) == len(u):
        return (R @ u).reshape(-1, K)
    u = u.reshape(-1, K)
    mean = u.mean(axis=1, keepdims=True)
    return R @ (u - mean) + mean


def moved_back(R: Float[Array, "M M"], v: Float[Array, "N K"]) -> Float[Array, " NK"]:
    """The u with Ru = v."""
    if len(R) == v.size:
        return solve_triangular(R, v.reshape(-1))
    mean = v.mean(axis=1, keepdims=True)
    return (solve_triangular(R, v - mean) + mean).reshape(-1)
