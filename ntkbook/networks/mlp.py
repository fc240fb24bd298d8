"""Fully connected networks."""

import functools

from ntkbook import _checks
from ntkbook import _neural_tangents as nt
from ntkbook.networks._network import ACTIVATIONS, Network, activation_layer, network, scales


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
    r"""A fully connected network f_θ: R^d → R^K with L hidden layers of n units.

    .. math::
        h^0 = x, \qquad
        a^\ell = \frac{\sigma_w}{\sqrt{\text{fan-in}}} W^\ell h^{\ell - 1} + \sigma_b b^\ell, \qquad
        h^\ell = \varphi(a^\ell), \qquad f = a^{L + 1}

    The parameters θ are all W and b, each number i.i.d. N(0, 1) at the initialization.

    Args:
        inputs: d.
        classes: K.
        width: n.
        hidden_layers: L.
        activation: φ, one of "erf", "relu" or "gelu".
        sigma_w: σ_w > 0, the scale of weights.
        sigma_b: σ_b ≥ 0, the scale of biases; with σ_b = 0 there are none.

    Raises:
        InvalidInput: for sizes below 1, an unknown activation, σ_w ≤ 0 or σ_b < 0.

    Source:
        NTK parameterization, Jacot, Gabriel & Hongler 2018; kernels by neural-tangents.

    Example:
        >>> net = nb.mlp(inputs=2, classes=3, width=8)
        >>> theta0 = net.init(jax.random.key(0))
        >>> sum(leaf.size for leaf in jax.tree.leaves(theta0)) == 8 * 3 + 3 * 9
        True
        >>> net.apply(theta0, jnp.ones((5, 2))).shape
        (5, 3)
    """
    for name, value, meaning in (
        ("inputs", inputs, "the input dimension d"),
        ("classes", classes, "the number of outputs K"),
        ("width", width, "the width n"),
        ("hidden_layers", hidden_layers, "the number of hidden layers L"),
    ):
        _checks.positive_integer(name, value, meaning)
    _checks.choice("activation", activation, ACTIVATIONS)
    scales(sigma_w, sigma_b)
    return _mlp(inputs, classes, width, hidden_layers, activation, float(sigma_w), float(sigma_b))


@functools.cache  # the same architecture is the same object, so that JAX compiles what uses it only once
def _mlp(
    inputs: int, classes: int, width: int, hidden_layers: int, activation: str, sigma_w: float, sigma_b: float
) -> Network:
    dense = functools.partial(nt.stax.Dense, **scales(sigma_w, sigma_b))
    hidden = [layer for _ in range(hidden_layers) for layer in (dense(width), activation_layer(activation))]
    return network(
        f"{activation} MLP, {hidden_layers} × {width}", width, (inputs,), [*hidden, dense(classes)]
    )
