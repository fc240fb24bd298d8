"""One point and two classes: every ensemble and the posterior by quadrature, over prior scales from narrow to wide.

Let u be the gap of the two logits, of prior variance v = 2s² (Θ = 1), and y the target of the first class. A member
solves u = u₀ + v(y + ξ − σ(u)), and the posterior has the density e^{yu}/(1 + e^u) times the prior's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import expit, log_expit

from ntkbook import _checks

METHODS = ("map", "laplace", "ensemble", "noisy", "labels", "own")
NORMAL = np.linspace(-9.0, 9.0, 6_001)
HALVINGS = 70
Law = tuple[Float[np.ndarray, " S"], Float[np.ndarray, " S"]]  # values of u, and their weights


@dataclass(frozen=True)
class OnePoint:
    """W prior scales, by method and for "posterior".

    Args:
        variances: (W,) s².
        mean: (W,) each, E u.
        spread: (W,) each, the variance of u.
        probability: (W,) each, E σ(u).
    """

    variances: Float[np.ndarray, " W"]
    mean: dict[str, Float[np.ndarray, " W"]]
    spread: dict[str, Float[np.ndarray, " W"]]
    probability: dict[str, Float[np.ndarray, " W"]]


def one_point(variances: Sequence[float], target: float) -> OnePoint:
    """All methods on one point, to many digits. "own" draws its labels from σ(u), the member's before there was noise.

    Args:
        variances: W values of s².
        target: y, of the first class.

    Raises:
        InvalidInput: for a target outside [0, 1].
    """
    _checks.in_range("target", target, 0.0, 1.0, "a probability")
    rows = [_laws(2 * s2, target) for s2 in variances]
    moments = {m: np.array([_moments(*row[m]) for row in rows]).T for m in rows[0]}
    return OnePoint(
        np.asarray(variances, dtype=float),
        mean={m: rows[0] for m, rows in moments.items()},
        spread={m: rows[1] for m, rows in moments.items()},
        probability={m: rows[2] for m, rows in moments.items()},
    )


def _laws(v: float, y: float) -> dict[str, Law]:
    weights = np.exp(-(NORMAL**2) / 2) / np.exp(-(NORMAL**2) / 2).sum()
    mode = _solve(np.zeros(1), v, y)
    p = float(expit(mode[0]))
    W = p * (1 - p)
    u0 = np.sqrt(v) * NORMAL
    plain = _solve(u0, v, y)
    near = np.sqrt(v / (1 + v * W)) * NORMAL
    far = np.linspace(-9 * np.sqrt(v), 9 * np.sqrt(v), 200_001) + v * (y - p)  # steps below 1 for v up to 10⁸
    log_density = y * far + log_expit(-far) - far**2 / (2 * v)
    density = np.exp(log_density - log_density.max())

    def with_labels(p: float | Float[np.ndarray, " half"]) -> Law:
        """Members trained on either label, which has the probability p or 1 − p."""
        start = np.concatenate([u0 + v * (1 - p), u0 - v * p])
        return _solve(start, v, y), np.concatenate([weights * p, weights * (1 - p)])

    return {
        "map": (mode, np.ones(1)),
        "laplace": (mode + near, weights),
        "ensemble": (plain, weights),
        "noisy": (_solve(np.sqrt(v + v * v * W) * NORMAL, v, y), weights),
        "labels": with_labels(p),
        "own": with_labels(expit(plain)),
        "posterior": (far, density / density.sum()),
    }


def _solve(e: Float[np.ndarray, " S"], v: float, y: float) -> Float[np.ndarray, " S"]:
    """The u with u = e + v(y − σ(u)), which lies between e + v(y − 1) and e + vy, by bisection."""
    low, high = e + v * (y - 1), e + v * y
    for _ in range(HALVINGS):
        u = (low + high) / 2
        above = u > e + v * (y - expit(u))
        low, high = np.where(above, low, u), np.where(above, u, high)
    return (low + high) / 2


def _moments(u: Float[np.ndarray, " S"], weights: Float[np.ndarray, " S"]) -> tuple[float, float, float]:
    """(E u, variance of u, E σ(u))."""
    mean = weights @ u
    return float(mean), float(weights @ (u - mean) ** 2), float(weights @ expit(u))
