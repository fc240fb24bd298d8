"""ntkbook: the mathematics of *The Neural Tangent Kernel for Classification* as tested functions."""

from ntkbook import _config as _config  # float64, before anything computes
