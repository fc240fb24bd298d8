"""Texts of points: what is written is read again, in Python as in a page, and what is none is refused in words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntkbook._movable_points import MovablePoints
from ntkbook.chapters._shared.measure import many_networks, side_by_side
from ntkbook.chapters.bayes.measure import plane
from ntkbook.chapters.regression import measure as regression
from ntkbook.chapters.sharp_conditions.measure import separation
from ntkbook.chapters.trained_predictor.measure import predictor
from ntkbook.errors import InvalidInput

PLANE = MovablePoints.of([[1.234, -2.0], [0.0, 0.5]], ((-2.0, 2.0), (-2.5, 2.5)), labels=[0, 2], classes=3)
CIRCLE = MovablePoints.of([[-60.0, 1.0]], ((-180.0, 180.0), (-2.0, 2.0)))
HUNDREDTHS = st.integers(-200, 200).map(lambda x: x / 100)


def test_the_text_given_stands_for_the_points_as_they_are() -> None:
    assert PLANE.text == "1.23,-2,0;0,0.5,2"
    X, labels = PLANE.read(PLANE.text)
    np.testing.assert_array_equal(X, [[1.234, -2.0], [0.0, 0.5]])
    assert labels.tolist() == [0, 2]
    assert CIRCLE.text == "-60,1"
    assert CIRCLE.read("-60,1")[1].tolist() == CIRCLE.read("-61,1")[1].tolist() == [0]


@given(st.lists(st.tuples(HUNDREDTHS, HUNDREDTHS, st.integers(0, 2)), min_size=1, max_size=12))
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read_again(rows: list[tuple[float, float, int]]) -> None:
    coordinates, classes = [row[:2] for row in rows], [row[2] for row in rows]
    X, labels = PLANE.read(PLANE.write(coordinates, classes))
    np.testing.assert_array_equal(X, coordinates)
    assert labels.tolist() == classes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected 2 coordinates to a hundredth and a class, as in '1.23,-2,0'"),
        ("1,2", "expected 2 coordinates"),
        ("1,2,0,0", "expected 2 coordinates"),
        ("1,2,0;", "expected 2 coordinates"),
        ("1e0,2,0", "expected 2 coordinates"),
        ("nan,2,0", "expected 2 coordinates"),
        ("1.234,2,0", "expected 2 coordinates"),
        (" 1,2,0", "expected 2 coordinates"),
        ("٣,2,0", "expected 2 coordinates"),
        ("1,2,1.5", "expected 2 coordinates"),
        ("1,2,3", "of class 3; the classes are 0 to 2"),
        ("3,2,0", "the coordinate 3; choose it in \\[-2, 2\\]"),
        (";".join(["1,2,0"] * 13), "holds 13 points; give 1 to 12"),
        ("9" * 1_000_000, "expected 2 coordinates"),
    ],
)
def test_a_text_of_no_points_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        PLANE.read(text)


@pytest.mark.parametrize(
    ("coordinates", "labels", "message"),
    [
        ([], [], "has '' for a point"),
        ([[0.0, 3.0]], [0], "choose it in \\[-2, 2\\]"),
        ([[0.0, 1.0]], [2], "the classes are 0 to 1"),
        ([[0.0, 1.0]] * 13, [0] * 13, "holds 13 points"),
    ],
)
def test_points_that_cannot_be_given(coordinates: list[list[float]], labels: list[int], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        MovablePoints.of(coordinates, ((-1.0, 1.0), (-2.0, 2.0)), labels=labels, classes=2)


def test_arrays_have_one_length_however_many_points_there_are() -> None:
    found = PLANE.by_class(*PLANE.read("0.1,0.2,1;0.3,0.4,0;0.5,0.6,1"))
    assert set(found) == {"x0", "y0", "x1", "y1", "x2", "y2"}
    assert {len(array) for array in found.values()} == {12}
    np.testing.assert_array_equal(found["x1"][:3], [0.1, np.nan, 0.5])
    np.testing.assert_array_equal(found["y0"][:3], [np.nan, 0.4, np.nan])
    assert np.isnan(found["x2"]).all()


@pytest.mark.parametrize(
    ("given", "coordinates", "labels"),
    [
        (predictor.GIVEN, predictor.circle_and_square()[0], predictor.CLASSES),
        (plane.GIVEN, plane.POINTS, plane.CLASSES),
        (separation.GIVEN, separation.FIXED, separation.LABELS),
        (regression.GIVEN, np.stack([regression.DATA_ANGLES, regression.TARGETS], axis=1), [0] * 6),
        (many_networks.GIVEN, side_by_side.TRAIN_DEGREES[:, None], many_networks.CLASSES),
    ],
)
def test_chapters_give_their_own_points(
    given: MovablePoints, coordinates: np.ndarray, labels: np.ndarray | list[int]
) -> None:
    X, classes = given.read(given.text)
    np.testing.assert_array_equal(X, coordinates)
    np.testing.assert_array_equal(classes, labels)
