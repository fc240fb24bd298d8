"""Targets in which every class has some probability, no regularizer: plateau, radius and its bounds, PL ratio.

The points and the network are those of `sphere`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import bounds, laziness, losses
from ntkbook.chapters._shared.measure import sphere
from ntkbook.chapters._shared.measure.both_flows import BothFlows, both_flows
from ntkbook.chapters._shared.measure.pl_ratios import pl_ratios
from ntkbook.chapters._shared.measure.runs import LOG_TIMES, smoothed_run
from ntkbook.chapters._shared.measure.widths import WidthScan, width_scan
from ntkbook.explicit import log_target_regression
from ntkbook.generalization import rkhs_norm

__all__ = [
    "BothFlows",
    "Radii",
    "WidthScan",
    "both_flows",
    "distance_to_minimizer",
    "path_step_by_step",
    "pl_ratios",
    "plateau",
    "radii",
    "smoothed_run",
    "two_classes",
    "width_scan",
]

Arrays = dict[str, Float[np.ndarray, " T"]]
Setting = Mapping[str, float | int | str]


def plateau(epsilon: float, classes: int) -> float:
    r"""Where smoothed targets stop every margin.

    .. math:: \log\frac{1 - \varepsilon + \varepsilon/K}{\varepsilon/K}

    Args:
        epsilon: ε.
        classes: the number K.
    """
    return float(np.log((1 - epsilon + epsilon / classes) / (epsilon / classes)))


def distance_to_minimizer(
    Theta: Float[Array, "rows rows"], f0: Float[Array, "N K"], Y: Float[Array, "N K"]
) -> float:
    r"""ρ, the distance from θ₀ to the nearest minimizer of the linearized loss, which lies at θ₀ + J₀ᵀA.

    .. math:: \rho = \sqrt{\langle A, \Theta A\rangle}, \qquad \operatorname{softmax}(f_0 + \Theta A) = Y

    Args:
        Theta: (NK, NK) Θ, or (N, N) for the same kernel in every output.
        f0: (N, K) f₀(X).
        Y: (N, K) targets, every probability positive.

    Raises:
        InvalidInput: as log_target_regression does.
        NotConverged: as it does.

    Source:
        The book's chapter on non-degenerate targets.

    Example:
        One point, Θ = 1: the logits (log 3)/2 and −(log 3)/2 give the target, and lie (log 3)/√2 from 0.

        >>> from ntkbook.chapters.non_degenerate import measure
        >>> Y = jnp.array([[0.75, 0.25]])
        >>> rho = measure.distance_to_minimizer(
        ...     jnp.eye(1), jnp.zeros((1, 2)), Y
        ... )
        >>> round(rho / jnp.log(3).item(), 6)
        0.707107
    """
    solution = log_target_regression(Theta, Y, f0)
    return float(rkhs_norm(Theta, solution.coefficients))


def two_classes(gaps: Sequence[float]) -> Float[Array, "N 2"]:
    """Centred logits of two classes from the gaps z₁ − z₂.

    Args:
        gaps: one a point.
    """
    half = jnp.asarray(gaps, dtype=float) / 2
    return jnp.stack([half, -half], axis=1)


@dataclass(frozen=True)
class Radii:
    """How far training goes.

    Args:
        reached: max_t ‖θ_t − θ₀‖.
        rho: ρ.
        mu: the polynomial μ.
        bound: R of Theorem A with it.
    """

    reached: float
    rho: float
    mu: float
    bound: float


def radii(n: int, epsilon: float) -> Radii:
    """The radius of smoothed_run beside ρ, twice which bounds the limit of wide networks, and R of Theorem A.

    Args:
        n: width.
        epsilon: ε, smoothing of the targets.
    """
    both = smoothed_run(n, epsilon)
    problem = both.problem
    mu = bounds.pl_constant_polynomial(problem.Y, problem.V0)
    return Radii(
        reached=float(jnp.max(both.path.radius)),
        rho=distance_to_minimizer(problem.Theta0, problem.z0, problem.Y),
        mu=float(mu),
        bound=float(bounds.radius_nondegenerate(problem.V0, mu, problem.kappa)),
    )


def path_step_by_step(both: BothFlows) -> tuple[Float[np.ndarray, " T"], Float[np.ndarray, " T"]]:
    r"""‖θ_t − θ₀‖, and the proof's bound of the path with what holds between two times in place of μ and κ/2.

    .. math:: \sum_s \sqrt{\frac2{\mu_s\kappa_s}}\,\bigl(\sqrt{V_s} - \sqrt{V_{s+1}}\bigr), \qquad
              \kappa_s = \kappa - \lVert\Theta_s - \Theta_0\rVert

    μ_s is the lesser PL ratio of the two ends. Up to the time at which the excess is no longer resolved.

    Args:
        both: a flow on targets that are all positive, of a network so wide that every κ_s is positive.
    """
    problem, path = both.problem, both.path
    logits = jnp.concatenate([problem.z0[None], path.logits])
    ratio = pl_ratios(logits, problem.Y)
    excess = jax.vmap(lambda z: losses.excess(losses.cross_entropy, z, problem.Y))(logits)
    seen = int(np.argmax(np.isnan(ratio))) or len(ratio)
    norm = float(jnp.linalg.eigvalsh(problem.Theta0)[-1])
    kappa = problem.kappa - norm * np.asarray(path.ntk_drift)[: seen - 1]
    mu, V = np.minimum(ratio[: seen - 1], ratio[1:seen]), np.sqrt(np.asarray(excess)[:seen])
    bound = np.cumsum(np.sqrt(2 / (mu * kappa)) * (V[:-1] - V[1:]))  # eq-speed
    return np.asarray(path.radius)[: seen - 1], bound


# --- the explorer -----------------------------------------------------------------------------------------


def non_degenerate(n: int, epsilon: float) -> Arrays:
    """What the chapter's explorer shows of smoothed_run.

    Args:
        n: width.
        epsilon: ε, smoothing of the targets.

    Returns:
        named arrays. Over time, log_t; gap, the least margin; drift; radius; ratio, the PL ratio along the flow.
        Constant over time: plateau; double, 2ρ; bound, R of Theorem A with the polynomial μ; mu, that μ.
    """
    both, fixed = smoothed_run(n, epsilon), radii(n, epsilon)
    labels = sphere.points().Y
    Y = losses.smooth_labels(labels, epsilon)
    constant = {
        "plateau": plateau(epsilon, Y.shape[1]),
        "double": 2 * fixed.rho,  # eq-radius-wide: its limit
        "bound": fixed.bound,
        "mu": fixed.mu,
    }
    return {
        "log_t": LOG_TIMES,
        "gap": np.asarray(laziness.logit_gap(both.path.logits, labels)),
        "drift": np.asarray(both.path.ntk_drift),
        "radius": np.asarray(both.path.radius),
        "ratio": pl_ratios(both.path.logits, Y),
    } | {name: np.full(len(LOG_TIMES), value) for name, value in constant.items()}


def describe(setting: Setting, arrays: Mapping[str, Float[np.ndarray, " T"]]) -> str:
    """What the picture shows."""
    stops = f"The least margin of width {setting['n']} stops at {arrays['gap'][-1]:.2f}"
    travelled = f"the parameters travel {arrays['radius'].max():.2f}"
    allowed = f"R = {arrays['bound'][0]:.0f} bounds that, and 2ρ = {arrays['double'][0]:.2f} the limit of wide networks"
    moved = f"the NTK moves by {100 * arrays['drift'].max():.2g} %"
    return f"{stops}; {travelled}; {allowed}; {moved}."
