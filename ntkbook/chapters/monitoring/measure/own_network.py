"""A network and a training loop that know nothing of this book: Equinox layers as they come, an Optax optimizer."""

import functools
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, PyTree
from jaxtyping import PRNGKeyArray as Key

from ntkbook.losses import cross_entropy, total
from ntkbook.networks import Apply, Params

OPTIMIZERS = {"sgd": optax.sgd, "adam": optax.adam}


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


@functools.cache  # one architecture is one function, which the monitor compiles once
def cnn_of(channels: int, classes: int) -> tuple[Apply, Params]:
    """A Cnn in single precision: what its owner would hand to a monitor.

    Args:
        channels: the number n.
        classes: the number K.

    Returns:
        apply(params, X); the initial params.

    Source:
        Equinox, Kidger 2021.
    """
    model = jax.tree.map(
        lambda leaf: leaf.astype(jnp.float32) if eqx.is_inexact_array(leaf) else leaf,
        Cnn(channels, classes, jax.random.key(1)),
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
    after_step: Callable[[Params, int], object],
    steps: int,
    learning_rate: float,
    optimizer: str = "sgd",
    lam: float = 0.0,
    anchor: float = 1.0,
) -> Params:
    """Full-batch training on cross-entropy and (λ/2)‖θ − aθ₀‖², with a callback after each step; the last params.

    Args:
        apply: the network f.
        params: θ₀.
        X: (N, d) training inputs.
        Y: (N, K) targets.
        after_step: the callback, called as after_step(params, step).
        steps: how many.
        learning_rate: η.
        optimizer: "sgd" or "adam".
        lam: λ.
        anchor: a of the regularizer.

    Source:
        Optax's documentation, whose training loops look like this one.
    """
    setting = {"learning_rate": learning_rate, "lam": lam, "anchor": anchor}
    update = functools.partial(_step, apply, optimizer, params, X, Y, setting)
    state = OPTIMIZERS[optimizer](learning_rate).init(params)
    for step in range(1, steps + 1):
        params, state = update(params, state)
        after_step(params, step)
    return params


@functools.partial(jax.jit, static_argnums=(0, 1))
def _step(
    apply: Apply,
    optimizer: str,
    start: Params,
    X: Float[Array, "N d"],
    Y: Float[Array, "N K"],
    setting: dict[str, Any],
    params: Params,
    state: PyTree,
) -> tuple[Params, PyTree]:
    def objective(params: Params) -> Float[Array, ""]:
        away = jax.tree.map(lambda now, then: now - setting["anchor"] * then, params, start)
        penalty = setting["lam"] / 2 * optax.tree.norm(away, squared=True)
        return total(cross_entropy, apply(params, X), Y) + penalty

    updates, state = OPTIMIZERS[optimizer](setting["learning_rate"]).update(
        jax.grad(objective)(params), state
    )
    return optax.apply_updates(params, updates), state
