"""A generalization bound for the lazy classifier: computable, data-dependent, every constant stated. It is loose."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook._kernel_product import check_train_kernel, kernel_product
from ntkbook.errors import InvalidInput
from ntkbook.laziness import logit_margin

# Both grids are fixed before any data are seen. A finer one costs a logarithm of its size, a coarser one a factor.
NORM_STEP = 2**0.25  # norms B_j = NORM_STEP^j, j = 0, 1, 2, …
MARGINS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)


@dataclass(frozen=True)
class GeneralizationBound:
    """With probability ≥ 1 − δ over the training set, P(wrong) ≤ total = empirical + complexity + confidence.

    Args:
        norm: B = ‖f_λ − f₀‖ in the RKHS.
        norm_bound: the grid value B_j ≥ B that enters.
        margin: the h that gave the least total.
        empirical: (1/N) Σ ramp_h.
        complexity: 2√2 c_{K−1} B_j √tr(PΘ)/(hN).
        confidence: 3√(log(2/δ')/(2N)), or √(log(1/δ')/(2N)) where the trace was bounded before the draw.
        total: the bound.
        training_error: share of training points that are wrong (a tie counts as wrong).
    """

    norm: float
    norm_bound: float
    margin: float
    empirical: float
    complexity: float
    confidence: float
    total: float
    training_error: float


@takes_arrays
def rkhs_norm(Theta: Float[Array, "rows rows"], A: Float[Array, "N K"]) -> Float[Array, ""]:
    r"""The norm of f − f₀ = Θ(·, X)A in the RKHS of Θ; for a network, ‖θ − θ₀‖ of the linearization.

    .. math:: B = \sqrt{\langle A, \Theta A \rangle}

    Args:
        Theta: (N, N) for infinite width or (NK, NK).
        A: (N, K) the coefficients.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        Aronszajn 1950.

    Example:
        >>> float(nb.rkhs_norm(Theta=4 * jnp.eye(1), A=jnp.array([[1.5]])))
        3.0
    """
    check_train_kernel(Theta, *A.shape)
    _checks.finite("A", A)
    return jnp.sqrt(jnp.maximum(jnp.sum(A * kernel_product(Theta, A)), 0.0))


@takes_arrays
def rademacher_bound(
    Theta: Float[Array, "rows rows"], B: float, points: int, classes: int
) -> Float[Array, ""]:
    r"""A bound on the complexity of the ball {‖f‖ ≤ B}: on how well it can fit noise of zero class sums.

    .. math:: \frac{B}{N} \sqrt{\operatorname{tr}(P\Theta)}

    The trace is over N·K logits with the mean over classes removed: (K − 1) tr Θ for an infinite-width kernel, (N, N).
    By Jensen, E‖Σ Θ(·, x_i)ξ_i‖ ≤ √tr(PΘ) for ξ_i as in `rademacher_complexity`; for two classes, or an (N, N) kernel,
    it is too large by at most √2 (Khintchine's inequality, for vectors).

    Args:
        Theta: the training kernel, (N, N) for infinite width or (NK, NK).
        B: the radius of the ball.
        points: N.
        classes: K ≥ 2.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        Bartlett & Mendelson 2002; the book's Theorem on the error.

    Example:
        >>> float(nb.rademacher_bound(jnp.eye(4), B=1, points=4, classes=2))
        0.5
    """
    _check_ball(Theta, B, points, classes)
    return B * jnp.sqrt(jnp.sum(_centred_traces(Theta, points, classes))) / points


@takes_arrays
def rademacher_complexity(
    key: PRNGKeyArray,
    Theta: Float[Array, "rows rows"],
    B: float,
    points: int,
    classes: int,
    *,
    draws: int = 1_000,
) -> Float[Array, ""]:
    r"""The complexity of the ball {‖f‖ ≤ B}, by simulating noise ξ: what `rademacher_bound` bounds.

    .. math::
        \frac1N E_\xi \sup_{\|f\| \le B} \sum_i \langle \xi_i, f(x_i) \rangle
        = \frac BN E_\xi \sqrt{\langle \xi, \Theta \xi \rangle}

    The ξ_i are independent, each uniform on the sphere of radius √(K − 1) in the vectors of zero class sum, so that
    E ξ_iξ_iᵀ = P. For K = 2 they are ±(1, −1)/√2, and this is the Rademacher complexity of (f₁ − f₂)/√2.
    The supremum is attained at f ∝ Σ Θ(·, x_i)ξ_i.

    Args:
        key: a JAX random key; the same key gives the same number.
        Theta: the training kernel, (N, N) for infinite width or (NK, NK).
        B: the radius of the ball.
        points: N.
        classes: K ≥ 2.
        draws: how many times ξ is drawn.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        Bartlett & Mendelson 2002.

    Example:
        With Θ = I every ξ weighs the same, and the bound is attained:

        >>> complexity = nb.rademacher_complexity(
        ...     jax.random.key(0), jnp.eye(4), B=1, points=4, classes=2
        ... )
        >>> round(float(complexity), 12)
        0.5
    """
    _check_ball(Theta, B, points, classes)
    _checks.positive_integer("draws", draws, "how many times the noise is drawn")
    normal = jax.random.normal(key, (draws, points, classes))
    centred = normal - normal.mean(axis=2, keepdims=True)
    xi = math.sqrt(classes - 1) * centred / jnp.linalg.norm(centred, axis=2, keepdims=True)
    return B / points * jnp.mean(jax.vmap(lambda one: rkhs_norm(Theta, one))(xi))


@takes_arrays
def ramp_loss(z: Float[Array, "N K"], labels: Float[Array, "N K"], margin: float) -> Float[Array, " N"]:
    r"""A loss of the margin, between 1[m ≤ 0] and 1[m < h], and (√2/h)-Lipschitz in z, in Euclidean norm.

    .. math:: \mathrm{ramp}_h = \min(1, \max(0, 1 - m/h)), \qquad m = z_y - \max_{j \ne y} z_j

    Args:
        z: (N, K) logits, one row a point.
        labels: (N, K) one-hot.
        margin: h > 0, the margin demanded.

    Raises:
        InvalidInput: for h ≤ 0 or labels that are not one-hot.

    Source:
        Koltchinskii & Panchenko 2002.

    Example:
        >>> z = jnp.array([[2.0, 0.0], [0.5, 0.0], [-1.0, 0.0]])
        >>> labels = jnp.array([[1.0, 0.0]] * 3)
        >>> nb.ramp_loss(z, labels, margin=1).tolist()
        [0.0, 0.5, 1.0]
    """
    _checks.positive("margin", margin, "the demanded margin h")
    return jnp.clip(1 - logit_margin(z, labels) / margin, 0.0, 1.0)


@takes_arrays
def generalization_bound(
    Theta: Float[Array, "rows rows"],
    A: Float[Array, "..."],
    logits: Float[Array, "..."],
    labels: Float[Array, "N K"],
    *,
    delta: float = 0.05,
    trace_bound: float | None = None,
    margins: Sequence[float] = MARGINS,
) -> GeneralizationBound:
    r"""A bound on how often new points are classified wrongly, true with probability ≥ 1 − δ over the training set.

    .. math::
        P(\text{wrong}) \le \frac1N \sum_i \mathrm{ramp}_h(f(x_i))
        + \frac{2\sqrt2\, c_{K-1} B_j \sqrt{\operatorname{tr} (P\Theta)}}{hN} + 3 \sqrt{\frac{\log(2/\delta_j)}{2N}}

    The middle term is 2 · c_{K−1} · (√2/h) · B_j √tr(PΘ)/N: symmetrization, vector contraction with noise of zero class
    sums, the Lipschitz constant of the ramp loss, the ball's complexity; c_d = √π Γ((d + 1)/2)/(√d Γ(d/2)), from
    c₁ = 1 up to √(π/2). As B and h are chosen after seeing the data,
    it is stated for all B_j = 2^{j/4} and all h in ℋ at once, δ_j = δ/((j + 1)(j + 2)|ℋ|).
    Where τ ≥ tr PΘ(x, x) is known of every x before the draw, as for inputs on a sphere at infinite width, tr(PΘ) is
    replaced by Nτ and the last term by √(log(1/δ_j)/(2N)).

    Valid for i.i.d. points and a kernel and f₀ that were fixed without looking at them: the
    infinite-width kernel, or that of any initialization. Inputs centred by the training points' mean are not
    covered, nor is a network that is not linear in its parameters: the book's corollary says what it owes.

    Args:
        Theta: the training kernel, (N, N) or (NK, NK).
        A: (N, K) coefficients of f − f₀ = Θ(·, X)A.
        logits: (N, K) f(X).
        labels: (N, K) one-hot.
        delta: δ, strictly between 0 and 1.
        trace_bound: τ, at least tr PΘ(x, x) for every input that can be drawn; that is (K − 1)Θ(x, x) for an (N, N)
            kernel.
        margins: ℋ, the margins that may be demanded, fixed without looking at the points.

    Raises:
        InvalidInput: for arguments that do not fit; for a τ that a training point exceeds; for no margin.

    Source:
        The book's Theorem on the error, after Bartlett & Mendelson 2002 and Maurer 2016.

    Example:
        Two points, both right, prove nothing about others:

        >>> Theta, Y = jnp.eye(2), jnp.eye(2)
        >>> A = nb.kernel_logistic_regression(Theta, Y, lam=0.1).coefficients
        >>> bound = nb.generalization_bound(Theta, A, Theta @ A, labels=Y)
        >>> bound.training_error, bound.total > 1
        (0.0, True)
    """
    check_one_hot(labels)
    if not (A.shape == logits.shape == labels.shape):
        raise InvalidInput(
            f"A, logits and labels have shapes {A.shape}, {logits.shape}, {labels.shape}; "
            f"all must be (N, K), one row a training point."
        )
    _checks.finite("logits", logits)
    check_failure(delta)
    if not margins:
        raise InvalidInput("margins is empty; the bound demands one of them, at least one h > 0.")
    N, K = labels.shape
    norm = float(rkhs_norm(Theta, A))
    j = max(0, math.ceil(math.log(norm, NORM_STEP))) if norm > 0 else 0
    norm_bound = NORM_STEP**j
    failure = delta / ((j + 1) * (j + 2) * len(margins))
    if trace_bound is None:
        ball = float(rademacher_bound(Theta, norm_bound, N, K))
        confidence = 3 * math.sqrt(math.log(2 / failure) / (2 * N))
    else:
        _check_trace_bound(_centred_traces(Theta, N, K), trace_bound)
        ball = norm_bound * math.sqrt(trace_bound / N)
        confidence = math.sqrt(math.log(1 / failure) / (2 * N))
    contracted = 2 * _sphere_constant(K - 1) * ball

    def parts(margin: float) -> tuple[float, float, float]:
        return float(jnp.mean(ramp_loss(logits, labels, margin))), math.sqrt(2) / margin * contracted, margin

    empirical, complexity, margin = min(map(parts, margins), key=lambda part: part[0] + part[1])
    return GeneralizationBound(
        norm=norm,
        norm_bound=norm_bound,
        margin=margin,
        empirical=empirical,
        complexity=complexity,
        confidence=confidence,
        total=empirical + complexity + confidence,  # eq-error-bound
        training_error=float(jnp.mean(logit_margin(logits, labels) <= 0)),
    )


def _centred_traces(Theta: Float[Array, "rows rows"], points: int, classes: int) -> Float[Array, " N"]:
    """tr PΘ(x_i, x_i) of every point, from an (N, N) or an (NK, NK) kernel."""
    if Theta.shape[0] == points:
        return (classes - 1) * jnp.diag(Theta)
    blocks = Theta.reshape(points, classes, points, classes)[jnp.arange(points), :, jnp.arange(points)]
    return jnp.trace(blocks, axis1=1, axis2=2) - blocks.sum(axis=(1, 2)) / classes


def _sphere_constant(d: int) -> float:
    """c_d = 1/E|ξ₁| for ξ uniform on the sphere of radius √d in ℝ^d: √π Γ((d + 1)/2)/(√d Γ(d/2))."""
    return math.sqrt(math.pi / d) * math.exp(math.lgamma((d + 1) / 2) - math.lgamma(d / 2))


def check_one_hot(labels: Float[Array, "N K"]) -> None:
    """Rows of one 1 and zeros."""
    _checks.simplex_targets(labels)
    if not bool(jnp.all((labels == 0) | (labels == 1))):
        raise InvalidInput(
            "labels must be one-hot, all entries 0 or 1: errors are counted against classes, not against "
            "smoothed targets. Give the labels from before smoothing."
        )


def check_failure(delta: float) -> None:
    """δ, the probability that a bound fails."""
    if not 0 < delta < 1:
        raise InvalidInput(f"delta = {delta}, but the failure probability δ must lie strictly in (0, 1).")


def _check_trace_bound(traces: Float[Array, " N"], trace_bound: float) -> None:
    largest = float(jnp.max(traces))
    if not largest * (1 - 1e-12) <= trace_bound < math.inf:
        raise InvalidInput(
            f"trace_bound = {trace_bound}, but a training point has tr PΘ(x, x) = {largest:.6g}: τ must be at least "
            f"that of every input that can be drawn, and be known before the draw. Give a larger τ, or none."
        )


def _check_ball(Theta: Float[Array, "rows rows"], B: float, points: int, classes: int) -> None:
    _checks.positive_integer("points", points, "the number of points N")
    _checks.positive_integer("classes", classes, "the number of classes K")
    if classes < 2:
        raise InvalidInput(
            "classes = 1, but the noise has zero class sums: there must be two classes to choose from."
        )
    check_train_kernel(Theta, points, classes)
    _checks.non_negative("B", B, "the radius B of the ball")
