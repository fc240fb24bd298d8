"""Ratios against what people use instead, run on purpose: python -m benchmarks.<name>, then benchmarks.report."""
