"""Laplace's approximation of the softmax GP posterior, and the first-order laws of ensembles around its mode.

All of them live on V = L⁻¹Bᵀ, with W = BBᵀ the Hessian of C at the mode, q = Θ/λ, LLᵀ = I + BᵀqB: neither q
nor W is inverted (W is singular along 1), and VᵀV = W(I + qW)⁻¹ is the response of −∇C to a shift of f₀.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.linalg import solve_triangular
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._checks import Scalar
from ntkbook._given import takes_arrays
from ntkbook.bayes._kernels import check_kernel
from ntkbook.bayes.gaussian import GaussianLogits
from ntkbook.errors import NotConverged
from ntkbook.explicit import kernel_logistic_regression
from ntkbook.explicit._refused import checked_weights

BLOCK = 64  # points at a time
# How far a variance may be off by rounding: by this share of it and this much, in squares of logits.
SHARE, SMALL = 0.05, 1e-4


@takes_arrays
def laplace(
    Theta: Float[Array, "rows columns"],
    Y: Float[Array, "N K"],
    *,
    lam: Scalar = 1.0,
    weights: Float[Array, " N"] | None = None,
) -> GaussianLogits:
    r"""Laplace's approximation of the posterior ∝ exp(−C(f(X))) under f ~ GP(0, (Θ/λ) ⊗ I_K).

    .. math::
        \text{mean } \hat f, \qquad \text{covariance } q(x, x') - q(x, X)\, W (I + q W)^{-1} q(X, x'), \qquad
        q = \Theta/\lambda, \quad W = \nabla^2 C(\hat f(X))

    Here f̂ is the MAP, kernel logistic regression. On the training points the covariance is Σ = (λΘ⁻¹ + W)⁻¹.
    All classes are coupled, not one against the rest.
    Costs O((NK)³ + P(NK)²) time, O(PK·NK + P²) memory.

    Args:
        Theta: (P, P), the kernel on P points, the training points first.
        Y: (N, K) targets of the N training points.
        lam: λ > 0.
        weights: (N,) as in `nb.kernel_logistic_regression`; they multiply W, too.

    Raises:
        InvalidInput: for arguments that do not fit.
        NotConverged: if the MAP is missed, or where a variance would be lost in rounding.

    Source:
        Rasmussen & Williams 2006, section 3.5.

    Example:
        One point, two fair classes, Θ = 1: W = ¼[1 −1; −1 1], so that Σ = (I + W)⁻¹ = ⅙[5 1; 1 5].

        >>> law = bayes.laplace(jnp.eye(1), Y=jnp.array([[0.5, 0.5]]))
        >>> (6 * law.covariance()).round(6).tolist()
        [[5.0, 1.0], [1.0, 5.0]]
    """
    at = _mode(Theta, Y, lam, weights)
    U = jnp.einsum("xj,rjk->xkr", at.q[:, : Y.shape[0]], at.V)
    law = GaussianLogits(mean=at.f, kernel=at.q, classes=jnp.eye(Y.shape[1]), left=-U, right=U)
    _refuse_lost(law.marginals(), jnp.diag(at.q), at.L, lam)
    return law


@takes_arrays
def laplace_marginals(
    Theta: Float[Array, "rows columns"],
    Y: Float[Array, "N K"],
    *,
    lam: Scalar = 1.0,
    weights: Float[Array, " N"] | None = None,
) -> tuple[Float[Array, "P K"], Float[Array, "P K K"]]:
    """Mean and covariance of the logits at each point alone: of `laplace`, without its O(PK·NK) memory."""
    at = _mode(Theta, Y, lam, weights)
    found = _marginals(at.q[:, : Y.shape[0]], jnp.diag(at.q), at.V)
    _refuse_lost(found, jnp.diag(at.q), at.L, lam)
    return at.f, found


@jax.jit
def _marginals(
    across: Float[Array, "P N"], variance: Float[Array, " P"], V: Float[Array, "R N K"]
) -> Float[Array, "P K K"]:
    def at_one(point: tuple[Float[Array, " N"], Float[Array, ""]]) -> Float[Array, "K K"]:
        across, variance = point
        U = jnp.einsum("j,rjk->rk", across, V)
        return variance * jnp.eye(V.shape[2]) - U.T @ U

    return jax.lax.map(at_one, (across, variance), batch_size=min(BLOCK, len(across)))


@takes_arrays
def first_order_law(
    Theta: Float[Array, "rows columns"],
    Y: Float[Array, "N K"],
    prior: Float[Array, "rows2 columns2"] | None = None,
    *,
    lam: Scalar = 1.0,
    weights: Float[Array, " N"] | None = None,
    noisy_targets: bool = False,
) -> GaussianLogits:
    r"""The law of f_λ over f₀ ~ GP(0, prior ⊗ I_K), to first order in f₀ around the MAP f̂.

    .. math::
        \delta f(x) = \delta f_0(x) - q(x, X)\, S\, \delta f_0(X), \qquad
        q = \Theta/\lambda, \quad S = W (I + q W)^{-1}, \quad W = \nabla^2 C(\hat f(X))

    With the matched prior Θ/λ (None) the covariance on the training points is Σ − ΣWΣ, below Laplace's Σ by
    exactly ΣWΣ; noisy targets restore Σ, there and at every other point.
    Costs as `nb.bayes.laplace`.

    Args:
        Theta: (P, P), the kernel on P points, the training points first.
        Y: (N, K) targets of the N training points.
        prior: (P, P), the covariance of one initial logit, e.g. the NNGP kernel 𝒦; None for Θ/λ.
        lam: λ > 0.
        weights: (N,) as in `nb.kernel_logistic_regression`; they multiply W, too.
        noisy_targets: whether targets carry noise ξ of covariance W, which adds q(x, X)(I − Sq)ξ.

    Raises:
        InvalidInput: for arguments that do not fit.
        NotConverged: if the MAP is missed, or where a variance would be lost in rounding.

    Source:
        The book's Theorem H; Matthews et al. 2017 for squared error.

    Example:
        >>> Theta, Y = jnp.eye(3) + 1, jnp.eye(2)
        >>> noisy = bayes.first_order_law(Theta, Y, noisy_targets=True)
        >>> posterior = bayes.laplace(Theta, Y)
        >>> bool(jnp.allclose(noisy.covariance(), posterior.covariance()))
        True
    """
    N, K = Y.shape
    at = _mode(Theta, Y, lam, weights)
    V, q = at.V, at.q
    prior = q if prior is None else prior
    check_kernel("prior", prior, N, Theta.shape[0])

    def between(kernel: Float[Array, "A B"]) -> Float[Array, "A K R"]:
        return jnp.einsum("xj,rjk->xkr", kernel, V)

    U, D = between(q[:, :N]), between(prior[:, :N])
    middle = jnp.einsum("rjk,jks->rs", V, between(prior[:N, :N]))
    if noisy_targets:
        inverse = solve_triangular(at.L, jnp.eye(len(at.L)), lower=True)
        # I − VqVᵀ, in which for small λ nothing would be left of either.
        middle = middle + inverse @ inverse.T
    # prior − UDᵀ − DUᵀ + U middle Uᵀ, as UEᵀ + EUᵀ.
    E = U @ middle / 2 - D
    law = GaussianLogits(
        mean=at.f,
        kernel=prior,
        classes=jnp.eye(K),
        left=jnp.concatenate([U, E], axis=2),
        right=jnp.concatenate([E, U], axis=2),
    )
    _refuse_lost(law.marginals(), jnp.diag(prior), at.L, lam)
    return law


def _refuse_lost(
    marginals: Float[Array, "P K K"], kernel: Float[Array, " P"], L: Float[Array, "R R"], lam: Scalar
) -> None:
    """What a point's logits vary, in whichever direction, is left of the kernel's value by a subtraction.

    Each is known up to rounding times ‖L‖, the root of the condition number.
    """
    if not _checks.known((marginals, lam)):
        return
    least = jnp.linalg.eigvalsh(marginals)[:, 0]
    lost = jnp.finfo(L.dtype).eps * jnp.max(jnp.diag(L)) * kernel
    if not bool(jnp.all((least > -SMALL) & (lost <= SHARE * least + SMALL))):  # nor where there is NaN
        raise NotConverged(
            f"with λ = {float(lam):.1e} variances are what is left of numbers up to {float(jnp.max(kernel)):.1e}, and "
            f"{L.dtype} leaves too few digits: the least may be off by {float(jnp.max(lost)):.1e}. Choose a larger "
            "λ; for λ → 0 and targets inside the simplex, bayes.trained_law gives the limit."
        )


def hessian_root(z: Float[Array, "N K"]) -> Float[Array, "N K K"]:
    """B_i with B_iB_iᵀ = W_i = diag(p) − ppᵀ: B = diag(√p)(I − √p√pᵀ), because I − √p√pᵀ is a projection."""
    root = jnp.sqrt(jax.nn.softmax(z, axis=1))
    return root[:, :, None] * (jnp.eye(z.shape[1]) - root[:, :, None] * root[:, None, :])


def _narrow_root(z: Float[Array, "N K"]) -> Float[Array, "N K K1"]:
    """`hessian_root` with K − 1 columns: W_i has no more directions, and factorizing costs the cube of their number.

    A reflection takes √p to −e_K; its other columns span what is orthogonal to √p.
    """
    root = jnp.sqrt(jax.nn.softmax(z, axis=1))
    mirror = root.at[:, -1].add(1.0)  # no cancellation: √p ≥ 0
    squared = jnp.sum(mirror**2, axis=1)[:, None, None]
    reflection = jnp.eye(z.shape[1]) - 2 * mirror[:, :, None] * mirror[:, None, :] / squared
    return root[:, :, None] * reflection[:, :, :-1]


def laplace_divergence(
    Theta: Float[Array, "N N"], Y: Float[Array, "N K"], *, lam: float = 1.0
) -> tuple[Float[Array, "N K"], Float[Array, "N K K"], Float[Array, ""]]:
    """`laplace_marginals` on the training points, and KL(N(f̂, Σ)‖N(0, q ⊗ I_K))."""
    at = _mode(Theta, Y, lam, None)
    log_det = 2 * jnp.sum(jnp.log(jnp.diag(at.L)))  # of I + qW
    taken = jnp.sum(at.V * jnp.einsum("ij,rjk->rik", at.q, at.V))  # tr(I + qW)⁻¹ = NK − this
    alpha = Y - jax.nn.softmax(at.f, axis=1)
    divergence = (log_det - taken + jnp.sum(alpha * (at.q @ alpha))) / 2
    marginals = _marginals(at.q, jnp.diag(at.q), at.V)
    _refuse_lost(marginals, jnp.diag(at.q), at.L, lam)
    return at.f, marginals, divergence


class _Mode(NamedTuple):
    f: Float[Array, "P K"]  # f̂ on all points
    q: Float[Array, "P P"]
    V: Float[Array, "R N K"]
    L: Float[Array, "R R"]


def _mode(
    Theta: Float[Array, "rows columns"],
    Y: Float[Array, "N K"],
    lam: Scalar,
    weights: Float[Array, " N"] | None,
) -> _Mode:
    _checks.simplex_targets(Y)
    _checks.positive("lam", lam, "the regularization strength λ")
    N, K = Y.shape
    check_kernel("Theta", Theta, N)
    solution = kernel_logistic_regression(Theta[:N, :N], Y, lam=lam, weights=weights)
    roots = jnp.sqrt(checked_weights(weights, N))
    B, q = roots[:, :, None] * _narrow_root(solution.logits), Theta / lam
    R = N * (K - 1)
    inner = jnp.einsum("ika,ij,jkb->iajb", B, q[:N, :N], B).reshape(R, R)
    L = jnp.linalg.cholesky(jnp.eye(R) + inner)
    B_transpose = jnp.einsum("ika,ij->iajk", B, jnp.eye(N)).reshape(R, N * K)
    V = solve_triangular(L, B_transpose, lower=True).reshape(R, N, K)
    return _Mode(solution.predict(Theta[:, :N]), q, V, L)
