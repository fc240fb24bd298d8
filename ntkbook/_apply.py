"""What is asked of a network apply(θ, X) -> (N, K) and of its parameters."""

import functools
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook._checks import known
from ntkbook.errors import InvalidInput

_SEPARATE: WeakSet[Callable[..., Any]] = WeakSet()  # networks known not to mix points
PARTITION = (
    "Close over it in `apply`, and give the rest: eqx.partition(params, eqx.is_inexact_array) parts them"
)


@functools.partial(jax.jit, static_argnums=0)
def outputs(apply: Callable[..., Any], params: Any, X: Float[Array, "M ..."]) -> Float[Array, "M K"]:
    """f_θ(X), by one program instead of one an operation."""
    return apply(params, X)


def separate(apply: Callable[..., Any]) -> Callable[..., Any]:
    """The network, of which it is known that it treats every point alone."""
    _SEPARATE.add(apply)
    return apply


def check_separate(apply: Callable[..., Any], params: Any, X: Float[Array, "N ..."]) -> None:
    """Refuses a network whose output at a point depends on the other points; tried once a network, on two."""
    if apply in _SEPARATE or X.shape[0] < 2 or not all(map(known, [X, *jax.tree.leaves(params)])):
        return
    beside, alone = map(np.asarray, _two_ways(apply, params, X[:2]))
    size = max(np.max(np.abs(beside), initial=0), np.max(np.abs(alone), initial=0))
    off = np.max(np.abs(beside - alone), initial=0)
    if off > float(jnp.finfo(beside.dtype).eps) ** 0.5 * size:
        raise InvalidInput(
            f"the network mixes points: its output at a point changes by {float(off):.3g} with a second point beside "
            f"it, of outputs up to {float(size):.3g}. Tangent kernels need a function of one point. Switch batch norm "
            "and dropout to evaluation (use_running_average=True, deterministic=True, inference=True)."
        )
    separate(apply)


@functools.partial(jax.jit, static_argnums=0)
def _two_ways(apply: Callable[..., Any], params: Any, X: Float[Array, "2 ..."]) -> tuple[Array, Array]:
    """(f at both points together, f at each alone)."""
    return apply(params, X), jnp.concatenate([apply(params, X[:1]), apply(params, X[1:])])


def check_parameters(params: Any, *, real: bool) -> None:
    """A tree of arrays; of real ones, where all of them are moved."""
    for path, leaf in jax.tree_util.tree_leaves_with_path(params):
        where = f"params{jax.tree_util.keystr(path)}"
        if not hasattr(leaf, "dtype") and not isinstance(leaf, bool | int | float):
            raise InvalidInput(f"{where} is {leaf!r:.60}, no array; expected a tree of arrays. {PARTITION}.")
        if real and not jnp.issubdtype(jnp.result_type(leaf), jnp.floating):
            raise InvalidInput(
                f"{where} is of type {jnp.result_type(leaf)}, in which nothing can be differentiated; expected real "
                f"arrays. {PARTITION}."
            )


def check_same_tree(params: Any, theta0: Any) -> None:
    """Refuses parameters that are not of θ₀'s structure and shapes, and says where they differ."""
    given, expected = (
        {
            jax.tree_util.keystr(path): jnp.shape(leaf)
            for path, leaf in jax.tree_util.tree_leaves_with_path(tree)
        }
        for tree in (params, theta0)
    )
    differing = [place for place in {**expected, **given} if given.get(place) != expected.get(place)]
    kinds = [str(jax.tree.structure(tree)) for tree in (params, theta0)]
    if differing:
        place = differing[0]
        told = [f"of shape {of[place]}" if place in of else "missing" for of in (given, expected)]
        difference = f"params{place} is {told[0]}, and at the initialization {told[1]}"
    elif kinds[0] != kinds[1]:
        difference = f"params are nested as {kinds[0]:.100}, and at the initialization as {kinds[1]:.100}"
    else:
        return
    raise InvalidInput(
        f"{difference}. Pass the parameters of the same network, nested in the same way, without the optimizer's state."
    )
