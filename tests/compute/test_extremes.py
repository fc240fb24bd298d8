"""Just inside the ends of every axis a page's computation comes to an end: with Python's numbers, or with words.

At the ends themselves it is held against the shipped grids.
"""

from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.browser._explorers import Shown
from tests.compute._node import NotInThePageError, Page
from tests.compute.test_grids import COMPUTED, OFFERED, built

TINY = 1e-300


def inside(axis: dict[str, Any], free: list[str]) -> list[Any]:
    """Off the grid by hardly anything, at both ends; of what counts something, the least alone."""
    if axis["kind"] != "axis":
        return axis["values"]
    least, greatest = axis["values"][0], axis["values"][-1]
    if axis["integer"]:
        return [least]
    if axis["name"] not in free:
        return [least, greatest]
    return [TINY if least == 0 else least + 1e-8 * abs(least), greatest * (1 - 1e-8)]


def settings(shown: Shown) -> list[dict[str, Any]]:
    names = [axis["name"] for axis in shown.spec["axes"]]
    free = OFFERED[shown.spec["compute"]]
    values = product(*(inside(axis, free) for axis in shown.spec["axes"]))
    return [dict(zip(names, each, strict=True)) for each in values]


@pytest.mark.parametrize("shown", COMPUTED, ids=str)
def test_every_corner_has_numbers_or_words(shown: Shown, page_of_ntkbook: Page) -> None:
    numbers = 0
    for setting in settings(shown):
        try:
            arrays, sentence = page_of_ntkbook.cell(shown.spec["compute"], setting, built=built(shown))
        except NotInThePageError:
            continue
        numbers += 1
        assert not any(word in sentence for word in ("nan", "NaN", "undefined", "Infinity"))
        assert set(arrays) == set(shown.grid.cell(0))
    assert numbers > 0


# Without what Python computes of any setting and pages take from the build: chains, curves over widths or over λ.
FROM_THE_BUILD = ("bayes", "calibration", "digits", "gap-over-time", "order-of-limits")
WHOLE = [shown for shown in COMPUTED if shown.spec["name"] not in FROM_THE_BUILD]


@pytest.mark.parametrize("shown", WHOLE, ids=str)
def test_no_number_is_lost_that_python_has(shown: Shown, page_of_ntkbook: Page) -> None:
    setting = settings(shown)[0]
    arrays, _ = page_of_ntkbook.cell(shown.spec["compute"], setting, built=built(shown))
    for name, expected in shown.experiment(**setting).items():
        known = np.asarray(expected, dtype=float).ravel()
        scale = np.max(np.abs(known[np.isfinite(known)]), initial=0.0)
        np.testing.assert_allclose(arrays[name], known, rtol=1e-3, atol=1e-5 * scale, err_msg=name)
