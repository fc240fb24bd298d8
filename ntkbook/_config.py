"""The one place that switches JAX to float64: kernels are ill-conditioned and residuals saturate."""

import os

import jax

if os.environ.get("NTKBOOK_FLOAT32", "") in ("", "0"):
    jax.config.update("jax_enable_x64", True)
