"""What the front-end hands to Plotly is what Plotly knows, and its ranges hold every setting."""

import copy
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from ntkbook.explorer import Explorer, Field, Line, Panel
from ntkbook.explorer.grid import decode
from ntkbook.explorer.plotly_spec import check_panel, figure, limits, ticks, view
from ntkbook.explorer.static import still
from ntkbook.explorer.theme import ROLES
from tests.explorer import _ripples
from tests.explorer._wave import make


@pytest.mark.parametrize("explorer", [make(), _ripples.make()], ids=["lines", "fields"])
def test_plotly_accepts_every_entry(explorer: Explorer) -> None:
    arrays = decode(explorer.grid).cell(0)
    for panel in explorer.spec["panels"]:
        drawn = copy.deepcopy(panel["figure"])
        for trace in drawn["data"]:
            trace["x"], trace["y"] = arrays[trace["x"]], arrays[trace["y"]]
            if "z" in trace:
                trace["z"] = arrays[trace["z"]].reshape(len(trace["y"]), len(trace["x"]))
            else:
                trace["line"]["color"] = ROLES[trace["meta"]].light
        shown = go.Figure(drawn, skip_invalid=False).to_dict()
        assert [trace["name"] for trace in shown["data"]] == [trace["name"] for trace in drawn["data"]]


def test_every_role_is_drawable() -> None:
    arrays = {"x": np.arange(3, dtype=np.float32), "y": np.ones(3, dtype=np.float32)}
    lines = tuple(Line("y", role, role=role, mode="lines+markers") for role in ROLES)
    panel = Panel("p", x="x", x_label="x", y_label="y", lines=lines)
    drawn = figure(panel, view(panel, arrays))
    shown = go.Figure({"data": [{**each, "x": [0], "y": [0]} for each in drawn["data"]]}).to_dict()
    assert [trace["meta"] for trace in shown["data"]] == list(ROLES)


def test_ranges_hold_all_settings_and_stand_still() -> None:
    explorer = make()
    grid = decode(explorer.grid)
    drift = explorer.spec["panels"][0]["figure"]["layout"]["yaxis"]["range"]
    shown = np.concatenate([np.ravel(grid.arrays[name]) for name in ("drift", "bound")])
    assert drift[0] < np.log10(shown.min())
    assert drift[1] > np.log10(shown.max())
    radius = explorer.spec["panels"][1]["figure"]["layout"]["yaxis"]["range"]
    assert radius[0] < 0 < np.nanmax(grid.arrays["samples"]) < radius[1]


def test_given_ranges_are_kept() -> None:
    arrays = {"x": np.arange(1, 4, dtype=np.float32), "y": np.ones(3, dtype=np.float32)}
    line = Line("y", "network", role="network")
    panel = Panel("p", "x", "x", "y", (line,), y_scale="log", y_range=(1e-4, 10.0))
    assert limits(panel, arrays)[1] == (1e-4, 10.0)
    assert figure(panel, view(panel, arrays))["layout"]["yaxis"]["range"] == [-4.0, 1.0]


@pytest.mark.parametrize("values", [[np.nan, np.nan], [0.0, 0.0], [-1.0, np.nan], [5.0, 5.0], [np.inf, 1.0]])
@pytest.mark.parametrize("scale", ["linear", "log"])
def test_ranges_are_usable_whatever_the_numbers(values: list[float], scale: str) -> None:
    arrays = {"x": np.arange(2, dtype=np.float32), "y": np.array(values, dtype=np.float32)}
    panel = Panel("p", "x", "x", "y", (Line("y", "network", role="network"),), y_scale=scale)
    low, high = limits(panel, arrays)[1]
    assert np.isfinite([low, high]).all()
    assert low < high
    assert scale == "linear" or low > 0


def test_a_line_must_find_its_arrays() -> None:
    arrays = {"x": np.arange(3, dtype=np.float32), "y": np.ones(2, dtype=np.float32)}
    with pytest.raises(ValueError, match="compute returned x, y"):
        check_panel(Panel("p", "x", "x", "y", (Line("z", "network", role="network"),)), arrays)
    with pytest.raises(ValueError, match="equal lengths"):
        check_panel(Panel("p", "x", "x", "y", (Line("y", "network", role="network"),)), arrays)


