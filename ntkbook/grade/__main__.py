"""The command; `python -m ntkbook.grade --help` says what it takes."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import asdict
from pathlib import Path

from ntkbook.grade._answers import Bounds
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
    parser.add_argument("notebooks", nargs="+", type=Path, help=".ipynb, or MyST .md", metavar="notebook")
    parser.add_argument("--homework", type=Path, help="the notebook handed out: all of its exercises count")
    parser.add_argument("--json", action="store_true", help="one JSON object a line and notebook")
    parser.add_argument(
        "--seconds", type=positive, default=usual.seconds, help="for a notebook (%(default)g)"
    )
    parser.add_argument(
        "--cell-seconds", type=positive, default=usual.cell_seconds, help="for a cell (%(default)g)"
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
            *(f"  ! {trouble}" for trouble in report.troubles),
        ]
    )


def main(given: list[str]) -> int:
    asked = arguments(given)
    bounds = Bounds(asked.seconds, asked.cell_seconds, int(asked.memory))
    status = 0
    for notebook in asked.notebooks:
        try:
            report = grade(notebook, bounds, asked.homework)
        except Unreadable as error:
            status = 2
            print(json.dumps({"notebook": str(notebook), "unreadable": str(error)}) if asked.json else error)
            continue
        status = max(status, 0 if report.all_right else 1)
        print(json.dumps(asdict(report), ensure_ascii=False) if asked.json else table(report), flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
