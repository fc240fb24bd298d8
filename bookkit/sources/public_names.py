"""What ntkbook shows to the world: which names, in which order, under which name, and from which lines of code."""

import ast
import importlib
import inspect
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CHAPTERS = "ntkbook.chapters."
# What a reader imports -> how the book calls it.
SURFACES = {"ntkbook.bayes": "nb.bayes", "ntkbook": "nb"}


@dataclass(frozen=True)
class Lines:
    """Lines of a file, both ends included."""

    file: Path
    first: int
    last: int


def surface(module: str) -> str:
    """Where a reader gets a module's names: at `ntkbook.bayes`, at `ntkbook`, or, of a chapter, from the module."""
    if module.startswith(CHAPTERS):
        return module
    return next(name for name in SURFACES if f"{module}.".startswith(f"{name}."))


def called(module: str) -> str:
    """`nb`, `nb.bayes`, or `one_hot.measure`: a surface's name in the book."""
    return SURFACES.get(module) or module.removeprefix(CHAPTERS)


def public(module: str) -> list[str]:
    """The names that a module states as its own: those of `__all__`, else all without an underscore in front."""
    found = importlib.import_module(module)
    named = getattr(found, "__all__", None) or list(vars(found))
    is_package = hasattr(found, "__path__")
    own = named if is_package else [name for name in definitions(module) if name in named]
    return [
        name
        for name in own
        if not name.startswith("_") and not isinstance(getattr(found, name), types.ModuleType)
    ]


def entries(module: str) -> list[str]:
    """The names of a module that its surface shows too, in the order in which the module states them."""
    found, shown = importlib.import_module(module), importlib.import_module(surface(module))
    on_surface = set(public(surface(module)))
    return [
        name for name in public(module) if name in on_surface and getattr(shown, name) is getattr(found, name)
    ]


@cache
def definitions(module: str) -> dict[str, Lines]:
    """Every function, class, `Class.method` and constant that the module's own file defines -> its lines."""
    file = inspect.getsourcefile(importlib.import_module(module))
    assert file is not None
    body = ast.parse(Path(file).read_text(encoding="utf-8")).body
    return {name: Lines(Path(file), first, last) for name, first, last in _defined(body)}


def _defined(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, int, int]]:
    """(name, first line, last line), decorators included."""
    for node in body:
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
        for name in _names(node):
            yield prefix + name, first, node.end_lineno or node.lineno
        if isinstance(node, ast.ClassDef):
            yield from _defined(node.body, f"{prefix}{node.name}.")


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def home(module: str, name: str) -> str | None:
    """The module whose file defines what `module` shows as `name`; nothing if that is none of ours."""
    target = getattr(importlib.import_module(module), name)
    loaded = [one for one in sys.modules if f"{one}.".startswith("ntkbook.")]
    return next(
        (
            one
            for one in sorted(loaded)
            if getattr(sys.modules[one], name, None) is target and name in definitions(one)
        ),
        None,
    )


@cache
def _shown() -> dict[int, str]:
    return {
        id(getattr(importlib.import_module(module), name)): f"{alias}.{name}"
        for module, alias in SURFACES.items()
        for name in public(module)
    }


def shown_as(target: Any) -> str | None:
    """`nb.Loss` for the class Loss; nothing for what has no entry."""
    return _shown().get(id(target))


@cache
def address_of() -> dict[str, str]:
    """How a docstring names an entry, `Loss` or `nb.Loss` -> `nb.Loss`."""
    full = list(_shown().values())
    return {name: name for name in full} | {name.rpartition(".")[2]: name for name in full}
