"""Numbers that a page rounds, or writes with a power of ten, are NumPy's and Python's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.compute._node import Page, numbers

FINITE = st.floats(-1e6, 1e6, allow_subnormal=False)


@given(values=st.lists(FINITE, min_size=1, max_size=20), digits=st.integers(0, 4))
def test_rounding(page_of_ntkbook: Page, values: list[float], digits: int) -> None:
    given_values = np.array([*values, 0.5, 1.5, -0.5, 0.0625, 0.1875])  # halves among them
    found = numbers(page_of_ntkbook.call("rounded", "rounded", given_values, digits))
    np.testing.assert_array_equal(found, given_values.round(digits))


@pytest.mark.parametrize(
    "x", [0.0, 1.0, -2.345678, 3e-12, 9.999e-5, 1e-300, 1.23456e120, float("nan"), float("inf")]
)
def test_powers_of_ten(page_of_ntkbook: Page, x: float) -> None:
    for digits in (1, 2, 4):
        assert page_of_ntkbook.call("words", "scientific", x, digits) == f"{x:.{digits}e}"
