"""Networks trained to the end, beside the formulas for what they become, on a square of the input plane.

Six points on a circle, two classes, one hidden layer of erf units. What holds the logits is either the smoothing ε of
the labels or a regularizer of strength λ. The gap f₁(x) − f₀(x) is all that a picture of two classes needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ntkbook._movable_points import MovablePoints
from ntkbook.chapters._shared.measure.circle import on_circle
from ntkbook.chapters._shared.measure.plane import square
from ntkbook.explicit import Solution, kernel_logistic_regression, log_target_regression
from ntkbook.generalization import rkhs_norm
from ntkbook.integration import Integration
from ntkbook.losses import smooth_labels
from ntkbook.networks import Network, mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow

ANGLES = 0.3 + 2 * np.pi * np.arange(6) / 6
CLASSES = np.array([0, 0, 0, 1, 0, 1])
SIDE = np.linspace(-2.2, 2.2, 23)
EDGE = (float(SIDE[0]), float(SIDE[-1]))
GIVEN = MovablePoints.of(on_circle(ANGLES), (EDGE, EDGE), labels=CLASSES, classes=2)
LOG_TIMES = np.array([2.0, 7.0])
TO_THE_END = Integration(rtol=1e-8, atol=1e-10, steady=1e-5)


@dataclass(frozen=True)
class Trained:
    """One network, trained until nothing moves, and two formulas for it: gaps f₁(x) − f₀(x) on the square.

    Args:
        network: (M,) of the network itself.
        formula: (M,) of Theorem D with the network's own Θ₀ and f₀.
        limit: (M,) the same with the kernel of infinite width.
        alpha: (N,) the coefficients of class 1, times λ under a regularizer.
        classes: (N,) of the points.
        radius: ‖θ_∞ − θ₀‖ of the network, and √⟨A, Θ₀A⟩ of the formula.
    """

    network: Float[np.ndarray, " M"]
    formula: Float[np.ndarray, " M"]
    limit: Float[np.ndarray, " M"]
    alpha: Float[np.ndarray, " N"]
    classes: Int[np.ndarray, " N"]
    radius: tuple[float, float]


def circle_and_square(
    points: str = GIVEN.text,
) -> tuple[Float[Array, "N 2"], Float[Array, "N 2"], Float[Array, "M 2"]]:
    """What the chapter trains on, and where it looks.

    Args:
        points: those on the circle, or others as `MovablePoints` reads them.

    Returns:
        inputs; hard labels; the square.
    """
    X, classes = GIVEN.read(points)
    labels = jax.nn.one_hot(jnp.asarray(classes), 2, dtype=float)
    return jnp.asarray(X), labels, jnp.asarray(square(SIDE))


def circle_network(n: int) -> Network:
    """The network of this chapter: its kernel on the circle is well conditioned.

    Args:
        n: width.
    """
    return mlp(2, 2, n, sigma_w=1.5, sigma_b=1.0)


def trained(n: int, holder: str, strength: float, *, seed: int = 0, points: str = GIVEN.text) -> Trained:
    """Train to the end, and compute the same predictor without training.

    Args:
        n: width.
        holder: "epsilon" (smoothed labels, no regularizer), "lam" (hard labels, a regularizer), or "decay" (the same,
            but pulling towards 0, which no formula covers: those of "lam" are given).
        strength: ε or λ.
        seed: of the initialization.
        points: as in circle_and_square.
    """
    epsilon, lam = (strength, 0.0) if holder == "epsilon" else (0.0, strength)
    anchor = "zero" if holder == "decay" else "init"
    X, labels, inside = circle_and_square(points)
    network, Y = circle_network(n), smooth_labels(labels, epsilon)
    problem = Problem.of(network, jax.random.key(seed + 1), X, Y, lam=lam, anchor=anchor)
    path = gradient_flow(problem, jnp.exp(LOG_TIMES), X_test=inside, record_ntk=False, integration=TO_THE_END)
    f0_inside = problem.f0(inside)
    own = solve(problem.Theta0, Y, problem.z0, lam)
    infinite = solve(network.kernel(X).ntk, Y, problem.z0, lam)
    return Trained(
        network=_gap(path.test_logits[-1]),
        formula=_gap(own.predict(problem.kernel(inside), f0_inside)),
        limit=_gap(infinite.predict(network.kernel(inside, X).ntk, f0_inside)),
        alpha=np.asarray(own.coefficients[:, 1]) * (lam or 1.0),
        classes=GIVEN.read(points)[1],
        radius=(float(path.radius[-1]), float(rkhs_norm(problem.Theta0, own.coefficients))),
    )


def solve(
    Theta: Float[Array, "rows rows"], Y: Float[Array, "N K"], f0: Float[Array, "N K"], lam: float
) -> Solution:
    """Theorem D: regression onto centred log-targets without a regularizer, kernel logistic regression with one.

    Args:
        Theta: (NK, NK) Θ, or (N, N) for the same kernel in every output.
        Y: (N, K) targets.
        f0: (N, K) f₀(X).
        lam: λ ≥ 0.
    """
    if lam == 0:
        return log_target_regression(Theta, Y, f0)
    return kernel_logistic_regression(Theta, Y, f0, lam=lam)


def _gap(logits: Float[Array, "M 2"]) -> Float[np.ndarray, " M"]:
    return np.asarray(logits[:, 1] - logits[:, 0])


# --- the explorer ----------------------------------------------------------------------------------------


def predictor(
    n: int, holder: str, strength: float, points: str = GIVEN.text
) -> dict[str, Float[np.ndarray, " m"]]:
    """What the chapter's explorer shows of one trained network.

    Args:
        n: width.
        holder: as in trained.
        strength: ε or λ.
        points: as in circle_and_square.

    Returns:
        named arrays. The gap of the network, of the formula and their difference over the square, and the points of
        each class.
    """
    run = trained(n, holder, strength, points=points)
    fields = {"network": run.network, "formula": run.formula, "difference": run.network - run.formula}
    return {
        "side": SIDE,
        **{name: field.round(4) for name, field in fields.items()},
        **GIVEN.by_class(*GIVEN.read(points)),
    }


def describe_predictor(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, " m"]]
) -> str:
    """What the explorer of the trained predictor shows."""
    symbol = "ε" if setting["holder"] == "epsilon" else "λ"
    difference, size = np.abs(arrays["difference"]).max(), np.abs(arrays["formula"]).max()
    return (
        f"With {symbol} = {setting['strength']:g} the logit gap reaches {size:.2f} in the square; "
        f"network and formula differ by {difference:.3f} at most, {100 * difference / size:.2g} % of it."
    )
