"""What the page says of each preset happens, in the engine that the page runs."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from bookkit.sources.presets import FILE, presets
from tests.book._sources import source, toc_pages
from tests.playground._engine import Engine

PRESETS = presets()
Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    engine = Engine()
    yield lambda name, steps, edit=("", ""): engine.ask(
        "preset", query=PRESETS[name][1].replace(*edit), steps=steps
    )
    engine.stop()


def curve(found: dict[str, Any], name: str, at: float) -> float:
    """A column of the moments, at the moment nearest to a step."""
    return min(found["moments"], key=lambda moment: abs(moment["step"] - at))[name]


def growth(found: dict[str, Any], name: str) -> float:
    """By how much a column still changes over the last half of log-time."""
    last = found["moments"][-1]["step"]
    return curve(found, name, last) - curve(found, name, last / 4)


@pytest.mark.parametrize("name", PRESETS)
def test_an_address_means_what_it_says(run: Run, name: str) -> None:
    found = run(name, 0) if name != "largest" else None
    if found:
        assert found["complaints"] == []
        asked = dict(part.removeprefix("play.").split("=") for part in PRESETS[name][1].split("&"))
        read = {**found["shape"], **found}
        for key in set(asked) & {"width", "epsilon", "lam", "rate", "depth"}:
            assert read[key] == float(asked[key])
        if name != "too-fast":
            assert found["rate"] < found["guarantee"]


def test_every_preset_is_offered_on_the_page() -> None:
    page = source("part-4/playground")
    assert [name for name in PRESETS if f"- {{preset}}`{name}`" not in page] == []


def test_theorem_chapters_lead_here() -> None:
    chapters = ("non-degenerate", "regularizer", "one-hot", "sharp-conditions", "linear-training")
    pages = [page for page in toc_pages() if page.split("/")[-1] in chapters]
    assert len(pages) == len(chapters)
    assert [page for page in pages if "{preset}`" not in source(page)] == []


def test_smoothed_labels_stop_and_hard_ones_do_not(run: Run) -> None:
    smooth, hard = run("theorem-a", 20_000), run("break-theorem-a", 20_000)
    plateau = np.log((0.9 + 0.1 / 3) / (0.1 / 3))
    assert smooth["moments"][-1]["gap"] == pytest.approx(plateau, abs=0.05)
    assert abs(growth(smooth, "drift")) < 0.005
    assert abs(growth(smooth, "radius")) < 0.1
    assert growth(hard, "drift") > 0.01
    assert growth(hard, "radius") > 1
    # Levels to compare with: what smoothed labels attain; JSON's NaN where nothing is attained.
    loss, drift, radius, gap = smooth["levels"]
    assert smooth["moments"][-1]["loss"] == pytest.approx(loss, rel=1e-3)
    assert smooth["moments"][-1]["loss"] > loss
    assert gap == pytest.approx(plateau)
    assert (drift, radius) == (None, None)
    assert hard["levels"] == [None] * 4


def test_a_regularizer_stops_within_its_bound(run: Run) -> None:
    found = run("theorem-b", 4000)
    bound = np.sqrt(2 * found["excess"] / 0.1)
    assert abs(growth(found, "radius")) < 0.1
    assert found["moments"][-1]["radius"] < bound
    assert found["levels"] == [None, None, pytest.approx(bound), None]


def test_weight_decay_is_another_thing(run: Run) -> None:
    found = run("weight-decay", 2000)
    assert found["levels"] == [None] * 4
    last = found["moments"][-1]
    assert last["drift"] > 0.4
    assert abs(last["gap"] - last["linearGap"]) > 0.5


def test_a_wide_network_is_only_later(run: Run) -> None:
    wide, narrow = run("theorem-c", 3000), run("break-theorem-a", 3000)
    assert wide["moments"][-1]["drift"] < 0.3 * narrow["moments"][-1]["drift"]
    assert growth(wide, "radius") > 0.5


def test_width_decides_whether_the_maps_agree(run: Run) -> None:
    wide, narrow = run("linear", 150), run("narrow", 5000)
    assert wide["moments"][-1]["drift"] < 0.02
    assert abs(wide["moments"][-1]["gap"] - wide["moments"][-1]["linearGap"]) < 0.05
    assert narrow["moments"][-1]["drift"] > 0.3


def test_conflicting_labels_stop_until_they_are_moved_apart(run: Run) -> None:
    conflict, apart = run("conflict", 2000), run("apart", 2000)
    assert abs(growth(conflict, "radius")) < 0.05
    assert growth(apart, "radius") > 1
    # One press of an arrow key, as in the exercise: about the same plateau first, and late, on.
    pressed = run("conflict", 2000, ("=a2s8c", "=a328c"))
    assert sum(a != b for a, b in zip(pressed["X"], conflict["X"], strict=True)) == 1
    plateau = curve(conflict, "radius", 2000)
    assert curve(pressed, "radius", 75) == pytest.approx(plateau, rel=0.1)
    assert growth(pressed, "radius") > 1


def test_steps_too_large_end_in_divergence(run: Run) -> None:
    assert run("too-fast", 50)["lost"]["network"] is not None


def test_presets_are_a_list_of_titles_and_states() -> None:
    listed = json.loads(FILE.read_text())
    assert all(len(entry) == 2 and entry[1].startswith("play.") for entry in listed.values())
