"""What an exercise expects of an answer, and what it tells the reader."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Exercise:
    """judge(answer) -> (whether it is right, what to tell the reader)."""

    judge: Callable[[float], tuple[bool, str]]


def number(expected: float, hint: str, relative: float = 0.01) -> Exercise:
    """A number to within one per cent."""

    def judge(answer: float) -> tuple[bool, str]:
        right = bool(abs(answer - expected) <= relative * abs(expected))
        return right, "Well done." if right else hint

    return Exercise(judge)
