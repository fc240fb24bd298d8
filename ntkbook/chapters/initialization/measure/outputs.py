"""What a random network computes: its outputs over many initializations, and how far their law is from a normal one."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray
from scipy.stats import norm

from ntkbook import _checks
from ntkbook.networks import Network, Params, mlp

Sample = Float[np.ndarray, " S"] | Float[Array, " S"]
BLOCK = 1000  # initializations at a time
FUNCTIONS: dict[str, Callable[[Array], Array]] = {"relu": jax.nn.relu, "erf": jax.scipy.special.erf}


def two_inputs() -> Float[Array, "2 2"]:
    """Two orthogonal inputs with ‖x‖² = d = 2."""
    return jnp.asarray(np.sqrt(2.0) * np.eye(2))


def initial_outputs(
    network: Network, X: Float[Array, "N ..."], *, seeds: int, key: PRNGKeyArray
) -> Float[Array, "S N K"]:
    """f_θ₀(X) for S independent initializations θ₀ of a network.

    Args:
        network: whose initializations are drawn.
        X: (N, …) inputs.
        seeds: S, rounded up to a multiple of 1000.
        key: of the draws.

    Raises:
        InvalidInput: unless S ≥ 1.
    """
    _checks.positive_integer("seeds", seeds, "the number of initializations")
    blocks = -(-seeds // BLOCK)
    return _outputs(network, X, jax.random.split(key, (blocks, BLOCK)))


@functools.partial(jax.jit, static_argnums=0)
def _outputs(network: Network, X: Float[Array, "N ..."], keys: Any) -> Float[Array, "S N K"]:
    one = jax.vmap(lambda key: network.apply(network.init(key), X))
    outputs = jax.lax.map(one, keys)
    return outputs.reshape(-1, *outputs.shape[2:])


def heavy_tailed(network: Network) -> Network:
    """The same network with output weights drawn from the Cauchy law, which has no variance.

    Args:
        network: one whose last layer is dense.
    """

    def init(key: PRNGKeyArray) -> Params:
        *hidden, (W, b) = network.init(key)
        return [*hidden, (jax.random.cauchy(jax.random.fold_in(key, 1), W.shape), b)]

    return replace(network, name=f"{network.name}, Cauchy output weights", init=jax.jit(init))


# --- how far from normal ---------------------------------------------------------------------------------


def excess_kurtosis(sample: Sample) -> float:
    r"""The excess kurtosis of a centred sample; 0 for a normal law, with a sampling error of about √(24/S).

    .. math:: \frac{E f^4}{(E f^2)^2} - 3

    Args:
        sample: (S,) draws of f.

    Source:
        The book's chapter on wide networks.

    Example:
        A coin that shows −1 or 1 is as flat as can be:

        >>> from ntkbook.chapters.initialization import measure
        >>> measure.excess_kurtosis(jnp.array([-1.0, 1.0]))
        -2.0
    """
    squares = np.asarray(sample, dtype=float) ** 2
    return float(np.mean(squares**2) / np.mean(squares) ** 2 - 3)


def kolmogorov_distance(sample: Sample, deviation: float = 1.0) -> float:
    r"""The distance between the empirical distribution function of a sample and that of N(0, σ²).

    .. math:: \sup_s\,\lvert F_S(s) - \Phi(s/\sigma)\rvert

    For S draws of the normal law itself it exceeds 1.36/√S with probability 0.05 only.

    Args:
        sample: (S,) draws.
        deviation: σ > 0.

    Raises:
        InvalidInput: unless σ > 0.
    """
    _checks.positive("deviation", deviation, "the standard deviation σ")
    ordered = norm.cdf(np.sort(np.asarray(sample, dtype=float)) / deviation)
    S = len(ordered)
    return float(max(np.max(np.arange(1, S + 1) / S - ordered), np.max(ordered - np.arange(S) / S)))


def kurtosis_constant(kernel: float, *, activation: str, sigma_w: float = 1.5, sigma_b: float = 0.1) -> float:
    r"""The constant v of one hidden layer: with n units, a logit has excess kurtosis 3v/n, exactly.

    .. math:: v = \frac{\sigma_w^4\operatorname{Var}(\varphi(a)^2)}{\mathcal K^2},
              \qquad a \sim \mathcal N(0, \mathcal K^1)

    By Gauss–Hermite quadrature.

    Args:
        kernel: 𝒦¹(x, x) = σ_w²‖x‖²/d + σ_b² > 0, the variance of a pre-activation.
        activation: "relu" or "erf".
        sigma_w: σ_w, scale of the weights.
        sigma_b: σ_b, scale of the biases.

    Raises:
        InvalidInput: for another activation, or unless 𝒦¹ > 0.

    Source:
        The book's chapter on wide networks.

    Example:
        For ReLU without biases, E φ² = 𝒦¹/2 and E φ⁴ = 3(𝒦¹)²/2, so v = 5:

        >>> from ntkbook.chapters.initialization import measure
        >>> v = measure.kurtosis_constant(
        ...     2.0, activation="relu", sigma_b=0.0
        ... )
        >>> round(v, 6)
        5.0
    """
    _checks.positive("kernel", kernel, "the variance of a pre-activation")
    _checks.choice("activation", activation, FUNCTIONS)
    nodes, weights = np.polynomial.hermite_e.hermegauss(150)
    squares = np.asarray(FUNCTIONS[activation](jnp.asarray(np.sqrt(kernel) * nodes))) ** 2
    mean, fourth = weights @ squares / weights.sum(), weights @ squares**2 / weights.sum()
    return float(sigma_w**4 * (fourth - mean**2) / (sigma_w**2 * mean + sigma_b**2) ** 2)


@dataclass(frozen=True)
class GaussianityScan:
    """One output f(x) over S initializations, at W widths.

    Args:
        widths: (W,) n.
        kurtosis: (W,) excess kurtosis, measured.
        exact: (W,) 3v/n.
        distance: (W,) Kolmogorov distance to N(0, 𝒦(x, x)), measured.
        bound: (W,) v/n.
        floor: (W,) 1.36/√S, what S draws of N(0, 𝒦(x, x)) itself would stay below (95 %).
    """

    widths: Float[np.ndarray, " W"]
    kurtosis: Float[np.ndarray, " W"]
    exact: Float[np.ndarray, " W"]
    distance: Float[np.ndarray, " W"]
    bound: Float[np.ndarray, " W"]
    floor: Float[np.ndarray, " W"]


def gaussianity_scan(
    widths: Sequence[int], *, activation: str = "relu", seeds: int = 60_000, seed: int = 0
) -> GaussianityScan:
    """Draw networks with one hidden layer at every width, and compare the law of an output with the normal one.

    Input: one point with ‖x‖² = d = 2.

    Args:
        widths: W values of n.
        activation: "relu" or "erf".
        seeds: S, initializations a width.
        seed: of the draws.
    """
    X = two_inputs()[:1]
    rows = []
    for n in widths:
        network = mlp(2, 1, n, activation=activation)
        outputs = initial_outputs(network, X, seeds=seeds, key=jax.random.key(1000 * seed + n))
        deviation = float(jnp.sqrt(network.kernel(X).nngp[0, 0]))
        sample = np.asarray(outputs[:, 0, 0])
        rows.append((excess_kurtosis(sample), kolmogorov_distance(sample, deviation), len(sample)))
    kurtosis, distance, drawn = np.array(rows).T
    sizes = np.asarray(widths, dtype=float)
    v = kurtosis_constant(1.5**2 + 0.1**2, activation=activation)
    return GaussianityScan(
        widths=sizes, kurtosis=kurtosis, exact=3 * v / sizes, distance=distance, bound=v / sizes,
        floor=1.36 / np.sqrt(drawn),
    )  # fmt: skip
