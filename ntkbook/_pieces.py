"""Takes a network apart so that each of its parameters adds to the tangent kernel at its own price.

The kernel is a sum over parameters, and re-arranging them (splitting, reshaping, transposing) leaves it as it
is. Where weights W meet a point as one row h, in a = hW, the gradient of logit k with respect to W is an
outer product h ⊗ δ_k, with δ_k the gradient with respect to a. A bias added to a is a weight with input 1. So

    Θ_ik,jl ∋ (h_i · h_j)(δ_ik · δ_jl),

at the price of fan-in plus fan-out, where the Jacobian would cost their product. Parameters that meet the
point in any other way (convolutions, shared weights) are their own a, with input 1: δ_k is then their plain
gradient. All of this is read off the network's own jaxpr, so that it serves any network written in JAX.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax.extend.core import Jaxpr, JaxprEqn, Literal, Var
from jaxtyping import Array, Float

from ntkbook.errors import InvalidInput

# Primitives that only re-arrange the numbers of their operand, as long as there are no more of them afterwards.
REARRANGING = ("reshape", "transpose", "squeeze", "expand_dims", "broadcast_in_dim", "copy", "split")


class Factor(NamedTuple):
    """One share of the Jacobian, inputs ⊗ slopes: h of every point, δ of every logit of every point."""

    inputs: Float[Array, "N fan_in"]
    slopes: Float[Array, "N K fan_out"]


class Route(NamedTuple):
    """How a parameter enters: times `scale`, and times the row h (None: as it is)."""

    scale: float
    row: Var | None


def factors(apply: Callable[..., Any], params: Any, X: Float[Array, "N ..."]) -> tuple[Factor, ...]:
    """The Jacobian of apply(params, X) with respect to its real parameters, share by share.

    Raises InvalidInput if none of them matters.
    """
    leaves, structure = jax.tree.flatten(params)

    def one_point(x: Array, *leaves: Array) -> Array:
        return apply(jax.tree.unflatten(structure, leaves), x[None])[0]

    nested = jax.make_jaxpr(one_point)(X[0], *leaves)
    closed = jax.make_jaxpr(lambda *operands: _evaluate(nested, operands)[0])(X[0], *leaves)
    routes = _routes(closed.jaxpr)
    if not routes:
        raise InvalidInput(
            "apply(params, X) does not depend on params: none of its floating-point leaves reaches the logits. "
            "Let apply use the parameters that it is given, instead of those that it may have closed over."
        )
    # In the order of the jaxpr, not of a set: the same network is then the same program in every process.
    rows = list(
        dict.fromkeys(route.row for into in routes.values() for route in into if route.row is not None)
    )
    zeros = [jnp.zeros(_aval(var).shape, _aval(var).dtype) for var in routes]

    def of_point(x: Array) -> list[Factor]:
        def shifted(shifts: list[Array]) -> tuple[Array, list[Array]]:
            environment = _environment(closed, dict(zip(routes, shifts, strict=True)), [x, *leaves])
            return _read(environment, closed.jaxpr.outvars[0]), [environment[row].ravel() for row in rows]

        z, pull_back, values = jax.vjp(shifted, zeros, has_aux=True)
        (slopes,) = jax.vmap(pull_back)(jnp.eye(z.shape[0], dtype=z.dtype))
        h = {None: jnp.ones(1, z.dtype), **dict(zip(rows, values, strict=True))}
        return [
            Factor(jnp.concatenate([scale * h[row] for scale, row in into]), slope.reshape(z.shape[0], -1))
            for into, slope in zip(routes.values(), slopes, strict=True)
        ]

    return tuple(jax.vmap(of_point)(X))


def gram(one: tuple[Factor, ...], other: tuple[Factor, ...]) -> Float[Array, "N1K N2K"]:
    """Σ over shares of (h_i · h_j)(δ_ik · δ_jl)."""
    shares = [
        jnp.einsum("ikw,jlw->ikjl", f.slopes, g.slopes) * (f.inputs @ g.inputs.T)[:, None, :, None]
        for f, g in zip(one, other, strict=True)
    ]
    N1, K, N2, _ = shares[0].shape
    return jnp.asarray(sum(shares)).reshape(N1 * K, N2 * K)


def gram_by_class(one: tuple[Factor, ...], other: tuple[Factor, ...]) -> Float[Array, "K N1 N2"]:
    """Σ over shares of (h_i · h_j)(δ_ik · δ_jk): the products within one logit."""
    shares = [
        jnp.einsum("ikw,jkw->kij", f.slopes, g.slopes) * (f.inputs @ g.inputs.T)
        for f, g in zip(one, other, strict=True)
    ]
    return jnp.asarray(sum(shares))


# --- reading the jaxpr -----------------------------------------------------------------------------------


def _routes(jaxpr: Jaxpr) -> dict[Var, list[Route]]:
    """The variables a that carry all parameters to the logits, each with the routes that lead into it.

    Each parameter is followed as long as it has a single use, and that use is affine with a known constant.
    """
    users: dict[Var, list[JaxprEqn | None]] = {}
    for equation in [*jaxpr.eqns, None]:  # None stands for the reader of the outputs
        for var in jaxpr.outvars if equation is None else equation.invars:
            if isinstance(var, Var):
                users.setdefault(var, []).append(equation)

    routes: dict[Var, list[Route]] = {}
    parameters = [var for var in jaxpr.invars[1:] if jnp.issubdtype(_aval(var).dtype, jnp.floating)]
    pending = [(var, Route(1.0, None)) for var in parameters if var in users]
    while pending:
        var, route = pending.pop()
        equation = users[var][0] if len(users[var]) == 1 else None
        onward = None if equation is None else _through(equation, var, route)
        if equation is None or onward is None:
            routes.setdefault(var, []).append(route)
        else:
            pending += [(out, onward) for out in equation.outvars if out in users]
    return routes


def _through(equation: JaxprEqn, var: Var, route: Route) -> Route | None:
    """The parameter's route behind the equation that uses it, if the kernel can be read off there too."""
    name = equation.primitive.name
    if name == "dot_general" and route.row is None:
        row = _row_times_matrix(equation, var)
        return None if row is None else route._replace(row=row)
    if sum(_size(out) for out in equation.outvars) != _size(var):
        return None
    if name in REARRANGING or name in ("add", "add_any"):
        return route
    if name in ("mul", "div"):
        constant = equation.invars[1]
        other = equation.invars[0] if constant is var else constant
        if isinstance(other, Literal) and (name == "mul" or other is constant):
            scale = float(other.val) if name == "mul" else 1 / float(other.val)
            return route._replace(scale=route.scale * scale)
    return None


