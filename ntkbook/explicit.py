"""The trained predictor, explicitly: f(x) = f₀(x) + Θ(x, X)A with coefficients A found by solving, not by training.

Each solver reports its residual and refuses to return coefficients that do not meet the tolerance.
"""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import jax.scipy.linalg
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._kernel_product import check_train_kernel, kernel_product
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.losses import center, cross_entropy, squared_error


@dataclass(frozen=True)
class Solution:
    """A trained predictor f(x) = f₀(x) + Θ(x, X)A.

    coefficients: A. logits: f(X). residual: the largest violation of the optimality condition, in logits or
    probabilities. iterations: Newton steps (0 for a direct solve).
    """

    coefficients: Float[Array, "N K"]
    logits: Float[Array, "N K"]
    residual: float
    iterations: int

    def predict(
        self, Theta_x: Float[Array, "rows columns"], f0_x: Float[Array, "M K"] | float = 0.0
    ) -> Float[Array, "M K"]:
        """f(x) = f₀(x) + Θ(x, X)A. Theta_x: (M, N), or (MK, NK) for a finite network. f0_x: f₀(x), by default 0."""
        return f0_x + kernel_product(Theta_x, self.coefficients)


def kernel_ridge_regression(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"] | None = None,
    *,
    lam: float = 0.0,
) -> Solution:
    """Squared error: A = (Θ + λI)⁻¹(Y − f₀(X)), the limit of the flow on ½‖z − Y‖² + (λ/2)‖θ − θ₀‖².

    It is the posterior mean of GP regression with kernel Θ, prior mean f₀ and noise variance λ.
    Raises InvalidInput for arguments that do not fit, NotConverged for a numerically singular Θ + λI.
    Source: He, Lakshminarayanan & Teh 2020; the book's chapter on regression.
    """
    squared_error.check_targets(Y)
    f0 = _offset(f0, Y)
    check_train_kernel(Theta, *Y.shape)
    _checks.non_negative("lam", lam, "the regularization strength λ")
    A = _solve_spd(Theta + lam * jnp.eye(Theta.shape[0]), Y - f0)
    logits = f0 + kernel_product(Theta, A)
    return Solution(A, logits, _largest(logits + lam * A - Y), 0)


def log_target_regression(
    Theta: Float[Array, "rows rows"], Y: Float[Array, "N K"], f0: Float[Array, "N K"] | None = None
) -> Solution:
    """Cross-entropy with every y_ik > 0, no regularizer: kernel regression onto centred log-targets.

    (I⊗P)Θ(I⊗P)A = (I⊗P)(log Y − f₀(X)), A the solution with zero class sum. For Θ ⊗ I_K this is
    f_∞(x) = f₀(x) + Θ(x, X)Θ⁻¹(ζ − P f₀(X)), ζ_i = P log y_i. The class mean of the coefficients is zero.

    Raises InvalidInput if a target is 0 (there is no minimizer), NotConverged for a numerically singular kernel.
    Source: the book's Theorem D.
    """
    cross_entropy.check_targets(Y)
    f0 = _offset(f0, Y)
    N, K = Y.shape
    check_train_kernel(Theta, N, K)
    if float(jnp.min(Y)) <= 0:
        raise InvalidInput(
            f"the least target probability is {float(jnp.min(Y)):.3g}; expected all above 0, since with a zero the "
            f"logits have no finite limit. Smooth the targets (smooth_labels) or set λ > 0 (kernel_logistic_regression)."
        )
    target = center(jnp.log(Y) - f0)
    if Theta.shape[0] == N:
        A = _solve_spd(Theta, target)
    else:
        basis = _zero_sum_basis(K)  # (K, K−1), orthonormal columns spanning 1^⊥
        reduced = jnp.einsum("ikjl,ka,lb->iajb", Theta.reshape(N, K, N, K), basis, basis)
        flat = _solve_spd(reduced.reshape(N * (K - 1), N * (K - 1)), (target @ basis).reshape(-1, 1))
        A = flat.reshape(N, K - 1) @ basis.T
    logits = f0 + kernel_product(Theta, A)
    return Solution(A, logits, _largest(center(logits - jnp.log(Y))), 0)


