"""The whole path λ ↦ f_λ, from the initialization (λ = ∞) towards the unregularized limit (λ → 0)."""

import functools
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ntkbook._kernel_product import check_train_kernel, kernel_product, offset
from ntkbook.errors import InvalidInput
from ntkbook.explicit.logistic import check_rows, check_settings, prepare, solve_prepared
from ntkbook.explicit.solution import Solution


@dataclass(frozen=True)
class RegularizationPath:
    """f_λ(x) = f₀(x) + Θ(x, X)A_λ at L values of λ, in the order in which they were given.

    lams: λ. coefficients: A_λ. logits: f_λ(X). radius: ‖θ − θ₀‖ = √⟨A_λ, ΘA_λ⟩, which falls as λ grows.
    residual: max |softmax − Y + λA_λ|. iterations, products: Newton steps and Θ-products spent on each λ.
    """

    lams: Float[Array, " L"]
    coefficients: Float[Array, "L N K"]
    logits: Float[Array, "L N K"]
    radius: Float[Array, " L"]
    residual: Float[Array, " L"]
    iterations: Int[Array, " L"]
    products: Int[Array, " L"]

    def predict(
        self, Theta_x: Float[Array, "rows columns"], f0_x: Float[Array, "M K"] | float = 0.0
    ) -> Float[Array, "L M K"]:
        """f_λ(x) = f₀(x) + Θ(x, X)A_λ at M new points, for every λ."""
        return f0_x + jax.vmap(functools.partial(kernel_product, Theta_x))(self.coefficients)


def regularization_path(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"] | None,
    lams: Float[Array, " L"],
    *,
    tolerance: float = 1e-10,
    max_newton: int | None = None,
    max_cg: int = 2_000,
) -> RegularizationPath:
    """kernel_logistic_regression at every λ of `lams`, from the largest down, each started where the last two point.

    The start is the secant A + (A − A')·Δlog λ/Δ'log λ: along the path, A is smooth in log λ, and with
    one-hot targets grows like log(1/λ). Whatever of Θ can be prepared once is.

    lams: positive and distinct, in any order. The other arguments, and what is raised, as there.
    Source: Rosset, Zhu & Hastie 2004; the book's Theorem D.

    >>> lams = jnp.array([0.1, 1.0, 10.0])
    >>> path = nb.regularization_path(jnp.eye(2), jnp.eye(2), None, lams)
    >>> bool(jnp.all(jnp.diff(path.radius) < 0))
    True
    """
    check_rows(Y, on_simplex=True)
    Y, f0 = Y.astype(float), offset(f0, Y)
    check_train_kernel(Theta, *Y.shape)
    values = np.asarray(lams, dtype=float)
    if values.ndim != 1 or values.size == 0 or len(set(values.tolist())) != values.size:
        raise InvalidInput(
            f"lams = {values}; expected a one-dimensional array of one or more distinct strengths λ."
        )
    budget = {lam: check_settings(lam, tolerance, max_newton, max_cg) for lam in values.tolist()}

    prepared = prepare(Theta, float(values.min()))
    solved: dict[float, Solution] = {}
    start = jnp.zeros_like(Y)
    for lam in sorted(budget, reverse=True):
        solved[lam] = solve_prepared(Theta, Y, f0, start, lam, tolerance, budget[lam], max_cg, prepared)
        start = _secant(solved, values[values < lam])
    return _collect([solved[lam] for lam in values.tolist()], jnp.asarray(values), f0)


def _secant(solved: dict[float, Solution], ahead: Float[np.ndarray, " L"]) -> Float[Array, "N K"]:
    """Where the last two solutions point at the next λ; with one of them only, that one."""
    (*before, lam) = solved
    A = solved[lam].coefficients
    if not before or ahead.size == 0:
        return A
    share = np.log(ahead.max() / lam) / np.log(lam / before[-1])
    return A + share * (A - solved[before[-1]].coefficients)


def _collect(
    solutions: list[Solution], lams: Float[Array, " L"], f0: Float[Array, "N K"]
) -> RegularizationPath:
    coefficients = jnp.stack([one.coefficients for one in solutions])
    logits = jnp.stack([one.logits for one in solutions])
    return RegularizationPath(
        lams=lams,
        coefficients=coefficients,
        logits=logits,
        radius=jnp.sqrt(jnp.maximum(jnp.sum(coefficients * (logits - f0), axis=(1, 2)), 0.0)),
        residual=jnp.asarray([one.residual for one in solutions]),
        iterations=jnp.asarray([one.iterations for one in solutions]),
        products=jnp.asarray([one.products for one in solutions]),
    )
