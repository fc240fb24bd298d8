"""The empirical tangent kernel Θ_θ(X₁, X₂) = J_θ(X₁) J_θ(X₂)ᵀ of any differentiable network."""

from collections.abc import Iterator

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook.errors import InvalidInput
from ntkbook.networks import Apply, Params


def jacobian(apply: Apply, params: Params, X: Float[Array, "N ..."]) -> Float[Array, "NK p"]:
    """J_θ(X) = ∂f_θ(X)/∂θ, row i·K + k belonging to logit k of point i.

    One point at a time under vmap, so that no (N, K, N, …) array ever exists.
    """
    one_point = jax.jacrev(lambda theta, x: apply(theta, x[None])[0])
    leaves = jax.tree.leaves(jax.vmap(one_point, in_axes=(None, 0))(params, X))
    rows = leaves[0].shape[0] * leaves[0].shape[1]
    return jnp.concatenate([leaf.reshape(rows, -1) for leaf in leaves], axis=1)


def empirical_ntk(
    apply: Apply,
    params: Params,
    X1: Float[Array, "N1 ..."],
    X2: Float[Array, "N2 ..."] | None = None,
    *,
    block: int = 64,
) -> Float[Array, "N1K N2K"]:
    """Θ_θ(X₁, X₂) = J_θ(X₁) J_θ(X₂)ᵀ, shape (N₁K, N₂K); row i·K + k is logit k of point i.

    apply(θ, X) -> (N, K): any JAX function whose outputs for different points do not mix (no batch norm in
    training mode). X2=None means X₂ = X₁; then each off-diagonal block is computed once and mirrored.
    block: points in a block; memory is about 2·block·K·p numbers besides the result.
    Raises InvalidInput for an empty X, a block below 1, or an `apply` that does not return (N, K).
    Source: Jacot, Gabriel & Hongler 2018.
    """
    _checks.positive_integer("block", block, "the number of points in a block")
    for name, X in (("X1", X1), ("X2", X2)):
        if X is not None and X.shape[0] == 0:
            raise InvalidInput(f"{name} has shape {X.shape}: no points. Give at least one input.")
    output = jax.eval_shape(apply, params, X1)
    if output.ndim != 2 or output.shape[0] != X1.shape[0]:
        raise InvalidInput(
            f"apply(params, X1) has shape {output.shape}; expected (N, K) = ({X1.shape[0]}, K). "
            f"Wrap the network so that it returns one row of K logits a point."
        )
    if X2 is None:
        return _symmetric(apply, params, X1, block)
    return jnp.concatenate(
        [
            jnp.concatenate([_block(apply, params, X1[rows], X2[columns]) for columns in _slices(X2, block)], axis=1)
            for rows in _slices(X1, block)
        ]
    )


def _symmetric(apply: Apply, params: Params, X: Float[Array, "N ..."], block: int) -> Float[Array, "NK NK"]:
    slices = list(_slices(X, block))
    blocks = {
        (a, b): _block(apply, params, X[slices[a]], X[slices[b]]) for a in range(len(slices)) for b in range(a + 1)
    }
    full = [
        [blocks[a, b] if a >= b else blocks[b, a].T for b in range(len(slices))] for a in range(len(slices))
    ]
    return jnp.block(full)


def _slices(X: Float[Array, "N ..."], block: int) -> Iterator[slice]:
    return (slice(start, start + block) for start in range(0, X.shape[0], block))


def _block_of(
    apply: Apply, params: Params, X1: Float[Array, "N1 ..."], X2: Float[Array, "N2 ..."]
) -> Float[Array, "N1K N2K"]:
    return jacobian(apply, params, X1) @ jacobian(apply, params, X2).T


_block = jax.jit(_block_of, static_argnums=0)
