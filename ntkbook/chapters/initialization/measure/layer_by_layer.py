"""Outputs of random networks drawn layer by layer, as the proof of the NNGP theorem goes: exact, and cheap.

Given the layers below, the n units of a layer are independent Gaussians whose covariance over the inputs is the
empirical kernel of the layer below. So one draws n small Gaussian vectors a layer, and no n × n weights.
"""

import functools
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook.chapters.initialization.measure.outputs import (
    FUNCTIONS,
    excess_kurtosis,
    kolmogorov_distance,
    two_inputs,
)
from ntkbook.networks import mlp

SIGMA_W, SIGMA_B = 1.5, 0.1
DRAWS, SHOWN = 10_000, 250
EDGES = np.linspace(-5.0, 5.0, 42)
INSIDE = 0.9  # probability of the ellipse


def layered_outputs(
    key: PRNGKeyArray, X: Float[Array, "N d"], *, width: int, hidden_layers: int, activation: str, draws: int,
    sigma_w: float = SIGMA_W, sigma_b: float = SIGMA_B,
) -> Float[Array, "S N"]:  # fmt: skip
    r"""One logit of S random networks at the inputs X, in law exactly that of mlp(d, 1, n, hidden_layers=L).

    .. math::

       \mathcal K_n^1 &= \sigma_w^2XX^\top/d + \sigma_b^2, \qquad a_j \sim \mathcal N(0, \mathcal K_n^l)
       \text{ for } j \le n, \\
       \mathcal K_n^{l+1} &= \frac{\sigma_w^2}n\sum_j\varphi(a_j)\varphi(a_j)^\top + \sigma_b^2, \qquad
       f \sim \mathcal N(0, \mathcal K_n^{L+1})

    Args:
        key: of the draws.
        X: (N, d) inputs.
        width: n, of every hidden layer.
        hidden_layers: the number L.
        activation: φ, "relu" or "erf".
        draws: S, rounded up to a multiple of 1000.
        sigma_w: σ_w, scale of the weights.
        sigma_b: σ_b, scale of the biases.
    """
    first = sigma_w**2 * X @ X.T / X.shape[1] + sigma_b**2
    keys = jax.random.split(key, (-(-draws // 1000), 1000))
    return _layered(width, activation, first, keys, hidden_layers, sigma_w, sigma_b)


@functools.partial(jax.jit, static_argnums=(0, 1))
def _layered(
    n: int, activation: str, first: Float[Array, "N N"], keys: Any, L: Any, sigma_w: Any, sigma_b: Any
) -> Float[Array, "S N"]:
    N = first.shape[0]

    def one_network(key: PRNGKeyArray) -> Float[Array, " N"]:
        def layer(level: Any, kernel: Float[Array, "N N"]) -> Float[Array, "N N"]:
            # Seven digits of a random number are plenty, and cost a third.
            noise = jax.random.normal(jax.random.fold_in(key, level), (n, N), dtype=jnp.float32)
            h = FUNCTIONS[activation](noise.astype(float) @ _root(kernel).T)
            return sigma_w**2 / n * h.T @ h + sigma_b**2

        kernel = jax.lax.fori_loop(0, L, layer, first)
        return _root(kernel) @ jax.random.normal(jax.random.fold_in(key, L), (N,))

    return jax.lax.map(jax.vmap(one_network), keys).reshape(-1, N)


def _root(kernel: Float[Array, "N N"]) -> Float[Array, "N N"]:
    """A with AAᵀ = the kernel, which is singular where n < N: hence a jitter of relative size 1e-12."""
    N = kernel.shape[0]
    return jnp.linalg.cholesky(kernel + 1e-12 * jnp.trace(kernel) / N * jnp.eye(N))


@functools.cache
def _limit(hidden_layers: int, activation: str) -> Float[np.ndarray, "2 2"]:
    """𝒦 at both inputs; it does not depend on the width."""
    network = mlp(2, 1, 1, hidden_layers=hidden_layers, activation=activation)
    return np.asarray(network.kernel(two_inputs()).nngp)


# --- the explorer ----------------------------------------------------------------------------------------


def output_law(n: int, hidden_layers: int, activation: str) -> dict[str, Float[np.ndarray, "..."]]:
    """The outputs at two orthogonal inputs of 10,000 networks, beside the normal law of covariance 𝒦.

    Args:
        n: width.
        hidden_layers: the number L.
        activation: "relu" or "erf".

    Returns:
        named arrays. s, density, normal (of f(x)/√𝒦(x, x)); first, second (250 networks' outputs at both inputs, on
        the same scale); ellipse_1, ellipse_2 (which holds 90 % of N(0, 𝒦)); kurtosis, distance, floor,
        variance_ratio, outside (numbers).
    """
    key = jax.random.key(17 * n + hidden_layers)
    sample = np.asarray(
        layered_outputs(
            key, two_inputs(), width=n, hidden_layers=hidden_layers, activation=activation, draws=DRAWS
        )
    )
    kernel = _limit(hidden_layers, activation)
    scaled = sample / np.sqrt(np.diag(kernel))
    correlation = kernel / np.sqrt(np.outer(np.diag(kernel), np.diag(kernel)))
    counts, _ = np.histogram(scaled[:, 0], EDGES)
    middles, size = (EDGES[1:] + EDGES[:-1]) / 2, EDGES[1] - EDGES[0]
    angle, radius = np.linspace(0, 2 * np.pi, 61), np.sqrt(-2 * np.log(1 - INSIDE))
    ellipse = radius * np.linalg.cholesky(correlation) @ np.stack([np.cos(angle), np.sin(angle)])
    mahalanobis = np.einsum("si,ij,sj->s", scaled, np.linalg.inv(correlation), scaled)
    return {
        "s": middles,
        "density": np.where(counts > 0, counts / (len(scaled) * size), np.nan),
        "normal": np.exp(-(middles**2) / 2) / np.sqrt(2 * np.pi),
        "first": scaled[:SHOWN, 0],
        "second": scaled[:SHOWN, 1],
        "ellipse_1": ellipse[0],
        "ellipse_2": ellipse[1],
        "kurtosis": np.array([excess_kurtosis(scaled[:, 0])]),
        "distance": np.array([kolmogorov_distance(scaled[:, 0])]),
        "floor": np.array([1.36 / np.sqrt(len(scaled))]),
        "variance_ratio": np.array([np.mean(scaled[:, 0] ** 2)]),
        "outside": np.array([np.mean(mahalanobis > radius**2)]),
    }


def describe_law(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, "..."]]
) -> str:
    """What the picture shows, in words."""
    n, L = setting["n"], setting["hidden_layers"]
    size = f"{n} {'unit' if n == 1 else 'units'} in {'its hidden layer' if L == 1 else f'each of {L} hidden layers'}"
    kurtosis, distance, floor, outside = (
        float(arrays[name][0]) for name in ("kurtosis", "distance", "floor", "outside")
    )
    verdict = "by this distance not to be told from normal" if distance < floor else "not normal"
    return (
        f"With {size}: excess kurtosis {kurtosis:.2f} (normal: 0), Kolmogorov distance {distance:.4f}, "
        f"of which sampling alone makes up to {floor:.4f}, so {verdict}; {100 * outside:.1f} % of the networks "
        f"lie outside the ellipse (normal: 10 %)."
    )
