"""What the chapter measures: pure functions from a setting to named arrays."""

from ntkbook.chapters.digits.measure.finite import FiniteDigits, finite_digits
from ntkbook.chapters.digits.measure.kernels import all_digits, digit_kernel, digit_network, kernel_of
from ntkbook.chapters.digits.measure.rivals import paired, rivals, row_of, split_interval

__all__ = [
    "FiniteDigits",
    "all_digits",
    "digit_kernel",
    "digit_network",
    "finite_digits",
    "kernel_of",
    "paired",
    "rivals",
    "row_of",
    "split_interval",
]
