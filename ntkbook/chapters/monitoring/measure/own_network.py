"""Networks and a training loop that know nothing of this book: Equinox layers as they come, an Optax optimizer."""

import functools
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, PyTree
from jaxtyping import PRNGKeyArray as Key

from ntkbook.losses import cross_entropy
from ntkbook.networks import Apply, Params

OPTIMIZERS = ("sgd", "adam")


class Cnn(eqx.Module):
    """Two convolutions and a dense layer, for one 8 × 8 image."""

    first: eqx.nn.Conv2d
    second: eqx.nn.Conv2d
    last: eqx.nn.Linear

    def __init__(self, channels: int, classes: int, key: Key) -> None:
        def conv(inputs: int, key: Key) -> eqx.nn.Conv2d:
            """3 × 3 filters, stride 2, padding 1."""
            return eqx.nn.Conv2d(inputs, channels, 3, 2, 1, key=key)

        one, two, three = jax.random.split(key, 3)
        self.first, self.second = conv(1, one), conv(channels, two)
        self.last = eqx.nn.Linear(4 * channels, classes, key=three)

    def __call__(self, x: Float[Array, " d"]) -> Float[Array, " K"]:
        h = jax.nn.relu(self.first(x.reshape(1, 8, 8)))
        return self.last(jax.nn.relu(self.second(h)).ravel())


class Mlp(eqx.Module):
    """Two hidden layers."""

    layers: eqx.nn.MLP

    def __init__(self, width: int, classes: int, key: Key) -> None:
        self.layers = eqx.nn.MLP(64, classes, width, depth=2, key=key)

    def __call__(self, x: Float[Array, " d"]) -> Float[Array, " K"]:
        return self.layers(x)


class Transformer(eqx.Module):
    """A block of attention and a dense layer, on the eight rows of an image."""

    embed: eqx.nn.Linear
    place: Float[Array, "8 n"]
    attend: tuple[eqx.nn.Linear, ...]
    dense: eqx.nn.Linear
    last: eqx.nn.Linear

    def __init__(self, width: int, classes: int, key: Key) -> None:
        keys = jax.random.split(key, 7)
        self.embed = eqx.nn.Linear(8, width, key=keys[0])
        self.place = jax.random.normal(keys[1], (8, width)) / 3**0.5
        self.attend = tuple(eqx.nn.Linear(width, width, key=k) for k in keys[2:5])
        self.dense = eqx.nn.Linear(width, width, key=keys[5])
        self.last = eqx.nn.Linear(width, classes, key=keys[6])

    def __call__(self, x: Float[Array, " d"]) -> Float[Array, " K"]:
        h = jax.vmap(self.embed)(x.reshape(8, 8)) + self.place
        query, key, value = (jax.vmap(layer)(h) for layer in self.attend)
        h = h + jax.nn.softmax(query @ key.T / h.shape[1] ** 0.5) @ value
        h = h + jax.nn.relu(jax.vmap(self.dense)(h))
        return self.last(h.mean(axis=0))


NETWORKS = {"cnn": Cnn, "mlp": Mlp, "transformer": Transformer}


@functools.cache  # one architecture is one function, which the monitor compiles once
def own_network(name: str, width: int, classes: int) -> tuple[Apply, Params]:
    """One of NETWORKS in single precision: what its owner would hand to a monitor.

    Args:
        name: its name there.
        width: the number n, of channels or units.
        classes: the number K.

    Returns:
        apply(params, X); the initial params.

    Source:
        Equinox, Kidger 2021.
    """
    model = jax.tree.map(
        lambda leaf: leaf.astype(jnp.float32) if eqx.is_inexact_array(leaf) else leaf,
        NETWORKS[name](width, classes, jax.random.key(1)),
    )
    params, static = eqx.partition(model, eqx.is_inexact_array)

    def apply(params: Params, X: Float[Array, "N d"]) -> Float[Array, "N K"]:
        return jax.vmap(eqx.combine(params, static))(X)

    return apply, params


def train_own(
    apply: Apply,
    params: Params,
    X: Float[Array, "N d"],
    Y: Float[Array, "N K"],
    *,
    linear: Apply,
    after_step: Callable[[Params, int, Params], object],
    steps: int,
    learning_rate: float,
    optimizer: str = "sgd",
    momentum: float = 0.0,
    batch: int | None = None,
    lam: float = 0.0,
    anchor: float = 1.0,
) -> Params:
    """Training on cross-entropy and (λ/2)‖θ − aθ₀‖², of a network and its twin; the network's last params.

    Args:
        apply: the network f.
        params: θ₀.
        X: (N, d) training inputs.
        Y: (N, K) targets.
        linear: the twin, any other function of (params, X).
        after_step: the callback, called as after_step(params, step, twin's params).
        steps: how many.
        learning_rate: η.
        optimizer: "sgd" or "adam".
        momentum: of "sgd".
        batch: points a step, of which each counts N/b times; None for all.
        lam: λ.
        anchor: a of the regularizer.

    Source:
        Optax's documentation, whose training loops look like this one.
    """
    setting = {"learning_rate": learning_rate, "momentum": momentum, "lam": lam, "anchor": anchor}
    setting["adam"] = OPTIMIZERS.index(optimizer)
    update = functools.partial(_step, params, X, Y, setting)
    weights = _batches(len(X), batch)
    state = twin_state = [one.init(params) for one in _optimizers(setting)]
    twin = params
    for step in range(1, steps + 1):
        w = next(weights)
        params, state = update(params, state, w, apply=apply)
        twin, twin_state = update(twin, twin_state, w, apply=linear)
        after_step(params, step, twin)
    return params


def _batches(points: int, batch: int | None) -> Any:
    """How often each point counts at a step, without end."""
    draw = np.random.default_rng(0)
    while True:
        size = points if batch is None else batch
        w = np.zeros(points, np.float32)
        w[draw.choice(points, size, replace=False)] = points / size
        yield w


def _optimizers(setting: dict[str, Any]) -> list[optax.GradientTransformation]:
    rate = setting["learning_rate"]
    return [optax.sgd(rate, momentum=setting["momentum"]), optax.adam(rate)]


@functools.partial(jax.jit, static_argnames="apply")
def _step(
    start: Params,
    X: Float[Array, "N d"],
    Y: Float[Array, "N K"],
    setting: dict[str, Any],
    params: Params,
    state: list[PyTree],
    weights: Float[Array, " N"],
    *,
    apply: Apply,
) -> tuple[Params, list[PyTree]]:
    def objective(params: Params) -> Float[Array, ""]:
        away = jax.tree.map(lambda now, then: now - setting["anchor"] * then, params, start)
        penalty = setting["lam"] / 2 * optax.tree.norm(away, squared=True)
        return jnp.sum(weights * cross_entropy.value(apply(params, X), Y)) + penalty

    gradient = jax.grad(objective)(params)
    # Both are computed and one is taken: a program for either would take longer to compile than to run.
    pairs = zip(_optimizers(setting), state, strict=True)
    (sgd, adam), states = zip(*(one.update(gradient, old) for one, old in pairs), strict=True)
    updates = jax.tree.map(lambda a, b: jnp.where(setting["adam"], b, a), sgd, adam)
    return optax.apply_updates(params, updates), list(states)
