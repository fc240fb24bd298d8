"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters.calibration.measure.digit_doubt import Doubt, auroc, doubt, tempered
from ntkbook.chapters.calibration.measure.shifted_digits import ShiftedDigits, shifted_digits
from ntkbook.chapters.calibration.measure.verdict import gap, verdict, wins

__all__ = [
    "Doubt",
    "ShiftedDigits",
    "auroc",
    "doubt",
    "gap",
    "shifted_digits",
    "tempered",
    "verdict",
    "wins",
]
