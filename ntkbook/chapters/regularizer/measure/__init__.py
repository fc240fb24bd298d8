"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters._shared.measure.widths import WidthScan, width_scan
from ntkbook.chapters.regularizer.measure.weight_decay import DecayLaw, decay_law

__all__ = [
    "DecayLaw",
    "WidthScan",
    "decay_law",
    "width_scan",
]
