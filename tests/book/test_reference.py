"""The reference page lists every public name once, and every entry says what a reader needs."""

import dataclasses
import importlib
import inspect
import re
import types
from collections.abc import Callable
from pathlib import Path

import pytest
import reference
from jaxtyping import Array, Float

PAGE = (Path(__file__).parents[2] / "book" / "reference.md").read_text(encoding="utf-8")
# The arguments that the page explains once for all.
COMMON = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", PAGE, re.M))))
LISTED = [
    (module, name)
    for module, names in re.findall(r"```\{reference\} ([\w.]+)\n(.*?)```", PAGE, re.S)
    for name in names.split()
]


def public_names(module: str) -> set[str]:
    found = importlib.import_module(module)
    return {
        name
        for name, value in vars(found).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }


@pytest.mark.parametrize("module", ["ntkbook", "ntkbook.bayes", "ntkbook.experiments"])
def test_every_public_name_is_listed_once(module: str) -> None:
    listed = [name for owner, name in LISTED if owner == module]
    assert sorted(listed) == sorted(public_names(module))


@pytest.mark.parametrize(("module", "name"), LISTED)
def test_every_entry_is_documented(module: str, name: str) -> None:
    target = getattr(importlib.import_module(module), name)
    if not inspect.isfunction(target) and not inspect.isclass(target):
        assert type(target).__doc__
        return
    assert target.__doc__
    if inspect.isfunction(target):
        explained = COMMON | dict(reference.shapes(target)).keys()
        unexplained = [
            parameter
            for parameter in inspect.signature(target).parameters
            if parameter not in explained and not re.search(rf"\b{parameter}\b", target.__doc__)
        ]
        assert unexplained == []


@pytest.mark.parametrize(("module", "name"), LISTED)
def test_every_entry_can_be_shown(module: str, name: str) -> None:
    shown = reference.entry(f"nb.{name}", getattr(importlib.import_module(module), name)).astext()
    assert shown.startswith(f"nb.{name}")
    assert len(shown) > 2 * len(name) + 20


def test_a_signature_reads_like_its_source() -> None:
    def flow(theta0: int, *, lam: float = 0.5) -> None: ...

    assert reference.signature("nb.flow", flow) == "nb.flow(theta0, *, lam=0.5)"

    @dataclasses.dataclass
    class Record:
        t: float
        z: float

    assert reference.signature("nb.Record", Record) == "nb.Record(t, z)"


def test_a_docstring_keeps_its_characters_and_its_code() -> None:
    code, text = reference.paragraphs("    f(x)\n\n|Θ − Θᵀ| of `a*b*c`.")
    assert code.astext() == "f(x)"
    assert text.astext() == "|Θ − Θᵀ| of a*b*c."


def test_types_are_shown_in_short() -> None:
    def product(apply: Callable[[int], float], A: Float[Array, "N K"], lam: float) -> Float[Array, " N"]: ...

    assert reference.shapes(product) == [("A", 'Float["N K"]'), ("returns", 'Float["N"]')]
