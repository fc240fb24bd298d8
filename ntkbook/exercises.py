"""Self-checks of the book's exercises. The page holds the question; what counts as right, its chapter's `ask`."""

import functools
import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np

from ntkbook import _checks
from ntkbook._accepted import KINDS, NOT_YET, Accepted, judged, too_short
from ntkbook._expression import Unread, number_from

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Exercise:
    """What an exercise accepts, worked out when it is first asked.

    Args:
        accepts: the numbers of the question -> what counts as right; without any, for those that the page has.
        own: the sentence that gives a student numbers of their own, with their names in braces.
        choices: name of a number -> the values that it can have in homework, others than the page's.
    """

    accepts: Callable[..., Accepted]
    own: str = ""
    choices: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


def number(
    expected: Callable[..., float],
    hint: str,
    *,
    relative: float = 0.01,
    absolute: float | None = None,
    own: str = "",
    **choices: tuple[float, ...],
) -> Exercise:
    """An exercise whose answer is a number, by default to within one per cent.

    Args:
        expected: the numbers of the question -> the right answer; as defaults it has the numbers of the page.
        hint: what a wrong answer is told.
        relative: how far off an answer may be, as a share of the right one.
        absolute: how far off it may be, instead of a share.
        own: as for `Exercise`.
        choices: as for `Exercise`.
    """

    def accepts(**numbers: float) -> Accepted:
        right = float(expected(**numbers))
        slack = relative * abs(right) if absolute is None else absolute
        low, high = right - slack, right + slack
        within = f"to within {100 * relative:g} %" if absolute is None else f"to within {absolute:g}"
        return Accepted(low, high, hint, within, close=too_short(right, low, high))

    return Exercise(accepts, own, choices)


def whole(
    expected: Callable[..., float], hint: str, *, below: int = 0, own: str = "", **choices: tuple[float, ...]
) -> Exercise:
    """An exercise whose answer is a whole number, and no other is right.

    Args:
        expected: as for `number`; rounded, since it may come out of a computation.
        hint: what a wrong answer is told.
        below: by how much the answer may be less.
        own: as for `Exercise`.
        choices: as for `Exercise`.
    """

    def accepts(**numbers: float) -> Accepted:
        right = round(expected(**numbers))
        return Accepted(right - below, right, hint, "a whole number", kind=KINDS[1])

    return Exercise(accepts, own, choices)


def between(
    ends: Callable[[], tuple[float, float]], hint: str, within: str, *, least: float, most: float
) -> Exercise:
    """An exercise in which all numbers of an interval are right, which is found by measuring.

    Args:
        ends: gives the interval.
        hint: what a wrong answer is told.
        within: the tolerance, in words.
        least: the least number that can be meant.
        most: the largest.
    """
    return Exercise(lambda: Accepted(*ends(), hint, within, least=least, most=most))


def least_power_of_two(least: float, most: float, holds: Callable[[float], bool], hint: str) -> Exercise:
    """An exercise that asks for the power of two from which on something holds, found by bisection.

    Args:
        least: the domain's first power of two, at which it does not hold.
        most: its last, at which it does.
        holds: what is measured.
        hint: what a wrong answer is told.
    """

    def accepts() -> Accepted:
        without, having = round(np.log2(least)), round(np.log2(most))
        while having - without > 1:
            middle = (without + having) // 2
            without, having = (without, middle) if holds(2.0**middle) else (middle, having)
        right = 2.0**having
        return Accepted(right, right, hint, "a power of two", kind=KINDS[2], least=least, most=most)

    return Exercise(accepts)


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


def own_numbers(exercise: str, seed: int | None) -> Numbers:
    """The numbers that homework with this seed has in place of the page's; none without a seed."""
    if seed is None:
        return {}
    return {
        name: values[int(sha256(f"{seed}/{exercise}/{name}".encode()).hexdigest(), 16) % len(values)]
        for name, values in exercises()[exercise].choices.items()
    }


@functools.cache
def accepted(exercise: str, seed: int | None = None) -> Accepted:
    """What counts as right, for homework with a seed and for the page without; measured, where it must be, once."""
    return exercises()[exercise].accepts(**own_numbers(exercise, seed))


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


def check(exercise: str, answer: Any = None, seed: int | None = None) -> Verdict:
    """Check an answer to one of the book's exercises.

    Anything wrong with the answer is said in the verdict, never raised.

    Args:
        exercise: its name, as in its cell.
        answer: a number, an array with one element, or text such as "4/25", "0,16" or "sqrt(2)/10"; `None` means
            that there is none yet.
        seed: that of homework with numbers of its own.

    Raises:
        InvalidInput: for an unknown exercise.

    Source:
        The book's exercises.

    Example:
        >>> nb.check("halve-the-radius")
        halve-the-radius: open. Put your answer in place of None.
        >>> nb.check("plain-variance", "4/25")
        plain-variance: right. Well done.
        >>> nb.check("halve-the-radius", "a half").status
        'not yet'
    """
    _checks.choice("exercise", exercise, exercises())
    if answer is None:
        return Verdict(exercise, "open", "Put your answer in place of None.")
    try:
        given = _one_number(answer)
    except Unread as unread:
        return Verdict(exercise, NOT_YET, str(unread))
    if not np.isfinite(given):
        return Verdict(exercise, NOT_YET, "That is not a finite number.")
    return Verdict(exercise, *judged(accepted(exercise, seed), given))


def _one_number(answer: Any) -> float:
    """The number that an answer is, or says, also in an array with one element; raises Unread for anything else."""
    try:
        only = np.asarray(answer).item()
        given = only if isinstance(only, str) else float(only)
    except (TypeError, ValueError, OverflowError):
        raise Unread(f"{str(answer)[:40]} is not a number; this exercise expects one.") from None
    return number_from(given) if isinstance(given, str) else given
