"""The linearization gap over time and width, under a condition that makes training lazy or under none."""

from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float

from ntkbook import bounds, laziness
from ntkbook.bayes.laplace import hessian_root
from ntkbook.chapters._shared.measure import sphere
from ntkbook.chapters._shared.measure.both_flows import BothFlows
from ntkbook.chapters._shared.measure.mean_field import mean_field
from ntkbook.chapters._shared.measure.runs import LOG_TIMES, SMOOTHING, STRENGTH, conditioned_run
from ntkbook.chapters._shared.measure.widths import WidthScan, width_scan
from ntkbook.chapters.linear_training.descent import (
    above_least,
    batches,
    linearized,
    objective,
)
from ntkbook.empirical import empirical_ntk
from ntkbook.jacobian_lemma import jacobian_bounds
from ntkbook.losses import cross_entropy
from ntkbook.networks import Network, Params
from ntkbook.problem import Problem

__all__ = [
    "WidthScan",
    "above_least",
    "batches",
    "conditioned_run",
    "curvature",
    "linearized",
    "mean_field",
    "objective",
    "parameter_bound",
    "parameter_gap",
    "parameter_step",
    "probability_gap",
    "radius_of_batches",
    "width_scan",
]

WIDTHS = (64, 256, 1024, 4096)

Arrays = dict[str, Float[np.ndarray, " T"]]
Setting = Mapping[str, float | int | str]


def parameter_gap(both: BothFlows) -> float:
    """‖θ_t − θ_lin,t‖ at the last recorded time, with θ_lin,t = θ₀ + J₀ᵀA_t.

    Args:
        both: the flow of a network and that of its linearization (BothFlows).
    """
    flat, _ = both.problem.flat()
    _, transpose_jacobian = jax.vjp(lambda theta: flat.apply(theta, flat.X), flat.theta0)
    (moved,) = transpose_jacobian(both.linear.coefficients[-1])
    return float(jnp.linalg.norm(ravel_pytree(both.path.params)[0] - flat.theta0 - moved))


def parameter_bound(n: int, condition: str) -> float:
    r"""What the theorem of the chapter allows for ‖θ_t − θ_lin,t‖, with K₁, K₂ of the Jacobian lemma (δ = 0.1).

    .. math:: \frac{c_\theta}{\sqrt n}, \qquad
              c_\theta = \frac{K_2R^2}{\sqrt\kappa}\Bigl(2 + \frac{3K_1^2}\kappa\Bigr) \text{ under A}, \quad
              \frac{K_2}\lambda\Bigl(RG + \frac{\beta K_1R^2}2\Bigr) \text{ under B}

    Its formula only: no width of the book meets the theorem's condition on n.

    Args:
        n: width.
        condition: "smoothed" (A) or "regularized" (B).
    """
    points, lam = sphere.points(), STRENGTH[condition]
    problem = sphere.problem(n, epsilon=SMOOTHING[condition], lam=lam)
    Y, V0, kappa = problem.Y, problem.V0, problem.kappa
    if lam > 0:
        R = bounds.radius_regularized(V0, lam)
    else:
        R = bounds.radius_nondegenerate(V0, bounds.pl_constant_polynomial(Y, V0), kappa)
    lemma = jacobian_bounds(jnp.concatenate([points.X, points.X_test]), Y.shape[1], n, float(R))
    K1, K2, beta = lemma.K1, lemma.K2, cross_entropy.smoothness
    if lam > 0:
        G = jnp.sqrt(2 * beta * V0) + beta * K1 * R
        c = K2 / lam * (R * G + beta * K1 * R**2 / 2)  # eq-gap-constants: c_θ under B
    else:
        c = K2 * R**2 / jnp.sqrt(kappa) * (2 + 3 * K1**2 / kappa)  # eq-gap-constants: c_θ under A
    return float(c / jnp.sqrt(n))


