"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters._shared.measure.many_networks import TrainedNetworks
from ntkbook.chapters.bayes.measure.covariance_identity import IdentityScan, covariance_identity
from ntkbook.chapters.bayes.measure.importance import Weighted, importance_weights
from ntkbook.chapters.bayes.measure.noise_laws import nearer, noise_laws
from ntkbook.chapters.bayes.measure.one_point import OnePoint, one_point
from ntkbook.chapters.bayes.measure.plane import MethodScan, method_scan, plane_problem
from ntkbook.chapters.bayes.measure.regularized_networks import regularized_networks

__all__ = [
    "IdentityScan",
    "MethodScan",
    "OnePoint",
    "TrainedNetworks",
    "Weighted",
    "covariance_identity",
    "importance_weights",
    "method_scan",
    "nearer",
    "noise_laws",
    "one_point",
    "plane_problem",
    "regularized_networks",
]
