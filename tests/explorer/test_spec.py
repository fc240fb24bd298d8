"""What a maker of explorers can get wrong is said when it is written down, with the remedy."""

from typing import Any

import pytest

from ntkbook._movable_points import MovablePoints
from ntkbook.explorer import Axis, Choice, Field, Line, Panel, Points
from ntkbook.explorer.spec import check_names

LINE = Line("y", "network", role="network")


def axis(**changes: Any) -> Axis:
    return Axis(**{"name": "n", "label": "width n", "values": (64, 256), "default": 64} | changes)


def panel(**changes: Any) -> Panel:
    given = {"title": "Drift", "x": "t", "x_label": "t", "y_label": "drift", "lines": (LINE,)}
    return Panel(**given | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"values": (64,)}, "at least two"),
        ({"values": (256, 64)}, "increasing order"),
        ({"values": (64, 64, 256)}, "each once"),
        ({"values": (64, float("inf"))}, "finite"),
        ({"default": 100}, "not among its values"),
        ({"values": (0.5, 2.0), "default": 2.0, "integer": True}, "whole numbers"),
        ({"values": (0, 1), "default": 0, "scale": "log"}, "needs positive values"),
        ({"scale": "cubic"}, "expected one of linear, log"),
    ],
)
def test_a_faulty_axis_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        axis(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lines": ()}, "no lines"),
        ({"x_scale": "cubic"}, "expected one of linear, log"),
        ({"y_range": (2.0, 1.0)}, "give \\(low, high\\)"),
        ({"y_range": (0.0, 1.0), "y_scale": "log"}, "positive on a log scale"),
        ({"same_scale": True, "y_scale": "log"}, "need linear axes"),
    ],
)
def test_a_faulty_panel_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        panel(**changes)


def test_a_faulty_choice_is_refused() -> None:
    with pytest.raises(ValueError, match="not among"):
        Choice("anchor", "pulls towards", options={"init": "θ₀", "zero": "0"}, default="origin")
    with pytest.raises(ValueError, match="at least two"):
        Choice("anchor", "pulls towards", options={"init": "θ₀"}, default="init")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"drawn": ()}, "name at least one"),
        ({"height": "data"}, "give two coordinates, or one and the array of heights"),
    ],
)
def test_faulty_points_are_refused(changes: dict[str, Any], message: str) -> None:
    given = MovablePoints.of([[0.5, 1.0]], ((-1.0, 1.0), (-2.0, 2.0)))
    assert Points("points", "points", given, drawn=("x",)).values == ("0.5,1",)
    with pytest.raises(ValueError, match=message):
        Points(**{"name": "points", "label": "points", "given": given, "drawn": ("x",)} | changes)


def test_a_line_needs_a_known_role_and_mode() -> None:
    with pytest.raises(ValueError, match="the roles are network"):
        Line("y", "network", role="netwrok")
    with pytest.raises(ValueError, match="expected one of lines, markers"):
        Line("y", "network", role="network", mode="dots")


def test_a_field_needs_known_colours_and_an_ordered_range() -> None:
    with pytest.raises(ValueError, match="expected one of sequential, diverging"):
        Field("z", "height", x="x", y="y", colours="rainbow")
    with pytest.raises(ValueError, match="give \\(low, high\\)"):
        Field("z", "height", x="x", y="y", z_range=(1.0, 1.0))
    with pytest.raises(ValueError, match="how field 'height' is drawn"):
        Field("z", "height", x="x", y="y", drawn="clouds")


def test_an_axis_interpolates_by_ratio_exactly_where_all_values_are_positive() -> None:
    assert axis().scale == "log"
    assert axis(values=(0, 1), default=0).scale == "linear"
    assert axis(scale="linear").scale == "linear"


def test_integers_stay_integers_and_others_become_floats() -> None:
    assert [type(value) for value in axis(integer=True, default=64.0).values] == [int, int]
    assert type(axis(integer=True, default=64.0).default) is int
    assert [type(value) for value in axis().values] == [float, float]


@pytest.mark.parametrize("name", ["", "a.b", "a=b", "a b", "a&b"])
def test_names_must_fit_into_an_address(name: str) -> None:
    with pytest.raises(ValueError, match="page's address"):
        check_names((axis(),), name)
    with pytest.raises(ValueError, match="page's address"):
        check_names((axis(name=name),), "explorer")


def test_axes_have_different_names() -> None:
    with pytest.raises(ValueError, match="its own name"):
        check_names((axis(), axis()), "explorer")