def parameter_step(both: BothFlows) -> float:
    r"""What λ-strong convexity of F_lin allows for ‖θ_∞ − θ_lin,∞‖ at the end: the step before the constants.

    .. math:: \frac1\lambda\bigl\lVert J_\theta^\top\nabla C(f_\theta)
              - J_0^\top\nabla C(f_{\mathrm{lin}}(\theta))\bigr\rVert

    Args:
        both: two flows with λ > 0.
    """
    flat, _ = both.problem.flat()
    theta = ravel_pytree(both.path.params)[0]

    def f(at: Float[Array, " p"]) -> Float[Array, "N K"]:
        return flat.apply(at, flat.X)

    z, back = jax.vjp(f, theta)
    z0, moved = jax.jvp(f, (flat.theta0,), (theta - flat.theta0,))
    _, back0 = jax.vjp(f, flat.theta0)
    Y = both.problem.Y
    (here,) = back(cross_entropy.residual(z, Y))
    (linear,) = back0(cross_entropy.residual(z0 + moved, Y))
    return float(jnp.linalg.norm(here - linear)) / float(both.problem.lam)


def probability_gap(both: BothFlows) -> Float[np.ndarray, " T"]:
    r"""How far the probabilities of network and linearization are apart, at every recorded time.

    .. math:: \max_x\,\lVert\operatorname{softmax}(f_t(x)) - \operatorname{softmax}(f_{\mathrm{lin},t}(x))\rVert

    The maximum is over the test points.

    Args:
        both: a network's flow and its linearization's (BothFlows).
    """
    return np.asarray(
        laziness.linearization_gap(
            jax.nn.softmax(both.path.test_logits, axis=-1), jax.nn.softmax(both.linear_test, axis=-1)
        )
    )


def curvature(network: Network, params: Params, X: Float[Array, "N ..."]) -> float:
    """The largest eigenvalue of H^½ Θ_θ H^½, H = ∇²C: the curvature that steps on cross-entropy meet, stable below 2/η.

    Args:
        network: f_θ.
        params: θ.
        X: (N, …) the training inputs.
    """
    B = hessian_root(network.apply(params, X))
    root = jax.scipy.linalg.block_diag(*B)
    Theta = empirical_ntk(network.apply, params, X)
    return float(jnp.linalg.eigvalsh(root.T @ Theta @ root)[-1])


def gap_over_time(n: int, condition: str) -> Arrays:
    """What the chapter's explorer shows of conditioned_run.

    Args:
        n: width.
        condition: as in conditioned_run.

    Returns:
        named arrays. Over time, log_t; gap_train, gap_test, of the logits; gap_probability, of the test points'
        probabilities. Over the widths: widths, largest, the largest gap_test. One number each: here, n; here_largest.
    """
    both = conditioned_run(n, condition)

    def largest(width: int) -> float:
        return float(jnp.max(conditioned_run(width, condition).gap_test()))

    return {
        "log_t": LOG_TIMES,
        "gap_train": np.asarray(both.gap_train()),
        "gap_test": np.asarray(both.gap_test()),
        "gap_probability": probability_gap(both),
        "widths": np.asarray(WIDTHS, dtype=float),
        "largest": np.array([largest(width) for width in WIDTHS]),
        "here": np.array([float(n)]),
        "here_largest": np.array([largest(n)]),
    }


def describe(setting: Setting, arrays: Mapping[str, Float[np.ndarray, " T"]]) -> str:
    """What the picture shows."""
    gap = arrays["gap_test"]
    reach = f"At width {setting['n']} network and linearization part by at most {gap.max():.3g} on the test points"
    if setting["condition"] == "none":
        return f"{reach} by log t = {arrays['log_t'][-1]:.0f}, and the gap goes on growing."
    reached = gap >= (1 - 1e-4) * gap.max()  # on a plateau rounding picks the largest
    peak = arrays["log_t"][int(np.argmax(reached))]
    return f"{reach}, near log t = {peak:.1f}; at the end of training the gap is {gap[-1]:.3g}."


def radius_of_batches(problem: Problem, *, size: int) -> float:
    r"""R_b of Theorem L: no choice of sets of b points carries descent further, on wide networks.

    .. math:: R_b = \sqrt{\frac{2NV_0}{b\lambda}}

    Args:
        problem: λ > 0, anchored at θ₀.
        size: b.
    """
    shares = problem.Y.shape[0] / size
    return float(bounds.radius_regularized(shares * problem.V0, problem.lam))  # eq-radius-minibatch-b
