"""The tangent kernel in two parts: what the output layer contributes, and what all layers before it do."""

import functools
from dataclasses import dataclass

import jax
from jaxtyping import Array, Float

from ntkbook import _records
from ntkbook._given import takes_arrays
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput
from ntkbook.networks import Apply, Params


@dataclass(frozen=True)
class LayerKernels:
    """The two parts of Θ = k + T.

    Args:
        output: (NK, NK) k, of the weights and the bias of the output layer.
        hidden: (NK, NK) T, of all other parameters.
    """

    output: Float[Array, "NK NK"]
    hidden: Float[Array, "NK NK"]


_records.register(LayerKernels, static=())


@takes_arrays
def layer_kernels(apply: Apply, params: Params, X: Float[Array, "N ..."]) -> LayerKernels:
    r"""The tangent kernel of a network, split between its output layer and the rest.

    .. math:: \Theta = k + T, \qquad k = J^\omega (J^\omega)^\top, \qquad T = J^\psi (J^\psi)^\top

    Here θ = (ψ, ω), and ω is the last layer. Where it is dense, with a bias or without, f is linear in ω, so that
    z = J^ω ω, and k does not depend on ω.

    Args:
        apply: f_θ, as apply(params, X) -> (N, K).
        params: θ, a list or tuple of layers, as those of the book's networks; the last one is ω.
        X: (N, …) inputs, one a point.

    Raises:
        InvalidInput: unless params is a list or tuple of two layers or more, the last with parameters; and as
            empirical_ntk does.

    Source:
        The book's Theorem C.

    Example:
        >>> net, X = nb.mlp(inputs=2, classes=3, width=8), jnp.eye(2)
        >>> theta0 = net.init(jax.random.key(0))
        >>> parts = nb.layer_kernels(net.apply, theta0, X)
        >>> Theta = nb.empirical_ntk(net.apply, theta0, X)
        >>> bool(jnp.allclose(parts.output + parts.hidden, Theta))
        True
    """
    layers = params if isinstance(params, list | tuple) else ()
    if len(layers) < 2 or not jax.tree.leaves(layers[-1]) or not jax.tree.leaves(layers[:-1]):
        raise InvalidInput(
            f"params has the structure {jax.tree.structure(params)}; expected a list or tuple of layers, of which the "
            f"last is the output layer and has parameters, and so has one before it. Give θ layer by layer."
        )
    return _parts(apply, tuple(layers[:-1]), layers[-1], X)


@functools.partial(jax.jit, static_argnums=0)
def _parts(apply: Apply, psi: Params, omega: Params, X: Float[Array, "N ..."]) -> LayerKernels:
    points = X.shape[0]
    return LayerKernels(
        output=empirical_ntk(lambda last, X: apply((*psi, last), X), omega, X, block=points),
        hidden=empirical_ntk(lambda rest, X: apply((*rest, omega), X), psi, X, block=points),
    )
