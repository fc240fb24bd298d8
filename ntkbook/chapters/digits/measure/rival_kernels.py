"""Methods whose only knowledge of the inputs is a kernel: kernel logistic regression and Gaussian processes."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.linalg import cholesky, get_lapack_funcs, solve_triangular

from ntkbook import bayes
from ntkbook.chapters.digits.measure.rival_data import Rivalry, Rows
from ntkbook.explicit import Newton, regularization_path

Probabilities = Float[np.ndarray, "M K"]
Setting = tuple[Any, ...]
Method = Callable[[Rivalry, Rows], tuple[Probabilities, Setting]]

LAMS = 10.0 ** np.arange(-7, 0)  # kernels have a mean diagonal of 1
SHAPES = {
    "MLP NTK": (1, 2, 3, 5),
    "MLP NNGP": (1, 2, 3, 5),
    "CNN NTK": (1, 2, 3),
    "CNN NNGP": (1, 2, 3),
    "ResNet NTK": (1,),
    "RBF": (0.35, 0.5, 0.7, 1.0),
    "Matérn": (0.5, 0.7, 1.0, 1.4),
}
# For Gaussian processes, whose predictions are averages, wider functions and narrower priors are best.
PROCESS_SHAPES = {"CNN NTK": (1, 2, 3), "RBF": (0.7, 1.0, 1.4)}
PROCESS_LAMS = 10.0 ** np.arange(-3, 1)
SCALES = (3.0, 10.0, 30.0)  # prior variances of a log-target's Gaussian process
ADDED = (1e-4, 1e-3, 1e-2)  # to every count of a label, for the Dirichlet law
DRAWS = 1000
DRAWS_TUNING = 200
LEAST = 1e-9  # probabilities of 0, which a log score forbids, become this


def proper(p: Any) -> Probabilities:
    """Double precision, rows that sum to 1, no zeros."""
    p = np.maximum(np.asarray(p, dtype=float), LEAST)
    return p / p.sum(axis=1, keepdims=True)


def score(p: Probabilities, Y: Float[np.ndarray, "M K"]) -> float:
    """The log score."""
    return float(-np.mean(np.sum(Y * np.log(p), axis=1)))


def best(candidates: Iterator[tuple[Setting, Probabilities]], Y: Float[np.ndarray, "M K"]) -> Setting:
    """The setting of the best log score on held-out points.

    Args:
        candidates: settings with the probabilities at these points.
        Y: (M, K) labels there.
    """
    return min(((score(proper(p), Y), setting) for setting, p in candidates), key=lambda pair: pair[0])[1]


def kernel_logistic(
    family: str, shapes: Sequence[float] | None = None, lams: Float[np.ndarray, " L"] = LAMS
) -> Method:
    """Kernel logistic regression; λ, and depth or length, by held-out log score.

    Args:
        family: of kernels, a key of SHAPES.
        shapes: depths or lengths to choose from, by default those of SHAPES.
        lams: λ to choose from.
    """

    def method(data: Rivalry, rows: Rows) -> tuple[Probabilities, Setting]:
        def candidates() -> Iterator[tuple[Setting, Probabilities]]:
            for shape in shapes or SHAPES[family]:
                for lam, _, f in _path(data.kernel(family, shape), data.Y, rows.fitted, rows.held, lams):
                    yield (shape, lam), _softmax(f)

        shape, lam = best(candidates(), data.Y[rows.held])
        ((_, _, f),) = _path(data.kernel(family, shape), data.Y, rows.train, rows.test, np.array([lam]))
        return proper(_softmax(f)), (shape, lam)

    return method


def gaussian_process(family: str) -> Method:
    """The multi-class GP by Laplace's approximation; its variance and length are chosen as λ and length above.

    Args:
        family: of kernels, a key of SHAPES.
    """

    def method(data: Rivalry, rows: Rows) -> tuple[Probabilities, Setting]:
        def candidates(
            shapes: tuple[float, ...], lams: Float[np.ndarray, " L"], fitted: Any, new: Any, draws: int
        ) -> Iterator[tuple[Setting, Probabilities]]:
            for shape in shapes:
                kernel = data.kernel(family, shape)
                for lam, f, f_new in _path(kernel, data.Y, fitted, new, lams):
                    q = kernel[np.ix_(fitted, fitted)] / lam
                    across, variance = kernel[np.ix_(new, fitted)] / lam, np.diag(kernel)[new] / lam
                    yield (shape, lam), averaged(f_new, laplace_marginals(q, across, variance, f), draws)

        wanted = candidates(PROCESS_SHAPES[family], PROCESS_LAMS, rows.fitted, rows.held, DRAWS_TUNING)
        shape, lam = best(wanted, data.Y[rows.held])
        ((setting, p),) = candidates((shape,), np.array([lam]), rows.train, rows.test, DRAWS)
        return proper(p), setting

    return method


def dirichlet_process(family: str) -> Method:
    """Dirichlet GP classification: GP regression to log-targets with the noise of a Dirichlet law's lognormal match.

    Source: Milios et al. 2018.

    Args:
        family: of kernels, a key of SHAPES.
    """

    def method(data: Rivalry, rows: Rows) -> tuple[Probabilities, Setting]:
        def candidates() -> Iterator[tuple[Setting, Probabilities]]:
            for shape, scale, added in product(PROCESS_SHAPES[family], SCALES, ADDED):
                kernel = scale * data.kernel(family, shape)
                law = dirichlet_law(kernel, data.Y, rows.fitted, rows.held, added)
                yield (shape, scale, added), averaged(*law, DRAWS_TUNING)

        shape, scale, added = best(candidates(), data.Y[rows.held])
        law = dirichlet_law(scale * data.kernel(family, shape), data.Y, rows.train, rows.test, added)
        return proper(averaged(*law, DRAWS)), (shape, scale, added)

    return method


def _path(
    kernel: Float[np.ndarray, "P P"],
    Y: Float[np.ndarray, "P K"],
    fitted: Any,
    new: Any,
    lams: Float[np.ndarray, " L"],
) -> Iterator[tuple[float, Float[np.ndarray, "N K"], Float[np.ndarray, "M K"]]]:
    """(λ, f_λ at the fitted rows, f_λ at the new rows)."""
    inner, targets, across, strengths = jax.device_put(
        (kernel[np.ix_(fitted, fitted)], Y[fitted], kernel[np.ix_(new, fitted)], lams)
    )
    path = regularization_path(inner, targets, None, strengths, newton=Newton(1e-5))
    yield from zip(lams.tolist(), np.asarray(path.logits), np.asarray(path.predict(across)), strict=True)


def laplace_marginals(
    q: Float[np.ndarray, "N N"],
    across: Float[np.ndarray, "M N"],
    variance: Float[np.ndarray, " M"],
    f: Float[np.ndarray, "N K"],
) -> Float[np.ndarray, "M K K"]:
    r"""Laplace's covariance of the logits at each new point, K factorizations of N × N instead of one of NK × NK.

    .. math:: q(x,x)\,I - q(x, X)\,(E - E\,\mathbf 1\,(\textstyle\sum_c E_c)^{-1}\mathbf 1^\top E)\,q(X, x),
              \qquad E_c = D_c^{1/2}(I + D_c^{1/2} q\, D_c^{1/2})^{-1} D_c^{1/2}, \quad D_c = \mathrm{diag}(p_c)

    Args:
        q: (N, N) prior covariance of one logit at the training points.
        across: (M, N) between new and training points.
        variance: (M,) at the new points.
        f: (N, K) logits at the mode.

    Source:
        Rasmussen & Williams 2006, algorithm 3.4.
    """
    N, K = f.shape
    (potri,) = get_lapack_funcs(("potri",), (q,))  # the inverse from a Cholesky factor
    roots, total, taken = np.sqrt(_softmax(f)), np.zeros((N, N)), []
    for root in roots.T:
        L = cholesky(np.eye(N) + root[:, None] * q * root, lower=True)
        inverse = np.tril(potri(L, lower=1)[0])
        E = root[:, None] * (inverse + np.tril(inverse, -1).T) * root
        total += E
        taken.append(E @ across.T)  # (N, M)
    # Σ_c E_c is as nearly singular as q is large; what rounding leaves negative of it is of the order of 1/q.
    L = cholesky(total + 1e-12 * np.trace(total) / N * np.eye(N), lower=True)
    shared = np.stack([solve_triangular(L, b, lower=True) for b in taken])  # (K, N, M)
    covariance = np.einsum("cnm,dnm->mcd", shared, shared, optimize=True)
    own = variance[:, None] - np.stack([np.einsum("mn,nm->m", across, b) for b in taken], axis=1)
    return covariance + own[:, :, None] * np.eye(K)


def averaged(
    mean: Float[np.ndarray, "M K"], marginals: Float[np.ndarray, "M K K"], draws: int
) -> Probabilities:
    """E softmax f under Gaussian logits.

    Args:
        mean: (M, K) of the logits.
        marginals: (M, K, K) covariance at each point.
        draws: how many.
    """
    M, K = mean.shape
    law = bayes.GaussianLogits(
        jnp.asarray(mean, dtype=float),
        jnp.zeros((M, M)),
        jnp.eye(K),
        jnp.asarray(marginals, dtype=float),
        jnp.broadcast_to(jnp.eye(K), (M, K, K)),
    )
    return np.asarray(bayes.gaussian_probabilities(jax.random.key(0), law, draws=draws))


def dirichlet_law(
    kernel: Float[np.ndarray, "P P"], Y: Float[np.ndarray, "P K"], fitted: Any, new: Any, added: float
) -> tuple[Float[np.ndarray, "M K"], Float[np.ndarray, "M K K"]]:
    r"""GP regression of every class to log α − σ²/2 with noise σ² = log(1 + 1/α), α = y + added: mean, covariance.

    Args:
        kernel: (P, P) prior covariance of one logit.
        Y: (P, K) labels.
        fitted: rows with labels that are seen.
        new: rows to predict.
        added: to y.
    """
    alpha = Y[fitted] + added
    noise = np.log1p(1 / alpha)
    targets = np.log(alpha) - noise / 2
    level = targets.mean()  # of the prior, the same for all classes
    q, across, variance = kernel[np.ix_(fitted, fitted)], kernel[np.ix_(new, fitted)], np.diag(kernel)[new]
    mean, spread = np.empty((len(new), Y.shape[1])), np.empty((len(new), Y.shape[1]))
    for c in range(Y.shape[1]):
        L = cholesky(q + np.diag(noise[:, c]), lower=True)
        half = solve_triangular(L, across.T, lower=True)
        mean[:, c] = level + half.T @ solve_triangular(L, targets[:, c] - level, lower=True)
        spread[:, c] = np.maximum(variance - np.sum(half**2, axis=0), 0)
    return mean, spread[:, :, None] * np.eye(Y.shape[1])


def _softmax(f: Float[np.ndarray, "N K"] | Float[Array, "N K"]) -> Float[np.ndarray, "N K"]:
    return np.asarray(jax.nn.softmax(jnp.asarray(f), axis=1))
