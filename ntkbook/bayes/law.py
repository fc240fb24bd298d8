"""The exact law of the trained predictor when targets are non-degenerate and nothing regularizes."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook._given import takes_arrays
from ntkbook.bayes._kernels import check_kernel
from ntkbook.bayes.gaussian import GaussianLogits
from ntkbook.explicit import kernel_ridge_regression, log_target_regression
from ntkbook.losses import center


@takes_arrays
def trained_law(
    Theta: Float[Array, "rows columns"],
    Y: Float[Array, "N K"],
    prior: Float[Array, "rows2 columns2"] | None = None,
) -> GaussianLogits:
    r"""The law of P f_∞, the centred trained predictor, over initial functions f₀ ~ GP(0, prior ⊗ I_K).

    .. math::
        \begin{aligned}
        & \text{mean } A_x \zeta, \qquad A_x = \Theta(x, X) \Theta^{-1}, \quad \zeta_i = P \log y_i \\
        & \text{covariance } \bigl[ q(x, x') - A_x q(X, x') - q(x, X) A_{x'}^\top + A_x q(X, X) A_{x'}^\top \bigr]
        \otimes P
        \end{aligned}

    Here q is the prior; the covariance is zero at the training points.

    Args:
        Theta: (P, P), the NTK on P points, the training points first.
        Y: (N, K) targets of the N training points, every y_k > 0.
        prior: (P, P), the covariance of one initial logit: the NNGP kernel 𝒦 (a network's own initialization), Θ (an
            initialization corrected to have that covariance: then this is the noise-free GP-regression posterior on
            log-targets), or None for f₀ = 0, which leaves no spread.

    Raises:
        InvalidInput: for arguments that do not fit or a zero target.
        NotConverged: for a singular Θ.

    Source:
        The book's Theorem G; He, Lakshminarayanan & Teh 2020.

    Example:
        Two training points and a new one, where the variance is that of GP regression, 2 − 2/3, times P_kk = 1/2:

        >>> Theta, Y = jnp.eye(3) + 1, nb.smooth_labels(jnp.eye(2), epsilon=0.2)
        >>> law = bayes.trained_law(Theta, Y, prior=Theta)
        >>> variance = law.marginals()[:, 0, 0]
        >>> bool(jnp.allclose(variance, jnp.array([0, 0, 2 / 3])))
        True
    """
    N, K = Y.shape
    check_kernel("Theta", Theta, N)
    q = jnp.zeros_like(Theta) if prior is None else prior
    check_kernel("prior", q, N, Theta.shape[0])
    on_train, from_train = Theta[:N, :N], Theta[:, :N]

    mean = log_target_regression(on_train, Y).predict(from_train)  # eq-law: A_x ζ
    A = kernel_ridge_regression(on_train, jnp.eye(N)).predict(from_train)
    through = A @ q[:N]
    spread = q - through - through.T + A @ q[:N, :N] @ A.T  # eq-spread
    empty = jnp.zeros((*mean.shape, 0))
    # eq-law: the covariance Γ_q ⊗ P
    return GaussianLogits(mean=mean, kernel=spread, classes=center(jnp.eye(K)), left=empty, right=empty)
