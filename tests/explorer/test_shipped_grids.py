"""The numbers that the built pages ship are those that the chapters measure now."""

import random

import numpy as np
import pytest

from tests.browser._explorers import Shown, explorers

MOVABLE = [shown for shown in explorers() if shown.spec["axes"]]
# Networks in single precision, whose rounding depends on how XLA compiles, and grows as they train.
SINGLE = {"monitoring"}


@pytest.mark.parametrize("shown", MOVABLE, ids=str)
def test_the_shipped_grid_equals_a_fresh_computation(shown: Shown) -> None:
    """One cell of each, its place drawn by the explorer's name."""
    setting = random.Random(str(shown)).choice(shown.settings())
    shipped = shown.grid.cell(shown.cell(setting))
    fresh = shown.experiment(**setting)
    assert set(shipped) == set(fresh)
    tolerance = 1e-3 if shown.spec["name"] in SINGLE else 1e-5
    for name, array in fresh.items():
        with np.errstate(over="ignore", under="ignore"):
            expected = np.asarray(array).astype("<f4")
        np.testing.assert_allclose(
            shipped[name], expected, rtol=tolerance, atol=1e-30, err_msg=f"{name} {setting}"
        )


def test_the_landing_page_holds_the_logits_exactly_where_it_says() -> None:
    """Its sentence tells every setting apart: gap and drift go on growing, or stay where they are."""
    (switch,) = (shown for shown in MOVABLE if shown.page == "index.html")
    for setting in switch.settings():
        cell = switch.grid.cell(switch.cell(setting))
        late = cell["log_t"] >= 20
        held = setting["epsilon"] > 0 or setting["lam"] > 0
        for name in ("gap", "drift"):
            if held:
                assert np.ptp(cell[name][late]) <= 0.01 * abs(cell[name][-1]), (name, setting)
            else:
                assert (np.diff(cell[name][late]) > 0).all(), (name, setting)
