"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters.generalization.measure.bound import (
    BothBounds,
    BoundedError,
    both_bounds,
    bounded_error,
    norm_against_fit,
)
from ntkbook.chapters.generalization.measure.larger_images import larger_images
from ntkbook.chapters.generalization.measure.network import NetworkBound, network_bound
from ntkbook.chapters.generalization.measure.samples import population

__all__ = [
    "BothBounds",
    "BoundedError",
    "NetworkBound",
    "both_bounds",
    "bounded_error",
    "larger_images",
    "network_bound",
    "norm_against_fit",
    "population",
]
