"""Ensembles over random initializations: draw f₀, train, repeat. Training is solving, so a member costs little."""

from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook.bayes._kernels import check_kernel, cholesky
from ntkbook.bayes.noise import LAWS, target_noise
from ntkbook.errors import InvalidInput
from ntkbook.explicit import kernel_logistic_regression, kernel_ridge_regression, solve_batch
from ntkbook.losses import Loss, cross_entropy, squared_error

Batch = Callable[
    [Float[Array, "N N"], Float[Array, "S N K"], Float[Array, "S N K"], float], Float[Array, "S N K"]
]


@dataclass(frozen=True)
class Ensemble:
    """S independently initialized, trained predictors on P points.

    Args:
        initial: (S, P, K) f₀, before training.
        logits: (S, P, K) f_λ, after.
        targets: (S, N, K) what each member was trained on.
    """

    initial: Float[Array, "S P K"]
    logits: Float[Array, "S P K"]
    targets: Float[Array, "S N K"]


@takes_arrays
def sample_functions(
    key: PRNGKeyArray, kernel: Float[Array, "rows columns"], *, members: int, classes: int
) -> Float[Array, "S P K"]:
    """The functions that wide networks compute at initialization: f₀ ~ GP(0, kernel ⊗ I_K) on P points.

    Args:
        key: a JAX random key; the same key gives the same functions.
        kernel: (P, P), the covariance of one logit, positive semidefinite; up to 1e-8 of its mean diagonal is added
            where rounding needs it.
        members: S, how many functions.
        classes: K.

    Raises:
        InvalidInput: for an indefinite kernel or counts below 1.

    Source:
        Neal 1996; Lee et al. 2018.

    Example:
        >>> f = bayes.sample_functions(
        ...     jax.random.key(0), 4 * jnp.eye(3), members=10_000, classes=2
        ... )
        >>> f.shape, round(float(f.std()), 1)
        ((10000, 3, 2), 2.0)
    """
    _checks.positive_integer("members", members, "the number of functions")
    _checks.positive_integer("classes", classes, "the number of outputs K")
    check_kernel("the kernel", kernel, 1)
    L = cholesky("the kernel", kernel)
    return jnp.einsum("pq,sqk->spk", L, jax.random.normal(key, (members, kernel.shape[0], classes)))


@takes_arrays
def ensemble(
    key: PRNGKeyArray,
    Theta: Float[Array, "rows columns"],
    Y: Float[Array, "N K"],
    prior: Float[Array, "rows2 columns2"] | None = None,
    *,
    lam: float = 1.0,
    members: int = 100,
    noisy_targets: bool = False,
    noise: str = "gaussian",
    loss: Loss = cross_entropy,
) -> Ensemble:
    r"""An ensemble of trained predictors, each from its own f₀ ~ GP(0, prior ⊗ I_K).

    .. math:: f_\lambda(x) = f_0(x) - \tfrac1\lambda \Theta(x, X) \nabla C(f_\lambda(X))

    Args:
        key: a JAX random key; the same key gives the same members.
        Theta: (P, P), the kernel on P points, the training points first.
        Y: (N, K) targets of the N training points.
        prior: (P, P), the covariance of one initial logit, e.g. the NNGP kernel 𝒦; None for the matched Θ/λ.
        lam: λ > 0, the strength of the regularizer.
        members: S.
        noisy_targets: train each member on Y + ξ, ξ of covariance W = ∇²C at the MAP. For squared error (W = I) with
            the matched prior, members are then exact draws from the GP-regression posterior of noise variance 1. For
            cross-entropy Y + ξ leaves the simplex (rows still sum to 1); each problem stays convex.
        noise: the law of ξ, "gaussian" or, for cross-entropy, "labels", as in `nb.bayes.target_noise` at the MAP.
            With the first, members grow like 1/λ as λ → 0 unless targets are one-hot; with the second, and in the norm
            of Θ⁻¹ on the training points, λ^½ times a member is at most |h| + 2√(N log K), for f₀ = λ^{-½} h.
        loss: cross_entropy or squared_error.

    Raises:
        InvalidInput: for arguments that do not fit.
        NotConverged: if any member misses the solver's tolerance.

    Source:
        The book's Theorem H; Matthews et al. 2017; He, Lakshminarayanan & Teh 2020.

    Example:
        >>> Theta, Y = jnp.eye(2) + 1, jnp.eye(2)
        >>> trained = bayes.ensemble(jax.random.key(0), Theta, Y, members=3)
        >>> pull = Theta @ (Y - jax.nn.softmax(trained.logits))
        >>> bool(jnp.allclose(trained.logits, trained.initial + pull))
        True
    """
    _checks.choice("loss", loss.name, _TRAIN)
    _checks.choice("noise", noise, LAWS)
    if noise != "gaussian" and not (noisy_targets and loss.name == cross_entropy.name):
        raise InvalidInput(
            f"noise = {noise!r} with noisy_targets = {noisy_targets} and the loss {loss.name}; labels are drawn anew "
            f"only for noisy targets and cross-entropy. Give noisy_targets=True, loss=nb.cross_entropy."
        )
    loss.check_targets(Y)
    _checks.positive("lam", lam, "the regularization strength λ")
    N, K = Y.shape
    check_kernel("Theta", Theta, N)
    prior = Theta / lam if prior is None else prior
    check_kernel("prior", prior, N, Theta.shape[0])

    key_initial, key_noise = jax.random.split(key)
    initial = sample_functions(key_initial, prior, members=members, classes=K)
    targets = jnp.broadcast_to(Y, (members, N, K))
    if noisy_targets:
        targets = targets + _noise(key_noise, Theta[:N, :N], targets, lam, loss, noise)
    A = _TRAIN[loss.name](Theta[:N, :N], targets, initial[:, :N], lam)
    return Ensemble(
        initial=initial, logits=initial + jnp.einsum("pn,snk->spk", Theta[:, :N], A), targets=targets
    )


def _train_squared(
    Theta: Float[Array, "N N"], targets: Float[Array, "S N K"], f0: Float[Array, "S N K"], lam: float
) -> Float[Array, "S N K"]:
    """All members at once, as S·K columns of one ridge regression."""

    def as_columns(x: Float[Array, "S N K"]) -> Float[Array, "N SK"]:
        return x.transpose(1, 0, 2).reshape(x.shape[1], -1)

    A = kernel_ridge_regression(Theta, as_columns(targets), as_columns(f0), lam=lam).coefficients
    return A.reshape(f0.shape[1], f0.shape[0], -1).transpose(1, 0, 2)


def _train_cross_entropy(
    Theta: Float[Array, "N N"], targets: Float[Array, "S N K"], f0: Float[Array, "S N K"], lam: float
) -> Float[Array, "S N K"]:
    return solve_batch(Theta, targets, f0, lam, check_targets=False).coefficients


def _noise(
    key: PRNGKeyArray,
    Theta: Float[Array, "N N"],
    targets: Float[Array, "S N K"],
    lam: float,
    loss: Loss,
    law: str,
) -> Float[Array, "S N K"]:
    """ξ with the covariance W = ∇²C at the MAP, which is I for squared error."""
    if loss.name == squared_error.name:
        return jax.random.normal(key, targets.shape)
    mode = kernel_logistic_regression(Theta, targets[0], lam=lam).logits
    return target_noise(key, jnp.broadcast_to(mode, targets.shape), law=law)


_TRAIN: dict[str, Batch] = {squared_error.name: _train_squared, cross_entropy.name: _train_cross_entropy}
