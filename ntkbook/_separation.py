"""Does a direction separate? A linear program finds one, along which no supported class is ever overtaken, or weights
that prove there is none: the theorem of the alternative (Stiemke, Motzkin)."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook.errors import NotConverged

TOLERANCES = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}  # of HiGHS
NO_GAP = 1e-10  # of a basis whose gaps have lengths of order 1: what opens less opens nothing
GAP_TOLERANCE = 1e-7  # on the inequalities of a direction whose largest gap is 1


class Certificate(NamedTuple):
    """W of zero class sums, W ≤ −1 where Y = 0, and ρ√(NK)/2 with ρ = ‖UᵀW‖: below 1, nothing separates."""

    weights: Float[np.ndarray, "N K"]
    defect: float


def alternative(
    basis: Float[np.ndarray, "NK r"], Y: Float[np.ndarray, "N K"]
) -> Float[np.ndarray, " r"] | Certificate:
    """e such that v = Ue separates, with largest gap 1; or the certificate that no e does.

    Rows of B are the gaps v_ik − v_ij of each point's likeliest class k to those with y_ij = 0, rows of T to the
    others that are supported. Maximizes Σ Be over the e with Te = 0 and 0 ≤ Be ≤ 1. The optimum is 0, or at least 1:
    a direction can be stretched. Where it is 0, the program's dual variables are weights λ ≥ 1 of the gaps B
    with Bᵀλ + Tᵀμ = 0 for some μ, once the solver's tolerance is taken off.
    """
    N, K = Y.shape
    top = Y.argmax(axis=1)
    points, classes = np.nonzero(np.arange(K) != top[:, None])
    tied = Y[points, classes] > 0
    if tied.all():
        return Certificate(np.zeros((N, K)), 0.0)
    if basis.shape[1] == N * (K - 1):  # every v can be reached: supported classes up, the others down
        return basis.T @ (Y > 0).astype(float).ravel()
    rows = basis.reshape(N, K, -1)
    gaps = rows[points, top[points]] - rows[points, classes]
    B, T = gaps[~tied], gaps[tied]
    free = _kernel(T)
    reached = B @ free
    reached[np.linalg.norm(reached, axis=1) <= NO_GAP] = 0.0
    f, weights = _largest_sum(reached)
    if f is not None:
        return free @ _on_its_face(f, reached)
    dual = np.empty(len(gaps))
    dual[~tied] = weights
    dual[tied] = -np.linalg.lstsq(T.T, B.T @ weights, rcond=NO_GAP)[0]
    dual = dual - gaps @ np.linalg.lstsq(gaps, dual, rcond=NO_GAP)[0]
    least = dual[~tied].min()
    if least > 0:
        W = np.zeros((N, K))
        W[points, classes] = -dual / least
        W[np.arange(N), top] = -W.sum(axis=1)
        defect = float(np.linalg.norm(basis.T @ W.ravel()) * np.sqrt(W.size) / 2)
        if defect < 1:  # eq-alternative
            return Certificate(W, defect)
    raise NotConverged(
        f"no direction was found that separates, nor weights that exclude one: the least weight is {least:.1e}, "
        f"the largest {np.abs(dual).max():.1e}. The labels are as close to separable as rounding. Raise "
        f"`rank_tolerance`."
    )


def _kernel(rows: Float[np.ndarray, "m r"]) -> Float[np.ndarray, "r free"]:
    """An orthonormal basis of the e that open none of these gaps."""
    _, sizes, right = np.linalg.svd(rows, full_matrices=True)
    return right[np.count_nonzero(sizes > NO_GAP) :].T


def _largest_sum(
    gaps: Float[np.ndarray, "pairs r"],
) -> tuple[Float[np.ndarray, " r"] | None, Float[np.ndarray, " pairs"]]:
    """e with the largest Σ gaps, all between 0 and 1 (None if that is 0), and the dual variables."""
    import scipy.sparse
    from scipy.optimize import linprog

    pairs, r = gaps.shape
    equations = [scipy.sparse.csr_array(gaps), -scipy.sparse.eye_array(pairs)]
    for presolve in (True, False):  # HiGHS's presolve has been seen to give up where the solver does not
        result = linprog(
            np.concatenate([np.zeros(r), -np.ones(pairs)]),
            A_eq=scipy.sparse.hstack(equations, format="csr"),
            b_eq=np.zeros(pairs),
            bounds=[(None, None)] * r + [(0.0, 1.0)] * pairs,
            method="highs",
            options={**TOLERANCES, "presolve": presolve},
        )
        if result.success:
            return (result.x[:r] if -result.fun >= 0.5 else None), result.eqlin.marginals
    raise NotConverged(
        f"the linear program with {pairs} gaps and {r} unknowns was not solved: {result.message} "
        f"Raise `rank_tolerance`, so that nearly dependent logits count as dependent."
    )


def _on_its_face(e: Float[np.ndarray, " r"], gaps: Float[np.ndarray, "pairs r"]) -> Float[np.ndarray, " r"]:
    """e, with largest gap 1, projected to where the gaps that the solver left at its tolerance are 0."""
    e = e / np.max(gaps @ e)
    along = _kernel(gaps[np.abs(gaps @ e) <= GAP_TOLERANCE])
    e = along @ (along.T @ e)
    return e / np.max(gaps @ e)


def count_strict(v: Float[Array, "N K"], Y: Float[Array, "N K"]) -> int:
    """The pairs (i, j) with a gap above 0, after checking that no gap is below."""
    highest = jnp.max(v, axis=1, keepdims=True)
    violation = float(jnp.max(jnp.where(Y > 0, highest - v, 0.0)))
    if not violation <= GAP_TOLERANCE:
        raise NotConverged(
            f"the separating direction violates its inequalities by {violation:.2e}; the tolerance is "
            f"{GAP_TOLERANCE:g} for a largest gap of 1. Raise `rank_tolerance`."
        )
    return int(jnp.sum(highest - v > 10 * GAP_TOLERANCE))
