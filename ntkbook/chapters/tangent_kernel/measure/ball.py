"""The kernel on a ball around the initialization: how far does it move when the parameters move by R?

Three directions of one length: a random one; the gradient of the kernel's largest eigenvalue;
the one that training takes first.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks
from ntkbook._progress import progress_bar
from ntkbook.chapters._shared.measure.both_flows import Architecture
from ntkbook.chapters._shared.measure.mean_field import mean_field
from ntkbook.drift import relative_drift
from ntkbook.empirical import empirical_ntk
from ntkbook.integration import Integration
from ntkbook.losses import cross_entropy, squared_error
from ntkbook.networks import Apply, Network, Params, mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow

DIRECTIONS = ("random", "eigenvalue", "training")


@dataclass(frozen=True)
class BallScan:
    """‖Θ_θ − Θ₀‖/‖Θ₀‖ at ‖θ − θ₀‖ = R, for W widths and S initializations, a field a direction.

    Args:
        widths: (W,) n, or channels.
        random: (W, S) in a direction that is uniform on the sphere.
        eigenvalue: (W, S) along ∇(wᵀΘ_θw), w the top eigenvector of Θ₀.
        training: (W, S) along −J₀ᵀ∇C(z₀), where gradient descent on cross-entropy goes first.
    """

    widths: Float[np.ndarray, " W"]
    random: Float[np.ndarray, "W S"]
    eigenvalue: Float[np.ndarray, "W S"]
    training: Float[np.ndarray, "W S"]


def ball_scan(
    family: Architecture,
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    widths: Sequence[int],
    *,
    radius: float = 1.0,
    seeds: int = 3,
) -> BallScan:
    """Move S initializations of every width by R in each direction, and measure the kernel again.

    Args:
        family: n -> the network of width n.
        X: (N, …) inputs.
        Y: (N, K) targets, which the direction of training needs.
        widths: W values of n.
        radius: R > 0.
        seeds: the number S.

    Raises:
        InvalidInput: unless R > 0.
    """
    _checks.positive("radius", radius, "the distance R from the initialization")
    rows = []
    for network, theta0, key in initializations(family, widths, seeds):
        Theta0 = empirical_ntk(network.apply, theta0, X)
        moved = moves(network.apply, theta0, Theta0, X, Y, radius, key)
        rows.append(
            [
                float(relative_drift(empirical_ntk(network.apply, moved[name], X), Theta0))
                for name in DIRECTIONS
            ]
        )
    drifts = np.array(rows).reshape(len(widths), seeds, len(DIRECTIONS)).transpose(2, 0, 1)
    return BallScan(np.asarray(widths, dtype=float), **dict(zip(DIRECTIONS, drifts, strict=True)))


def initializations(
    family: Architecture, widths: Sequence[int], seeds: int
) -> Iterator[tuple[Network, Params, PRNGKeyArray]]:
    """Every width and seed, width by width.

    Args:
        family: n -> the network of width n.
        widths: values of n.
        seeds: how many a width.

    Returns:
        one after the other: the network, θ₀, a key for more.
    """
    for n in progress_bar(widths, "widths"):
        network = family(n)
        for seed in range(seeds):
            key = jax.random.key(1000 * seed + n)
            yield network, network.init(key), jax.random.fold_in(key, 1)


@functools.partial(jax.jit, static_argnums=0)
def moves(
    apply: Apply,
    theta0: Params,
    Theta0: Float[Array, "NK NK"],
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    radius: float | Float[Array, ""],
    key: PRNGKeyArray,
) -> dict[str, Params]:
    """θ₀ + R·(unit vector), for each of DIRECTIONS.

    Args:
        apply: the network f.
        theta0: θ₀.
        Theta0: (NK, NK) Θ₀ on the inputs.
        X: (N, …) inputs.
        Y: (N, K) targets.
        radius: the distance R.
        key: of the random direction.
    """
    flat0, unravel = ravel_pytree(theta0)

    def pulled_back(theta: Float[Array, " p"], g: Float[Array, "N K"]) -> Float[Array, " p"]:
        return jax.vjp(lambda theta: apply(unravel(theta), X), theta)[1](g)[0]

    top = jnp.linalg.eigh(Theta0)[1][:, -1].reshape(Y.shape)
    directions = {
        "random": jax.random.normal(key, flat0.shape),
        "eigenvalue": jax.grad(lambda theta: jnp.sum(pulled_back(theta, top) ** 2))(flat0),
        "training": -pulled_back(flat0, cross_entropy.residual(apply(theta0, X), Y)),
    }
    return {
        name: unravel(flat0 + radius * direction / jnp.linalg.norm(direction))
        for name, direction in directions.items()
    }


# --- a radius that grows ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class MeanFieldScan:
    """Networks f_θ/√n trained on squared error until they fit, at W widths.

    Args:
        widths: (W,) n.
        radius: (W,) ‖θ_t − θ₀‖ at the end.
        drift: (W,) the largest ‖Θ_t − Θ₀‖/‖Θ₀‖.
        value: (W,) C at the end over C(z₀).
    """

    widths: Float[np.ndarray, " W"]
    radius: Float[np.ndarray, " W"]
    drift: Float[np.ndarray, " W"]
    value: Float[np.ndarray, " W"]


def mean_field_scan(
    X: Float[Array, "N d"], Y: Float[Array, "N K"], widths: Sequence[int], *, seed: int = 0
) -> MeanFieldScan:
    """Gradient flow of f_θ/√n, one hidden layer of erf units, on ½‖z − Y‖², up to t = 20n.

    The extra 1/√n is that of the mean-field parameterization. Its kernel is Θ/n, so time is counted in units of n.

    Args:
        X: (N, d) inputs.
        Y: (N, K) targets.
        widths: W values of n.
        seed: of the initializations.
    """
    rows = []
    for n in progress_bar(widths, "widths"):
        network = mlp(X.shape[1], Y.shape[1], n)
        key = jax.random.key(1000 * seed + n)
        problem = Problem.of(mean_field(network), key, X, Y, loss=squared_error)
        times = n * jnp.array([0.0, 0.2, 1.0, 5.0, 20.0])
        path = gradient_flow(problem, times, integration=Integration(rtol=1e-6, atol=1e-8))
        rows.append((path.radius[-1], jnp.max(path.ntk_drift), path.value[-1] / path.value[0]))
    radius, drift, value = np.array(rows, dtype=float).T
    return MeanFieldScan(np.asarray(widths, dtype=float), radius, drift, value)
