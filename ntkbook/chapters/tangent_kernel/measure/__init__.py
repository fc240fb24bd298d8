"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters._shared.measure.concentration import ConcentrationScan, concentration_scan
from ntkbook.chapters.tangent_kernel.measure.ball import (
    BallScan,
    MeanFieldScan,
    ball_scan,
    mean_field,
    mean_field_scan,
)
from ntkbook.chapters.tangent_kernel.measure.jacobian_ball import JacobianScan, jacobian_scan

__all__ = [
    "BallScan",
    "ConcentrationScan",
    "JacobianScan",
    "MeanFieldScan",
    "ball_scan",
    "concentration_scan",
    "jacobian_scan",
    "mean_field",
    "mean_field_scan",
]