def kernel_logistic_regression(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"] | None = None,
    *,
    lam: float,
    start: Float[Array, "N K"] | None = None,
    tolerance: float = 1e-10,
    max_newton: int = 100,
    max_cg: int = 2_000,
) -> Solution:
    """Cross-entropy with a regularizer anchored at θ₀: f_λ(x) = f₀(x) + (1/λ)Θ(x, X)(Y − softmax(f_λ(X))).

    Minimizes C(f₀ + ΘA) + (λ/2)⟨A, ΘA⟩; at the minimum λA = Y − softmax(f₀ + ΘA), so |λA_ik| ≤ 1. Damped Newton
    steps, each solved by conjugate gradients on (λI + BᵀΘB), where W = BBᵀ is the Hessian of C: Θ is only ever
    multiplied with (N, K) arrays, and no (NK, NK) matrix is formed.

    Theta: (N, N) for infinite width (stands for Θ ⊗ I_K), or (NK, NK). Y: rows in the simplex. lam: λ > 0.
    start: coefficients to start from, e.g. the solution at a nearby λ. tolerance: on max |softmax − Y + λA|.
    Raises InvalidInput for arguments that do not fit; NotConverged (with the residual) if the tolerance is missed.
    Source: the book's Theorem D; representer theorem, Kimeldorf & Wahba 1971.
    """
    cross_entropy.check_targets(Y)
    f0 = _offset(f0, Y)
    check_train_kernel(Theta, *Y.shape)
    _checks.positive("lam", lam, "the regularization strength λ")
    A = jnp.zeros_like(Y) if start is None else start

    residual = jnp.inf
    for iteration in range(max_newton + 1):
        gradient, residual = _optimality(Theta, A, f0, Y, lam)
        if float(residual) <= tolerance:
            return Solution(A, f0 + kernel_product(Theta, A), float(residual), iteration)
        step = _newton_step(Theta, A, f0, gradient, lam, max_cg)
        A = _line_search(Theta, A, step, f0, Y, lam)
    raise NotConverged(
        f"kernel logistic regression reached residual {float(residual):.2e} after {max_newton} Newton steps; "
        f"the tolerance is {tolerance:g} (λ = {lam:g}). Check that Θ is positive semidefinite, solve a larger λ "
        f"first and pass its coefficients as `start`, or raise `max_newton` and `max_cg`."
    )


# --- Newton's method for kernel logistic regression ------------------------------------------------------


@jax.jit
def _optimality(
    Theta: Float[Array, "rows rows"], A: Float[Array, "N K"], f0: Float[Array, "N K"], Y: Float[Array, "N K"], lam: float
) -> tuple[Float[Array, "N K"], Float[Array, ""]]:
    """softmax(z) − Y + λA, the Θ-preconditioned gradient, and its largest entry."""
    gradient = cross_entropy.residual(f0 + kernel_product(Theta, A), Y) + lam * A
    return gradient, jnp.max(jnp.abs(gradient))


