"""What a monitor computes at one moment of training, compiled once a network and loss."""

import functools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook._spectrum import ritz_values
from ntkbook.drift import operator_norm
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput
from ntkbook.linearized import linearization
from ntkbook.losses import Loss, pl_ratio
from ntkbook.networks import Apply, Params


class Watched(NamedTuple):
    """The kernel of the watched points at the initialization, as far as later moments are compared with it.

    params: θ₀. X: the watched points. V: q directions, or None for all of them. images: Θ₀V, or Θ₀ itself.
    norm: ‖Θ₀‖. whitener: an A with AᵀΘ₀A = I, NaN where Θ₀ is singular; None where it is not formed.
    """

    params: Params
    X: Float[Array, "m ..."]
    V: Float[Array, "mK q"] | None
    images: Float[Array, "mK q"]
    norm: Float[Array, ""]
    whitener: Float[Array, "mK mK"] | None


def watch(apply: Apply, params: Params, X: Float[Array, "m ..."], V: Float[Array, "mK q"] | None) -> Watched:
    """Watched at θ₀ = params. With directions Θ₀ is only multiplied with, never formed."""
    images = empirical_ntk(apply, params, X) if V is None else _images(apply, params, X, V)
    if not bool(jnp.any(images != 0)):
        raise InvalidInput(
            "the kernel Θ₀ of the monitored points is zero, so that no change of it can be told in its units. "
            "Check that apply(params, X) depends on params, and differentiably so at the initialization."
        )
    if V is not None:
        return Watched(params, X, V, images, _norm(apply, params, X, V[:, 0]), None)
    values, vectors = jnp.linalg.eigh(images)
    rounding = values.size * jnp.finfo(values.dtype).eps * values[-1]
    whitener = jnp.where(values[0] > rounding, vectors / jnp.sqrt(jnp.abs(values)), jnp.nan)
    return Watched(params, X, V, images, values[-1], whitener)


@functools.partial(jax.jit, static_argnums=(0, 1))
def measure(
    apply: Apply,
    loss: Loss,
    start: Watched,
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    params: Params,
) -> dict[str, Any]:
    """The quantities of a LazinessRecord at params. X, Y: the whole training set."""
    before, watched = start.images, start.X
    if start.V is None:
        assert start.whitener is not None  # one of the two is there
        now = empirical_ntk(apply, params, watched)
        moved = operator_norm(now - before)
        kappa = jnp.linalg.eigvalsh(now)[0]
        whitened = jnp.linalg.eigvalsh(start.whitener.T @ (now - before) @ start.whitener)[jnp.array([0, -1])]
    else:
        now = _images(apply, params, watched, start.V)
        moved = power_iterations(
            lambda w: _image(apply, params, watched, w) - _image(apply, start.params, watched, w),
            (now - before)[:, 0],
            start.V.shape[1],
        )
        kappa = ritz_values(
            lambda w: _image(apply, params, watched, w), start.V[:, 0], start.V.shape[1]
        ).min()
        whitened = jnp.full(2, jnp.nan)
    step = jax.tree.map(jnp.subtract, params, start.params)
    f0, linear = jax.jvp(lambda theta: apply(theta, watched), (start.params,), (step,))
    f = apply(params, watched)
    z = apply(params, X)
    return {
        "drift": moved / start.norm,
        "alignment": jnp.sum(now * before) / (jnp.linalg.norm(now) * jnp.linalg.norm(before)),
        "kappa": kappa,
        "whitened_least": whitened[0],
        "whitened_largest": whitened[1],
        "taylor_gap": jnp.max(jnp.linalg.norm(f - f0 - linear, axis=1)),
        "radius": jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(step))),
        "pl_ratio": pl_ratio(loss, z, Y),
        "logit_gap": jnp.max(z.max(axis=1) - z.min(axis=1)),
    }


@functools.partial(jax.jit, static_argnums=0)
def apart(
    apply: Apply, theta0: Params, X: Float[Array, "M ..."], params: Params, twin: Params
) -> Float[Array, "3 M"]:
    """For every point, between f_θ and f_lin of the twin's θ': the distance of logits, the total variation of
    softmaxes, and whether the classes differ; infinite, 1 and 1 where either is not finite.
    """
    pair = apply(params, X), linearization(apply, theta0)(twin, X)
    p, q = map(jax.nn.softmax, pair)
    distance = jnp.linalg.norm(pair[0] - pair[1], axis=1)
    found = jnp.stack(
        [distance, jnp.sum(jnp.abs(p - q), axis=1) / 2, pair[0].argmax(axis=1) != pair[1].argmax(axis=1)]
    )
    return jnp.where(jnp.isfinite(distance), found, jnp.array([[jnp.inf], [1.0], [1.0]], distance.dtype))


# --- a kernel that is never formed -----------------------------------------------------------------------


def _images(
    apply: Apply, params: Params, X: Float[Array, "m ..."], V: Float[Array, "mK q"]
) -> Float[Array, "mK q"]:
    """ΘV = J(JᵀV), column by column."""

    def on_points(theta: Params) -> Float[Array, " mK"]:
        return apply(theta, X).ravel()

    _, pull_back = jax.vjp(on_points, params)
    _, push_forward = jax.linearize(on_points, params)
    return jax.lax.map(lambda v: push_forward(*pull_back(v)), V.T).T


@functools.partial(jax.jit, static_argnums=0)
def _image(
    apply: Apply, params: Params, X: Float[Array, "m ..."], w: Float[Array, " mK"]
) -> Float[Array, " mK"]:
    return _images(apply, params, X, w[:, None])[:, 0]


def power_iterations(
    product: Callable[[Float[Array, " mK"]], Float[Array, " mK"]], start: Float[Array, " mK"], steps: int
) -> Float[Array, ""]:
    """‖Dw‖ for a unit vector w ∝ D^{steps−1} start, from `steps` products: never above ‖D‖."""

    def improved(_: Any, w: Float[Array, " mK"]) -> Float[Array, " mK"]:
        return product(_unit(w))

    return jnp.linalg.norm(jax.lax.fori_loop(0, steps, improved, start))


def _unit(w: Float[Array, " mK"]) -> Float[Array, " mK"]:
    """w/‖w‖, and 0 where nothing has moved."""
    return w / jnp.maximum(jnp.linalg.norm(w), jnp.finfo(w.dtype).tiny)


def _norm(
    apply: Apply, params: Params, X: Float[Array, "m ..."], start: Float[Array, " mK"]
) -> Float[Array, ""]:
    """‖Θ‖ from products, to rounding (Lanczos): an estimate from below would let the drift be overstated."""
    from scipy.sparse.linalg import aslinearoperator, eigsh

    def product(w: np.ndarray) -> np.ndarray:
        return np.asarray(_image(apply, params, X, jnp.asarray(w.ravel(), start.dtype)))

    rows = start.shape[0]
    Theta = aslinearoperator(SimpleNamespace(shape=(rows, rows), matvec=product, dtype=start.dtype))
    largest = eigsh(Theta, k=1, v0=np.asarray(start), return_eigenvectors=False)
    return jnp.asarray(np.max(largest), start.dtype)
