"""Self-checks of the book's exercises. The page holds the question; what counts as right is computed here."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ntkbook import _checks
from ntkbook.exercises import (
    bayes,
    calibration,
    digits,
    generalization,
    initialization,
    law,
    linear_training,
    loss,
    monitoring,
    non_degenerate,
    one_hot,
    playground,
    regression,
    regularizer,
    sharp_conditions,
    tangent_kernel,
    trained_predictor,
)
from ntkbook.exercises._judges import Exercise

CHAPTERS = (
    monitoring,
    bayes,
    calibration,
    digits,
    generalization,
    initialization,
    law,
    linear_training,
    loss,
    non_degenerate,
    one_hot,
    playground,
    regression,
    regularizer,
    sharp_conditions,
    tangent_kernel,
    trained_predictor,
)  # each with its own table
EXERCISES: dict[str, Exercise] = {
    name: exercise for chapter in CHAPTERS for name, exercise in chapter.EXERCISES.items()
}


@dataclass(frozen=True)
class Verdict:
    """What a self-check says of an answer. status: "open", "right" or "not yet"."""

    exercise: str
    status: str
    message: str

    def __repr__(self) -> str:
        return f"{self.exercise}: {self.status}. {self.message}"


def check(exercise: str, answer: Any = None) -> Verdict:
    """Check an answer to one of the book's exercises; `None` means that there is none yet.

    exercise: its name, as in its cell. answer: a number. Raises InvalidInput for an unknown exercise;
    anything wrong with the answer is said in the verdict, never raised.
    Source: the book's exercises.

    >>> nb.check("halve-the-radius")
    halve-the-radius: open. Put your answer in place of None.
    >>> nb.check("halve-the-radius", "a half").status
    'not yet'
    """
    _checks.choice("exercise", exercise, EXERCISES)
    if answer is None:
        return Verdict(exercise, "open", "Put your answer in place of None.")
    try:
        number = float(answer)
    except (TypeError, ValueError):
        return Verdict(exercise, "not yet", f"{answer!r} is not a number; this exercise expects one.")
    if not np.isfinite(number):
        return Verdict(exercise, "not yet", f"{answer!r} is not a finite number.")
    right, message = EXERCISES[exercise].judge(number)
    return Verdict(exercise, "right" if right else "not yet", message)
