"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters.digits.measure.comparison import (
    Comparison,
    digit_comparison,
    split_interval,
    table_comparison,
)
from ntkbook.chapters.digits.measure.finite import FiniteDigits, finite_digits
from ntkbook.chapters.digits.measure.kernels import all_digits, digit_kernel, digit_network, kernel_of

__all__ = [
    "Comparison",
    "FiniteDigits",
    "all_digits",
    "digit_comparison",
    "digit_kernel",
    "digit_network",
    "finite_digits",
    "kernel_of",
    "split_interval",
    "table_comparison",
]
