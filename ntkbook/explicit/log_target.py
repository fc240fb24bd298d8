"""Cross-entropy on non-degenerate targets, no regularizer: training to the end is regression onto log-targets."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook._checks import known
from ntkbook._given import takes_arrays
from ntkbook._kernel_product import check_train_kernel, kernel_product, offset
from ntkbook._spectrum import zero_sum_basis
from ntkbook.errors import InvalidInput
from ntkbook.explicit.regression import solve_spd
from ntkbook.explicit.solution import Solution, largest
from ntkbook.losses import center, cross_entropy


@takes_arrays
def log_target_regression(
    Theta: Float[Array, "rows rows"], Y: Float[Array, "N K"], f0: Float[Array, "N K"] | None = None
) -> Solution:
    r"""Cross-entropy with every y_ik > 0 and no regularizer, trained to the end: regression onto centred log-targets.

    .. math:: (I\otimes P)\,\Theta\,(I\otimes P)\,A = (I\otimes P)(\log Y - f_0(X))

    A is the solution with zero class sum. For Θ ⊗ I_K this is
    f_∞(x) = f₀(x) + Θ(x, X)Θ⁻¹(ζ − P f₀(X)), ζ_i = P log y_i.

    Args:
        Theta: Θ, (N, N) for infinite width (stands for Θ ⊗ I_K), or (NK, NK).
        Y: (N, K) rows in the simplex, all entries above 0.
        f0: (N, K) f₀(X), by default 0.

    Raises:
        InvalidInput: if a target is 0 (there is no minimizer).
        NotConverged: for a numerically singular kernel.

    Source:
        The book's Theorem D.

    Example:
        At the end of training, softmax(f_∞(X)) = Y:

        >>> Theta = jnp.array([[2.0, 1.0], [1.0, 2.0]])
        >>> Y = nb.smooth_labels(jnp.eye(2), epsilon=0.2)
        >>> fit = nb.log_target_regression(Theta, Y)
        >>> bool(jnp.allclose(jax.nn.softmax(fit.logits), Y))
        True
    """
    cross_entropy.check_targets(Y)
    f0 = offset(f0, Y)
    N, K = Y.shape
    check_train_kernel(Theta, N, K)
    if known(Y) and float(jnp.min(Y)) <= 0:
        raise InvalidInput(
            f"the least target probability is {float(jnp.min(Y)):.3g}; expected all above 0, since with a "
            "zero the logits have no finite limit. Smooth the targets (smooth_labels) or set λ > 0 "
            "(kernel_logistic_regression)."
        )
    target = center(jnp.log(Y) - f0)
    if Theta.shape[0] == N:
        A, converged = solve_spd(Theta, target)  # eq-log-targets: Θ⁻¹(ζ − P f₀(X))
    else:
        basis = zero_sum_basis(K)  # (K, K−1), orthonormal columns spanning 1^⊥
        reduced = jnp.einsum("ikjl,ka,lb->iajb", Theta.reshape(N, K, N, K), basis, basis)
        # eq-own-kernel: PΘ₀P α = P(log Y − f₀(X)), in coordinates of zero class sum
        flat, converged = solve_spd(
            reduced.reshape(N * (K - 1), N * (K - 1)), (target @ basis).reshape(-1, 1)
        )
        A = flat.reshape(N, K - 1) @ basis.T
    logits = f0 + kernel_product(Theta, A)
    return Solution(A, logits, largest(center(logits - jnp.log(Y))), 0, converged=converged)
