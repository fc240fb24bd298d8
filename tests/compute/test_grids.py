"""The cells of every shipped grid come out the same in a page: the numbers to float32, the words exactly.

Of the larger grids a few are drawn, and each week every cell is computed.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bookkit.extensions.explorer_pages import OFFERS
from bookkit.sources.project import ROOT
from tests._weekly import some
from tests.browser._explorers import FILES, Shown, explorers
from tests.compute._node import NotInThePageError, Page

OFFERED: dict[str, list[str]] = json.loads(OFFERS.read_text(encoding="utf-8"))
CELLS = 24  # of a grid, at most
COMPUTED = [shown for shown in explorers() if shown.spec["compute"] in OFFERED]


def test_what_pages_offer_is_what_they_compute(page_of_ntkbook: Page) -> None:
    assert set(page_of_ntkbook.experiments()) == set(OFFERED)
    assert {shown.spec["compute"] for shown in COMPUTED} == set(OFFERED)
    for shown in COMPUTED:
        numeric = {axis["name"] for axis in shown.spec["axes"] if axis["kind"] != "choice"}
        assert set(OFFERED[shown.spec["compute"]]) <= numeric


def built(shown: Shown) -> dict[str, Any]:
    """Where its grid lies, for what a page takes from the build."""
    return {"file": str(FILES / shown.description["grid"]), "axes": shown.spec["axes"]}


def assert_same(shown: Shown, number: int, arrays: Mapping[str, NDArray[np.float64]]) -> None:
    """What a page computes, against what the grid holds of a cell."""
    shipped = shown.grid.cell(number)
    assert set(arrays) == set(shipped)
    for name, array in arrays.items():
        known = shipped[name].astype(float)
        scale = np.max(np.abs(known[np.isfinite(known)]), initial=0.0)
        np.testing.assert_allclose(array, known, rtol=1e-4, atol=1e-6 * scale, err_msg=name)


@pytest.mark.parametrize("shown", COMPUTED, ids=str)
def test_cells_are_computed_in_the_page_as_in_python(shown: Shown, page_of_ntkbook: Page) -> None:
    cells, refused = some([*enumerate(shown.settings())], CELLS, shown), 0
    for number, setting in cells:
        try:
            arrays, sentence = page_of_ntkbook.cell(shown.spec["compute"], setting, built=built(shown))
        except NotInThePageError:
            refused += 1
            continue
        assert_same(shown, number, arrays)
        assert sentence == shown.grid.sentence(number)
    assert refused < len(cells)


# Formulas of the engine, each with one sign, factor or constant changed.
MUTATIONS = {
    "rotation": ("random.js", "(b << 13) | (b >>> 19)", "(b << 14) | (b >>> 18)"),
    "erf": ("erf.js", "(2 / Math.sqrt(Math.PI))", "(2.001 / Math.sqrt(Math.PI))"),
    "residual": ("losses.js", "ROW[k] * allY", "ROW[k] * allY * 1.001"),
    "width": ("one_hidden_layer.js", "sigmaW / Math.sqrt(n)", "sigmaW / Math.sqrt(n + 1)"),
    "kernel": ("one_hidden_layer.js", "out ** 2 * units + sigmaB ** 2", "out ** 2 * units"),
    "regularizer": ("training.js", "- lam * (at[i]", "- 1.1 * lam * (at[i]"),
    "clock": ("integration.js", "out[i] *= faster", "out[i] *= faster * 1.01"),
    "linearized": ("linearized.js", "out[j] = lam * at[j]", "out[j] = 0"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_wrong_formula_is_seen(name: str, tmp_path: Path) -> None:
    file, right, wrong = MUTATIONS[name]
    for part in ("front/ntkbook", "front/explorer", "front/shared", "tests/compute"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    source = tmp_path / "front" / "ntkbook" / file
    text = source.read_text(encoding="utf-8")
    assert right in text
    source.write_text(text.replace(right, wrong), encoding="utf-8")
    [shown] = (each for each in COMPUTED if each.spec["name"] == "lazy-switch")
    setting = {"n": 64, "epsilon": 0.1, "lam": 0.1}
    page = Page(tmp_path / "tests" / "compute" / "node.js")
    try:
        arrays, _ = page.cell(shown.spec["compute"], setting)
        with pytest.raises(AssertionError, match="Not equal"):
            assert_same(shown, shown.cell(setting), arrays)
    finally:
        page.stop()
