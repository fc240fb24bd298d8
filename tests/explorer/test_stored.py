"""Grids that were computed before: used while every source is the same, and never when damaged."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ntkbook.chapters.loss.measure import simplex as measured
from ntkbook.chapters.loss.show import simplex
from ntkbook.explorer import Explorer, stored
from ntkbook.explorer.grid import decode, encode, settings
from tests.explorer._building import building_pages
from tests.explorer._wave import decay, describe, make

ARGUMENTS = (make().axes, decay, describe)


@pytest.fixture(autouse=True)
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build folder of the test's own, and a package that carries no grids."""
    monkeypatch.setenv("NTKBOOK_BUILD", str(tmp_path))
    monkeypatch.setattr(stored, "IN_THE_WHEEL", tmp_path / "nowhere")
    return tmp_path


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The settings that the explorer of the chapter on losses computes, as it does so."""
    seen: list[object] = []
    true = measured.simplex

    def simplex_counted(**setting: object) -> object:
        seen.append(setting)
        return true(**setting)  # pyright: ignore[reportArgumentType]

    simplex_counted.__module__, simplex_counted.__qualname__ = true.__module__, true.__qualname__
    monkeypatch.setattr(measured, "simplex", simplex_counted)
    return seen


def shown() -> Explorer:
    return simplex()


def test_what_a_build_computed_is_there_at_once(counted: list[object], build: Path) -> None:
    with building_pages():
        written = shown()
    assert len(counted) == len(settings(written.axes))
    counted.clear()
    read = shown()
    assert counted == []
    assert read.grid == written.grid
    assert (read.spec, read.stills) == (written.spec, written.stills)
    [file] = build.rglob("*.grid")
    assert file.read_bytes() == written.grid


def test_a_build_computes_afresh_whatever_is_stored(counted: list[object]) -> None:
    for _ in range(2):
        with building_pages():
            shown()
    assert len(counted) == 2 * len(settings(shown().axes))


def test_without_a_stored_grid_the_default_setting_comes_alone(counted: list[object], build: Path) -> None:
    explorer = shown()
    assert counted == [{"epsilon": 0.1, "loss": "cross-entropy"}]
    grid = decode(explorer.grid)
    assert grid.cells == (8,)
    assert grid.sentences == (explorer.spec["sentence"],)
    assert list(build.iterdir()) == []


@pytest.mark.parametrize(
    "damage",
    [lambda file: b"", lambda file: file[:-9], lambda file: b"x" + file, lambda _: encode(stored_alone())],
)
def test_a_damaged_file_counts_as_none(damage: object, counted: list[object], build: Path) -> None:
    with building_pages():
        shown()
    [file] = build.rglob("*.grid")
    file.write_bytes(damage(file.read_bytes()))  # pyright: ignore[reportCallIssue]
    counted.clear()
    shown()
    assert len(counted) == 1


def stored_alone() -> object:
    return decode(make(whole=False).grid)


def test_a_change_of_any_source_or_axis_is_another_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = measured.simplex, measured.describe_simplex
    axes = shown().axes
    place = stored.place_of("simplex", axes, *functions)
    assert place == stored.place_of("simplex", axes, *functions)
    others = {
        stored.place_of("other", axes, *functions),
        stored.place_of("simplex", axes[:1], *functions),
        stored.place_of("simplex", axes, functions[0], functions[0]),
    }
    monkeypatch.setattr(stored, "sources", lambda: "changed")
    others.add(stored.place_of("simplex", axes, *functions))
    assert len(others) == 4
    assert place not in others


def test_functions_that_the_fingerprint_does_not_see_are_never_stored(build: Path) -> None:
    level = 1.0
    inner = lambda: {"x": np.array([level])}  # noqa: E731
    inner.__module__ = "ntkbook.data"  # a closure, whatever it says of itself
    assert stored.place_of("wave", *ARGUMENTS) is None
    assert stored.place_of("wave", (), inner, measured.describe_simplex) is None
    make()
    assert list(build.iterdir()) == []


def test_the_fingerprint_sees_every_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "package"
    (package / "inner").mkdir(parents=True)
    (package / "inner" / "a.py").write_text("a = 1")
    monkeypatch.setattr(stored, "PACKAGE", package)
    afresh = stored.sources.__wrapped__
    first = afresh()
    assert first == afresh()
    (package / "inner" / "a.py").write_text("a = 2")
    second = afresh()
    (package / "inner" / "a.py").rename(package / "a.py")
    assert len({first, second, afresh()}) == 3


def test_old_states_of_the_sources_do_not_pile_up(build: Path) -> None:
    grid = decode(make().grid)
    for state in range(2 * stored.KEPT):
        stored.write(Path(f"state-{state}", "wave.grid"), grid)
    left = {folder.name for folder in (build / "grids").iterdir()}
    assert len(left) == stored.KEPT
    assert f"state-{2 * stored.KEPT - 1}" in left


def test_two_processes_may_write_at_once(build: Path) -> None:
    code = (
        "from pathlib import Path; from ntkbook.explorer import stored; from tests.explorer._wave import make\n"
        "grid = stored.decode(make().grid)\n"
        "for _ in range(200): stored.write(Path('state', 'wave.grid'), grid)"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    while any(writer.poll() is None for writer in writers):
        for file in build.rglob("*.grid"):
            decode(file.read_bytes())
    assert [writer.returncode for writer in writers] == [0, 0]
    assert [file.name for file in build.rglob("*.*")] == ["wave.grid"]
