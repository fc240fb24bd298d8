"""What an explorer is made of: axes that the reader moves, and panels of lines and fields that show named arrays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from numpy.typing import ArrayLike

from ntkbook._movable_points import MovablePoints
from ntkbook.explorer.theme import FIELD_COLOURS, ROLES

SCALES = ("linear", "log")
MODES = ("lines", "markers", "lines+markers")
FIELD_DRAWN = ("contours", "squares", "numbers")
Number = int | float
Value = Number | str
Setting = dict[str, Value]
Compute = Callable[..., Mapping[str, ArrayLike]]


@dataclass(frozen=True)
class Axis:
    """A numeric parameter: a slider over some values, and anything between them where a kernel computes.

    Args:
        name: of the argument of `compute`, and in the page's address.
        label: what stands beside the slider.
        values: two or more, increasing, each once.
        default: one of the values.
        integer: whether only whole numbers make sense.
        unit: what stands behind a value.
        scale: "linear" or "log", along which the slider moves between two values; by default logarithmically where all
            are positive.

    Raises:
        ValueError: for values, a default or a scale that do not fit.
    """

    name: str
    label: str
    values: tuple[Number, ...]
    default: Number
    integer: bool = False
    unit: str = ""
    scale: str | None = None

    def __post_init__(self) -> None:
        number = int if self.integer else float
        values = tuple(float(value) for value in self.values)
        _require(len(values) >= 2, f"axis {self.name!r} has the values {values}; give at least two")
        _require(
            all(map(isfinite, values)), f"axis {self.name!r} has the values {values}; all must be finite"
        )
        _require(
            all(low < high for low, high in pairwise(values)),
            f"axis {self.name!r} has the values {values}; give them in increasing order, each once",
        )
        _require(
            not self.integer or all(value == int(value) for value in (*values, self.default)),
            f"axis {self.name!r} has integer=True and the values {values}; give whole numbers",
        )
        _require(
            float(self.default) in values,
            f"axis {self.name!r} has the default {self.default}, which is not among its values {values}",
        )
        scale = self.scale or ("log" if values[0] > 0 else "linear")
        _one_of(scale, SCALES, f"the scale of axis {self.name!r}")
        _require(
            scale == "linear" or values[0] > 0,
            f"axis {self.name!r} starts at {values[0]}; a log scale needs positive values, or scale='linear'",
        )
        for field, value in (
            ("values", tuple(number(value) for value in values)),
            ("default", number(self.default)),
            ("scale", scale),
        ):
            object.__setattr__(self, field, value)


@dataclass(frozen=True)
class Choice:
    """A parameter with a few named values, shown as radio buttons.

    Args:
        name: of the argument of `compute`, and in the page's address.
        label: what stands beside the buttons.
        options: value -> its label, two or more.
        default: one of the values.

    Raises:
        ValueError: for a single option, or a default that is none of them.
    """

    name: str
    label: str
    options: Mapping[str, str]
    default: str

    def __post_init__(self) -> None:
        _require(
            len(self.options) >= 2, f"choice {self.name!r} offers {list(self.options)}; give at least two"
        )
        _require(
            self.default in self.options,
            f"choice {self.name!r} has the default {self.default!r}, which is not among {list(self.options)}",
        )

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(self.options)


@dataclass(frozen=True)
class Points:
    """Points that the reader drags, adds, relabels and removes in the panels that show them.

    Their setting is a text; the grid holds those given, and all others are computed by a page or a kernel.

    Args:
        name: of the argument of `compute`, and in the page's address.
        label: what they are called.
        given: as they are at first, and what they may become.
        drawn: the arrays of first coordinates: a panel that draws a line against one of them shows the points.
        height: the array of second coordinates, in the points' order, where a point has but one of its own.

    Raises:
        ValueError: without arrays that show the points, or where these give a point no height, or two.
    """

    name: str
    label: str
    given: MovablePoints
    drawn: tuple[str, ...]
    height: str | None = None

    def __post_init__(self) -> None:
        _require(bool(self.drawn), f"points {self.name!r} are drawn by no array; name at least one")
        _require(
            (self.height is None) == (len(self.given.box) == 2),
            f"points {self.name!r} have {len(self.given.box)} coordinates and the height {self.height!r}; give two"
            " coordinates, or one and the array of heights",
        )

    @property
    def default(self) -> str:
        return self.given.text

    @property
    def values(self) -> tuple[str, ...]:
        return (self.default,)


AnyAxis = Axis | Choice | Points


@dataclass(frozen=True)
class Line:
    """One array against another, in the colour of its role; NaN is a gap.

    Args:
        y: name of the array.
        label: in the legend.
        role: which quantity it is, one of `ROLES`, which decides its colour.
        x: name of the array that it is drawn against; by default the panel's.
        mode: "lines", "markers" or "lines+markers".

    Raises:
        ValueError: for an unknown role or mode.
    """

    y: str
    label: str
    role: str
    x: str | None = None
    mode: str = "lines"

    def __post_init__(self) -> None:
        _require(
            self.role in ROLES,
            f"line {self.label!r} has the role {self.role!r}; the roles are {', '.join(ROLES)}"
            " (a new quantity gets its colour in ntkbook/explorer/theme.py)",
        )
        _one_of(self.mode, MODES, f"the mode of line {self.label!r}")


@dataclass(frozen=True)
class Field:
    """A map of colours under the lines: an array over the points (x_i, y_j); NaN is a gap.

    Args:
        z: name of the array, row j after row j, x_i fastest.
        label: beside the colours.
        x: name of the array of the x_i.
        y: name of the array of the y_j.
        colours: "sequential", or "diverging" with zero in the middle.
        z_range: (low, high), beyond which values get the end's colour; by default it spans the arrays of every setting.
        drawn: as "contours", colours that flow into each other with thin lines along equal values; as "squares", one
            for each point; or as "numbers", squares with the number in each that is not zero.

    Raises:
        ValueError: for unknown colours, an unknown way to draw it, or a range that is none.
    """

    z: str
    label: str
    x: str
    y: str
    colours: str = "sequential"
    z_range: tuple[Number, Number] | None = None
    drawn: str = "contours"

    def __post_init__(self) -> None:
        _one_of(self.colours, tuple(FIELD_COLOURS), f"the colours of field {self.label!r}")
        _one_of(self.drawn, FIELD_DRAWN, f"how field {self.label!r} is drawn")
        _require(
            self.z_range is None or self.z_range[0] < self.z_range[1],
            f"field {self.label!r} has z_range {self.z_range}; give (low, high)",
        )


@dataclass(frozen=True)
class Panel:
    """One pair of axes with its lines, and a field below them if there is one.

    Args:
        title: above the axes.
        x: name of the array that lines are drawn against, unless they name another.
        x_label: along the axis.
        y_label: along the axis.
        lines: what is drawn.
        field: below the lines.
        same_scale: whether one unit is as long on both axes.
        x_scale: "linear" or "log".
        y_scale: "linear" or "log".
        x_range: (low, high); by default it spans the arrays of every setting.
        y_range: likewise.

    Raises:
        ValueError: without a line or a field, for an unknown scale, a range that does not fit it, or units of equal
            length on a logarithmic axis.
    """

    title: str
    x: str
    x_label: str
    y_label: str
    lines: tuple[Line, ...] = ()
    field: Field | None = None
    same_scale: bool = False
    x_scale: str = "linear"
    y_scale: str = "linear"
    x_range: tuple[Number, Number] | None = None
    y_range: tuple[Number, Number] | None = None

    def __post_init__(self) -> None:
        _require(
            bool(self.lines or self.field),
            f"panel {self.title!r} has no lines and no field; give at least one",
        )
        _require(
            not self.same_scale or self.x_scale == self.y_scale == "linear",
            f"panel {self.title!r} has same_scale=True and a log axis; units of equal length need linear axes",
        )
        for name, scale, limits in (("x", self.x_scale, self.x_range), ("y", self.y_scale, self.y_range)):
            _one_of(scale, SCALES, f"{name}_scale of panel {self.title!r}")
            _require(
                limits is None or (limits[0] < limits[1] and (scale == "linear" or limits[0] > 0)),
                f"panel {self.title!r} has {name}_range {limits}; give (low, high), positive on a log scale",
            )

    def curves(self) -> tuple[tuple[str, Line], ...]:
        """Each line with the name of the array that it is drawn against."""
        return tuple((line.x or self.x, line) for line in self.lines)


def check_names(axes: tuple[AnyAxis, ...], name: str) -> None:
    """Names become keys of the page's address, so they must be unique and plain.

    Args:
        axes: whose names are checked.
        name: of the explorer.

    Raises:
        ValueError: for two equal names, or one that cannot stand in an address.
    """
    names = [axis.name for axis in axes]
    _require(len(set(names)) == len(names), f"the axes are named {names}; give each its own name")
    for text in (name, *names):
        _require(
            bool(text) and all(character.isalnum() or character in "-_" for character in text),
            f"{text!r} cannot stand in a page's address; use letters, digits, '-' and '_'",
        )


def _one_of(value: str, known: tuple[str, ...], what: str) -> None:
    _require(value in known, f"{what} is {value!r}; expected one of {', '.join(known)}")


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise ValueError(message)
