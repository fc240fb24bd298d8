"""The table of a class: one line for each student and exercise."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

from ntkbook.exercises import exercises
from ntkbook.grade._notebook import Unreadable, text_of
from ntkbook.grade._report import Report

COLUMNS = ("student", "exercise", "verdict", "points", "answer", "message")
TO_READ = "to read"  # the verdict on what is written in words, which has no points yet


def points_of(file: Path | None) -> dict[str, float]:
    """Exercise -> points, from lines such as `half-life,2`; raises Unreadable. Without a file, all count 1."""
    if file is None:
        return {}
    points: dict[str, float] = {}
    for number, line in enumerate(text_of(file).splitlines(), start=1):
        name, _, value = (part.strip() for part in line.partition(","))
        if not name or (number == 1 and value == "points"):
            continue
        try:
            points[name] = float(value)
        except ValueError:
            raise Unreadable(
                f"{file}, line {number}: expected an exercise and its points, as half-life,2."
            ) from None
        if name not in exercises():
            raise Unreadable(f"{file}, line {number}: no exercise is called {name!r}.")
    return points


def write_table(reports: Iterable[Report], points: Mapping[str, float], sheet: IO[str]) -> None:
    """One line an exercise, as CSV; a student is the name of what was handed in."""
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for report in reports:
        student = Path(report.notebook).stem
        for each in report.exercises:
            earned = points.get(each.exercise, 1.0) if each.status == "right" else 0.0
            writer.writerow(
                _harmless(student, each.exercise, each.status, f"{earned:g}", each.answer, each.message)
            )
        for title, text in report.written:
            writer.writerow(_harmless(student, title, TO_READ, "", text, ""))
        for trouble in report.troubles:
            writer.writerow(_harmless(student, "", "trouble", "", "", trouble))


def _harmless(*cells: str) -> list[str]:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay what they are."""
    return [
        f"'{cell}"
        if cell[:1] in ("=", "+", "@", "\t") or (cell[:1] == "-" and not _is_number(cell))
        else cell
        for cell in cells
    ]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
