"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters._shared.measure.many_networks import TrainedNetworks, circle_problem, trained_networks
from ntkbook.chapters.law.measure.goodness import Fit, class_covariance, goodness_of_fit, holm, skewness
from ntkbook.chapters.law.measure.trained_laws import trained_laws

__all__ = [
    "Fit",
    "TrainedNetworks",
    "circle_problem",
    "class_covariance",
    "goodness_of_fit",
    "holm",
    "skewness",
    "trained_laws",
    "trained_networks",
]
