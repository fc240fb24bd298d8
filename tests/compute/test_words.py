"""Numbers in a page's sentences are written as Python writes them."""

import math

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ntkbook.chapters._shared.measure.lazy_training import percent
from tests.compute._node import Page

SIZES = st.floats(-15, 15).map(lambda exponent: 10**exponent)
HALVES = st.integers(0, 4000).map(lambda n: n / 16)  # many lie half way between two decimals
NUMBERS = st.one_of(SIZES, HALVES, st.floats(-1e12, 1e12), st.integers(-(10**6), 10**6).map(float))


@given(x=NUMBERS, digits=st.integers(0, 6))
@example(x=0.5, digits=0)
@example(x=2.5, digits=0)
@example(x=0.125, digits=2)
@example(x=-0.0, digits=2)
@example(x=-0.001, digits=2)
@example(x=1.005, digits=2)
@example(x=math.nan, digits=1)
@example(x=-math.inf, digits=1)
@settings(max_examples=300)
def test_fixed_point(page_of_ntkbook: Page, x: float, digits: int) -> None:
    assert page_of_ntkbook.call("words", "fixed", x, digits) == f"{x:.{digits}f}"


@given(
    x=st.one_of(NUMBERS, st.floats(-300, 300).map(lambda exponent: 10**exponent)), digits=st.integers(1, 8)
)
@example(x=0.0, digits=3)
@example(x=-0.0, digits=3)
@example(x=2.5e5, digits=1)
@example(x=9.5, digits=1)
@example(x=0.00099996, digits=4)
@example(x=999999.5, digits=6)
@example(x=math.nan, digits=3)
@example(x=math.inf, digits=3)
@settings(max_examples=300)
def test_significant_digits(page_of_ntkbook: Page, x: float, digits: int) -> None:
    assert page_of_ntkbook.call("words", "general", x, digits) == f"{x:.{digits}g}"
    assert page_of_ntkbook.call("words", "plain", x) == f"{x:g}"


@given(share=st.one_of(st.floats(0, 3), st.integers(0, 400).map(lambda n: n / 800)))
@settings(max_examples=100)
def test_per_cents(page_of_ntkbook: Page, share: float) -> None:
    assert page_of_ntkbook.call("words", "percent", share) == percent(share)
