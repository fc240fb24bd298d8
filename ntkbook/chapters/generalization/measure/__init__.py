"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters.generalization.measure.bound import BoundedError, bounded_error, norm_against_fit
from ntkbook.chapters.generalization.measure.network import NetworkBound, network_bound
from ntkbook.chapters.generalization.measure.samples import population

__all__ = [
    "BoundedError",
    "NetworkBound",
    "bounded_error",
    "network_bound",
    "norm_against_fit",
    "population",
]
