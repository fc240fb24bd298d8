"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters._shared.measure.many_networks import TrainedNetworks, regularized_networks
from ntkbook.chapters.bayes.measure.covariance_identity import IdentityScan, covariance_identity
from ntkbook.chapters.bayes.measure.plane import MethodScan, method_scan, plane_problem

__all__ = [
    "IdentityScan",
    "MethodScan",
    "TrainedNetworks",
    "covariance_identity",
    "method_scan",
    "plane_problem",
    "regularized_networks",
]
