"""Sharp conditions for bounded training: is there a direction along which the loss falls for ever?"""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook._kernel_product import check_train_kernel, kernel_product, offset
from ntkbook._minimum import minimizer
from ntkbook._separation import Certificate, alternative, count_strict
from ntkbook._spectrum import spectrum, zero_sum_basis
from ntkbook.losses import center, cross_entropy


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

    @takes_arrays
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
        residual: the norm of the projection of ∇C on P range(Θ₀), 0 at the minimizer.
        error: about how far the centred logits are from the minimizer: residual and rounding, over the least
            curvature of C on the range. Infinite where C is too flat for double precision; that no direction separates
            does not rest on it.
        certificate: (N, K) W, the proof that no direction separates: rows sum to 0, W ≤ −1 where Y = 0, and W is
            orthogonal to P range(Θ₀), but for a ρ.
        defect: ρ√(NK)/2, below 1.
    """

    logits: Float[Array, "N K"]
    coefficients: Float[Array, "N K"]
    radius: float
    residual: float
    error: float
    certificate: Float[Array, "N K"]
    defect: float

    @property
    def separable(self) -> bool:
        return False

    @takes_arrays
    def predict(
        self, Theta_x: Float[Array, "rows columns"], f0_x: Float[Array, "M K"] | float = 0.0
    ) -> Float[Array, "M K"]:
        """f_∞(x) = f₀(x) + Θ(x, X)A at new points."""
        return f0_x + kernel_product(Theta_x, self.coefficients)


@takes_arrays
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


@takes_arrays
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

    A linear program finds one whose largest gap is 1, or weights W that exclude it: W of zero class sums, W ≤ −1
    where Y = 0, orthogonal to P range(Θ₀). For if v separates, with largest gap 1, then ⟨W, v⟩ ≥ 1, while
    ⟨W, v⟩ ≤ ρ‖v‖ ≤ ρ√(NK)/2 with ρ the norm of W's projection on P range(Θ₀): ρ√(NK)/2 < 1 is a proof. Then C has
    a minimum on f₀ + range(Θ₀), found by Newton's method in at most N(K−1) unknowns. Both are proofs about the
    range after `rank_tolerance`, and as good as rounding: it blurs W's by 1e-16 of Σ|W|.
    "Separates" is weak here, as boundedness asks: one gap above 0 will do. `max_margin` asks for every gap.
    Meant for N·K up to a few thousand: all of it is dense.

    Args:
        Theta: (N, N), standing for Θ ⊗ I_K, or (NK, NK); it may be singular, as with duplicate inputs. None means
            any kernel of full rank, and Θ = I in the answer.
        Y: (N, K) targets in the simplex.
        f0: (N, K) z₀ = f₀(X), by default 0; it has no say in separability.
        rank_tolerance: eigenvalues of Θ below this share of the largest count as 0.
        max_newton: Newton steps after which the minimum is given up.

    Raises:
        InvalidInput: for a kernel that does not fit or is indefinite.
        NotConverged: if the labels are as close to separable as rounding, so that neither proof holds (gaps to 1e-7,
            defect below 1), or the minimum's slope stays above 1e-10.

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
    proof = alternative(basis, np.asarray(Y))
    if not isinstance(proof, Certificate):
        v, A = (jnp.asarray((basis @ e).reshape(N, K)) for e in (proof, proof / eigenvalues))
        return Separating(v, A, count_strict(v, Y))
    e, residual, error = minimizer(jnp.asarray(basis), f0, Y, max_newton)
    A = jnp.asarray((basis @ (e / eigenvalues)).reshape(N, K))
    radius = float(np.sqrt(np.sum(e**2 / eigenvalues)))
    W = jnp.asarray(proof.weights)
    return Bounded(f0 + kernel_product(Theta, A), A, radius, residual, error, W, proof.defect)


def _centred_range(
    Theta: Float[Array, "rows rows"], N: int, K: int, tolerance: float
) -> tuple[Float[np.ndarray, " r"], Float[np.ndarray, "NK r"]]:
    """(λ, U) of PΘP = U diag(λ) Uᵀ, λ > 0: up to shifts, training reaches z₀ + Ue for any e, with A = U(e/λ).

    The flow only ever moves by ΘA with A of zero class sum, since ∇C has none; so PΘP is all that matters.
    """
    zero_sums = zero_sum_basis(K)
    if Theta.shape[0] == N:
        eigenvalues, vectors = (np.asarray(part) for part in spectrum(Theta))
        eigenvalues, vectors = np.repeat(eigenvalues, K - 1), np.kron(vectors, zero_sums)
    else:
        Z = jnp.kron(jnp.eye(N), zero_sums)
        centred = Z.T @ Theta @ Z
        rounding = jnp.finfo(float).eps * len(Theta) * jnp.max(jnp.abs(Theta))
        if bool(jnp.max(jnp.abs(centred)) <= rounding):  # Θ only shifts
            return np.zeros(0), np.zeros((N * K, 0))
        eigenvalues, vectors = (np.asarray(part) for part in spectrum(centred))
        vectors = np.asarray(Z) @ vectors
    kept = eigenvalues > tolerance * np.max(eigenvalues)
    return eigenvalues[kept], vectors[:, kept]
