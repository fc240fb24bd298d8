"""The one place that sets JAX up: float64, for kernels are ill-conditioned and residuals saturate; and a checkout's
cache of compiled programs."""

import os

import jax

from ntkbook import _compiled
from ntkbook._build_folder import build_folder

if os.environ.get("NTKBOOK_FLOAT32", "") in ("", "0"):
    jax.config.update("jax_enable_x64", True)

if (folder := build_folder()) and not jax.config.jax_compilation_cache_dir:  # pyright: ignore[reportAttributeAccessIssue]
    _compiled.keep_in(folder / "compiled")
