"""Self-checks of the book's exercises. The page holds the question; what counts as right is computed here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ntkbook import _checks
from ntkbook.experiments.lazy_training import POINTS
from ntkbook.experiments.widths import width_scan


@dataclass(frozen=True)
class Verdict:
    """What a self-check says of an answer. status: "open", "right" or "not yet"."""

    exercise: str
    status: str
    message: str

    def __repr__(self) -> str:
        return f"{self.exercise}: {self.status}. {self.message}"


@dataclass(frozen=True)
class Exercise:
    """judge(answer) -> (whether it is right, what to tell the reader)."""

    judge: Callable[[float], tuple[bool, str]]


def check(exercise: str, answer: Any = None) -> Verdict:
    """Check an answer to one of the book's exercises; `None` means that there is none yet.

    exercise: its name, as in its cell. answer: a number. Raises InvalidInput for an unknown exercise;
    anything wrong with the answer is said in the verdict, never raised.
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


def _number(expected: float, hint: str, relative: float = 0.01) -> Exercise:
    """A number to within one per cent."""

    def judge(answer: float) -> tuple[bool, str]:
        right = bool(abs(answer - expected) <= relative * abs(expected))
        return right, "Well done." if right else hint

    return Exercise(judge)


# --- chapter: a regularizer around the initialization -----------------------------------------------------

EXERCISES: dict[str, Exercise] = {
    "halve-the-radius": _number(2.0**2, "R = √(2V₀/λ): by what must λ be multiplied for √λ to double?"),
    # ‖θ_∞ − θ₀‖ ≤ K₁√(2N)/λ meets √(2V₀/λ) at λ = N K₁²/V₀, with N = 8, K₁ = 10, V₀ = 20
    "two-radii": _number(8 * 10.0**2 / 20, "Set K₁√(2N)/λ equal to √(2V₀/λ) and solve for λ."),
    "half-life": _number(
        np.log(2) / (2 * 3 * 0.05), "Θ_t = e^{−2Lλt}Θ₀ with L = 3 and λ = 0.05: when is the factor ½?"
    ),
}


def _narrow_enough(answer: float) -> tuple[bool, str]:
    """The least power of two whose drift is below one per cent, measured as the chapter measures it."""
    if answer != int(answer) or not 16 <= answer <= 16384 or np.log2(answer) % 1:
        return False, "Give a power of two between 16 and 16384."
    scan = width_scan(POINTS, (int(answer) // 2, int(answer)), lam=0.1, seeds=3)
    half, full = scan.drift.mean(axis=1)
    measured = f"Measured: {100 * half:.2f} % at half of it, {100 * full:.2f} % at n = {int(answer)}."
    return bool(full < 0.01 <= half), measured


EXERCISES["one-per-cent"] = Exercise(_narrow_enough)