def test_an_explorer_checks_its_lines() -> None:
    with pytest.raises(ValueError, match="shows the array 'z'"):
        Explorer(
            name="faulty",
            title="Faulty",
            look_for="",
            axes=(),
            compute=lambda: {"x": np.arange(3.0), "y": np.ones(3)},
            describe=lambda _, __: "",
            panels=(Panel("p", "x", "x", "y", (Line("z", "network", role="network"),)),),
        )


def test_few_points_on_a_log_axis_are_its_marks() -> None:
    panel = Panel(
        "p", x="n", x_label="n", y_label="y", x_scale="log", lines=(Line("y", "y", role="network"),)
    )
    arrays = {"n": np.float32([64, 256, 1024]), "y": np.float32([1, 2, 3])}
    drawn = figure(panel, view(panel, arrays))["layout"]["xaxis"]
    assert drawn["tickvals"] == [64.0, 256.0, 1024.0]
    assert drawn["ticktext"] == ["64", "256", "1024"]


@pytest.mark.parametrize(
    ("scale", "limits_", "marks"),
    [
        ("linear", (0.0, 1.0), None),
        ("log", (1e-3, 1.0), None),
        ("log", (0.9, 6.0), (1.0, 2.0, 5.0)),
        ("log", (0.004, 0.35), (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)),
        ("log", (0.9, 70.0), (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)),
    ],
)
def test_short_log_axes_are_marked_at_round_numbers(
    scale: str, limits_: tuple[float, float], marks: tuple[float, ...] | None
) -> None:
    assert ticks(scale, limits_) == (None if marks is None else pytest.approx(marks))


def test_a_field_fills_its_axes_and_keeps_its_colours_over_all_settings() -> None:
    explorer = _ripples.make()
    arrays = decode(explorer.grid).arrays
    first, second = (panel["figure"] for panel in explorer.spec["panels"])
    assert first["layout"]["xaxis"]["range"] == [-2.0, 2.0]
    assert first["layout"]["yaxis"]["range"] == [-1.0, 1.0]
    assert first["layout"]["yaxis"]["scaleanchor"] == "x"
    largest = np.abs(arrays["height"]).max()
    assert (first["data"][0]["zmin"], first["data"][0]["zmax"]) == pytest.approx((-largest, largest))
    assert (second["data"][0]["zmin"], second["data"][0]["zmax"]) == (-1.0, 1.0)


def test_sequential_colours_span_the_numbers() -> None:
    explorer = _ripples.make("sequential")
    heights = decode(explorer.grid).arrays["height"]
    field = explorer.spec["panels"][0]["figure"]["data"][0]
    assert (field["zmin"], field["zmax"]) == pytest.approx((heights.min(), heights.max()))


def test_a_field_must_have_a_number_for_each_point() -> None:
    arrays = {"x": np.arange(3, dtype=np.float32), "z": np.ones(5, dtype=np.float32)}
    with pytest.raises(ValueError, match=r"5 numbers\) over 3 × 3 points"):
        check_panel(Panel("p", "x", "x", "y", field=Field("z", "height", x="x", y="x")), arrays)
    with pytest.raises(ValueError, match="compute returned x, z"):
        check_panel(Panel("p", "x", "x", "y", field=Field("z", "height", x="x", y="w")), arrays)


@pytest.mark.parametrize(
    ("drawn", "type_", "written"),
    [("contours", "contour", False), ("squares", "heatmap", False), ("numbers", "heatmap", True)],
)
def test_a_field_is_drawn_as_it_says(drawn: str, type_: str, written: bool) -> None:
    arrays = {"x": np.arange(2, dtype=np.float32), "z": np.array([0, 1, 2, 17], dtype=np.float32)}
    panel = Panel("p", "x", "x", "y", field=Field("z", "ink", x="x", y="x", drawn=drawn))
    trace = figure(panel, view(panel, arrays))["data"][0]
    assert (trace["type"], "texttemplate" in trace) == (type_, written)
    texts = re.findall(
        r"<!-- (\S+) -->", still(panel, arrays, view(panel, arrays))
    )  # Matplotlib names what it writes
    assert (texts.count("17") == 1 and texts.count("0") == 0) == written
