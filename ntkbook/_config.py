"""The one place that switches JAX to float64: kernels are ill-conditioned and residuals saturate."""

import jax

jax.config.update("jax_enable_x64", True)
