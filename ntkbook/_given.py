"""What a caller gives for an array: lists, NumPy's, torch's, any real type; made JAX's, or refused in words."""

import functools
import inspect
import types
import typing
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import AbstractArray, Float, Int

from ntkbook._checks import known
from ntkbook.errors import InvalidInput

F = typing.TypeVar("F", bound=Callable[..., Any])


class Kind(NamedTuple):
    """inputs: of a network, which may itself ask for whole numbers or half precision; their type is left alone.
    number: whether one number may stand in the array's place."""

    real: bool
    inputs: bool
    number: bool = False


NUMBERS, INPUTS = Kind(real=True, inputs=False), Kind(real=True, inputs=True)


def takes_arrays(function: F) -> F:
    """The function, which now takes for an array whatever holds its numbers.

    Where other values are traced (`jit`), what is known stays known: checks of arrays that a function closes over see
    numbers, and answers that depend on them alone are constants of the program.
    """
    kinds = {name: kind for name, given in _parameters(function).items() if (kind := _kind(given.annotation))}
    names = list(_parameters(function))

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        positional = [
            as_array(name, x, kinds.get(name)) for name, x in zip(names, args, strict=False)
        ] + list(args[len(names) :])
        named = {name: as_array(name, x, kinds.get(name)) for name, x in kwargs.items()}
        if known(jnp.zeros(())):  # nothing is being compiled
            return function(*positional, **named)
        with jax.ensure_compile_time_eval():
            return function(*positional, **named)

    return typing.cast(F, call)


def as_array(name: str, given: Any, kind: Kind | None = NUMBERS) -> Any:
    """The numbers that were given, in double precision if in none that JAX computes with."""
    plain = isinstance(given, jax.Array) and given.dtype in (jnp.float32, jnp.float64)
    if kind is None or given is None or plain or (kind.number and isinstance(given, int | float)):
        return given
    with jax.ensure_compile_time_eval():
        return _converted(name, given, kind)


def _converted(name: str, given: Any, kind: Kind) -> jax.Array:
    array = given if isinstance(given, jax.Array) else _from_elsewhere(name, given)
    if jnp.issubdtype(array.dtype, jnp.complexfloating):
        raise InvalidInput(
            f"{name} holds complex numbers; expected real ones. Give its real part, or both apart."
        )
    if kind.real and not kind.inputs and array.dtype not in (jnp.float32, jnp.float64):
        return array.astype(float)
    return array


def _from_elsewhere(name: str, given: Any) -> jax.Array:
    if isinstance(getattr(given, "ntk", None), jax.Array):
        raise InvalidInput(f"{name} was given both kernels of a network; pass one of them, .ntk or .nngp.")
    given = given.detach() if hasattr(given, "detach") else given  # torch's, which may carry a gradient
    try:
        return jnp.asarray(np.asarray(given))
    except (TypeError, ValueError, RuntimeError) as error:
        if hasattr(given, "__dlpack__"):  # such as torch's bfloat16, which NumPy lacks
            return jnp.from_dlpack(given)
        raise InvalidInput(
            f"{name} is {given!r:.80}, a {type(given).__name__}; expected an array of numbers, rows of one "
            f"length. Make it one first: jnp.asarray(…)."
        ) from error


def _parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(function).parameters)


def _kind(annotation: Any) -> Kind | None:
    """Of a parameter that is an array: Float[Array, "N K"], but no scalar, which is a number."""
    union = typing.get_origin(annotation) in (typing.Union, types.UnionType)
    parts = typing.get_args(annotation) if union else (annotation,)
    for part in parts:
        if (
            inspect.isclass(part)
            and issubclass(part, AbstractArray)
            and part.dtype in (Float, Int)
            and part.dims
        ):
            return Kind(part.dtype is Float, part.dim_str.endswith(" ..."), float in parts)
    return None