def _row_times_matrix(equation: JaxprEqn, matrix: Var) -> Var | None:
    """h if the equation is the product of one row h with the matrix, contracted over one of its two axes."""
    contracting, batch = equation.params["dimension_numbers"]
    side = 0 if equation.invars[0] is matrix else 1
    row, shape = equation.invars[1 - side], _aval(matrix).shape
    if not isinstance(row, Var) or len(shape) != 2 or batch[0] or len(contracting[side]) != 1:
        return None
    return row if _size(row) == shape[contracting[side][0]] else None


def _aval(var: Any) -> Any:
    return var.aval


def _size(var: Any) -> int:
    return math.prod(var.aval.shape)


# --- running it ------------------------------------------------------------------------------------------


def _evaluate(closed: Any, operands: Any) -> list[Any]:
    """What the jaxpr computes, with every nested jit opened, so that the products inside are seen."""
    environment = _environment(closed, {}, operands)
    return [_read(environment, atom) for atom in closed.jaxpr.outvars]


def _environment(closed: Any, shifts: dict[Var, Array], operands: Any) -> dict[Var, Any]:
    """The value of every variable when `shifts` are added to some."""
    environment: dict[Var, Any] = dict(zip(closed.jaxpr.constvars, closed.consts, strict=True))

    def define(variables: Any, values: Any) -> None:
        for var, value in zip(variables, values, strict=True):
            environment[var] = value + shifts[var] if var in shifts else value

    define(closed.jaxpr.invars, operands)
    for equation in closed.jaxpr.eqns:
        define(equation.outvars, _run(equation, [_read(environment, atom) for atom in equation.invars]))
    return environment


def _run(equation: JaxprEqn, operands: list[Any]) -> list[Any]:
    if equation.primitive.name in ("jit", "pjit"):
        return _evaluate(equation.params["jaxpr"], operands)
    results = equation.primitive.bind(*operands, **equation.primitive.get_bind_params(equation.params))
    return list(results) if equation.primitive.multiple_results else [results]


def _read(environment: dict[Var, Any], atom: Any) -> Any:
    return atom.val if isinstance(atom, Literal) else environment[atom]
