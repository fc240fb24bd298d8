"""Architectures as (init, apply, kernel) triples in NTK parameterization."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from ntkbook import _checks
from ntkbook._neural_tangents import stax
from ntkbook.errors import InvalidInput

Params = PyTree[Float[Array, "..."]]
Apply = Callable[[Any, Float[Array, "N ..."]], Float[Array, "N K"]]


@dataclass(frozen=True)
class Kernels:
    """The two infinite-width kernels between X₁ and X₂, for one logit (the full kernels are · ⊗ I_K).

    nngp: 𝒦(X₁, X₂), the covariance of a logit at initialization. ntk: Θ(X₁, X₂).
    """

    nngp: Float[Array, "N1 N2"]
    ntk: Float[Array, "N1 N2"]


@dataclass(frozen=True)
class Network:
    """A network f_θ and its infinite-width limit.

    init(key) -> θ₀, every weight and bias i.i.d. N(0, 1).
    apply(θ, X) -> f_θ(X), shape (N, K).
    kernel(X₁, X₂=None) -> Kernels; they do not depend on the width.
    """

    name: str
    width: int
    init: Callable[[PRNGKeyArray], Params]
    apply: Apply
    kernel: Callable[..., Kernels]


ACTIVATIONS = {"erf": stax.Erf, "relu": stax.Relu, "gelu": stax.Gelu}


@functools.cache  # the same architecture is the same object, so that JAX compiles what uses it only once
def mlp(
    inputs: int,
    classes: int,
    width: int,
    *,
    hidden_layers: int = 1,
    activation: str = "erf",
    sigma_w: float = 1.5,
    sigma_b: float = 0.1,
) -> Network:
    """A fully connected network f_θ: R^d → R^K with L hidden layers of n units.

    h⁰ = x,  aˡ = σ_w Wˡ hˡ⁻¹ / √(fan-in) + σ_b bˡ,  hˡ = φ(aˡ),  f = a^{L+1};  θ = all W, b ~ N(0, 1).

    inputs: d. classes: K. width: n. hidden_layers: L. activation: φ, one of ACTIVATIONS.
    Raises InvalidInput for sizes below 1, an unknown activation, σ_w ≤ 0 or σ_b < 0.
    Source: NTK parameterization, Jacot, Gabriel & Hongler 2018; kernels by neural-tangents.
    """
    for name, value, meaning in (
        ("inputs", inputs, "the input dimension d"),
        ("classes", classes, "the number of outputs K"),
        ("width", width, "the width n"),
        ("hidden_layers", hidden_layers, "the number of hidden layers L"),
    ):
        _checks.positive_integer(name, value, meaning)
    _checks.choice("activation", activation, ACTIVATIONS)
    _checks.positive("sigma_w", sigma_w, "the weight scale σ_w")
    _checks.non_negative("sigma_b", sigma_b, "the bias scale σ_b")

    # Without biases (σ_b = 0) there are no bias parameters at all: a bias-free network, not a silent one.
    dense = functools.partial(stax.Dense, W_std=sigma_w, b_std=sigma_b if sigma_b > 0 else None)
    hidden = [layer for _ in range(hidden_layers) for layer in (dense(width), ACTIVATIONS[activation]())]
    init, apply, kernel = stax.serial(*hidden, dense(classes))
    return Network(
        name=f"{activation} MLP, {hidden_layers} × {width}",
        width=width,
        init=jax.jit(lambda key: init(key, (-1, inputs))[1]),
        apply=apply,
        kernel=functools.partial(_kernels, kernel, inputs),
    )


def _kernels(
    kernel_fn: Callable[..., Any],
    inputs: int,
    X1: Float[Array, "N1 d"],
    X2: Float[Array, "N2 d"] | None = None,
) -> Kernels:
    for name, X in (("X1", X1), ("X2", X2)):
        if X is None:
            continue
        if X.ndim != 2 or X.shape[1] != inputs or X.shape[0] == 0:
            raise InvalidInput(
                f"{name} has shape {X.shape}; this network takes (N, {inputs}) with N ≥ 1. "
                f"Give one input a row, or build the network with inputs={X.shape[-1]}."
            )
        _checks.finite(name, X)
    kernels = kernel_fn(X1, X2, ("nngp", "ntk"))
    return Kernels(nngp=kernels.nngp, ntk=kernels.ntk)
