"""Hundreds of networks trained to the end, from three kinds of initial functions, and the law of Theorem G for each."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._movable_points import MovablePoints
from ntkbook.bayes import GaussianLogits, trained_law
from ntkbook.chapters._shared.measure.side_by_side import (
    TRAIN_DEGREES,
    K,
    N,
    circle_mlp,
    circle_points,
    train_side_by_side,
)
from ntkbook.losses import center, smooth_labels
from ntkbook.networks import Kernels

CLASSES = np.array([0, 1, 2, 0])
GIVEN = MovablePoints.of(TRAIN_DEGREES[:, None], ((-180.0, 180.0),), labels=CLASSES, classes=K)
PRIORS = ("nngp", "ntk", "zero")


@dataclass(frozen=True)
class TrainedNetworks:
    """S networks on P points, the N training points first, and the law that Theorem G gives them.

    Args:
        prior: where they started.
        width: n, of the hidden layer.
        initial: (S, P, K) their initial functions.
        logits: (S, P, K) f_∞.
        law: of P f_∞, the centred logits.
        radius: √(mean of ‖θ_∞ − θ₀‖²), over the networks.
        expected_radius: the same by Theorem G.
    """

    prior: str
    width: int
    initial: Float[Array, "S P K"]
    logits: Float[Array, "S P K"]
    law: GaussianLogits
    radius: float
    expected_radius: float


def labels(points: str = GIVEN.text) -> Float[Array, "N K"]:
    """Hard labels of the training points.

    Args:
        points: those of the chapter, or others as `MovablePoints` reads them.
    """
    return jax.nn.one_hot(jnp.asarray(GIVEN.read(points)[1]), K, dtype=float)


def circle_problem() -> tuple[Kernels, Float[Array, "N K"]]:
    """The circle of the chapter: kernels of infinite width, and what is to be learnt.

    Returns:
        the kernels on all P inputs, the N training inputs first; hard labels.
    """
    return circle_mlp(1).kernel(circle_points()), labels()


def circle_law(
    prior: str, epsilon: float, inputs: Float[Array, "P 2"] | None = None, points: str = GIVEN.text
) -> GaussianLogits:
    """Theorem G on the circle.

    Args:
        prior: "nngp", "ntk" or "zero".
        epsilon: ε, smoothing of the labels.
        inputs: (P, 2) the N training inputs first; by default those of the circle.
        points: whose labels are learnt, as in labels.
    """
    _checks.choice("prior", prior, PRIORS)
    kernels = circle_mlp(1).kernel(circle_points() if inputs is None else inputs)
    return trained_law(
        kernels.ntk, smooth_labels(labels(points), epsilon), initial_covariance(kernels, prior)
    )


def initial_covariance(kernels: Kernels, prior: str) -> Float[Array, "P P"]:
    """The covariance of one logit of f₀.

    Args:
        kernels: of infinite width, on the inputs.
        prior: "nngp", "ntk" or "zero".
    """
    return {"nngp": kernels.nngp, "ntk": kernels.ntk, "zero": jnp.zeros_like(kernels.ntk)}[prior]


def expected_radius(prior: str, epsilon: float) -> float:
    r"""√E‖θ_∞ − θ₀‖², the radius that Theorem G gives.

    .. math:: E\lVert\theta_\infty - \theta_0\rVert^2
              = \langle\zeta, \Theta^{-1}\zeta\rangle + (K - 1)\operatorname{tr}(\Theta^{-1}q(X, X))

    Args:
        prior: "nngp", "ntk" or "zero".
        epsilon: ε, smoothing of the labels.
    """
    kernels = circle_mlp(1).kernel(circle_points()[:N])
    zeta = center(jnp.log(smooth_labels(labels(), epsilon)))
    fitted = jnp.sum(zeta * jnp.linalg.solve(kernels.ntk, zeta))
    undone = jnp.trace(jnp.linalg.solve(kernels.ntk, initial_covariance(kernels, prior)))
    return float(jnp.sqrt(fitted + (K - 1) * undone))


def trained_networks(
    n: int, prior: str, *, seeds: int = 300, epsilon: float = 0.5, seed: int = 0
) -> TrainedNetworks:
    """Train S networks of width n by gradient flow, with cross-entropy on smoothed labels, no regularizer.

    Four training points and four others on a circle.

    Args:
        n: width.
        prior: "nngp" (the networks as they are), "ntk" (f₀ + J₀θ̃ with θ̃ ~ N(0, I) on all layers but the last, fixed
            in training: covariance Θ, He et al. 2020) or "zero" (f_θ − f_θ₀).
        seeds: the number S.
        epsilon: ε, smoothing of the labels.
        seed: of all draws.

    Raises:
        InvalidInput: for another prior.
    """
    law = circle_law(prior, epsilon)
    initial, logits, radius = train_side_by_side(n, prior, smooth_labels(labels(), epsilon), 0.0, seeds, seed)
    return TrainedNetworks(
        prior, n, initial=initial, logits=logits, law=law,
        radius=radius / seeds**0.5, expected_radius=expected_radius(prior, epsilon),
    )  # fmt: skip
