"""Small networks as a practitioner trains them: He initialization, max-pooling, Adam on random batches.

A convolution is written as shifts and one matrix product, which XLA runs fast within a compiled loop on a CPU.
"""

import functools
from dataclasses import dataclass
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree

from ntkbook.losses import cross_entropy

BATCH = 32
Params = list[tuple[Array, Array]]  # (fan-in, fan-out) weights and (fan-out,) biases of each layer


@dataclass(frozen=True)
class Architecture:
    """Convolutions of 3 × 3 pixels, each with or without the largest of 2 × 2 pixels behind it, then dense layers.

    Args:
        side: of the images in pixels.
        channels: of each convolution.
        pools: of each convolution, whether it is pooled.
        hidden: width of each dense layer before the last.
    """

    side: int
    channels: tuple[int, ...] = ()
    pools: tuple[bool, ...] = ()
    hidden: tuple[int, ...] = ()

    def init(self, key: PRNGKeyArray, classes: int) -> Params:
        """He's initial weights, variance 2/fan-in, without biases.

        Args:
            key: a JAX random key.
            classes: K.
        """
        pixels = (self.side // 2 ** sum(self.pools)) ** 2
        dense = (pixels * (1, *self.channels)[-1], *self.hidden, classes)
        sizes = [
            *((9 * before, after) for before, after in zip((1, *self.channels), self.channels, strict=False)),
            *pairwise(dense),
        ]
        return [
            (
                jnp.sqrt(2 / size[0]) * jax.random.normal(one, size, jnp.float32),
                jnp.zeros(size[1], jnp.float32),
            )
            for one, size in zip(jax.random.split(key, len(sizes)), sizes, strict=True)
        ]

    def features(self, params: Params, X: Float[Array, "M d"]) -> Float[Array, "M F"]:
        """What the last layer sees.

        Args:
            params: of all layers; the last is not read.
            X: (M, d) images.
        """
        h = X.reshape(-1, self.side, self.side, 1)
        for layer, pooled in zip(params, self.pools, strict=False):
            h = convolution(h, *layer)
            if pooled:
                M, side, _, C = h.shape
                h = h.reshape(M, side // 2, 2, side // 2, 2, C).max((2, 4))
        h = h.reshape(len(X), -1)
        for w, b in params[len(self.channels) : -1]:
            h = jax.nn.relu(h @ w + b)
        return h

    def logits(self, params: Params, X: Float[Array, "M d"]) -> Float[Array, "M K"]:
        """Logits at images.

        Args:
            params: of all layers.
            X: (M, d) images.
        """
        w, b = params[-1]
        return self.features(params, X) @ w + b


def convolution(
    h: Float[Array, "M H W C"], w: Float[Array, "C9 n"], b: Float[Array, " n"]
) -> Float[Array, "M H W n"]:
    """ReLU of a convolution with zero padding.

    Args:
        h: (M, H, W, C) channels.
        w: (9C, n) filters, row by row of their 3 × 3 pixels.
        b: (n,) biases.
    """
    side = h.shape[1]
    padded = jnp.pad(h, ((0, 0), (1, 1), (1, 1), (0, 0)))
    shifts = [padded[:, i : i + side, j : j + side] for i in range(3) for j in range(3)]
    return jax.nn.relu(jnp.concatenate(shifts, axis=3) @ w + b)


def batches(
    key: PRNGKeyArray, rows: Int[np.ndarray, " N"], checkpoints: int, steps: int
) -> Int[Array, "C S B"]:
    """Random rows for every step, without repetition within an epoch.

    Args:
        key: a JAX random key.
        rows: to choose from.
        checkpoints: after how many stretches weights are kept.
        steps: in each of them.
    """
    epoch = len(rows) // BATCH
    epochs = -(-checkpoints * steps // epoch)
    orders = jax.vmap(lambda one: jax.random.permutation(one, jnp.asarray(rows)))(
        jax.random.split(key, epochs)
    )
    return (
        orders[:, : epoch * BATCH].reshape(-1, BATCH)[: checkpoints * steps].reshape(checkpoints, steps, -1)
    )


@functools.partial(jax.jit, static_argnames="architecture")
def train(
    architecture: Architecture,
    params: Params,
    centre: Params,
    X: Float[Array, "P d"],
    Y: Float[Array, "P K"],
    chosen: Int[Array, "C S B"],
    rates: Float[Array, "C S"],
    pull: Float[Array, ""],
) -> PyTree:
    r"""Adam on mean cross-entropy plus (pull/2)·‖θ − centre‖², in coordinates in which weights begin as N(0, 1).

    With pull = λ/N and the initial weights as centre it is the book's regularizer.

    Args:
        architecture: of the network.
        params: to begin with.
        centre: of the regularizer.
        X: (P, d) all images.
        Y: (P, K) their labels.
        chosen: (C, S, B) rows of every batch.
        rates: (C, S) learning rates.
        pull: of the regularizer.

    Returns:
        parameters after each of the C stretches of S steps, stacked.
    """
    adam = optax.scale_by_adam()

    def loss(params: Params, rows: Int[Array, " B"]) -> Float[Array, ""]:
        fit = jnp.mean(cross_entropy.value(architecture.logits(params, X[rows]), Y[rows]))
        away = sum(
            len(w) / 2 * jnp.sum((w - w0) ** 2) + jnp.sum((b - b0) ** 2)
            for (w, b), (w0, b0) in zip(params, centre, strict=True)
        )
        return fit + pull / 2 * away

    def step(carry: PyTree, at: tuple[Int[Array, " B"], Float[Array, ""]]) -> tuple[PyTree, None]:
        params, state = carry
        rows, rate = at
        update, state = adam.update(jax.grad(loss)(params, rows), state, params)
        return (jax.tree.map(lambda p, u: (p - rate * u).astype(p.dtype), params, update), state), None

    def stretch(carry: PyTree, at: PyTree) -> tuple[PyTree, Params]:
        carry, _ = jax.lax.scan(step, carry, at)
        return carry, carry[0]

    return jax.lax.scan(stretch, (params, adam.init(params)), (chosen, rates))[1]
