"""*Copy as Python*: the lines that an explorer gives compute what it shows."""

import json
import random
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from bookkit.extensions.explorer_pages import OFFERS
from tests._weekly import by_turns
from tests.browser._explorers import FILES, Shown, explorers
from tests.compute._node import Page
from tests.playground._engine import Engine

MOVABLE = [shown for shown in explorers() if shown.spec["axes"]]
OFFERED: dict[str, list[str]] = json.loads(OFFERS.read_text(encoding="utf-8"))
COMPUTED = [each for each in MOVABLE if each.spec["compute"] in OFFERED]


@pytest.fixture(scope="module")
def node() -> Iterator[Engine]:
    running = Engine(Path(__file__).parents[1] / "front" / "twins.js")
    yield running
    running.stop()


def ran(code: str) -> tuple[dict[str, Any], str]:
    """What the lines leave, and print."""
    names: dict[str, Any] = {}
    with redirect_stdout(StringIO()) as printed:
        exec(code, names)
    return names, printed.getvalue()


def some_setting(shown: Shown, where: Literal["between", "grid"]) -> dict[str, Any]:
    """One on the grid, or one between its values, whose place is drawn by the explorer's name."""
    chance = random.Random(str(shown))
    small = {axis["name"]: axis["values"][0] for axis in shown.spec["axes"]}
    between = dict(small)
    for axis in shown.spec["axes"]:
        if axis["kind"] == "axis" and axis["name"] in OFFERED.get(shown.spec["compute"], []):
            low, high = axis["values"][:2]
            value = low + chance.uniform(0.2, 0.8) * (high - low)
            between[axis["name"]] = round(value) if axis["integer"] else float(f"{value:.4g}")
        elif axis["kind"] == "choice":
            between[axis["name"]] = chance.choice(axis["values"])
    return {"grid": small, "between": between}[where]


@pytest.mark.parametrize("shown", MOVABLE, ids=str)
def test_every_explorers_lines_name_what_can_be_imported(shown: Shown, node: Engine) -> None:
    setting = shown.settings()[0]
    code = node.ask("python", spec=shown.spec, setting=setting)
    names, _ = ran(code.split("arrays = ")[0])
    assert names["setting"] == setting
    assert all(callable(names[shown.spec[part].split(":")[1]]) for part in ("compute", "describe"))


@pytest.mark.parametrize(("shown", "where"), by_turns(COMPUTED, ("between", "grid")), ids=str)
def test_the_lines_give_the_numbers_and_words_of_the_page(
    shown: Shown, where: Literal["between", "grid"], node: Engine, page_of_ntkbook: Page
) -> None:
    built = {"file": str(FILES / shown.description["grid"]), "axes": shown.spec["axes"]}
    setting = some_setting(shown, where)
    arrays, sentence = page_of_ntkbook.cell(shown.spec["compute"], setting, built=built)
    names, printed = ran(node.ask("python", spec=shown.spec, setting=setting))
    assert set(names["arrays"]) == set(arrays)
    # What a page leaves out of an off-grid picture, and says so in its last clause: distances to an MCMC run.
    left_out = {name for name, array in arrays.items() if np.isnan(array).all()} - {
        name for name, array in names["arrays"].items() if np.isnan(array).all()
    }
    if left_out:
        assert "is not shown" in sentence
        assert printed.split(";")[0] == sentence.split(";")[0]
    else:
        assert printed == f"{sentence}\n"
    for name in arrays.keys() - left_out:
        np.testing.assert_allclose(
            arrays[name], np.asarray(names["arrays"][name]), rtol=1e-4, atol=1e-6, err_msg=name
        )
