"""A generalization bound for the lazy classifier: computable, data-dependent, every constant stated. It is loose."""

import math
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
        complexity: 4 B_j √(K tr Θ)/(hN).
        confidence: 3√(log(2/δ')/(2N)).
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
    r"""A bound on the Rademacher complexity of the ball {‖f‖ ≤ B} over all N·K logits.

    .. math:: \frac{B}{N} \sqrt{\operatorname{tr} \Theta}

    tr is over N·K logits: for an infinite-width kernel, K times the trace of the (N, N) matrix.
    By Jensen, E‖Σ σ_ik Θ(·, x_i)e_k‖ ≤ √tr Θ; by Khintchine's inequality it is too large by at most √2.

    Args:
        Theta: the training kernel, (N, N) for infinite width or (NK, NK).
        B: the radius of the ball.
        points: N.
        classes: K.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        Bartlett & Mendelson 2002.

    Example:
        >>> float(nb.rademacher_bound(jnp.eye(4), B=1, points=4, classes=1))
        0.5
    """
    _check_ball(Theta, B, points, classes)
    copies = classes if Theta.shape[0] == points else 1
    return B * jnp.sqrt(copies * jnp.trace(Theta)) / points


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
    r"""The Rademacher complexity of the ball {‖f‖ ≤ B}, by simulating random signs σ: what `rademacher_bound` bounds.

    .. math::
        \frac1N E_\sigma \sup_{\|f\| \le B} \sum_{ik} \sigma_{ik} f_k(x_i)
        = \frac BN E_\sigma \sqrt{\langle \sigma, \Theta \sigma \rangle}

    The supremum is attained at f ∝ Σ σ_ik Θ(·, x_i)e_k.

    Args:
        key: a JAX random key; the same key gives the same number.
        Theta: the training kernel, (N, N) for infinite width or (NK, NK).
        B: the radius of the ball.
        points: N.
        classes: K.
        draws: how many patterns of signs.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        Bartlett & Mendelson 2002.

    Example:
        With Θ = I every pattern of signs weighs the same, and the bound is attained:

        >>> complexity = nb.rademacher_complexity(
        ...     jax.random.key(0), jnp.eye(4), B=1, points=4, classes=1
        ... )
        >>> float(complexity)
        0.5
    """
    _check_ball(Theta, B, points, classes)
    _checks.positive_integer("draws", draws, "the number of simulated sign patterns")
    signs = jax.random.rademacher(key, (draws, points, classes), dtype=float)
    return B / points * jnp.mean(jax.vmap(lambda sigma: rkhs_norm(Theta, sigma))(signs))


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
) -> GeneralizationBound:
    r"""A bound on how often new points are classified wrongly, true with probability ≥ 1 − δ over the training set.

    .. math::
        P(\text{wrong}) \le \frac1N \sum_i \mathrm{ramp}_h(f(x_i)) + \frac{4 B_j \sqrt{K \operatorname{tr} \Theta}}{hN}
        + 3 \sqrt{\frac{\log(2/\delta_j)}{2N}}

    The middle term is 2 · √2 · (√2/h) · B_j √(K tr Θ)/N: symmetrization, Maurer's vector contraction, the
    Lipschitz constant of the ramp loss, the ball's complexity. As B and h are chosen after seeing the data,
    it is stated for all B_j = 2^{j/4} and all h in MARGINS at once, δ_j = δ/((j + 1)(j + 2)|MARGINS|).
    For an (NK, NK) kernel, whose trace is over all logits already, tr Θ stands in place of K tr Θ.

    Valid for i.i.d. points and a kernel and f₀ that were fixed without looking at them: the
    infinite-width kernel, or that of any initialization. Inputs centred by the training points' mean are not
    covered, nor is a network that is not linear in its parameters: the book's corollary says what it owes.

    Args:
        Theta: the training kernel, (N, N) or (NK, NK).
        A: (N, K) coefficients of f − f₀ = Θ(·, X)A.
        logits: (N, K) f(X).
        labels: (N, K) one-hot.
        delta: δ, strictly between 0 and 1.

    Raises:
        InvalidInput: for arguments that do not fit.

    Source:
        Bartlett & Mendelson 2002; Mohri, Rostamizadeh & Talwalkar 2018, theorem 3.3; Maurer 2016.

    Example:
        Two points, both right, prove nothing about others:

        >>> Theta, Y = jnp.eye(2), jnp.eye(2)
        >>> A = nb.kernel_logistic_regression(Theta, Y, lam=0.1).coefficients
        >>> bound = nb.generalization_bound(Theta, A, Theta @ A, labels=Y)
        >>> bound.training_error, bound.total > 1
        (0.0, True)
    """
    _checks.simplex_targets(labels)
    if not bool(jnp.all((labels == 0) | (labels == 1))):
        raise InvalidInput(
            "labels must be one-hot, all entries 0 or 1: errors are counted against classes, not against "
            "smoothed targets. Give the labels from before smoothing."
        )
    if not (A.shape == logits.shape == labels.shape):
        raise InvalidInput(
            f"A, logits and labels have shapes {A.shape}, {logits.shape}, {labels.shape}; "
            f"all must be (N, K), one row a training point."
        )
    _checks.finite("logits", logits)
    if not 0 < delta < 1:
        raise InvalidInput(f"delta = {delta}, but the failure probability δ must lie strictly in (0, 1).")
    N, K = labels.shape
    norm = float(rkhs_norm(Theta, A))
    j = max(0, math.ceil(math.log(norm, NORM_STEP))) if norm > 0 else 0
    norm_bound = NORM_STEP**j
    log_term = math.log(2 * (j + 1) * (j + 2) * len(MARGINS) / delta)
    confidence = 3 * math.sqrt(log_term / (2 * N))
    ball = float(rademacher_bound(Theta, norm_bound, N, K))

    def parts(margin: float) -> tuple[float, float, float]:
        return float(jnp.mean(ramp_loss(logits, labels, margin))), 4 / margin * ball, margin

    empirical, complexity, margin = min(map(parts, MARGINS), key=lambda part: part[0] + part[1])
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


def _check_ball(Theta: Float[Array, "rows rows"], B: float, points: int, classes: int) -> None:
    _checks.positive_integer("points", points, "the number of points N")
    _checks.positive_integer("classes", classes, "the number of classes K")
    check_train_kernel(Theta, points, classes)
    _checks.non_negative("B", B, "the radius B of the ball")
