"""Hard labels, approached in two ways: λ → 0 under a regularizer, or ε → 0 without one. They part company."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook.chapters._shared.measure.circle import circle
from ntkbook.chapters.trained_predictor.measure.predictor import circle_network
from ntkbook.explicit import (
    kernel_ridge_regression,
    log_target_regression,
    max_margin,
    regularization_path,
)
from ntkbook.generalization import rkhs_norm
from ntkbook.losses import center, smooth_labels

ANGLES = (0.0, 0.25, 0.5, 1.3, 2.0, 2.9, 3.2, 3.5, 4.4, 5.4)
LABELS = (0, 0, 0, 0, 1, 1, 1, 1, 0, 1)


@dataclass(frozen=True)
class TwoLimits:
    """The predictors f_λ (hard labels) and f_ε (smoothed ones, λ = 0), at S strengths λ = ε, from f₀ = 0.

    Args:
        strengths: (S,) λ or ε.
        radius_lam: (S,) ‖θ − θ₀‖ of f_λ.
        radius_eps: (S,) ‖θ − θ₀‖ of f_ε.
        margin_lam: (S,) cosine of θ − θ₀ and the max-margin direction, for f_λ.
        margin_eps: (S,) the same for f_ε.
        least_squares: (S,) cosine of θ − θ₀ at ε and the direction of kernel regression onto the labels.
        inverse_margin: 1/γ, the norm of the least separator with margin 1.
    """

    strengths: Float[np.ndarray, " S"]
    radius_lam: Float[np.ndarray, " S"]
    radius_eps: Float[np.ndarray, " S"]
    margin_lam: Float[np.ndarray, " S"]
    margin_eps: Float[np.ndarray, " S"]
    least_squares: Float[np.ndarray, " S"]
    inverse_margin: float


def on_circle(
    angles: Sequence[float], labels: Sequence[int]
) -> tuple[Float[Array, "N N"], Float[Array, "N K"]]:
    """Points of a circle under the infinite-width kernel, of two classes.

    Args:
        angles: (N,) in radians.
        labels: (N,) classes, 0 or 1.

    Returns:
        Θ; the hard labels Y.
    """
    return circle_network(64).kernel(circle(angles)).ntk, jax.nn.one_hot(jnp.asarray(labels), 2, dtype=float)


def two_limits(
    strengths: Sequence[float], *, angles: Sequence[float] = ANGLES, labels: Sequence[int] = LABELS
) -> TwoLimits:
    """Follow both to the limit, on points of a circle, by default ten, some of them close together.

    Args:
        strengths: S values for λ and ε in (0, 1), decreasing.
        angles: (N,) where the points are, in radians.
        labels: (N,) their classes, 0 or 1.
    """
    Theta, Y = on_circle(angles, labels)
    separator = max_margin(Theta, Y)
    regression = kernel_ridge_regression(Theta, center(Y), lam=0.0).coefficients
    path = regularization_path(Theta, Y, None, jnp.asarray(strengths, dtype=float))
    smoothed = [log_target_regression(Theta, smooth_labels(Y, epsilon)).coefficients for epsilon in strengths]
    margin = separator.coefficients
    return TwoLimits(
        strengths=np.asarray(strengths, dtype=float),
        radius_lam=np.asarray(path.radius),
        radius_eps=np.array([float(rkhs_norm(Theta, A)) for A in smoothed]),
        margin_lam=np.array([_cosine(Theta, A, margin) for A in path.coefficients]),
        margin_eps=np.array([_cosine(Theta, A, margin) for A in smoothed]),
        least_squares=np.array([_cosine(Theta, A, regression) for A in smoothed]),
        inverse_margin=float(separator.norm),
    )


def _cosine(Theta: Float[Array, "N N"], A: Float[Array, "N K"], B: Float[Array, "N K"]) -> float:
    return float(jnp.sum(A * (Theta @ B)) / (rkhs_norm(Theta, A) * rkhs_norm(Theta, B)))
