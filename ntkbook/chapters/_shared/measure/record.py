"""Numbers that take too long for a page: a command of `benchmarks` keeps them in a file, and the page reads it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Record:
    """What a command kept.

    Args:
        versions: of the packages that made it.
        digest: SHA-256 of the rows as they are written.
        rows: what was measured, one setting a row.
    """

    versions: dict[str, str]
    digest: str
    rows: tuple[dict[str, Any], ...]


def read_record(file: Path) -> Record:
    """The record that a file holds.

    Args:
        file: JSON, as `benchmarks.records.write` makes it.
    """
    record = json.loads(file.read_text(encoding="utf-8"))
    return Record(record["versions"], record["digest"], tuple(record["rows"]))
