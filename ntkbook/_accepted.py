"""What counts as a right answer, for page (front/reader/verdict.js says the same there), notebook and grader."""

from dataclasses import dataclass
from math import floor, inf, log2, log10

ROUNDING = 1e-9  # relative: what a computation in floating point may be off
RIGHT, NOT_YET = "right", "not yet"
KINDS = ("a number", "a whole number", "a power of two")


@dataclass(frozen=True)
class Accepted:
    """The right answers of an exercise: all numbers of a kind from `low` to `high`.

    Args:
        low: the least right answer.
        high: the largest.
        hint: what a wrong answer is told; it does not contain the right one.
        within: the tolerance in words, said before one answers.
        kind: one of KINDS.
        least: of what can be meant at all, so that other answers are told so.
        most: of what can be meant at all.
        close: right answers with too few digits.
    """

    low: float
    high: float
    hint: str
    within: str
    kind: str = KINDS[0]
    least: float = -inf
    most: float = inf
    close: tuple[float, ...] = ()

    @property
    def asked(self) -> str:
        """What to give, in words: "a whole number", "a power of two between 16 and 16384"."""
        bounded = self.least > -inf or self.most < inf
        return f"{self.kind} between {self.least:.10g} and {self.most:.10g}" if bounded else self.kind


def judged(accepted: Accepted, given: float) -> tuple[str, str]:
    """(RIGHT or NOT_YET, what to tell the reader) for a finite number."""
    if not (accepted.least <= given <= accepted.most and _is_of(accepted.kind, given)):
        return NOT_YET, f"Give {accepted.asked}."
    slack = ROUNDING * abs(given)
    if accepted.low - slack <= given <= accepted.high + slack:
        return RIGHT, "Well done."
    if any(abs(given - short) <= slack for short in accepted.close):
        return NOT_YET, "Close: give three digits."
    return NOT_YET, accepted.hint


def _is_of(kind: str, given: float) -> bool:
    if kind == "a whole number":
        return abs(given - round(given)) <= ROUNDING * max(1.0, abs(given))
    if kind == "a power of two":
        return given > 0 and abs(log2(given) - round(log2(given))) <= ROUNDING
    return True


def too_short(expected: float, low: float, high: float) -> tuple[float, ...]:
    """The expected number with one and with two significant digits, where that is too far off to be right."""
    if expected == 0:
        return ()
    place = floor(log10(abs(expected)))
    shorter = (round(expected, digits - 1 - place) for digits in (1, 2))
    return tuple(short for short in dict.fromkeys(shorter) if not low <= short <= high)
