"""A layered drawing: nothing stands beside or above what it rests on, and no curve runs through a box."""

import re

import pytest

from bookkit.sources.layers import Grid, chains, draw, rows_of

USES = {"a": [], "b": [], "c": ["a"], "d": ["c", "b"], "e": ["a"], "f": ["e", "d"], "lone": []}
GRID = Grid(columns=2, width=100, gap=20, rise=40)


def test_rows_follow_the_uses_and_are_no_wider_than_asked() -> None:
    rows = rows_of(USES, 2)
    at = {label: number for number, row in enumerate(rows) for label in row}
    assert set(at) == set(USES)
    assert max(map(len, rows)) == 2
    assert all(at[used] < at[label] for label, uses in USES.items() for used in uses)
    assert rows[0] == ["a", "b"]  # the longest chains begin there


def test_what_rests_on_itself_is_named() -> None:
    assert chains(USES) == {"a": 3, "b": 2, "c": 2, "d": 1, "e": 1, "f": 0, "lone": 0}
    with pytest.raises(ValueError, match="x → y → x"):
        chains({"x": ["y"], "y": ["x"]})


def test_boxes_lie_apart_and_curves_pass_between_them() -> None:
    made = draw(USES, dict.fromkeys(USES, 50.0), GRID)
    boxes = list(made.boxes.values())
    for box in boxes:
        assert box.x >= 0
        assert box.x + GRID.width <= GRID.breadth
        assert box.y + box.height <= made.height
    assert all(
        abs(one.x - other.x) >= GRID.width + GRID.gap or abs(one.y - other.y) >= 50 + GRID.rise
        for one in boxes
        for other in boxes
        if one is not other
    )
    assert {(curve.start, curve.end) for curve in made.curves} == {
        (used, label) for label, uses in USES.items() for used in uses
    }
    for curve in made.curves:
        # every straight part stands in a gap: at no box's x of the rows that it passes
        for x in re.findall(r" (\d+) \d+ V\d+", curve.path):
            passed = range(made.boxes[curve.start].row + 1, made.boxes[curve.end].row)
            assert all(not box.x < float(x) < box.x + GRID.width for box in boxes if box.row in passed)
