"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters.monitoring.measure.monitored import monitored_images, monitored_run
from ntkbook.chapters.monitoring.measure.own_network import cnn_of, train_own
from ntkbook.chapters.monitoring.measure.points import drift_on_points, kernel_change, seen_by_sets

__all__ = [
    "cnn_of",
    "drift_on_points",
    "kernel_change",
    "monitored_images",
    "monitored_run",
    "seen_by_sets",
    "train_own",
]
