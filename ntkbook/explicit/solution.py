"""A trained predictor f(x) = f₀(x) + Θ(x, X)A, and what all its solvers check and report."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ntkbook import _records
from ntkbook._checks import Scalar, known
from ntkbook._given import takes_arrays
from ntkbook._kernel_product import kernel_product


@dataclass(frozen=True)
class Solution:
    """A trained predictor f(x) = f₀(x) + Θ(x, X)A.

    Args:
        coefficients: (N, K) A.
        logits: (N, K) f(X).
        residual: the largest violation of the optimality condition, in logits or probabilities.
        iterations: Newton steps (0 for a direct solve).
        products: how often Θ was multiplied with an (N, K) array on the way.
        converged: whether the tolerance is met. Outside of `jit`, `vmap` and `grad` it always is, or NotConverged is
            raised; within them look here.
    """

    coefficients: Float[Array, "N K"]
    logits: Float[Array, "N K"]
    residual: Scalar
    iterations: int | Int[Array, ""]
    products: int | Int[Array, ""] = 0
    converged: bool | Bool[Array, ""] = True

    @takes_arrays
    def predict(
        self, Theta_x: Float[Array, "rows columns"], f0_x: Float[Array, "M K"] | float = 0.0
    ) -> Float[Array, "M K"]:
        """f(x) = f₀(x) + Θ(x, X)A. Theta_x: (M, N), or (MK, NK) for a finite network. f0_x: f₀(x), by default 0."""
        # eq-own-kernel, eq-log-targets, eq-representer: they differ in A
        return f0_x + kernel_product(Theta_x, self.coefficients)


_records.register(Solution, static=())


def largest(x: Float[Array, "..."]) -> Scalar:
    """max |x|, a number where it is known."""
    value = jnp.max(jnp.abs(x))
    return float(value) if known(value) else value
