"""The pinned environment: complete, and without what the book never uses."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.book._sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = [
    Requirement(line)
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if re.match(r"[A-Za-z0-9]", line)
]
ASKED = [
    Requirement(line)
    for line in (
        *PROJECT["project"]["dependencies"],
        *(x for group in PROJECT["dependency-groups"].values() for x in group),
    )
]


@pytest.mark.parametrize("asked", ASKED, ids=lambda requirement: requirement.name)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
def test_every_dependency_is_pinned_for_every_python(asked: Requirement, python: str) -> None:
    environment = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    pins = [
        pin
        for pin in PINS
        if canonicalize_name(pin.name) == canonicalize_name(asked.name)
        and (pin.marker is None or pin.marker.evaluate(environment))
    ]
    assert len(pins) == 1
    (specifier,) = pins[0].specifier
    assert specifier.operator == "=="
    assert asked.specifier.contains(specifier.version)


def test_everything_is_pinned_exactly() -> None:
    assert len(PINS) > len(ASKED)
    assert [str(pin) for pin in PINS if [specifier.operator for specifier in pin.specifier] != ["=="]] == []


def test_tensorflow_stays_out() -> None:
    assert [pin.name for pin in PINS if re.match(r"tensorflow|tf2jax|tf-", pin.name)] == []
