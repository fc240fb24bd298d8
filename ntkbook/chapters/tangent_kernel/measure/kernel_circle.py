"""The tangent kernel of one network along a circle of inputs: at initialization, after a move, at infinite width."""

import functools
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ntkbook.chapters._shared.measure.circle import circle
from ntkbook.chapters.tangent_kernel.measure.ball import moves
from ntkbook.drift import relative_drift
from ntkbook.empirical import empirical_ntk, empirical_ntk_by_class
from ntkbook.networks import mlp

WIDTHS = (64, 256, 1024, 4096)
ANGLES = np.linspace(-180.0, 180.0, 49)
SEEDS = 3


def four_points() -> tuple[Float[jax.Array, "4 2"], Float[jax.Array, "4 2"]]:
    """Four points of a circle, of two classes.

    Returns:
        inputs a quarter of the circle apart; their labels, the classes in turn.
    """
    return circle(np.deg2rad([0.0, 90.0, 180.0, 270.0])), jax.nn.one_hot(jnp.arange(4) % 2, 2, dtype=float)


def kernel_circle(n: int, R: float, direction: str) -> dict[str, Float[np.ndarray, "..."]]:
    """One hidden layer of n erf units, moved by R in one direction: its kernel along a circle, and over widths.

    Args:
        n: width.
        R: how far the parameters are moved.
        direction: one of `ball.DIRECTIONS`.

    Returns:
        named arrays. angle, limit Θ, initial Θ₀ and moved Θ_θ, all between the input at that angle and the one at 0°,
        for one logit; widths, with distance ‖Θ₀ − Θ ⊗ I‖/‖Θ‖ and drift ‖Θ_θ − Θ₀‖/‖Θ₀‖ on four points, means over
        three initializations; here_n, here_drift, the width shown.
    """
    network = mlp(2, 2, n)
    theta0, _, moved = _moved(n, 0, R, direction)
    along, origin = circle(np.deg2rad(ANGLES)), four_points()[0][:1]

    def curve(theta: Any) -> Float[np.ndarray, " A"]:
        return np.asarray(empirical_ntk_by_class(network.apply, theta, along, origin, classes=(0,))[0, :, 0])

    at_widths = [_means(width, R, direction) for width in WIDTHS]
    distance, drift = np.array(at_widths).T
    return {
        "angle": ANGLES,
        "limit": _limit(),
        "initial": curve(theta0),
        "moved": curve(moved),
        "widths": np.array(WIDTHS, dtype=float),
        "distance": distance,
        "drift": drift,
        "here_n": np.array([float(n)]),
        "here_drift": np.array([_means(n, R, direction)[1]]),
    }


@functools.lru_cache(maxsize=512)
def _moved(n: int, seed: int, R: float, direction: str) -> tuple[Any, Any, Any]:
    """(θ₀, Θ₀, θ)."""
    network, key = mlp(2, 2, n), jax.random.key(1000 * seed + n)
    X, Y = four_points()
    theta0 = network.init(key)
    Theta0 = empirical_ntk(network.apply, theta0, X)
    moved = moves(network.apply, theta0, Theta0, X, Y, R, jax.random.fold_in(key, 1))
    return theta0, Theta0, moved[direction]


@functools.lru_cache(maxsize=512)
def _means(n: int, R: float, direction: str) -> tuple[float, float]:
    """(distance to the limit, drift), over the initializations."""
    network = mlp(2, 2, n)
    X, full = four_points()[0], jnp.kron(_limit_on_points(), jnp.eye(2))
    pairs = []
    for seed in range(SEEDS):
        _, Theta0, theta = _moved(n, seed, R, direction)
        Theta = empirical_ntk(network.apply, theta, X)
        pairs.append((float(relative_drift(Theta0, full)), float(relative_drift(Theta, Theta0))))
    distance, drift = np.mean(pairs, axis=0)
    return float(distance), float(drift)


@functools.cache
def _limit() -> Float[np.ndarray, " A"]:
    return np.asarray(mlp(2, 2, 1).kernel(circle(np.deg2rad(ANGLES)), four_points()[0][:1]).ntk[:, 0])


@functools.cache
def _limit_on_points() -> Float[jax.Array, "4 4"]:
    return mlp(2, 2, 1).kernel(four_points()[0]).ntk


WORDS = {
    "random": "at random",
    "eigenvalue": "along the gradient of the largest eigenvalue",
    "training": "where training goes",
}


def describe_circle(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, "..."]]
) -> str:
    """What the picture shows, in words."""
    n, drift = setting["n"], 100 * float(arrays["here_drift"][0])
    where = WORDS[str(setting["direction"])]
    factor = float(arrays["drift"][0] / arrays["drift"][-1])
    return (
        f"At width {n}, parameters moved by R = {setting['R']:g} {where} change the kernel by {drift:.2g} %; "
        f"from width 64 to 4096 that change falls by a factor of {factor:.0f} (n to the −½: 8, to the −1: 64)."
    )
