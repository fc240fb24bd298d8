"""Convolutional and residual networks on images (N, H, W, C); their width is the number of channels."""

import functools
from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Real

from ntkbook import _checks
from ntkbook import _neural_tangents as nt
from ntkbook._apply import separate
from ntkbook.errors import InvalidInput
from ntkbook.networks._network import ACTIVATIONS, Network, Params, activation_layer, network, scales

# From channels at every pixel to one row of features: their mean over pixels, or all of them.
READOUTS = {"pool": "GlobalAvgPool", "flatten": "Flatten"}


def cnn(
    inputs: tuple[int, ...],
    classes: int,
    width: int,
    *,
    hidden_layers: int = 2,
    activation: str = "relu",
    readout: str = "pool",
    filter_size: int = 3,
    sigma_w: float = 1.5,
    sigma_b: float = 0.1,
) -> Network:
    r"""A convolutional network: L layers of n channels, a readout over the pixels, a dense layer to K logits.

    .. math::
        a^\ell(s) = \frac{\sigma_w}{\sqrt{q^2 \cdot \text{channels}}} \sum_r W^\ell(r) h^{\ell - 1}(s + r)
        + \sigma_b b^\ell, \qquad h^\ell = \varphi(a^\ell)

    Zero padding, stride 1.

    Args:
        inputs: (H, W, C), the shape of one image.
        classes: K.
        width: n channels.
        hidden_layers: L.
        activation: φ, as in `mlp`.
        readout: "pool" averages over pixels (its kernel correlates every pixel with every other, at a price of (HW)²
            numbers a pair of images), "flatten" keeps them apart (HW numbers a pair).
        filter_size: q, so filters are q × q.
        sigma_w: σ_w, as in `mlp`.
        sigma_b: σ_b, as in `mlp`.

    Raises:
        InvalidInput: for sizes below 1, unknown names, σ_w ≤ 0 or σ_b < 0.

    Source:
        Arora et al. 2019; Novak et al. 2019; kernels by neural-tangents.

    Example:
        The width has no say in the kernels:

        >>> images = jax.random.normal(jax.random.key(0), (2, 4, 4, 1))
        >>> narrow, wide = (nb.cnn((4, 4, 1), 3, width) for width in (2, 64))
        >>> bool(jnp.all(narrow.kernel(images).ntk == wide.kernel(images).ntk))
        True
    """
    _check(inputs, classes, width, activation, readout, filter_size)
    _checks.positive_integer("hidden_layers", hidden_layers, "the number of hidden layers L")
    scales(sigma_w, sigma_b)
    return _cnn(
        inputs,
        classes,
        width,
        hidden_layers,
        activation,
        readout,
        filter_size,
        float(sigma_w),
        float(sigma_b),
    )


@functools.cache  # the same architecture is the same object, so that JAX compiles what uses it only once
def _cnn(
    inputs: tuple[int, ...],
    classes: int,
    width: int,
    hidden_layers: int,
    activation: str,
    readout: str,
    filter_size: int,
    sigma_w: float,
    sigma_b: float,
) -> Network:
    scaled = scales(sigma_w, sigma_b)
    hidden = [
        layer
        for _ in range(hidden_layers)
        for layer in (_conv(width, filter_size, scaled), activation_layer(activation))
    ]
    layers = [*hidden, getattr(nt.stax, READOUTS[readout])(), nt.stax.Dense(classes, **scaled)]
    return _on_images(network(f"{activation} CNN, {hidden_layers} × {width} channels", width, inputs, layers))


