"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters._shared.measure.runs import conditioned_run
from ntkbook.chapters.trained_predictor.measure.predictor import Trained, trained
from ntkbook.chapters.trained_predictor.measure.predictor_scan import PredictorScan, predictor_scan
from ntkbook.chapters.trained_predictor.measure.two_limits import TwoLimits, two_limits

__all__ = [
    "PredictorScan",
    "Trained",
    "TwoLimits",
    "conditioned_run",
    "predictor_scan",
    "trained",
    "two_limits",
]
