"""Kernel logistic regression: cross-entropy with a regularizer anchored at θ₀, solved instead of trained."""

from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._checks import Scalar
from ntkbook._given import takes_arrays
from ntkbook._kernel_product import check_train_kernel, offset
from ntkbook.explicit._newton import System, solve
from ntkbook.explicit._prepared import prepare
from ntkbook.explicit._refused import check_rows, checked_start, checked_weights
from ntkbook.explicit.settings import Newton
from ntkbook.explicit.solution import Solution


@takes_arrays
def kernel_logistic_regression(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"] | None = None,
    *,
    lam: Scalar,
    weights: Float[Array, " N"] | None = None,
    start: Float[Array, "N K"] | None = None,
    newton: Newton = Newton(),
    check_targets: bool = True,
) -> Solution:
    r"""Cross-entropy with a regularizer anchored at θ₀, trained to the end: f_λ.

    .. math:: f_\lambda(x) = f_0(x) + \Theta(x, X)A, \qquad
              g(A) = \mathrm{softmax}(f_0(X) + \Theta A) - Y + \lambda A = 0

    This minimizes C(f₀ + ΘA) + (λ/2)⟨A, ΘA⟩; as λA = Y − softmax(f₀ + ΘA), all |λA_ik| ≤ 1. Weights multiply each
    point's loss, and its softmax − Y. Damped Newton steps, each solved by conjugate gradients, preconditioned by a
    low-rank part of Θ: Θ is only ever multiplied with (N, K) arrays, and no (NK, NK) matrix is formed. Large kernels
    are also held once in single precision, in which steps are computed; A, f(X) and the residual are always in double.

    Args:
        Theta: Θ, (N, N) for infinite width (stands for Θ ⊗ I_K), or (NK, NK).
        Y: (N, K) rows in the simplex.
        f0: (N, K) f₀(X), by default 0.
        lam: λ > 0.
        weights: (N,) how often each point counts, as `nb.merge_duplicates` finds; by default once.
        start: (N, K) coefficients to start from, e.g. the solution at a nearby λ.
        newton: tolerance, and steps after which it is given up.
        check_targets: False admits rows off the simplex that still sum to 1 (targets plus noise of zero class sum).

    Raises:
        InvalidInput: for arguments that do not fit, and an indefinite Θ: certainly so up to 3,000 rows; in a larger
            one, eigenvalues nearer to 0 than some hundredths of its norm are not looked for.
        NotConverged: with the residual, if the tolerance is missed.

    Source:
        The book's Theorem D; representer theorem, Kimeldorf & Wahba 1971.

    Example:
        >>> Theta, Y = jnp.array([[2.0, 1.0], [1.0, 2.0]]), jnp.eye(2)
        >>> fit = nb.kernel_logistic_regression(Theta, Y, lam=0.1)
        >>> dual = (Y - jax.nn.softmax(fit.logits)) / 0.1
        >>> bool(jnp.allclose(fit.coefficients, dual))
        True
    """
    check_rows(Y, on_simplex=check_targets)
    Y, f0 = Y.astype(float), offset(f0, Y)
    check_train_kernel(Theta, *Y.shape)
    _checks.positive("lam", lam, "the regularization strength λ")
    system = System(prepare(Theta, lam), Y, f0, lam, checked_weights(weights, len(Y)))
    return solve(system, checked_start(start, Y), newton)
