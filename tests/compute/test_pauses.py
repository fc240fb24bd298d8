"""A page's computation pauses often, so that a new setting takes the place of an old one at once."""

import shutil
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bookkit.sources.project import ROOT
from tests.browser._explorers import Shown
from tests.compute._node import NotInThePageError, Page
from tests.compute.test_grids import COMPUTED, built

LIMIT = 30  # milliseconds; on an idle desktop core each is below 10


def heaviest(shown: Shown) -> list[dict[str, Any]]:
    """The ends of all axes but those that count something, which are at their greatest."""
    ends = [
        axis["values"]
        if axis["kind"] != "axis"
        else axis["values"][-1:]
        if axis["integer"]
        else [axis["values"][0], axis["values"][-1]]
        for axis in shown.spec["axes"]
    ]
    names = [axis["name"] for axis in shown.spec["axes"]]
    return [dict(zip(names, values, strict=True)) for values in product(*ends)]


def longest(page: Page, shown: Shown) -> float:
    found = []
    for setting in heaviest(shown):
        try:
            found.append(page.longest(shown.spec["compute"], setting, built(shown)))
        except NotInThePageError:
            continue
    return max(found)


@pytest.mark.parametrize("shown", COMPUTED, ids=str)
def test_nothing_works_long_without_a_pause(shown: Shown, page_of_ntkbook: Page) -> None:
    assert longest(page_of_ntkbook, shown) < LIMIT


def test_a_computation_that_stops_pausing_is_seen(tmp_path: Path) -> None:
    """A flow that runs to its end at once."""
    for part in ("front/ntkbook", "front/explorer", "front/shared", "tests/compute"):
        shutil.copytree(ROOT / part, tmp_path / part)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    source = tmp_path / "front" / "ntkbook" / "integration.js"
    text = source.read_text(encoding="utf-8")
    assert "yield records" in text
    source.write_text(text.replace("yield records;", ""), encoding="utf-8")
    page = Page(tmp_path / "tests" / "compute" / "node.js")
    [shown] = (each for each in COMPUTED if each.spec["name"] == "lazy-switch")
    try:
        setting = {"n": 1024, "epsilon": 0.1, "lam": 0.1}
        assert page.longest(shown.spec["compute"], setting, built(shown)) > LIMIT
    finally:
        page.stop()
