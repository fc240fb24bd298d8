"""Which wrong formulas the tests have been seen to notice: the record that `python -m benchmarks.mutations` keeps.

A record holds for the sources on which it was made: whether these are as they were is seen by their fingerprint.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from bookkit.sources.equation_tags import innermost
from bookkit.sources.fingerprint import fingerprint
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
        """Whether the file and the test's file are what they were."""
        return self.sources == of_sources(self.file, self.test)

    @property
    def line(self) -> int:
        """Where the formula stands now; 0 if it stands nowhere, or twice."""
        source = (ROOT / self.file).read_text(encoding="utf-8")
        before, _, after = source.partition(self.formula)
        return 0 if before == source or self.formula in after else before.count("\n") + 1

    @property
    def inside(self) -> str:
        """The function that holds the formula."""
        around = innermost((ROOT / self.file).read_text(encoding="utf-8"), self.line)
        return around.name if around else ""


def of_sources(file: str, test: str) -> str:
    return fingerprint(
        [path for path in (ROOT / file, ROOT / test.partition("::")[0]) if path.is_file()]
    )


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
