"""Hundreds of networks trained to the end, in one gradient flow, from three kinds of initial functions.

The loss is a sum over points, so S networks that share no parameters, side by side on S copies of the points, are S
independent flows. Eight points on a circle, three classes; what a prior adds to f₀ travels with the inputs.
"""

import functools
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks
from ntkbook._apply import separate
from ntkbook._movable_points import MovablePoints
from ntkbook.bayes import GaussianLogits, trained_law
from ntkbook.chapters._shared.measure.circle import circle
from ntkbook.integration import Integration
from ntkbook.losses import center, smooth_labels
from ntkbook.networks import Apply, Kernels, Network, Params, mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow

K = 3
TRAIN_DEGREES = np.array([-60.0, 0.0, 60.0, 120.0])
TEST_DEGREES = np.array([30.0, -90.0, 180.0, -150.0])  # between the data, at their edge, far, farthest
CLASSES = np.array([0, 1, 2, 0])
N = len(TRAIN_DEGREES)
GIVEN = MovablePoints.of(TRAIN_DEGREES[:, None], ((-180.0, 180.0),), labels=CLASSES, classes=K)
PRIORS = ("nngp", "ntk", "zero")
LOG_TIMES = np.array([7.0])  # by then nothing moves any more
ROUGH = Integration(rtol=1e-5, atol=1e-7, steady=3e-3)  # far below the spread over networks


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


def circle_mlp(n: int) -> Network:
    """The networks of this chapter: one hidden layer of n erf units, three outputs.

    Args:
        n: width.
    """
    return mlp(2, K, n, sigma_w=1.5, sigma_b=1.0)


def labels(points: str = GIVEN.text) -> Float[Array, "N K"]:
    """Hard labels of the training points.

    Args:
        points: those of the chapter, or others as `MovablePoints` reads them.
    """
    return jax.nn.one_hot(jnp.asarray(GIVEN.read(points)[1]), K, dtype=float)


def circle_points() -> Float[Array, "P 2"]:
    """All P inputs, the N training inputs first."""
    return circle(np.deg2rad(np.concatenate([TRAIN_DEGREES, TEST_DEGREES])))


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


def train_side_by_side(
    n: int, prior: str, Y: Float[Array, "N K"], lam: float, seeds: int, seed: int
) -> tuple[Float[Array, "S P K"], Float[Array, "S P K"], float]:
    """S networks trained in one gradient flow on C + (λ/2)‖θ − θ₀‖².

    Args:
        n: width.
        prior: as in trained_networks.
        Y: the labels of the training points.
        lam: λ ≥ 0.
        seeds: the number S.
        seed: of all draws.

    Returns:
        initial functions; trained ones; ‖θ_∞ − θ₀‖ of all networks together.
    """
    theta0, inputs = _started(n, prior, seeds, seed)
    train, test = (part.reshape(-1, 2 + K) for part in (inputs[:, :N], inputs[:, N:]))
    apply = _side_by_side(circle_mlp(n).apply, seeds)
    problem = Problem(apply, theta0, train, jnp.tile(Y, (seeds, 1)), lam=lam)
    path = gradient_flow(problem, jnp.exp(LOG_TIMES), X_test=test, record_ntk=False, integration=ROUGH)
    logits = [part[-1].reshape(seeds, -1, K) for part in (path.logits, path.test_logits)]
    initial = apply(theta0, inputs.reshape(-1, 2 + K)).reshape(seeds, -1, K)
    return initial, jnp.concatenate(logits, axis=1), float(path.radius[-1])


def _started(n: int, prior: str, seeds: int, seed: int) -> tuple[Params, Float[Array, "S P D"]]:
    """S initializations, and their inputs with what is added to each network there."""
    key_weights, key_offset = jax.random.split(jax.random.key(seed))
    network = circle_mlp(n)
    # One by one, which needs no program of its own: each shape's takes seconds to compile.
    drawn = [network.init(key) for key in jax.random.split(key_weights, seeds)]
    X, theta0 = circle_points(), jax.device_put(jax.tree.map(lambda *leaves: np.stack(leaves), *drawn))
    offsets = _offsets(network.apply, prior, X, theta0, jax.random.split(key_offset, seeds))
    return theta0, jnp.concatenate([jnp.broadcast_to(X, (seeds, *X.shape)), offsets], axis=2)


@functools.cache  # the same networks give the same function object, hence one compilation for all priors
def _side_by_side(apply: Apply, seeds: int) -> Apply:
    """S networks on S·M rows (x, offset of this network at x)."""

    def together(params: Params, rows: Float[Array, "SM D"]) -> Float[Array, "SM K"]:
        x, offsets = rows[:, :-K].reshape(seeds, -1, rows.shape[1] - K), rows[:, -K:]
        return jax.vmap(apply)(params, x).reshape(-1, K) + offsets

    return separate(together)  # every row alone, in its place; not to be tried on two


@functools.partial(jax.jit, static_argnums=(0, 1))
def _offsets(
    apply: Apply, prior: str, X: Float[Array, "P 2"], theta0: Params, keys: Any
) -> Float[Array, "S P K"]:
    """What is added to each network, and not trained."""

    def one(theta0: Params, key: PRNGKeyArray) -> Float[Array, "P K"]:
        if prior == "nngp":
            return jnp.zeros((len(X), K))
        if prior == "zero":
            return -apply(theta0, X)
        leaves, tree = jax.tree.flatten(theta0[:-1])
        noise = [
            jax.random.normal(k, x.shape)
            for k, x in zip(jax.random.split(key, len(leaves)), leaves, strict=True)
        ]
        direction = [*jax.tree.unflatten(tree, noise), jax.tree.map(jnp.zeros_like, theta0[-1])]
        return jax.jvp(lambda theta: apply(theta, X), (theta0,), (type(theta0)(direction),))[1]

    return jax.vmap(one)(theta0, keys)
