"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters._shared.measure.many_networks import TrainedNetworks
from ntkbook.chapters.bayes.measure.covariance_identity import IdentityScan, covariance_identity
from ntkbook.chapters.bayes.measure.plane import MethodScan, method_scan, plane_problem
from ntkbook.chapters.bayes.measure.regularized_networks import regularized_networks

__all__ = [
    "IdentityScan",
    "MethodScan",
    "TrainedNetworks",
    "covariance_identity",
    "method_scan",
    "plane_problem",
    "regularized_networks",
]
