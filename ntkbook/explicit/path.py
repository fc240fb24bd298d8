"""The whole path λ ↦ f_λ, from the initialization (λ = ∞) towards the unregularized limit (λ → 0)."""

import functools
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ntkbook import _checks, _records
from ntkbook._given import takes_arrays
from ntkbook._kernel_product import check_train_kernel, kernel_product, offset
from ntkbook.errors import InvalidInput
from ntkbook.explicit._newton import System, solve
from ntkbook.explicit._prepared import prepare
from ntkbook.explicit._refused import check_rows, checked_weights
from ntkbook.explicit.settings import Newton
from ntkbook.explicit.solution import Solution


@dataclass(frozen=True)
class RegularizationPath:
    """f_λ(x) = f₀(x) + Θ(x, X)A_λ at L values of λ, in the order in which they were given.

    Args:
        lams: (L,) λ.
        coefficients: (L, N, K) A_λ.
        logits: (L, N, K) f_λ(X).
        radius: (L,) ‖θ − θ₀‖ = √⟨A_λ, ΘA_λ⟩, which falls as λ grows.
        residual: (L,) max |softmax − Y + λA_λ|.
        iterations: (L,) Newton steps spent on each λ.
        products: (L,) products with Θ spent on each λ.
        converged: (L,) true, but for traced values, of which one that was not found is told here.
    """

    lams: Float[Array, " L"]
    coefficients: Float[Array, "L N K"]
    logits: Float[Array, "L N K"]
    radius: Float[Array, " L"]
    residual: Float[Array, " L"]
    iterations: Int[Array, " L"]
    products: Int[Array, " L"]
    converged: Bool[Array, " L"]

    @takes_arrays
    def predict(
        self, Theta_x: Float[Array, "rows columns"], f0_x: Float[Array, "M K"] | float = 0.0
    ) -> Float[Array, "L M K"]:
        """f_λ(x) = f₀(x) + Θ(x, X)A_λ at M new points, for every λ."""
        # eq-representer
        return f0_x + jax.vmap(functools.partial(kernel_product, Theta_x))(self.coefficients)


_records.register(RegularizationPath, static=())


@takes_arrays
def regularization_path(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"] | None,
    lams: Float[Array, " L"],
    *,
    weights: Float[Array, " N"] | None = None,
    newton: Newton = Newton(),
) -> RegularizationPath:
    r"""The whole path of kernel_logistic_regression, from the largest λ down.

    .. math:: \lambda \mapsto f_\lambda, \qquad \text{started at }
              A + (A - A')\,\frac{\Delta\log\lambda}{\Delta'\log\lambda}

    Each λ is started where the last two solutions, A' and then A, point: along the path, A is smooth in log λ, and
    with one-hot targets grows like log(1/λ). Whatever of Θ can be prepared once is. Where values are traced, the start
    is A, and derivatives are those of each f_λ.

    Args:
        Theta: Θ, (N, N) or (NK, NK).
        Y: (N, K) rows in the simplex.
        f0: (N, K) f₀(X), or None for 0.
        lams: (L,) positive and distinct, in any order.
        weights: as in kernel_logistic_regression.
        newton: as in kernel_logistic_regression.

    Raises:
        InvalidInput: for arguments that do not fit.
        NotConverged: if the tolerance is missed at one λ.

    Source:
        Rosset, Zhu & Hastie 2004; the book's Theorem D.

    Example:
        >>> lams = jnp.array([0.1, 1.0, 10.0])
        >>> path = nb.regularization_path(jnp.eye(2), jnp.eye(2), None, lams)
        >>> bool(jnp.all(jnp.diff(path.radius) < 0))
        True
    """
    check_rows(Y, on_simplex=True)
    Y, f0, weighted = Y.astype(float), offset(f0, Y), checked_weights(weights, len(Y))
    check_train_kernel(Theta, *Y.shape)
    if lams.ndim != 1 or lams.size == 0 or (_checks.known(lams) and len(set(lams.tolist())) != lams.size):
        raise InvalidInput(
            f"lams = {lams}; expected a one-dimensional array of one or more distinct strengths λ."
        )
    if not _checks.known((Theta, Y, f0, lams, weighted)):
        return _traced(Theta, Y, f0, lams.astype(float), weighted, newton)
    values = np.asarray(lams, dtype=float)
    for lam in values.tolist():
        _checks.positive("lam", lam, "the regularization strength λ")

    prepared = prepare(Theta, float(values.min()))
    solved: dict[float, Solution] = {}
    start = jnp.zeros_like(Y)
    for lam in sorted(values.tolist(), reverse=True):
        solved[lam] = solve(System(prepared, Y, f0, lam, weighted), start, newton)
        start = _secant(solved, values[values < lam])
    found = [solved[lam] for lam in values.tolist()]
    return _collect(
        jax.tree.map(lambda *of: jnp.stack([jnp.asarray(one) for one in of]), *found), jnp.asarray(values), f0
    )


def _secant(solved: dict[float, Solution], ahead: Float[np.ndarray, " L"]) -> Float[Array, "N K"]:
    """Where the last two solutions point at the next λ; with one of them only, that one."""
    (*before, lam) = solved
    A = solved[lam].coefficients
    if not before or ahead.size == 0:
        return A
    share = np.log(ahead.max() / lam) / np.log(lam / before[-1])
    return A + share * (A - solved[before[-1]].coefficients)


def _traced(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"],
    lams: Float[Array, " L"],
    weighted: Float[Array, "N 1"],
    newton: Newton,
) -> RegularizationPath:
    """In one loop, so that a single λ is compiled."""
    prepared, order = prepare(Theta, jnp.min(lams)), jnp.argsort(-lams)

    def one(start: Float[Array, "N K"], lam: Float[Array, ""]) -> tuple[Float[Array, "N K"], Solution]:
        found = solve(System(prepared, Y, f0, lam, weighted), start, newton)
        return found.coefficients, found

    _, found = jax.lax.scan(one, jnp.zeros_like(Y), lams[order])
    return _collect(jax.tree.map(lambda of: of[jnp.argsort(order)], found), lams, f0)


def _collect(found: Solution, lams: Float[Array, " L"], f0: Float[Array, "N K"]) -> RegularizationPath:
    """found: of all λ, stacked."""
    coefficients, logits = found.coefficients, found.logits
    return RegularizationPath(
        lams=lams,
        coefficients=coefficients,
        logits=logits,
        radius=jnp.sqrt(jnp.maximum(jnp.sum(coefficients * (logits - f0), axis=(1, 2)), 0.0)),
        residual=jnp.asarray(found.residual),
        iterations=jnp.asarray(found.iterations),
        products=jnp.asarray(found.products),
        converged=jnp.asarray(found.converged),
    )
