"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters.sharp_conditions.measure.copies import CopiesFlow, CopiesScan, copies_flow, copies_scan
from ntkbook.chapters.sharp_conditions.measure.separation import Agreement, agreement, radius_of_one

__all__ = [
    "Agreement",
    "CopiesFlow",
    "CopiesScan",
    "agreement",
    "copies_flow",
    "copies_scan",
    "radius_of_one",
]
