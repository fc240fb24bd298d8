"""Ratios against what people use instead, run on purpose: python -m benchmarks.<name>, then benchmarks.report."""

import sys
from pathlib import Path

# What serves and opens the built pages stands beside the extensions.
sys.path.append(str(Path(__file__).resolve().parents[1] / "book" / "_ext"))
