"""The only file that knows how to import neural-tangents on a current JAX.

neural-tangents 0.6.5 is the last release (2023). It imports names that JAX has since removed, and a
TensorFlow bridge that the book never uses. Both are supplied here, *only while it is being imported*, so
that no other library ever sees them. Import `nt` and `stax` from this file and from nowhere else.
"""

import contextlib
import importlib
import importlib.util
import sys
import types
import warnings
from collections.abc import Iterator
from typing import Any

import jax.core
import jax.extend.core
from jax.interpreters import ad

from ntkbook import _config as _config
from ntkbook import _drawing

# Names that neural-tangents reads and JAX no longer has -> what serves in their place.
CORE_NAMES = ("Jaxpr", "JaxprEqn", "Literal", "Primitive", "Var")
STAND_INS = ("jax.util", "neural_tangents.experimental")  # whole modules


def _safe_map(function: Any, *sequences: Any) -> list[Any]:
    return [function(*items) for items in zip(*sequences, strict=True)]


def _safe_zip(*sequences: Any) -> list[tuple[Any, ...]]:
    return list(zip(*sequences, strict=True))


def _replacements() -> Iterator[tuple[Any, str, Any]]:
    """(owner, name, value) of every attribute that must exist during the import."""
    for name in CORE_NAMES:
        if not hasattr(jax.extend.core, name):
            raise ImportError(
                f"neural-tangents 0.6.5 needs jax.extend.core.{name}, which JAX {jax.__version__} does not have. "
                f"Install the JAX that requirements.txt pins."
            )
        yield jax.core, name, getattr(jax.extend.core, name)
    # Only a key of a dictionary of rules for structured derivatives: any primitive serves.
    yield ad, "zeros_like_p", jax.extend.core.Primitive("zeros_like")


@contextlib.contextmanager
def _jax_as_it_was() -> Iterator[None]:
    """JAX with the removed names put back, and neural-tangents' TensorFlow bridge left out."""
    added_attributes = [entry for entry in _replacements() if entry[1] not in vars(entry[0])]
    added_modules = {name: types.ModuleType(name) for name in STAND_INS if name not in sys.modules}
    if "jax.util" in added_modules:
        vars(added_modules["jax.util"]).update(safe_map=_safe_map, safe_zip=_safe_zip)
    for owner, name, value in added_attributes:
        setattr(owner, name, value)
    sys.modules.update(added_modules)
    try:
        yield
    finally:
        for owner, name, _ in added_attributes:
            delattr(owner, name)
        for name in added_modules:
            del sys.modules[name]


def _import() -> tuple[Any, Any]:
    if importlib.util.find_spec("neural_tangents") is None:
        raise ModuleNotFoundError(
            "nb.mlp, nb.cnn and nb.resnet are made of layers of neural-tangents, which is not installed. With its "
            "TensorFlow: pip install 'ntkbook[networks]'. Without: pip install frozendict, then pip install --no-deps "
            "neural-tangents==0.6.5. All else takes networks and kernels of your own, and does without."
        )
    with _jax_as_it_was(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations of a library that will not change any more
        modules = importlib.import_module("neural_tangents"), importlib.import_module("neural_tangents.stax")
    layers: Any = importlib.import_module("neural_tangents._src.stax.linear")
    layers.random = _drawing.RANDOM  # the same weights, without a compilation for each shape
    return modules


def __getattr__(name: str) -> Any:
    """`nt` and `stax`, imported when first asked for: that takes a second, and only networks need it."""
    if name not in ("nt", "stax"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["nt"], globals()["stax"] = _import()
    return globals()[name]
