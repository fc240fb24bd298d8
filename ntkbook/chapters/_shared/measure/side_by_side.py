"""Networks of one hidden layer, trained to the end: the gradient flow of each, by implicit steps, many at a time.

Eight points on a circle, three classes. An explicit step is as short at the end as at the beginning; an implicit one
may grow with t, and asks for a system of N·K equations only, whatever the width.
"""

import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray
from scipy.special import erf, softmax

from ntkbook.chapters._shared.measure.circle import circle
from ntkbook.networks import Apply, Network, Params, mlp

K = 3
TRAIN_DEGREES = np.array([-60.0, 0.0, 60.0, 120.0])
TEST_DEGREES = np.array([30.0, -90.0, 180.0, -150.0])  # between the data, at their edge, far, farthest
N = len(TRAIN_DEGREES)
SIGMA_W = 1.5
LAST = 1e5  # long after anything moves, down to ε = 0.005, whose slowest rate is about 0.002
STEP = 0.2  # h = 0.2 (t + 0.2)
TOGETHER = 2**15  # units of networks that are trained at a time; more would leave the cache


def circle_mlp(n: int) -> Network:
    """The networks of this chapter: one hidden layer of n erf units, three outputs.

    Args:
        n: width.
    """
    return mlp(2, K, n, sigma_w=SIGMA_W, sigma_b=1.0)


def circle_points() -> Float[Array, "P 2"]:
    """All P inputs, the N training inputs first."""
    return circle(np.deg2rad(np.concatenate([TRAIN_DEGREES, TEST_DEGREES])))


class Weights(NamedTuple):
    """Those of S networks, or a change of them."""

    first: Float[np.ndarray, "S 2 n"]
    first_bias: Float[np.ndarray, "S 1 n"]
    last: Float[np.ndarray, "S n K"]
    last_bias: Float[np.ndarray, "S 1 K"]


