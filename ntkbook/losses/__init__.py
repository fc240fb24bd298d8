"""Function-space losses C(z) = Σᵢ ℓ(zᵢ; yᵢ) and their properties. Sums over points, never means."""

from ntkbook.losses._loss import Loss, excess, pl_bound, pl_ratio, total
from ntkbook.losses.categorical import brier, cross_entropy
from ntkbook.losses.exponential import bernoulli, exponential_family, poisson
from ntkbook.losses.squared import squared_error
from ntkbook.losses.targets import center, smooth_labels
from ntkbook.losses.weights import weighted

__all__ = [
    "LOSSES",
    "Loss",
    "bernoulli",
    "brier",
    "center",
    "cross_entropy",
    "excess",
    "exponential_family",
    "pl_bound",
    "pl_ratio",
    "poisson",
    "smooth_labels",
    "squared_error",
    "total",
    "weighted",
]

LOSSES = {loss.name: loss for loss in (squared_error, cross_entropy, bernoulli, poisson, brier)}
