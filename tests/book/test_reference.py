"""The reference page lists every public name once, and every entry says what a reader needs."""

import dataclasses
import importlib
import inspect
import re
import types
from collections.abc import Callable

import pytest
from jaxtyping import Array, Float, PyTree

import ntkbook
from bookkit.extensions import reference
from bookkit.sources.callers import callers
from tests.book._sources import reference_names, source

# The arguments that the page explains once for all.
COMMON = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", source("reference"), re.M))))
LISTED = reference_names()
# The classes that a reader makes; the others are records that functions return.
CONSTRUCTED = {"Data", "LazinessMonitor", "Loss", "Network"}


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
    documented = reference.documentation(target)
    assert documented
    # A record is as good as the function that returns it; an experiment is explained in the chapters that run it.
    returned = inspect.isclass(target) and name not in CONSTRUCTED
    in_a_chapter = module == "ntkbook.experiments" and name in callers()
    assert returned or in_a_chapter or "Source: " in documented
    if inspect.isfunction(target):
        assert module == "ntkbook.experiments" or re.search(r"\b[Rr]aise[sd]\b", documented)
        explained = COMMON | dict(reference.shapes(target)).keys()
        unexplained = [
            parameter
            for parameter in inspect.signature(target).parameters
            if parameter not in explained and not re.search(rf"\b{parameter}\b", target.__doc__)
        ]
        assert unexplained == []


def test_every_function_and_class_to_construct_ends_with_an_example() -> None:
    """Of an experiment, a chapter that runs it will do."""
    without = []
    for module, name in LISTED:
        target = getattr(importlib.import_module(module), name)
        shown = name in CONSTRUCTED if inspect.isclass(target) else callable(target)
        if shown and not (module == "ntkbook.experiments" and name in callers()):
            *_, last = inspect.getdoc(target).split("\n\n")
            without += [] if last.startswith(">>> ") else [name]
    assert without == []


def test_every_loss_shows_its_own_formula() -> None:
    shown = [reference.entry(f"nb.{name}", loss).astext() for name, loss in ntkbook.LOSSES.items()]
    formulas = [re.findall(r"ℓ\(z; y\) = [^,]+,", text) for text in shown]
    assert [len(found) for found in formulas] == [1] * 5
    together = reference.entry("nb.LOSSES", ntkbook.LOSSES).astext()
    for name, (formula,) in zip(ntkbook.LOSSES, formulas, strict=True):
        assert together.count(f"'{name}': {formula}") == 1


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
    long = "nb." + 70 * "R"
    assert reference.signature(long, Record) == f"{long}(\n    t,\n    z,\n)"


def test_a_docstring_keeps_its_characters_and_its_code() -> None:
    code, text = reference.paragraphs("    f(x)\n\n|Θ − Θᵀ| of `a*b*c`.")
    assert code.astext() == "f(x)"
    assert text.astext() == "|Θ − Θᵀ| of a*b*c."


def test_an_example_keeps_its_prompts_and_its_output() -> None:
    text, code = reference.paragraphs("Half.\n\n>>> 1 / 2\n0.5")
    assert text.astext() == "Half."
    assert (code.astext(), code["language"]) == (">>> 1 / 2\n0.5", "pycon")


def test_types_are_shown_in_short() -> None:
    def product(apply: Callable[[int], float], A: Float[Array, "N K"], lam: float) -> Float[Array, " N"]: ...

    assert reference.shapes(product) == [("A", 'Float["N K"]'), ("returns", 'Float["N"]')]
    assert reference.describe(PyTree[Float[Array, "..."]]) == "PyTree[...]"
