"""The command; `python -m ntkbook.grade --help` says what it takes."""

import json
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from textwrap import shorten

from ntkbook.grade._answers import Bounds
from ntkbook.grade._class_table import TO_READ, points_of, write_table
from ntkbook.grade._notebook import Unreadable
from ntkbook.grade._report import Report, grade

LARGEST = 1_000_000  # of any limit
EPILOG = (
    "Exit status: 0 if every exercise of every notebook is right, 1 if one is not, 2 if a file is no notebook."
    " What is run may read files and use the network: run notebooks of people you do not know as a user"
    " without rights, or in a container."
)


def positive(text: str) -> float:
    number = float(text)
    if not 0 < number <= LARGEST:
        raise ArgumentTypeError(f"{text} is not between 0 and {LARGEST}")
    return number


def arguments(given: list[str]) -> Namespace:
    usual = Bounds()
    parser = ArgumentParser(
        "python -m ntkbook.grade", description="Run the self-checks of notebooks.", epilog=EPILOG
    )
    parser.add_argument(
        "notebooks", nargs="+", type=Path, help=".ipynb, MyST .md, or the .json of “My book”", metavar="file"
    )
    parser.add_argument(
        "--homework",
        type=Path,
        help="the notebook handed out, or a folder of them: all of its exercises count",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line and file")
    parser.add_argument("--csv", type=Path, help="write the table of the class into this file")
    parser.add_argument("--points", type=Path, help="a file with lines such as half-life,2; else all count 1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="files at a time (%(default)d)")
    parser.add_argument(
        "--seconds", type=positive, default=usual.seconds, help="of computing for a notebook (%(default)g)"
    )
    parser.add_argument(
        "--cell-seconds",
        type=positive,
        default=usual.cell_seconds,
        help="of computing for a cell (%(default)g)",
    )
    parser.add_argument("--memory", type=positive, default=usual.memory, help="megabytes (%(default)d)")
    return parser.parse_args(given)


def table(report: Report) -> str:
    width = max((len(each.exercise) for each in report.exercises), default=0)
    rows = [f"  {each.exercise:{width}}  {each.status:10}  {each.message}" for each in report.exercises]
    right = sum(each.status == "right" for each in report.exercises)
    return "\n".join(
        [
            f"{report.notebook}: {right} of {len(report.exercises)} right",
            *rows,
            *(f"  {TO_READ}: {title}: {shorten(text, 200)}" for title, text in report.written),
            *(f"  ! {trouble}" for trouble in report.troubles),
        ]
    )


def main(given: list[str]) -> int:
    asked = arguments(given)
    bounds = Bounds(asked.seconds, asked.cell_seconds, int(asked.memory))
    try:
        points = points_of(asked.points)
    except Unreadable as error:
        print(error)
        return 2
    status = 0
    reports: list[Report] = []
    for notebook, report in graded(asked.notebooks, bounds, asked.homework, max(1, asked.jobs)):
        if isinstance(report, Unreadable):
            status = 2
            print(
                json.dumps({"notebook": str(notebook), "unreadable": str(report)}) if asked.json else report
            )
            continue
        reports.append(report)
        status = max(status, 0 if report.all_right else 1)
        print(json.dumps(asdict(report), ensure_ascii=False) if asked.json else table(report), flush=True)
    if asked.csv:
        with asked.csv.open("w", newline="", encoding="utf-8") as sheet:
            write_table(reports, points, sheet)
    return status


def graded(
    files: list[Path], bounds: Bounds, homework: Path | None, jobs: int
) -> Iterator[tuple[Path, Report | Unreadable]]:
    """The reports in order, made side by side: each in a process of its own, which ends what its notebook started."""
    if min(jobs, len(files)) == 1:
        yield from ((file, _report(file, bounds, homework)) for file in files)
        return
    with ProcessPoolExecutor(min(jobs, len(files)), get_context("spawn")) as pool:
        reports = [pool.submit(_report, file, bounds, homework) for file in files]
        for file, report in zip(files, reports, strict=True):
            try:
                yield file, report.result()
            except BrokenProcessPool:
                yield file, Unreadable(f"{file}: something ended the grader while it ran; grade it alone.")


def _report(file: Path, bounds: Bounds, homework: Path | None) -> Report | Unreadable:
    try:
        return grade(file, bounds, homework)
    except Unreadable as error:
        return error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
