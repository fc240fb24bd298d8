"""Judging what a notebook, or an exported file, answers, and the report on it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from ntkbook.exercises import check, exercises
from ntkbook.grade._answers import Answers, Bounds, answers_of
from ntkbook.grade._exported import exported_answers
from ntkbook.grade._notebook import Notebook, named_exercises, read

NOT_REACHED = "Its check was not run."


@dataclass(frozen=True)
class Graded:
    """One exercise. status: "right", "not yet", "open", or "not judged". answer: as it was given, or empty."""

    exercise: str
    status: str
    message: str
    answer: str = ""


@dataclass(frozen=True)
class Report:
    """A file's exercises in order, what went wrong on the way, in words, and what is for a human to read.

    Args:
        notebook: the file.
        exercises: those with a check.
        troubles: what went wrong.
        written: title of an exercise -> what was written below it.
    """

    notebook: str
    exercises: tuple[Graded, ...]
    troubles: tuple[str, ...]
    written: tuple[tuple[str, str], ...] = ()

    @property
    def all_right(self) -> bool:
        return bool(self.exercises) and all(each.status == "right" for each in self.exercises)


def grade(file: Path, bounds: Bounds | None = None, homework: Path | None = None) -> Report:
    """Judge what was handed in: a notebook, which is run, or the file that “My book” writes.

    With `homework`, the notebook that was handed out, or a folder in which it has the same name as what was handed in,
    its exercises are those that count, with the numbers of their own that it gives.

    Raises Unreadable where either is no notebook, and nothing for anything that a notebook does.
    """
    bounds = bounds or Bounds()
    handed_out = None if homework is None else read(_handed_out(homework, file))
    answers = exported_answers(file)
    notebook = Notebook(()) if answers else read(file)
    answers = answers or answers_of(list(notebook.code), bounds)
    if handed_out:
        names = named_exercises(handed_out.code)
    else:  # a name may also be put together by the notebook's code
        names = list(dict.fromkeys([*named_exercises(notebook.code), *answers.given]))
    known = [name for name in names if name in exercises()]
    troubles = [
        *answers.troubles,
        *(f"no exercise is called {name!r}." for name in names if name not in exercises()),
    ]
    if not names:
        troubles.append('has no check, such as nb.check("halve-the-radius", 4).')
    seed = handed_out.seed if handed_out else notebook.seed
    graded = tuple(judged(name, answers, bounds.cell_seconds, seed) for name in known)
    return Report(str(file), graded, tuple(troubles), notebook.written)


def _handed_out(homework: Path, handed_in: Path) -> Path:
    return (homework / handed_in.name).with_suffix(".ipynb") if homework.is_dir() else homework


def judged(name: str, answers: Answers, seconds: float, seed: int | None) -> Graded:
    """The verdict on one answer. Some checks repeat a measurement, so they are bounded as cells are."""
    if name not in answers.given:
        return Graded(name, "open", NOT_REACHED)
    answer = answers.given[name]
    said = "" if answer is None else answer if isinstance(answer, str) else f"{answer:.10g}"
    try:
        with at_most(seconds):
            verdict = check(name, answer, seed)
    except Exception as error:
        return Graded(
            name, "not judged", f"The check failed on this answer: {type(error).__name__}: {error}", said
        )
    return Graded(name, verdict.status, verdict.message, said)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TimeoutError after so much computing, at the latest when the step that runs at that time is done."""

    def stop(*_: object) -> NoReturn:
        raise TimeoutError(f"it took longer than {seconds:g} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