def resnet(
    inputs: tuple[int, ...],
    classes: int,
    width: int,
    *,
    blocks: int = 2,
    activation: str = "relu",
    readout: str = "pool",
    filter_size: int = 3,
    sigma_w: float = 1.5,
    sigma_b: float = 0.1,
) -> Network:
    r"""A residual network: convolution to n channels, B residual blocks, φ, a readout over the pixels, a dense layer.

    .. math:: h \leftarrow h + \mathrm{conv}(\varphi(\mathrm{conv}(\varphi(h))))

    Args:
        inputs: (H, W, C), the shape of one image.
        classes: K.
        width: n channels.
        blocks: B.
        activation: φ, as in `mlp`.
        readout: as in `cnn`.
        filter_size: q, as in `cnn`.
        sigma_w: σ_w, as in `mlp`.
        sigma_b: σ_b, as in `mlp`.

    Raises:
        InvalidInput: for sizes below 1, unknown names, σ_w ≤ 0 or σ_b < 0.

    Source:
        Pre-activation blocks, He et al. 2016; their NTK, Huang et al. 2020; kernels by neural-tangents.

    Example:
        Without biases a ReLU network is homogeneous, f_θ(2x) = 2f_θ(x):

        >>> images = jax.random.normal(jax.random.key(0), (2, 4, 4, 1))
        >>> net = nb.resnet((4, 4, 1), classes=3, width=2, sigma_b=0)
        >>> theta0 = net.init(jax.random.key(1))
        >>> f, twice = (net.apply(theta0, x) for x in (images, 2 * images))
        >>> bool(jnp.allclose(twice, 2 * f))
        True
    """
    _check(inputs, classes, width, activation, readout, filter_size)
    _checks.positive_integer("blocks", blocks, "the number of residual blocks")
    scales(sigma_w, sigma_b)
    return _resnet(
        inputs, classes, width, blocks, activation, readout, filter_size, float(sigma_w), float(sigma_b)
    )


@functools.cache
def _resnet(
    inputs: tuple[int, ...],
    classes: int,
    width: int,
    blocks: int,
    activation: str,
    readout: str,
    filter_size: int,
    sigma_w: float,
    sigma_b: float,
) -> Network:
    scaled = scales(sigma_w, sigma_b)

    def block() -> Any:
        branch = [
            part
            for _ in range(2)
            for part in (activation_layer(activation), _conv(width, filter_size, scaled))
        ]
        return nt.stax.serial(
            nt.stax.FanOut(2),
            nt.stax.parallel(nt.stax.serial(*branch), nt.stax.Identity()),
            nt.stax.FanInSum(),
        )

    layers = [
        _conv(width, filter_size, scaled),
        *(block() for _ in range(blocks)),
        activation_layer(activation),
        getattr(nt.stax, READOUTS[readout])(),
        nt.stax.Dense(classes, **scaled),
    ]
    return _on_images(
        network(f"{activation} ResNet, {blocks} blocks × {width} channels", width, inputs, layers)
    )


def _on_images(net: Network) -> Network:
    """The network on images of any real type: a convolution wants that of its weights."""

    def apply(params: Params, X: Real[Array, "N H W C"], **options: Any) -> Float[Array, "N K"]:
        return net.apply(params, jnp.asarray(X, jax.tree.leaves(params)[0].dtype), **options)

    return replace(net, apply=separate(apply))


def _conv(width: int, filter_size: int, scaled: dict[str, float | None]) -> Any:
    return nt.stax.Conv(width, (filter_size, filter_size), padding="SAME", **scaled)


def _check(inputs: Any, classes: int, width: int, activation: str, readout: str, filter_size: int) -> None:
    if not isinstance(inputs, tuple) or len(inputs) != 3:
        raise InvalidInput(
            f"inputs = {inputs}; expected the shape (H, W, C) of one image, as a tuple of three."
        )
    for name, value, meaning in (
        *(("inputs", size, "each of height, width and channels of an image") for size in inputs),
        ("classes", classes, "the number of outputs K"),
        ("width", width, "the number of channels n"),
        ("filter_size", filter_size, "the side of a filter"),
    ):
        _checks.positive_integer(name, value, meaning)
    _checks.choice("activation", activation, ACTIVATIONS)
    _checks.choice("readout", readout, READOUTS)
