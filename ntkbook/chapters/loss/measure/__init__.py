"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters.loss.measure.loss_evidence import LossEvidence, loss_evidence
from ntkbook.chapters.loss.measure.pl_scan import PlScan, pl_scan

__all__ = [
    "LossEvidence",
    "PlScan",
    "loss_evidence",
    "pl_scan",
]
