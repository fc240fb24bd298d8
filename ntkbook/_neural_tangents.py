"""The only file that knows how to import neural-tangents on a current JAX.

neural-tangents 0.6.5 is the last release (2023). It imports names that JAX has since removed, and a
TensorFlow bridge that the book never uses. Both are supplied here, *only while it is being imported*, so
that no other library ever sees them. Import `nt` and `stax` from this file and from nowhere else.
"""

import contextlib
import importlib
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any

import jax
import jax.extend.core
from jax.interpreters import ad

from ntkbook import _config as _config

# Names that neural-tangents reads and JAX no longer has -> what serves in their place.
CORE_NAMES = ("Jaxpr", "JaxprEqn", "Literal", "Primitive", "Var")


def _safe_map(function: Any, *sequences: Any) -> list[Any]:
    return [function(*items) for items in zip(*sequences, strict=True)]


def _safe_zip(*sequences: Any) -> list[tuple[Any, ...]]:
    return list(zip(*sequences, strict=True))


def _replacements() -> Iterator[tuple[Any, str, Any]]:
    """(owner, name, value) of every attribute that must exist during the import."""
    for name in CORE_NAMES:
        yield jax.core, name, getattr(jax.extend.core, name)
    # Only a key of a dictionary of rules for structured derivatives: any primitive serves.
    yield ad, "zeros_like_p", jax.extend.core.Primitive("zeros_like")


@contextlib.contextmanager
def _jax_as_it_was() -> Iterator[None]:
    """JAX with the removed names put back, and neural-tangents' TensorFlow bridge left out."""
    added_attributes = []
    for owner, name, value in _replacements():
        if name not in vars(owner):
            setattr(owner, name, value)
            added_attributes.append((owner, name))

    jax_util = types.ModuleType("jax.util")
    vars(jax_util).update(safe_map=_safe_map, safe_zip=_safe_zip)
    modules = {"neural_tangents.experimental": types.ModuleType("neural_tangents.experimental")}
    if "jax.util" not in sys.modules:
        modules["jax.util"] = jax_util
    sys.modules.update(modules)
    try:
        yield
    finally:
        for owner, name in added_attributes:
            delattr(owner, name)
        sys.modules.pop("jax.util", None) if "jax.util" in modules else None


def _import() -> tuple[Any, Any]:
    with _jax_as_it_was(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations of a library that will not change any more
        return importlib.import_module("neural_tangents"), importlib.import_module("neural_tangents.stax")


nt, stax = _import()
