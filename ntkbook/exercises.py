"""Self-checks of the book's exercises. The page holds the question; what counts as right, its chapter's `ask`."""

import functools
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ntkbook import _checks


@dataclass(frozen=True)
class Exercise:
    """What counts as a right answer.

    Args:
        judge: answer -> (whether it is right, what to tell the reader).
    """

    judge: Callable[[float], tuple[bool, str]]


def number(expected: float, hint: str, relative: float = 0.01) -> Exercise:
    """An exercise whose answer is a number, by default to within one per cent.

    Args:
        expected: the right answer.
        hint: what a wrong one is told.
        relative: how far off an answer may be, as a share of the right one.
    """

    def judge(answer: float) -> tuple[bool, str]:
        right = bool(abs(answer - expected) <= relative * abs(expected))
        return right, "Well done." if right else hint

    return Exercise(judge)


@functools.cache
def exercises() -> dict[str, Exercise]:
    """Name -> exercise, from the table EXERCISES of every chapter that asks: nothing but its folder announces it.

    Found at the first question, for the library loads no chapter.
    """
    chapters = importlib.import_module("ntkbook.chapters")
    found: dict[str, Exercise] = {}
    for chapter in pkgutil.iter_modules(chapters.__path__, "ntkbook.chapters."):
        if importlib.util.find_spec(f"{chapter.name}.ask"):
            found |= importlib.import_module(f"{chapter.name}.ask").EXERCISES
    return found


@dataclass(frozen=True)
class Verdict:
    """What a self-check says of an answer.

    Args:
        exercise: its name.
        status: "open", "right" or "not yet".
        message: what to tell the reader.
    """

    exercise: str
    status: str
    message: str

    def __repr__(self) -> str:
        return f"{self.exercise}: {self.status}. {self.message}"


def check(exercise: str, answer: Any = None) -> Verdict:
    """Check an answer to one of the book's exercises.

    Anything wrong with the answer is said in the verdict, never raised.

    Args:
        exercise: its name, as in its cell.
        answer: a number; `None` means that there is none yet.

    Raises:
        InvalidInput: for an unknown exercise.

    Source:
        The book's exercises.

    Example:
        >>> nb.check("halve-the-radius")
        halve-the-radius: open. Put your answer in place of None.
        >>> nb.check("halve-the-radius", "a half").status
        'not yet'
    """
    _checks.choice("exercise", exercise, exercises())
    if answer is None:
        return Verdict(exercise, "open", "Put your answer in place of None.")
    try:
        given = float(answer)
    except (TypeError, ValueError):
        return Verdict(exercise, "not yet", f"{answer!r} is not a number; this exercise expects one.")
    if not np.isfinite(given):
        return Verdict(exercise, "not yet", f"{answer!r} is not a finite number.")
    right, message = exercises()[exercise].judge(given)
    return Verdict(exercise, "right" if right else "not yet", message)
