"""Every cell of every shipped grid comes out the same in a page: the numbers to float32, the words exactly."""

import json

import numpy as np
import pytest

from bookkit.extensions.explorer_pages import OFFERS
from tests.browser._explorers import FILES, Shown, explorers
from tests.compute._node import NotInThePageError, Page

OFFERED: dict[str, list[str]] = json.loads(OFFERS.read_text(encoding="utf-8"))
COMPUTED = [shown for shown in explorers() if shown.spec["compute"] in OFFERED]


def test_what_pages_offer_is_what_they_compute(page_of_ntkbook: Page) -> None:
    assert set(page_of_ntkbook.experiments()) == set(OFFERED)
    assert {shown.spec["compute"] for shown in COMPUTED} == set(OFFERED)
    for shown in COMPUTED:
        numeric = {axis["name"] for axis in shown.spec["axes"] if axis["kind"] == "axis"}
        assert set(OFFERED[shown.spec["compute"]]) <= numeric


@pytest.mark.parametrize("shown", COMPUTED, ids=str)
def test_every_cell_is_computed_in_the_page_as_in_python(shown: Shown, page_of_ntkbook: Page) -> None:
    built = {"file": str(FILES / shown.description["grid"]), "axes": shown.spec["axes"]}
    refused = 0
    for number, setting in enumerate(shown.settings()):
        try:
            arrays, sentence = page_of_ntkbook.cell(shown.spec["compute"], setting, built)
        except NotInThePageError:
            refused += 1
            continue
        shipped = shown.grid.cell(number)
        assert set(arrays) == set(shipped)
        for name, array in arrays.items():
            known = shipped[name].astype(float)
            scale = np.max(np.abs(known[np.isfinite(known)]), initial=0.0)
            np.testing.assert_allclose(
                array, known, rtol=1e-4, atol=1e-6 * scale, err_msg=f"{name} {setting}"
            )
        assert sentence == shown.grid.sentence(number)
    assert refused < len(shown.settings())