def train_side_by_side(
    n: int, prior: str, Y: Float[Array, "N K"], lam: float, seeds: int, seed: int
) -> tuple[Float[Array, "S P K"], Float[Array, "S P K"], float]:
    """S networks trained by gradient flow on C + (λ/2)‖θ − θ₀‖², each alone.

    Args:
        n: width.
        prior: "nngp", "ntk" or "zero".
        Y: the labels of the training points.
        lam: λ ≥ 0.
        seeds: the number S.
        seed: of all draws.

    Returns:
        initial functions; trained ones; ‖θ_∞ − θ₀‖ of all networks together.
    """
    theta0, added = started(n, prior, seeds, seed)
    X, targets, ends, squares = np.asarray(circle_points()), np.asarray(Y), [], 0.0
    for chunk in np.array_split(np.arange(seeds), -(-seeds * n // TOGETHER)):
        start = Weights(*(part[chunk] for part in theta0))
        end = _flow(start, X[:N], added[chunk, :N], targets, lam)
        ends.append(_outputs(end, X)[-1])
        squares += sum(np.sum((a - b) ** 2) for a, b in zip(end, start, strict=True))
    initial, trained = _outputs(theta0, X)[-1] + added, np.concatenate(ends) + added
    return jnp.asarray(initial), jnp.asarray(trained), float(np.sqrt(squares))


def _flow(
    start: Weights, X: Float[np.ndarray, "N 2"], added: Any, Y: Float[np.ndarray, "N K"], lam: float
) -> Weights:
    """The end of θ̇ = −Jᵀ∇C − λ(θ − θ₀)."""
    theta, t = start, 0.0
    while t < LAST:
        h = STEP * (t + STEP)
        theta, t = _step(theta, start, X, added, Y, lam, h), t + h
    return theta


def _step(
    theta: Weights,
    start: Weights,
    X: Float[np.ndarray, "N 2"],
    added: Any,
    Y: Float[np.ndarray, "N K"],
    lam: float,
    h: float,
) -> Weights:
    r"""A linearly implicit Euler step.

    .. math:: \theta' - \theta_0 = (1 - c\lambda)(\theta - \theta_0)
              - c J^\top(I + cH\Theta)^{-1}\bigl(\nabla C - cH\lambda J(\theta - \theta_0)\bigr), \quad
              c = \frac h{1 + h\lambda}, \quad \Theta = JJ^\top
    """
    a, b, rows = SIGMA_W / 2**0.5, SIGMA_W / start.last.shape[1] ** 0.5, len(X) * K
    c = h / (1 + h * lam)
    inner, hidden, f = _outputs(theta, X)
    p = softmax(f + added, axis=2)
    slope = 2 / np.pi**0.5 * b * np.exp(-(inner**2))
    back = (slope[:, :, None] * theta.last.swapaxes(1, 2)[:, None]).reshape(len(p), rows, -1)
    Theta = np.kron(a**2 * X @ X.T + 1, np.ones((K, K))) * (back @ back.swapaxes(1, 2))
    Theta += np.kron(b**2 * hidden @ hidden.swapaxes(1, 2) + 1, np.eye(K)[None])
    cH = c * _hessians(p)
    moved = Weights(*(x - x0 for x, x0 in zip(theta, start, strict=True)))
    force = (p - Y).reshape(len(p), rows, 1)
    if lam > 0:
        change = (slope * (a * X @ moved.first + moved.first_bias)) @ theta.last
        change += b * hidden @ moved.last + moved.last_bias
        force = force - lam * cH @ change.reshape(len(p), rows, 1)
    v = c * np.linalg.solve(np.eye(rows) + cH @ Theta, force).reshape(p.shape)
    pulled = slope * (v @ theta.last.swapaxes(1, 2))
    towards = Weights(
        a * X.T @ pulled,
        pulled.sum(axis=1, keepdims=True),
        b * hidden.swapaxes(1, 2) @ v,
        v.sum(axis=1, keepdims=True),
    )
    parts = zip(start, moved, towards, strict=True)
    return Weights(*(x0 + (1 - c * lam) * x - step for x0, x, step in parts))


def _hessians(p: Float[np.ndarray, "S N K"]) -> Float[np.ndarray, "S NK NK"]:
    """Blocks diag p − ppᵀ."""
    S, points, classes = p.shape
    H = np.zeros((S, points, classes, points, classes))
    for i in range(points):
        H[:, i, :, i] = p[:, i, :, None] * (np.eye(classes) - p[:, i, None])
    return H.reshape(S, points * classes, -1)


def _outputs(theta: Weights, X: Float[np.ndarray, "P 2"]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What enters the hidden units, what leaves them, and the logits."""
    inner = SIGMA_W / 2**0.5 * X @ theta.first + theta.first_bias
    hidden = erf(inner)
    return inner, hidden, SIGMA_W / hidden.shape[2] ** 0.5 * hidden @ theta.last + theta.last_bias


def started(n: int, prior: str, seeds: int, seed: int) -> tuple[Weights, Float[np.ndarray, "S P K"]]:
    """S initializations, and what is added to each network at all inputs, and not trained.

    Args:
        n: width.
        prior: as in train_side_by_side.
        seeds: the number S.
        seed: of all draws.
    """
    key_weights, key_offset = jax.random.split(jax.random.key(seed))
    network = circle_mlp(n)
    # One by one, which needs no program of its own: each shape's takes seconds to compile.
    drawn = [network.init(key) for key in jax.random.split(key_weights, seeds)]
    theta0 = jax.device_put(jax.tree.map(lambda *leaves: np.stack(leaves), *drawn))
    keys = jax.random.split(key_offset, seeds)
    added = np.asarray(offsets(network.apply, prior, circle_points(), theta0, keys))
    (W1, b1), _, (W2, b2) = theta0
    shapes = ((seeds, 2, n), (seeds, 1, n), (seeds, n, K), (seeds, 1, K))
    parts = (np.asarray(part).reshape(shape) for part, shape in zip((W1, b1, W2, b2), shapes, strict=True))
    return Weights(*parts), added


@functools.partial(jax.jit, static_argnums=(0, 1))
def offsets(
    apply: Apply, prior: str, X: Float[Array, "P 2"], theta0: Params, keys: Any
) -> Float[Array, "S P K"]:
    """What is added to each network.

    Args:
        apply: the network.
        prior: as in train_side_by_side.
        X: the inputs.
        theta0: S initializations.
        keys: S keys.
    """

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
