"""The reference lists every public name once, and every entry says what a reader needs."""

import dataclasses
import importlib
import inspect
import re
from posixpath import dirname, normpath

import pytest

import ntkbook
from bookkit.extensions._annotations import types_of
from bookkit.extensions._docstrings import documentation
from bookkit.sources.public_names import CHAPTERS, called, public
from tests.book._sources import ROOT, code_cells, reference_names, source, toc_pages

# The arguments that the page explains once for all.
COMMON = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", source("reference"), re.M))))
LISTED = reference_names()
LIBRARY = [(module, name) for module, name in LISTED if not module.startswith(CHAPTERS)]
# The classes that a reader makes; the others are records that functions return.
CONSTRUCTED = {
    "Chains",
    "Data",
    "Integration",
    "LazinessMonitor",
    "Loss",
    "NTKClassifier",
    "NTKRegressor",
    "Network",
    "Newton",
    "Problem",
}
BUILT = ROOT / "_build" / "html"
# What cells of chapters call of what they measure: there it is explained, and shown at work.
RUN = {
    name
    for page in toc_pages()
    for cell in code_cells(source(page))
    for name in re.findall(r"\bmeasure\.(\w+)", cell)
}


def target(module: str, name: str) -> object:
    return getattr(importlib.import_module(module), name)


def said_of(value: object) -> str:
    return inspect.cleandoc(documentation(value) or value.__doc__ or "")


@pytest.mark.parametrize("module", sorted({module for module, _ in LISTED}))
def test_every_public_name_is_listed_once(module: str) -> None:
    listed = [name for owner, name in LISTED if owner == module]
    assert sorted(listed) == sorted(public(module))


@pytest.mark.parametrize(("module", "name"), LIBRARY)
def test_every_entry_is_documented(module: str, name: str) -> None:
    value = target(module, name)
    documented = said_of(value)
    assert documented
    # A record is as good as the function that returns it.
    returned = inspect.isclass(value) and name not in CONSTRUCTED
    assert returned or name == "LOSSES" or re.search(r"^Source:$", documented, re.MULTILINE)
    if inspect.isfunction(value):
        assert re.search(r"\b[Rr]aise[sd]\b", documented)


@pytest.mark.parametrize(("module", "name"), LIBRARY)
def test_every_argument_has_a_line(module: str, name: str) -> None:
    value = target(module, name)
    if inspect.isclass(value) and not dataclasses.is_dataclass(value) and name not in CONSTRUCTED:
        return  # an exception
    if callable(value):
        section = re.search(r"^Args:\n((?:    .*\n)+)", said_of(value) + "\n", re.MULTILINE)
        described = re.findall(r"^    (\w+): ", section[1], re.MULTILINE) if section else []
        assert described == list(inspect.signature(value).parameters)


@pytest.mark.parametrize(("module", "name"), [entry for entry in LISTED if entry not in LIBRARY])
def test_every_argument_of_a_measurement_is_explained(module: str, name: str) -> None:
    value = target(module, name)
    documented = said_of(value)
    assert documented
    if inspect.isfunction(value):
        assert name in RUN or re.search(r"^Source:$", documented, re.MULTILINE)
        shaped = {argument for argument, text in types_of(value).items() if "[" in text}
        unexplained = [
            argument
            for argument in inspect.signature(value).parameters
            if argument not in COMMON | shaped and not re.search(rf"\b{argument}\b", documented)
        ]
        assert unexplained == []


def test_every_function_and_class_to_construct_ends_with_an_example() -> None:
    """Of what a chapter measures and runs, the chapter is the example."""
    without = []
    for module, name in LISTED:
        value = target(module, name)
        if module.startswith(CHAPTERS) and (name in RUN or inspect.isclass(value)):
            continue
        if name in CONSTRUCTED if inspect.isclass(value) else callable(value):
            *_, last = said_of(value).partition("\nExample:\n")
            without += [] if last.split("\n\n")[-1].lstrip().startswith(">>> ") else [name]
    assert without == []


def test_every_loss_shows_its_own_formula() -> None:
    formulas = [
        re.findall(r"\.\. math:: (\\ell\(z; y\) = [^,]+),", said_of(loss)) for loss in ntkbook.LOSSES.values()
    ]
    assert [len(found) for found in formulas] == [1] * 5
    together = said_of(ntkbook.LOSSES)
    for name, (formula,) in zip(ntkbook.LOSSES, formulas, strict=True):
        (entry,) = re.findall(rf"`'{name}'`: .*?(?=\n\n`'|\Z)", together, re.DOTALL)
        assert entry.count(formula) == 1


# --- what the build made of it ---------------------------------------------------------------------------


def built(page: str) -> str:
    file = BUILT / page
    if not file.is_file():
        pytest.fail(f"{file} is missing: run `make book` first (`make test` does).")
    return file.read_text(encoding="utf-8")


def test_every_entry_has_its_address_and_leads_to_its_lines() -> None:
    pages = {page: built(f"{page}.html") for page in toc_pages() if page.startswith("reference/")}
    together = "".join(pages.values())
    for module, name in LIBRARY:
        assert together.count(f'id="reference-{called(module).replace(".", "-")}-{name}"') == 1
    for page, html in pages.items():
        entries = re.findall(r'<dt class="sig sig-object py" id="([^"]*)">(.*?)</dt>', html, re.DOTALL)
        linked = [
            re.search(r'href="([^"#]*)#([^"]*)"><span class="viewcode-link"', shown) for _, shown in entries
        ]
        assert [name for (name, _), link in zip(entries, linked, strict=True) if not link] == []
        for address, lines in {(link[1], link[2]) for link in linked if link}:
            if not address.startswith("https://"):  # the repository's, once it has an address
                assert f'id="{lines}"' in built(normpath(f"{dirname(page)}/{address}"))
