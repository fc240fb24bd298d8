"""Judging what a notebook answers, and the report on it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from ntkbook.exercises import check, exercises
from ntkbook.grade._answers import Answers, Bounds, answers_of
from ntkbook.grade._notebook import code_cells, named_exercises

NOT_REACHED = "Its check was not run."


@dataclass(frozen=True)
class Graded:
    """One exercise. status: "right", "not yet", "open", or "not judged"."""

    exercise: str
    status: str
    message: str


@dataclass(frozen=True)
class Report:
    """A notebook's exercises in order, and what went wrong on the way, in words."""

    notebook: str
    exercises: tuple[Graded, ...]
    troubles: tuple[str, ...]

    @property
    def all_right(self) -> bool:
        return bool(self.exercises) and all(each.status == "right" for each in self.exercises)


def grade(notebook: Path, bounds: Bounds | None = None, homework: Path | None = None) -> Report:
    """Run and judge a notebook; with `homework`, the one that was handed out, its exercises are those that count.

    Raises Unreadable where either is no notebook, and nothing for anything that a notebook does.
    """
    bounds = bounds or Bounds()
    cells = code_cells(notebook)
    asked = named_exercises(cells if homework is None else code_cells(homework))
    answers = answers_of(cells, bounds)
    # A name may also be put together by the notebook's code.
    names = asked if homework else list(dict.fromkeys([*asked, *answers.given]))
    known = [name for name in names if name in exercises()]
    troubles = [
        *answers.troubles,
        *(f"no exercise is called {name!r}." for name in names if name not in exercises()),
    ]
    if not names:
        troubles.append('has no check, such as nb.check("halve-the-radius", 4).')
    graded = tuple(judged(name, answers, bounds.cell_seconds) for name in known)
    return Report(str(notebook), graded, tuple(troubles))


def judged(name: str, answers: Answers, seconds: float) -> Graded:
    """The verdict on one answer. Some checks repeat a measurement, so they are bounded as cells are."""
    if name not in answers.given:
        return Graded(name, "open", NOT_REACHED)
    try:
        with at_most(seconds):
            verdict = check(name, answers.given[name])
    except Exception as error:
        return Graded(name, "not judged", f"The check failed on this answer: {type(error).__name__}: {error}")
    return Graded(name, verdict.status, verdict.message)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TimeoutError, at the latest when the step of a computation that runs at that time is done."""

    def stop(*_: object) -> NoReturn:
        raise TimeoutError(f"it took longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
