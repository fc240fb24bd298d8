"""Gaussian laws of logits, in the form that the book's theorems give them."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from ntkbook import _checks, _records
from ntkbook._spectrum import psd_root


@dataclass(frozen=True)
class GaussianLogits:
    r"""A Gaussian law of K logits at P points: a kernel times a class covariance, plus a correction of low rank.

    .. math::
        \mathrm{Cov}(f_k(x), f_l(x')) = \mathrm{kernel}(x, x')\, \mathrm{classes}(k, l)
        + \sum_r \mathrm{left}(x, k, r)\, \mathrm{right}(x', l, r)

    Kept in this form, a law on thousands of points stays small.

    Args:
        mean: (P, K) E f.
        kernel: (P, P) the covariance between points.
        classes: (K, K) the covariance between classes.
        left: (P, K, R) one factor of the correction, which may be empty, R = 0.
        right: (P, K, R) the other.
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

    def at(self, points: slice | Int[Array, " M"]) -> "GaussianLogits":
        """The law at some of the points, such as those behind the N training points: law.at(slice(N, None))."""
        rows = self.kernel[points]
        return GaussianLogits(
            self.mean[points], rows[:, points], self.classes, self.left[points], self.right[points]
        )

    def sample(self, key: PRNGKeyArray, members: int) -> Float[Array, "S P K"]:
        """Joint draws from the law. Costs O((PK)³) once: meant for hundreds of points.

        Args:
            key: a JAX random key; the same key gives the same draws.
            members: S, how many draws.

        Raises:
            InvalidInput: for fewer than one draw.
        """
        _checks.positive_integer("members", members, "the number of draws")
        noise = jax.random.normal(key, (members, self.mean.size))
        return self.mean + (noise @ psd_root(self.covariance()).T).reshape(members, *self.mean.shape)


_records.register(GaussianLogits, static=())
