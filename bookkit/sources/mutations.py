"""Which wrong formulas the tests have been seen to notice: the record that `python -m benchmarks.mutations` keeps.

A record holds for the function that was changed and the test that failed; whether these are as they were is seen by
their fingerprint.
"""

import ast
import json
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from bookkit.sources.equation_tags import innermost
from bookkit.sources.project import ROOT

RECORD = ROOT / "benchmarks" / "mutations.json"


@dataclass(frozen=True)
class Mutation:
    """In a file of ntkbook `formula` became `wrong`, and `test` was the first that failed, on a day."""

    name: str
    file: str
    formula: str
    wrong: str
    test: str
    seen: str
    sources: str

    @property
    def current(self) -> bool:
        """Whether function and test are what they were."""
        return self.sources == of_sources(self.file, self.formula, self.test)

    @property
    def line(self) -> int:
        """Where the formula stands now; 0 if it stands nowhere, or twice."""
        return line_of(self.formula, _text(self.file))

    @property
    def inside(self) -> str:
        """The function that holds the formula."""
        around = innermost(_text(self.file), self.line)
        return around.name if around else ""


def line_of(formula: str, source: str) -> int:
    return source[: source.index(formula)].count("\n") + 1 if source.count(formula) == 1 else 0


def of_sources(file: str, formula: str, test: str) -> str:
    """A fingerprint of the function that holds a formula (of the file, where none does), and of a test."""
    source, (test_file, _, name) = _text(file), test.partition("::")
    around = innermost(source, line_of(formula, source))
    changed = ast.get_source_segment(source, around) if around else source
    tests = _text(test_file)
    found = [each for each in ast.parse(tests).body if getattr(each, "name", "") == name]
    failed = ast.get_source_segment(tests, found[0]) if found else ""
    return sha256(f"{changed}\0{failed}".encode()).hexdigest()[:16]


def _text(file: str) -> str:
    path = ROOT / file
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@cache
def mutations() -> tuple[Mutation, ...]:
    return read(RECORD)


def read(record: Path) -> tuple[Mutation, ...]:
    entries = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else []
    return tuple(Mutation(**entry) for entry in entries)


def keep(seen: list[Mutation], record: Path = RECORD) -> None:
    """Put what was seen in the place of what was recorded under the same names."""
    known = {each.name: each for each in (*read(record), *seen)}
    text = json.dumps([asdict(each) for each in known.values()], indent=1, ensure_ascii=False)
    record.write_text(f"{text}\n", encoding="utf-8")
