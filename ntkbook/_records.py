"""Records that JAX takes apart: the fields that it may trace, and those that it compiles for."""

from dataclasses import fields
from typing import Any

import jax


def register(record: type[Any], *, static: tuple[str, ...]) -> None:
    """Let a frozen dataclass pass through `jit` and `vmap`. static: hashable fields, each value compiled anew.

    What JAX puts together again is not checked a second time: it may hold tracers.
    """
    traced = tuple(field.name for field in fields(record) if field.name not in static)

    def taken_apart(one: Any) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        return tuple(getattr(one, name) for name in traced), tuple(getattr(one, name) for name in static)

    def put_together(kept: tuple[Any, ...], values: tuple[Any, ...]) -> Any:
        one = object.__new__(record)
        for name, value in (*zip(static, kept, strict=True), *zip(traced, values, strict=True)):
            object.__setattr__(one, name, value)
        return one

    jax.tree_util.register_pytree_node(record, taken_apart, put_together)
