"""Which names a module shows to the world, and where they are defined."""

import inspect

import pytest

import ntkbook
from bookkit.extensions.source_links import in_repository, lines_of
from bookkit.sources import public_names
from bookkit.sources.project import ROOT


def test_a_module_shows_what_it_defines_and_its_surface_has() -> None:
    assert public_names.entries("ntkbook.data") == [
        "Data",
        "sphere",
        "digits",
    ]  # not InvalidInput, which it imports
    assert "Apply" not in public_names.entries("ntkbook.networks")  # which has it, but nb has not
    assert public_names.surface("ntkbook.bayes.law") == "ntkbook.bayes"


def test_a_chapter_is_its_own_surface() -> None:
    module = "ntkbook.chapters.one_hot.measure"
    assert public_names.surface(module) == module
    assert public_names.called(module) == "one_hot.measure"
    assert "long_run" in public_names.entries(module)


@pytest.mark.parametrize("name", ["mlp", "Network", "cross_entropy", "LOSSES", "LazinessMonitor.report"])
def test_a_name_leads_to_its_lines(name: str) -> None:
    lines = lines_of("ntkbook", name)
    assert lines is not None
    text = lines.file.read_text(encoding="utf-8").splitlines()[lines.first - 1 : lines.last]
    assert name.rpartition(".")[2] in " ".join(text[:2])  # a decorator may come first
    if name == "mlp":
        assert "\n".join(text) == inspect.getsource(ntkbook.mlp).rstrip()


def test_the_repository_has_an_address_for_them() -> None:
    lines = lines_of("ntkbook", "mlp")
    assert lines is not None
    address = in_repository("https://forge.example/book", "main", "ntkbook", "mlp")
    path = lines.file.relative_to(ROOT).as_posix()
    assert address == f"https://forge.example/book/blob/main/{path}#L{lines.first}-L{lines.last}"
