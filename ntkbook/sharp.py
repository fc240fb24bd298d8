"""Sharp conditions for bounded training: is there a direction along which the loss falls for ever?"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._kernel_product import check_train_kernel, kernel_product, offset
from ntkbook._line_search import step_length
from ntkbook._spectrum import spectrum, zero_sum_basis
from ntkbook.errors import NotConverged
from ntkbook.losses import center, cross_entropy

GAP_TOLERANCE = 1e-7  # on the inequalities of a direction whose largest gap is 1
SLOPE_TOLERANCE = 1e-10
LEAST_AIM = 1e-2  # the probability that a zero among the targets aims at, to start from


@dataclass(frozen=True)
class Separating:
    """A direction along which C falls without end, so that training diverges.

    Args:
        direction: (N, K) v = PΘA, with v_ik ≥ v_ij for every supported class k and every j; the largest gap is 1.
        coefficients: (N, K) A, with zero class sum.
        strict: the number of pairs (i, j) with a gap above 0.
    """

    direction: Float[Array, "N K"]
    coefficients: Float[Array, "N K"]
    strict: int

    @property
    def separable(self) -> bool:
        return True

    def predict(self, Theta_x: Float[Array, "rows columns"]) -> Float[Array, "M K"]:
        """v(x) = PΘ(x, X)A: the direction at new points."""
        return center(kernel_product(Theta_x, self.coefficients))


@dataclass(frozen=True)
class Bounded:
    """The minimizer of C on z₀ + range(Θ₀) nearest to z₀, where the linearized flow ends.

    Args:
        logits: (N, K) z = z₀ + ΘA.
        coefficients: (N, K) A, with zero class sum.
        radius: ‖θ − θ₀‖ = √⟨A, ΘA⟩.
        residual: the slope of C that is left along P range(Θ₀). Where a target is 0,
            residual·√(NK)/2 < min softmax(z), which proves that no direction separates.
    """

    logits: Float[Array, "N K"]
    coefficients: Float[Array, "N K"]
    radius: float
    residual: float

    @property
    def separable(self) -> bool:
        return False

    def predict(
        self, Theta_x: Float[Array, "rows columns"], f0_x: Float[Array, "M K"] | float = 0.0
    ) -> Float[Array, "M K"]:
        """f_∞(x) = f₀(x) + Θ(x, X)A at new points."""
        return f0_x + kernel_product(Theta_x, self.coefficients)


def recession(v: Float[Array, "N K"], Y: Float[Array, "N K"]) -> Float[Array, ""]:
    r"""How fast C grows in the end along a direction: 0 if and only if every supported class attains the maximum.

    .. math:: \lim_{s\to\infty} \frac{C(z + sv)}s = \sum_i \bigl(\max_j v_{ij} - y_i\cdot v_i\bigr) \ge 0

    Computed as Σ_ik y_ik (max_j v_ij − v_ik), without cancellation.

    Args:
        v: (N, K) the direction.
        Y: (N, K) targets in the simplex.

    Raises:
        InvalidInput: for targets off the simplex, or a v of another shape.

    Source:
        The book's Theorem E.

    Example:
        Along the labels the loss falls for ever, against them it grows:

        >>> Y = jnp.eye(2)
        >>> float(nb.recession(Y, Y)), float(nb.recession(-Y, Y))
        (0.0, 2.0)
    """
    cross_entropy.check_targets(Y)
    _checks.same_shape("v", v, "Y", Y)
    return jnp.sum(Y * (jnp.max(v, axis=1, keepdims=True) - v))  # eq-recession


def separability(
    Theta: Float[Array, "rows rows"] | None,
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"] | None = None,
    *,
    rank_tolerance: float = 1e-10,
    max_newton: int = 200,
) -> Separating | Bounded:
    r"""Whether the linearized flow of cross-entropy diverges, with the proof: a direction, or the limit.

    Training stays bounded if and only if no v in range(Θ₀), other than a shift of each point's logits, has

    .. math:: v_{ik} \ge v_{ij} \quad\text{for every } i,\text{ every } k \text{ with } y_{ik} > 0
              \text{ and every } j .

    A linear program finds one whose largest gap is 1, or shows that all gaps are 0; then C has a minimum on
    f₀ + range(Θ₀), found by Newton's method in at most N(K−1) unknowns, to a slope so small that it proves there is
    no such v. Meant for N·K up to a few thousand: all of it is dense.

    Args:
        Theta: (N, N), standing for Θ ⊗ I_K, or (NK, NK); it may be singular, as with duplicate inputs. None means
            any kernel of full rank, and Θ = I in the answer.
        Y: (N, K) targets in the simplex.
        f0: (N, K) z₀ = f₀(X), by default 0; it has no say in separability.
        rank_tolerance: eigenvalues of Θ below this share of the largest count as 0.
        max_newton: Newton steps after which the minimum is given up.

    Raises:
        InvalidInput: for a kernel that does not fit or is indefinite.
        NotConverged: if neither proof meets its tolerance (gaps to 1e-7, slopes to 1e-10 or less).

    Source:
        The book's Theorem E; existence of the logistic maximum-likelihood estimate, Albert & Anderson 1984.

    Example:
        Two inputs, one of each class; and one input, seen with both classes:

        >>> nb.separability(jnp.eye(2), Y=jnp.eye(2)).separable
        True
        >>> nb.separability(jnp.ones((2, 2)), Y=jnp.eye(2)).separable
        False
    """
    cross_entropy.check_targets(Y)
    N, K = Y.shape
    Theta = jnp.eye(N) if Theta is None else Theta
    check_train_kernel(Theta, N, K)
    _checks.positive("rank_tolerance", rank_tolerance, "the relative tolerance on the kernel's eigenvalues")
    f0 = offset(f0, Y)

    eigenvalues, basis = _centred_range(Theta, N, K, rank_tolerance)
    e = _separating(basis, np.asarray(Y))
    if e is not None:
        v = jnp.asarray((basis @ e).reshape(N, K))
        return Separating(v, jnp.asarray((basis @ (e / eigenvalues)).reshape(N, K)), _count_strict(v, Y))
    e, residual = _minimizer(jnp.asarray(basis), f0, Y, max_newton)
    A = jnp.asarray((basis @ (e / eigenvalues)).reshape(N, K))
    return Bounded(f0 + kernel_product(Theta, A), A, float(np.sqrt(np.sum(e**2 / eigenvalues))), residual)


def _centred_range(
    Theta: Float[Array, "rows rows"], N: int, K: int, tolerance: float
) -> tuple[Float[np.ndarray, " r"], Float[np.ndarray, "NK r"]]:
    """(λ, U) of PΘP = U diag(λ) Uᵀ, λ > 0: up to shifts, training reaches z₀ + Ue for any e, with A = U(e/λ).

    The flow only ever moves by ΘA with A of zero class sum, since ∇C has none; so PΘP is all that matters.
    """
    if Theta.shape[0] == N:
        eigenvalues, vectors = (np.asarray(part) for part in spectrum(Theta))
        eigenvalues, vectors = np.repeat(eigenvalues, K - 1), np.kron(vectors, zero_sum_basis(K))
    else:
        full = Theta.reshape(N, K, N, K)
        full = full - full.mean(axis=1, keepdims=True)
        full = full - full.mean(axis=3, keepdims=True)
        eigenvalues, vectors = (np.asarray(part) for part in spectrum(full.reshape(N * K, N * K)))
    kept = eigenvalues > tolerance * np.max(eigenvalues)
    return eigenvalues[kept], vectors[:, kept]


# --- the direction ---------------------------------------------------------------------------------------


def _separating(
    basis: Float[np.ndarray, "NK r"], Y: Float[np.ndarray, "N K"]
) -> Float[np.ndarray, " r"] | None:
    """e such that v = Ue separates, with largest gap 1; None if there is none.

    Maximizes Σ gaps over e and the gaps m_ij = v_ik − v_ij to each point's likeliest class k, where 0 ≤ m ≤
    1, and m = 0 for the other supported classes. The optimum is 0, or at least 1: a direction can be stretched.
    """
    import scipy.sparse
    from scipy.optimize import linprog

    N, K = Y.shape
    top = Y.argmax(axis=1)
    points, classes = np.nonzero(np.arange(K) != top[:, None])
    supported = Y[points, classes] > 0
    if supported.all():
        return None
    if basis.shape[1] == N * (K - 1):  # every v can be reached: supported classes up, the others down
        return basis.T @ (Y > 0).astype(float).ravel()
    rows = basis.reshape(N, K, -1)
    gaps = rows[points, top[points]] - rows[points, classes]
    pairs, r = gaps.shape
    result = linprog(
        np.concatenate([np.zeros(r), -np.ones(pairs)]),
        A_eq=scipy.sparse.hstack(
            [scipy.sparse.csr_array(gaps), -scipy.sparse.eye_array(pairs)], format="csr"
        ),
        b_eq=np.zeros(pairs),
        bounds=[(None, None)] * r + [(0.0, 0.0 if tied else 1.0) for tied in supported],
        method="highs",
        options={"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9},
    )
    if not result.success:
        raise NotConverged(
            f"the linear program with {pairs} gaps and {r} unknowns was not solved: {result.message} "
            f"Raise `rank_tolerance`, so that nearly dependent logits count as dependent."
        )
    if -result.fun < 0.5:
        return None
    return result.x[:r] / np.max(gaps @ result.x[:r])


def _count_strict(v: Float[Array, "N K"], Y: Float[Array, "N K"]) -> int:
    """The pairs (i, j) with a gap above 0, after checking that no gap is below."""
    highest = jnp.max(v, axis=1, keepdims=True)
    violation = float(jnp.max(jnp.where(Y > 0, highest - v, 0.0)))
    if not violation <= GAP_TOLERANCE:
        raise NotConverged(
            f"the separating direction violates its inequalities by {violation:.2e}; the tolerance is "
            f"{GAP_TOLERANCE:g} for a largest gap of 1. Raise `rank_tolerance`."
        )
    return int(jnp.sum(highest - v > 10 * GAP_TOLERANCE))


# --- the bounded solution --------------------------------------------------------------------------------


def _minimizer(
    basis: Float[Array, "NK r"], f0: Float[Array, "N K"], Y: Float[Array, "N K"], max_newton: int
) -> tuple[Float[np.ndarray, " r"], float]:
    """(e, ‖Uᵀ∇C‖) at the minimum of C(f₀ + Ue), where C is strictly convex."""
    if basis.shape[1] == 0:  # training cannot move the logits but by shifts: it ends where it starts
        return np.zeros(0), 0.0
    e, residual, tolerance, steps = _newton(basis, f0, Y, max_newton)
    if not float(residual) <= float(tolerance):
        raise NotConverged(
            f"Newton's method left a slope of {float(residual):.2e} after {int(steps)} steps; the tolerance "
            f"is {float(tolerance):.2g}. No direction separates, yet the minimum is far: raise `max_newton`, "
            f"or raise `rank_tolerance`, so that directions the kernel hardly sees are left out."
        )
    return np.asarray(e), float(residual)


@jax.jit
def _newton(
    basis: Float[Array, "NK r"], f0: Float[Array, "N K"], Y: Float[Array, "N K"], max_newton: Any
) -> tuple[Float[Array, " r"], Float[Array, ""], Float[Array, ""], Any]:
    def logits(e: Float[Array, " r"]) -> Float[Array, "N K"]:
        return f0 + (basis @ e).reshape(f0.shape)

    def gradient(e: Float[Array, " r"]) -> Float[Array, " r"]:
        return cross_entropy.residual(logits(e), Y).ravel() @ basis

    def tolerance(e: Float[Array, " r"]) -> Float[Array, ""]:
        """A separating v, centred and with largest gap 1, has −⟨∇C, v⟩ ≥ min p and ‖v‖ ≤ √(NK)/2: half of what that
        allows. Without a zero among the targets there is nothing to prove."""
        p = jax.nn.softmax(logits(e), axis=1)
        proves = jnp.min(p) / jnp.sqrt(p.size)
        return jnp.where(jnp.min(Y) > 0, SLOPE_TOLERANCE, jnp.minimum(SLOPE_TOLERANCE, proves))

    def improve(state: Any) -> Any:
        e, g, steps = state
        columns = jnp.moveaxis(basis.reshape(*f0.shape, -1), -1, 0)
        curved = jax.vmap(lambda v: cross_entropy.hessian_product(logits(e), Y, v))(columns)
        step = -jnp.linalg.solve(basis.T @ curved.reshape(columns.shape[0], -1).T, g)
        tau = step_length(lambda tau: gradient(e + tau * step) @ step, at_zero=g @ step)
        e = e + tau * step
        return e, gradient(e), steps + 1

    # At a target's own logits where they can be reached; a zero among the targets counts as a small probability.
    aim = jnp.log(jnp.where(Y > 0, Y, LEAST_AIM)) - f0
    start = basis.T @ aim.ravel()
    e, g, steps = jax.lax.while_loop(
        lambda state: (jnp.linalg.norm(state[1]) > tolerance(state[0])) & (state[2] < max_newton),
        improve,
        (start, gradient(start), 0),
    )
    return e, jnp.linalg.norm(g), tolerance(e), steps
