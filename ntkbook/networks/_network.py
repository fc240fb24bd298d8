"""What a network is, and how one is made of neural-tangents' layers."""

import functools
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from ntkbook import _checks
from ntkbook import _neural_tangents as nt
from ntkbook._apply import separate
from ntkbook.errors import InvalidInput

Params = PyTree[Float[Array, "..."]]
Apply = Callable[[Any, Float[Array, "N ..."]], Float[Array, "N K"]]


@dataclass(frozen=True)
class Kernels:
    """The two infinite-width kernels between X₁ and X₂, for one logit; the full kernels are · ⊗ I_K.

    Args:
        nngp: (N₁, N₂) 𝒦(X₁, X₂), the covariance of a logit at initialization.
        ntk: (N₁, N₂) Θ(X₁, X₂).
    """

    nngp: Float[Array, "N1 N2"]
    ntk: Float[Array, "N1 N2"]


@dataclass(frozen=True)
class Network:
    """A network f_θ and its infinite-width limit.

    Args:
        name: in words, with its width.
        width: n, the units of a hidden layer, or its channels.
        init: key -> θ₀, every weight and bias i.i.d. N(0, 1).
        apply: (θ, X) -> f_θ(X), shape (N, K).
        kernel: (X₁, X₂=None) -> `Kernels`; they do not depend on the width. Raises InvalidInput for inputs of another
            shape, and where the kernels overflow.

    Source:
        Jacot, Gabriel & Hongler 2018.

    Example:
        Without biases a ReLU network with L hidden layers has Θ(x, x) = (L + 1)𝒦(x, x), here with L = 1:

        >>> net = nb.mlp(2, 1, 8, activation="relu", sigma_w=2**0.5, sigma_b=0)
        >>> kernels = net.kernel(jnp.ones((1, 2)))
        >>> [round(float(k[0, 0]), 6) for k in (kernels.nngp, kernels.ntk)]
        [2.0, 4.0]
    """

    name: str
    width: int
    init: Callable[[PRNGKeyArray], Params]
    apply: Apply
    kernel: Callable[..., Kernels]


ACTIVATIONS = {"erf": "Erf", "relu": "Relu", "gelu": "Gelu"}  # name -> neural-tangents' layer


def activation_layer(name: str) -> Any:
    return getattr(nt.stax, ACTIVATIONS[name])()


def scales(sigma_w: float, sigma_b: float) -> dict[str, float | None]:
    """The scales as neural-tangents' layers take them, checked.

    Without biases (σ_b = 0) there are no bias parameters at all: a bias-free network, not a silent one.
    """
    _checks.positive("sigma_w", sigma_w, "the weight scale σ_w")
    _checks.non_negative("sigma_b", sigma_b, "the bias scale σ_b")
    return {"W_std": sigma_w, "b_std": sigma_b if sigma_b > 0 else None}


def network(name: str, width: int, input_shape: tuple[int, ...], layers: Any) -> Network:
    """The triple of a serial combination of layers, on inputs (N, *input_shape)."""
    init, apply, kernel = nt.stax.serial(*layers)
    return Network(
        name=name,
        width=width,
        init=_drawn(lambda key: init(key, (-1, *input_shape))[1]),
        apply=separate(apply),
        kernel=functools.partial(_kernels, jax.jit(functools.partial(_both, kernel)), input_shape),
    )


def _drawn(init: Callable[[PRNGKeyArray], Params]) -> Callable[[PRNGKeyArray], Params]:
    """The weights of one key; those of many, under vmap, by one program."""
    compiled = jax.jit(init)
    return lambda key: init(key) if _checks.known(key) else compiled(key)


def _kernels(
    kernel_fn: Callable[..., Any],
    input_shape: tuple[int, ...],
    X1: Float[Array, "N1 ..."],
    X2: Float[Array, "N2 ..."] | None = None,
) -> Kernels:
    for name, X in (("X1", X1), ("X2", X2)):
        if X is None:
            continue
        if X.shape[1:] != input_shape or X.shape[0] == 0:
            expected = ", ".join(str(size) for size in input_shape)
            raise InvalidInput(
                f"{name} has shape {X.shape}; this network takes (N, {expected}) with N ≥ 1. "
                f"Give one input a row, or build the network for inputs of the shape you have."
            )
        _checks.finite(name, X)
    with warnings.catch_warnings():
        # It holds here: every branch ends in a convolution with weights of its own.
        warnings.filterwarnings("ignore", message="`FanIn` layers assume independent inputs")
        kernels = Kernels(*kernel_fn(X1, X2))
    refuse_overflow(kernels)
    return kernels


def refuse_overflow(kernels: Kernels) -> None:
    for one in (kernels.nngp, kernels.ntk):
        if _checks.known(one) and not np.all(np.isfinite(one)):
            raise InvalidInput(
                f"the kernels of this network are not finite in {one.dtype}: its weights, or the inputs, are so large "
                "that they overflow layer by layer. Choose a smaller sigma_w, fewer layers, or inputs of order 1."
            )


def _both(
    kernel_fn: Callable[..., Any], X1: Float[Array, "N1 ..."], X2: Float[Array, "N2 ..."] | None
) -> tuple[Float[Array, "N1 N2"], Float[Array, "N1 N2"]]:
    kernels = kernel_fn(X1, X2, ("nngp", "ntk"))
    return kernels.nngp, kernels.ntk
