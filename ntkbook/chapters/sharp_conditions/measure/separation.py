"""Theorem E in the plane and on random problems: is there a separating direction, and does the flow stay bounded?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from ntkbook._movable_points import MovablePoints
from ntkbook.linearized import linearized_flow
from ntkbook.losses import Loss
from ntkbook.sharp import Bounded, Separating, separability

Arrays = dict[str, Float[np.ndarray, " m"]]

FIXED = np.array([[-1.2, 0.4], [-0.7, -0.5], [-1.5, -0.3], [-0.4, 0.9], [1.1, 0.5], [0.8, -0.6], [1.6, 0.1]])
LABELS = np.array([0, 0, 0, 0, 1, 1, 1])
BOX = np.array([[-2.5, 2.5], [-1.5, 1.5]])
LEFT, LOW = ((float(low), float(high)) for low, high in BOX)
GIVEN = MovablePoints.of(FIXED, (LEFT, LOW), labels=LABELS, classes=2)
LOG_TIMES = np.linspace(-2.0, 40.0, 85)


def affine_kernel(X: Float[np.ndarray, "N d"]) -> Float[Array, "N N"]:
    """Θ(x, x') = 1 + x·x', the tangent kernel of an affine model x ↦ Wx + b: of rank d + 1, whatever N.

    Args:
        X: (N, d) inputs.
    """
    return jnp.asarray(1 + X @ X.T)


def moved_point(position: float, label: str, points: str = GIVEN.text) -> Arrays:
    """Eight points of two classes in the plane, an affine model: does a line separate them, and does the flow end?

    Args:
        position: first coordinate of the eighth point; the second is 0.
        label: "0" or "1", its class.
        points: the seven others, or more or fewer, as `MovablePoints` reads them.

    Returns:
        named arrays. The points of each class (x0, y0, x1, y1, padded with NaN), that one last in its own and by itself
        (x, y); the ends of the separating line in the box (line_x, line_y, NaN if there is none); log_t,
        radius = ‖θ_t − θ₀‖, and end, the radius at which the flow ends (NaN if it does not).
    """
    others, classes = GIVEN.read(points)
    X, labels = np.vstack([others, [position, 0.0]]), np.append(classes, int(label))
    Theta, Y = affine_kernel(X), jax.nn.one_hot(jnp.asarray(labels), 2, dtype=float)
    answer = separability(Theta, Y)
    path = linearized_flow(Theta, jnp.zeros_like(Y), Y, jnp.exp(jnp.asarray(LOG_TIMES)))
    line = _line(answer, X) if isinstance(answer, Separating) else np.full((2, 2), np.nan)
    return {
        **_by_class(X, labels),
        "x": X[-1:, 0],
        "y": X[-1:, 1],
        "line_x": line[:, 0],
        "line_y": line[:, 1],
        "log_t": LOG_TIMES,
        "radius": np.asarray(path.radius),
        "end": np.full(len(LOG_TIMES), answer.radius if isinstance(answer, Bounded) else np.nan),
    }


def _by_class(X: Float[np.ndarray, "N 2"], labels: np.ndarray) -> Arrays:
    """The points of each class, with room for one more than the reader may set."""
    return replace(GIVEN, most=GIVEN.most + 1).by_class(X, labels)


def _line(answer: Separating, X: Float[np.ndarray, "N 2"]) -> Float[np.ndarray, "2 2"]:
    """The two points where the line v₁(x) = v₀(x) leaves the box; NaN where it does not cross it."""
    A = np.asarray(answer.coefficients[:, 1] - answer.coefficients[:, 0])
    offset, slope = A.sum(), X.T @ A  # v₁(x) − v₀(x) = offset + slope·x
    crossings = []
    for axis in (0, 1):
        for edge in BOX[axis]:
            other = 1 - axis
            if abs(slope[other]) > 1e-12 * np.abs(slope).max():
                point = np.empty(2)
                point[axis], point[other] = edge, -(offset + slope[axis] * edge) / slope[other]
                if BOX[other][0] <= point[other] <= BOX[other][1]:
                    crossings.append(point)
    return np.array(crossings[:2]) if len(crossings) >= 2 else np.full((2, 2), np.nan)


def describe_moved_point(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, " m"]]
) -> str:
    """What the explorer of the plane shows."""
    radius, moved = arrays["radius"], f"The moved point stands at {setting['position']:.2f}."
    if np.isfinite(arrays["end"][0]):
        return f"{moved} No line separates the classes: the flow ends at radius {radius[-1]:.2f}."
    grown = (
        f"the radius is {np.interp(20, arrays['log_t'], radius):.1f} at log t = 20 and {radius[-1]:.1f} at 40"
    )
    return f"{moved} A line separates the classes: {grown}, and goes on growing."


# --- random problems -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Agreement:
    """Two independent answers to Theorem E's question, for S random problems.

    Args:
        separable: (S,) whether the linear program finds a separating direction.
        growth: (S,) radius of the linearized flow at log t = 30, as a multiple of that at log t = 15.
    """

    separable: Bool[np.ndarray, " S"]
    growth: Float[np.ndarray, " S"]


def agreement(problems: int, *, points: int = 8, features: int = 3) -> Agreement:
    """Random features, Θ = ΦΦᵀ of low rank, two random classes: the linear program against the flow.

    Args:
        problems: S, how many.
        points: N, rows of Φ.
        features: columns of Φ, all standard Gaussian.
    """
    middle, late = np.searchsorted(LOG_TIMES, (15.0, 30.0))
    times, answers = jnp.exp(jnp.asarray(LOG_TIMES)), []  # those of the explorer, compiled once for both
    for seed in range(problems):
        feature_key, label_key = jax.random.split(jax.random.key(seed))
        phi = jax.random.normal(feature_key, (points, features))
        labels = jax.random.randint(label_key, (points,), 0, 2)
        Theta, Y = phi @ phi.T, jax.nn.one_hot(labels, 2, dtype=float)
        radius = linearized_flow(Theta, jnp.zeros_like(Y), Y, times).radius
        answers.append((separability(Theta, Y).separable, float(radius[late] / radius[middle])))
    separable, growth = zip(*answers, strict=True)
    return Agreement(np.asarray(separable), np.asarray(growth))


def radius_of_one(loss: Loss, y: float, log_times: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """‖θ_t − θ₀‖ for one point with one logit, Θ = 1, z₀ = ½ and any loss: ż = −ℓ'(z; y). Does it stop?

    Args:
        loss: ℓ.
        y: the target.
        log_times: (T,) natural logarithms of the times.
    """
    Y, times = jnp.array([[float(y)]]), jnp.exp(jnp.asarray(log_times))
    path = linearized_flow(jnp.eye(1), jnp.full((1, 1), 0.5), Y, times, loss=loss)
    return np.asarray(path.radius)