@jax.jit
def _newton_step(
    Theta: Float[Array, "rows rows"],
    A: Float[Array, "N K"],
    f0: Float[Array, "N K"],
    gradient: Float[Array, "N K"],
    lam: float,
    max_cg: int,
) -> Float[Array, "N K"]:
    """−(λI + WΘ)⁻¹ gradient, by Woodbury: −(1/λ)[g − B(λI + BᵀΘB)⁻¹BᵀΘg].

    W_i = diag(p) − ppᵀ = BBᵀ with B = diag(√p)(I − √p√pᵀ), because I − √p√pᵀ is a projection.
    """
    root = jnp.sqrt(jax.nn.softmax(f0 + kernel_product(Theta, A), axis=-1))

    def project(V: Float[Array, "N K"]) -> Float[Array, "N K"]:
        return V - root * jnp.sum(root * V, axis=-1, keepdims=True)

    def B(V: Float[Array, "N K"]) -> Float[Array, "N K"]:
        return root * project(V)

    def B_transpose(V: Float[Array, "N K"]) -> Float[Array, "N K"]:
        return project(root * V)

    def system(V: Float[Array, "N K"]) -> Float[Array, "N K"]:
        return lam * V + B_transpose(kernel_product(Theta, B(V)))

    right = B_transpose(kernel_product(Theta, gradient))
    inner, _ = jax.scipy.sparse.linalg.cg(system, right, tol=1e-12, maxiter=max_cg)
    return -(gradient - B(inner)) / lam


@jax.jit
def _line_search(
    Theta: Float[Array, "rows rows"],
    A: Float[Array, "N K"],
    step: Float[Array, "N K"],
    f0: Float[Array, "N K"],
    Y: Float[Array, "N K"],
    lam: float,
) -> Float[Array, "N K"]:
    """A + τ·step with the largest τ = 1, ½, ¼, … at which the slope along the step has not turned positive twice over.

    The objective φ(τ) is convex, so |φ'(τ)| ≤ ½|φ'(0)| with any sign, or φ'(τ) ≤ 0, makes progress; slopes keep
    their accuracy where values of the objective would already agree to rounding.
    """
    product_A, product_step = kernel_product(Theta, A), kernel_product(Theta, step)

    def slope(tau: Float[Array, ""]) -> Float[Array, ""]:
        gradient = cross_entropy.residual(f0 + product_A + tau * product_step, Y) + lam * (A + tau * step)
        return jnp.sum(product_step * gradient)

    first = slope(jnp.asarray(0.0))
    tau = jax.lax.while_loop(
        lambda tau: (slope(tau) > 0.5 * jnp.abs(first)) & (tau > 1e-10), lambda tau: tau / 2, jnp.asarray(1.0)
    )
    return A + tau * step


# --- plumbing --------------------------------------------------------------------------------------------


def _offset(f0: Float[Array, "N K"] | None, Y: Float[Array, "N K"]) -> Float[Array, "N K"]:
    if f0 is None:
        return jnp.zeros_like(Y)
    if f0.shape != Y.shape:
        raise InvalidInput(f"f0 has shape {f0.shape}, but the targets have {Y.shape}; give f₀(X), one row a point.")
    _checks.finite("f0", f0)
    return f0


def _largest(x: Float[Array, "..."]) -> float:
    return float(jnp.max(jnp.abs(x)))


def _zero_sum_basis(K: int) -> Float[Array, "K K-1"]:
    """Orthonormal columns spanning 1^⊥ (Helmert's contrasts)."""
    return jnp.asarray(jax.scipy.linalg.qr(jnp.eye(K)[:, 1:] - 1.0 / K, mode="economic")[0])


def _solve_spd(matrix: Float[Array, "m m"], right: Float[Array, "m k"]) -> Float[Array, "m k"]:
    """matrix⁻¹ right by Cholesky with one step of refinement; refuses what rounding has ruined."""
    factor = jax.scipy.linalg.cho_factor(matrix)
    solution = jax.scipy.linalg.cho_solve(factor, right)
    solution = solution + jax.scipy.linalg.cho_solve(factor, right - matrix @ solution)
    error = float(jnp.linalg.norm(matrix @ solution - right) / jnp.maximum(jnp.linalg.norm(right), 1e-300))
    if not error <= 1e-8:  # also true for NaN, which an indefinite matrix gives
        raise NotConverged(
            f"the kernel system was solved only to relative residual {error:.2e}: it is not positive definite to "
            f"working precision. Remove duplicate inputs, or regularize with λ > 0."
        )
    return solution
