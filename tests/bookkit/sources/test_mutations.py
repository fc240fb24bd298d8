"""The record of what was seen to fail: kept by name, and outdated once the function or the test is another."""

from dataclasses import replace
from pathlib import Path

import pytest

from bookkit.sources import mutations
from bookkit.sources.mutations import Mutation, keep, line_of, of_sources, read

SEEN = Mutation("half", "code.py", "x / 2", "x / 3", "check.py::test_half", "2026-11-29", "")


def test_what_is_seen_again_takes_the_place_of_what_was(tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    keep([SEEN, replace(SEEN, name="other")], record)
    keep([replace(SEEN, seen="2026-12-01")], record)
    assert [(each.name, each.seen) for each in read(record)] == [
        ("half", "2026-12-01"),
        ("other", "2026-11-29"),
    ]
    assert read(tmp_path / "none.json") == ()


@pytest.mark.parametrize(
    ("code", "test", "current"),
    [
        (
            "# more\ny = 1\n\n\ndef half(x):\n    return x / 2\n",
            "def test_half():\n    assert half(2) == 1\n",
            True,
        ),
        (
            "def half(x):\n    x = +x\n    return x / 2\n",
            "def test_half():\n    assert half(2) == 1\n",
            False,
        ),
        ("def half(x):\n    return x / 2\n", "def test_half():\n    assert half(4) == 2\n", False),
        ("def half(x):\n    return x * 0.5\n", "def test_half():\n    assert half(2) == 1\n", False),
    ],
    ids=["moved", "another function", "another test", "no such formula"],
)
def test_a_record_holds_for_one_function_and_one_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, test: str, *, current: bool
) -> None:
    monkeypatch.setattr(mutations, "ROOT", tmp_path)
    (tmp_path / "code.py").write_text("def half(x):\n    return x / 2\n")
    (tmp_path / "check.py").write_text("def test_half():\n    assert half(2) == 1\n")
    seen = replace(SEEN, sources=of_sources("code.py", "x / 2", SEEN.test))
    assert (seen.current, seen.line, seen.inside) == (True, 2, "half")
    (tmp_path / "code.py").write_text(code)
    (tmp_path / "check.py").write_text(test)
    assert seen.current is current


def test_a_formula_that_stands_twice_stands_nowhere() -> None:
    assert line_of("a", "b\na\n") == 2
    assert line_of("a", "a\na\n") == 0
