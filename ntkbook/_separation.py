"""A direction that separates, by a linear program: along it no supported class is ever overtaken."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook.errors import NotConverged

GAP_TOLERANCE = 1e-7  # on the inequalities of a direction whose largest gap is 1


def separating(
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
