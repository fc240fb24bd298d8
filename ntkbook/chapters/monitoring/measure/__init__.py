"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters.monitoring.measure.certified import certified, work_of_a_twin
from ntkbook.chapters.monitoring.measure.monitored import (
    TRAININGS,
    monitored_images,
    monitored_run,
    parted,
    start,
)
from ntkbook.chapters.monitoring.measure.own_network import train_own
from ntkbook.chapters.monitoring.measure.points import drift_on_points, kernel_change, seen_by_sets

__all__ = [
    "TRAININGS",
    "certified",
    "drift_on_points",
    "kernel_change",
    "monitored_images",
    "monitored_run",
    "parted",
    "seen_by_sets",
    "start",
    "train_own",
    "work_of_a_twin",
]
