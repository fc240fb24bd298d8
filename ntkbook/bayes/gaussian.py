"""Gaussian laws of logits, in the form that the book's theorems give them."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks
from ntkbook._spectrum import psd_root


@dataclass(frozen=True)
class GaussianLogits:
    """A Gaussian law of K logits at P points: a kernel times a class covariance, plus a correction of low rank.

    Cov(f_k(x), f_l(x')) = kernel(x, x') classes(k, l) + Σ_r left(x, k, r) right(x', l, r).
    mean: E f. The correction may be empty, R = 0. Kept in this form, a law on thousands of points stays small.
    """

    mean: Float[Array, "P K"]
    kernel: Float[Array, "P P"]
    classes: Float[Array, "K K"]
    left: Float[Array, "P K R"]
    right: Float[Array, "P K R"]

    def covariance(self) -> Float[Array, "PK PK"]:
        """The joint covariance of all logits; row i·K + k is logit k at point i."""
        P, K = self.mean.shape
        correction = self.left.reshape(P * K, -1) @ self.right.reshape(P * K, -1).T
        return jnp.kron(self.kernel, self.classes) + correction

    def marginals(self) -> Float[Array, "P K K"]:
        """The covariance of the K logits at each point alone; nothing of size P² K² is formed."""
        correction = jnp.einsum("xkr,xlr->xkl", self.left, self.right)
        return jnp.diag(self.kernel)[:, None, None] * self.classes + correction

    def sample(self, key: PRNGKeyArray, members: int) -> Float[Array, "S P K"]:
        """Joint draws from the law. Costs O((PK)³) once: meant for hundreds of points."""
        _checks.positive_integer("members", members, "the number of draws")
        noise = jax.random.normal(key, (members, self.mean.size))
        return self.mean + (noise @ psd_root(self.covariance()).T).reshape(members, *self.mean.shape)
