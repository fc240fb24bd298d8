"""How XLA compiles where each program is run a few times: for the build of the book, and for its tests.

Half of their time is spent in compiling. With less care for the programs, a chapter takes a quarter to a third less,
and its numbers agree to rounding. Readers' notebooks compile as JAX does by itself.
"""

import os

QUICKLY = (
    "--xla_backend_optimization_level=1",
    "--xla_cpu_use_fusion_emitters=false",
    "--xla_llvm_disable_expensive_passes=true",
)


def compile_quickly() -> None:
    """In this process, before JAX computes for the first time, and in those that it starts."""
    flags = [flag for flag in os.environ.get("XLA_FLAGS", "").split() if flag not in QUICKLY]
    os.environ["XLA_FLAGS"] = " ".join([*flags, *QUICKLY])
