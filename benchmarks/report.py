"""Tables of measurements: printed, kept as JSON under _build/benchmarks/, and collected into one Markdown page.

python -m benchmarks.report prints the page.
"""

import dataclasses
import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax

FOLDER = Path(__file__).parent.parent / "_build" / "benchmarks"


@dataclass(frozen=True)
class Table:
    """One benchmark. title, setting: what was measured, on what. columns, rows: the numbers.
    notes: how to read them."""

    title: str
    setting: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def markdown(table: Table) -> str:
    """The table as a section of Markdown."""
    lines = [f"## {table.title}", "", table.setting, ""]
    lines += [_row(table.columns), _row(["---"] * len(table.columns))]
    lines += [_row(row) for row in table.rows]
    return "\n".join([*lines, "", *(f"- {note}" for note in table.notes), ""])


def save(table: Table, name: str) -> None:
    """Print the table and keep it as _build/benchmarks/<name>.json."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(dataclasses.asdict(table), indent=1, ensure_ascii=False))
    print(markdown(table))


INTRODUCTION = """# Benchmarks

Times as ratios, measured in one run against what one would use instead, and the tests themselves put to the test.
Each table is made by a command, `python -m benchmarks.logistic_regression` and so on, and this page from their results by `python -m benchmarks.report`.
They are run on purpose, not with the build: times depend on the machine, ratios much less.
"""  # noqa: E501


def page(folder: Path = FOLDER) -> str:
    """All tables kept in a folder, as one page of the book."""
    tables = [Table(**json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]
    if not tables:
        raise FileNotFoundError(
            f"{folder} holds no results; run python -m benchmarks.empirical_ntk, for one."
        )
    return "\n".join([INTRODUCTION, *map(markdown, tables)])


def machine() -> str:
    """What the numbers were measured on, and how busy it was already."""
    python, load = platform.python_version(), os.getloadavg()[0]
    hardware = (
        f"{jax.default_backend()}, {platform.machine()}, {os.cpu_count()} cores, load average {load:.1f}"
    )
    return f"{hardware}, JAX {jax.__version__}, Python {python}"


def seconds(function: Callable[[], Any]) -> float:
    """The wall-clock time of one call, its result awaited."""
    begin = time.perf_counter()
    jax.block_until_ready(function())
    return time.perf_counter() - begin


def interleaved(functions: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """The least time of each function over `repeats` rounds, in each of which all run in turn."""
    rounds = [{name: seconds(function) for name, function in functions.items()} for _ in range(repeats)]
    return {name: min(one[name] for one in rounds) for name in functions}


def _row(cells: Any) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


if __name__ == "__main__":
    print(page())
