"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters._shared.measure.concentration import (
    ConcentrationScan,
    concentration_scan,
    feature_kernel,
)
from ntkbook.chapters.initialization.measure.outputs import (
    GaussianityScan,
    excess_kurtosis,
    gaussianity_scan,
    heavy_tailed,
    initial_outputs,
    kolmogorov_distance,
    kurtosis_constant,
)

__all__ = [
    "ConcentrationScan",
    "GaussianityScan",
    "concentration_scan",
    "excess_kurtosis",
    "feature_kernel",
    "gaussianity_scan",
    "heavy_tailed",
    "initial_outputs",
    "kolmogorov_distance",
    "kurtosis_constant",
]
