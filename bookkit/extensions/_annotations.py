"""Types as the reference shows them: `Float[N, K]` for `Float[Array, "N K"]`, and records as links to their entries."""

import collections.abc
import inspect
import typing
from typing import Any

from jaxtyping import PRNGKeyArray

from bookkit.sources.public_names import shown_as


def types_of(target: Any) -> dict[str, str]:
    """Parameter, field or `return` -> its type, as reStructuredText."""
    owner = inspect.unwrap(target) if callable(target) else target
    if inspect.isclass(owner) and not getattr(owner, "__dataclass_fields__", None):
        owner = owner.__init__
    try:
        hints = typing.get_type_hints(owner)
    except (NameError, TypeError):  # no code of ours: nothing is annotated, or not so that it could be read
        return {}
    return {name: in_words(hint) for name, hint in hints.items()}


def in_words(hint: Any) -> str:
    """One type: arrays by kind and shape, functions and trees by their kind, anything else by its name."""
    if hint is None or hint is type(None):
        return "``None``"
    if hasattr(hint, "dim_str"):
        return f"``{_array(hint)}``"
    if hasattr(hint, "leaftype"):
        return "``PyTree``"
    if typing.get_origin(hint) is collections.abc.Callable:
        return "``function``"
    if not isinstance(hint, type) and (parts := typing.get_args(hint)):
        return _together(hint, parts)
    name = getattr(hint, "__name__", str(hint))
    entry = shown_as(hint)
    return f":py:obj:`{name} <{entry}>`" if entry else f"``{name}``"


def _array(hint: Any) -> str:
    kind = hint.__name__.split("[")[0]
    shape = ", ".join(hint.dim_str.split())
    return f"{kind}[{shape}]" if shape else kind


def _together(hint: Any, parts: tuple[Any, ...]) -> str:
    """`A or B` of a union, `tuple of A` of a container, `0 or 1` of literal values."""
    key = typing.get_args(PRNGKeyArray)  # old keys and new ones: to a reader, a key
    is_key = set(key) <= set(parts)
    words = ["``key``"] * is_key + [
        _part(part) for part in parts if part is not ... and part not in key * is_key
    ]
    words = list(dict.fromkeys(words))
    origin = typing.get_origin(hint)
    if isinstance(origin, type) and origin.__name__ != "UnionType":
        return f"``{origin.__name__}`` of {', '.join(words)}"
    return " or ".join(words)


def _part(part: Any) -> str:
    return f"``{part!r}``" if isinstance(part, str | int) else in_words(part)
