"""A small convolutional network as a practitioner trains it: He initialization, max-pooling, Adam, cosine schedule.

A convolution is written as shifts and one matrix product, which XLA runs fast within a compiled loop on a CPU.
"""

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree

from ntkbook.chapters.digits.measure.kernels import SIDE
from ntkbook.losses import cross_entropy

CHANNELS = 16
BATCH = 25
STEPS = 600


def small_cnn(
    X: Float[Array, "P d"], Y: Float[Array, "P K"], fitted: Int[np.ndarray, " N"], learning_rate: float
) -> PyTree:
    """Parameters after STEPS steps of Adam on random batches of some of the images.

    Args:
        X: (P, d) all images.
        Y: (P, K) their labels.
        fitted: (N,) rows of those to train on.
        learning_rate: the first one of the schedule.
    """
    key_init, key_batch = jax.random.split(jax.random.key(0))
    batches = jax.vmap(lambda key: jax.random.choice(key, jnp.asarray(fitted), (BATCH,), replace=False))(
        jax.random.split(key_batch, STEPS)
    )
    return _train(_init(key_init, Y.shape[1]), X.astype(jnp.float32), Y, batches, jnp.asarray(learning_rate))


@jax.jit
def logits(params: PyTree, X: Float[Array, "M d"]) -> Float[Array, "M K"]:
    """Two convolutions of 3 × 3 pixels, the largest of each 2 × 2 pixels, a dense layer.

    Args:
        params: as small_cnn returns them.
        X: (M, d) images.
    """
    *convolutions, (w, b) = params
    h = X.reshape(-1, SIDE, SIDE, 1)
    for layer in convolutions:
        h = _convolution(h, *layer)
    h = h.reshape(len(X), SIDE // 2, 2, SIDE // 2, 2, -1).max((2, 4))
    return h.reshape(len(X), -1) @ w + b


def _convolution(
    h: Float[Array, "M H W C"], w: Float[Array, "C9 n"], b: Float[Array, " n"]
) -> Float[Array, "M H W n"]:
    padded = jnp.pad(h, ((0, 0), (1, 1), (1, 1), (0, 0)))
    shifts = [padded[:, i : i + SIDE, j : j + SIDE] for i in range(3) for j in range(3)]
    return jax.nn.relu(jnp.concatenate(shifts, axis=3) @ w + b)


def _init(key: PRNGKeyArray, classes: int) -> PyTree:
    sizes = ((9, CHANNELS), (9 * CHANNELS, 2 * CHANNELS), ((SIDE // 2) ** 2 * 2 * CHANNELS, classes))
    return [
        (jnp.sqrt(2 / size[0]) * jax.random.normal(one, size, jnp.float32), jnp.zeros(size[1], jnp.float32))
        for one, size in zip(jax.random.split(key, 3), sizes, strict=True)
    ]


@jax.jit
def _train(
    params: PyTree,
    X: Float[Array, "P d"],
    Y: Float[Array, "P K"],
    batches: Int[Array, "steps B"],
    learning_rate: Float[Array, ""],
) -> PyTree:
    optimizer = optax.chain(
        optax.scale_by_adam(), optax.scale_by_schedule(optax.cosine_decay_schedule(-1.0, STEPS))
    )

    def loss(params: PyTree, rows: Int[Array, " B"]) -> Float[Array, ""]:
        return jnp.mean(cross_entropy.value(logits(params, X[rows]), Y[rows]))

    def step(carry: tuple[PyTree, PyTree], rows: Int[Array, " B"]) -> tuple[tuple[PyTree, PyTree], None]:
        params, state = carry
        update, state = optimizer.update(jax.grad(loss)(params, rows), state, params)
        return (
            jax.tree.map(lambda p, u: (p + learning_rate * u).astype(p.dtype), params, update),
            state,
        ), None

    return jax.lax.scan(step, (params, optimizer.init(params)), batches)[0][0]
