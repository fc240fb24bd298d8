"""A panel as Plotly sees it: traces that name their arrays, and a layout whose ranges a slider does not move."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import ceil, floor, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ntkbook.explorer.grid import Arrays
from ntkbook.explorer.spec import Field, Line, Number, Panel
from ntkbook.explorer.theme import FIELD_COLOURS, ROLES

Limits = tuple[Number, Number]
TICK_SIZE = 12
MOST_TICKS = 6  # of an axis on a phone
CONTOURS = 12  # lines of equal value that a field shows
FOLLOWING = {"autorange": True, "nticks": 7, "tickfont": {"size": TICK_SIZE}}


@dataclass(frozen=True)
class View:
    """What of a panel is shown: the ranges of its axes, the marks on them (None: by default), its field's values."""

    x: Limits
    y: Limits
    x_marks: tuple[float, ...] | None = None
    y_marks: tuple[float, ...] | None = None
    z: Limits | None = None


def view(panel: Panel, arrays: Arrays) -> View:
    """What shows all of these arrays: those of the whole grid, so that a slider moves the curve and not the axes."""
    x, y = limits(panel, arrays)
    z = field_limits(panel.field, arrays) if panel.field else None
    return View(x, y, x_ticks(panel, arrays), ticks(panel.y_scale, y), z)


def check_panel(panel: Panel, arrays: Arrays) -> None:
    """Every line must find its arrays, of equal lengths; a field, one number for each pair of coordinates."""
    for x, line in panel.curves():
        _check_found((x, line.y), f"line {line.label!r} of panel {panel.title!r}", arrays)
        across, up = arrays[x].shape[-1], arrays[line.y].shape[-1]
        if across != up:
            raise ValueError(
                f"line {line.label!r} of panel {panel.title!r} draws {line.y!r} ({up} numbers)"
                f" against {x!r} ({across} numbers); give them equal lengths"
            )
    if field := panel.field:
        what = f"field {field.label!r} of panel {panel.title!r}"
        _check_found((field.x, field.y, field.z), what, arrays)
        columns, rows, numbers = (arrays[name].shape[-1] for name in (field.x, field.y, field.z))
        if numbers != rows * columns:
            raise ValueError(
                f"{what} draws {field.z!r} ({numbers} numbers) over {columns} × {rows} points;"
                f" give it {rows * columns} numbers, row after row"
            )


def _check_found(names: tuple[str, ...], what: str, arrays: Arrays) -> None:
    for name in names:
        if name not in arrays:
            raise ValueError(f"{what} shows the array {name!r}, but compute returned {', '.join(arrays)}")


def limits(panel: Panel, arrays: Arrays) -> tuple[Limits, Limits]:
    """The ranges of both axes over the whole grid, so that a slider moves the curve and not the axes."""
    if field := panel.field:  # fills its axes to the edge; what lies beyond is not the field's business
        across, up = (_span([arrays[name]], "linear", margin=0.0) for name in (field.x, field.y))
        return panel.x_range or across, panel.y_range or up
    xs = [arrays[x] for x, _ in panel.curves()]
    ys = [arrays[line.y] for line in panel.lines]
    return (
        panel.x_range or _span(xs, panel.x_scale, margin=0.02),
        panel.y_range or _span(ys, panel.y_scale, margin=0.05),
    )


def field_limits(field: Field, arrays: Arrays) -> Limits:
    """The values at the two ends of the field's colours; around zero where the colours diverge."""
    low, high = field.z_range or _span([arrays[field.z]], "linear", margin=0.0)
    if field.z_range is None and field.colours == "diverging":
        largest = max(abs(low), abs(high))
        return -largest, largest
    return low, high


def figure(panel: Panel, view: View, *, whole: bool = True) -> dict[str, Any]:
    """{data, layout} for Plotly, with the names of arrays where their numbers will stand.

    Where the view is not of the whole grid, an axis without a range of its own follows what is drawn.
    """
    x_axis = _axis(panel.x_label, panel.x_scale)
    y_axis = _axis(panel.y_label, panel.y_scale)
    x_axis |= _range(panel.x_scale, view.x, view.x_marks) if whole or panel.x_range else FOLLOWING
    y_axis |= _range(panel.y_scale, view.y, view.y_marks) if whole or panel.y_range else FOLLOWING
    if panel.same_scale:
        x_axis |= {"constrain": "domain"}
        y_axis |= {"constrain": "domain", "scaleanchor": "x"}
    fields = [_field_trace(panel.field, view.z)] if panel.field and view.z else []
    return {
        "data": [*fields, *(_line_trace(x, line) for x, line in panel.curves())],
        "layout": {
            "xaxis": x_axis,
            "yaxis": y_axis,
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        },
    }


def _line_trace(x: str, line: Line) -> dict[str, Any]:
    role = ROLES[line.role]
    return {
        "type": "scatter",
        "mode": line.mode,
        "name": line.label,
        "x": x,
        "y": line.y,
        "line": {"dash": role.dash, "width": role.width},
        "marker": {"symbol": role.symbol, "size": 8},
        "meta": line.role,
        "hovertemplate": "%{x:.3~g}, %{y:.3~g}",
    }


def _field_trace(field: Field, limits: Limits) -> dict[str, Any]:
    """As contours or as squares; the front-end picks the theme's colours, and writes the numbers that are asked for."""
    low, high = limits
    contours = {
        "type": "contour",
        "autocontour": False,
        "contours": {"coloring": "heatmap", "start": low, "end": high, "size": (high - low) / CONTOURS},
        "line": {"width": 0.5},
    }
    squares = {"type": "heatmap", "xgap": 1, "ygap": 1}
    drawn = {"contours": contours, "squares": squares, "numbers": squares | {"texttemplate": "%{text}"}}
    return drawn[field.drawn] | {
        "name": field.label,
        "x": field.x,
        "y": field.y,
        "z": field.z,
        "zmin": low,
        "zmax": high,
        "zauto": False,
        "showscale": False,
        "meta": asdict(FIELD_COLOURS[field.colours]),
        "hovertemplate": "%{x:.3~g}, %{y:.3~g}: %{z:.3~g}<extra></extra>",
    }


def x_ticks(panel: Panel, arrays: Arrays) -> tuple[float, ...] | None:
    """The points themselves where there are few on a log axis, widths say; else as `ticks`."""
    limits_x, _ = limits(panel, arrays)
    if panel.x_scale == "log":
        points = np.unique(np.concatenate([np.ravel(arrays[x]) for x, _ in panel.curves()]))
        if points.size <= MOST_TICKS:
            return tuple(float(point) for point in points)
    return ticks(panel.x_scale, limits_x)


def ticks(scale: str, limits: Limits) -> tuple[float, ...] | None:
    """1, 2, 5 times powers of ten on a log axis of less than two decades, thinned to fit; None: by default."""
    if scale == "linear" or limits[1] / limits[0] >= 100:
        return None
    powers = range(floor(log10(limits[0])), ceil(log10(limits[1])) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        marks = tuple(step * 10.0**power for power in powers for step in steps)
        inside = tuple(mark for mark in marks if limits[0] <= mark <= limits[1])
        if len(inside) <= MOST_TICKS:
            return inside
    return None


def _axis(label: str, scale: str) -> dict[str, Any]:
    return {
        "title": {"text": label, "standoff": 8, "font": {"size": TICK_SIZE + 1}},
        "type": scale,
        "fixedrange": True,
        "automargin": True,
        "zeroline": False,
        "showline": True,
        "ticks": "outside",
        "ticklen": 4,
    }


def _range(scale: str, limits: Limits, marks: tuple[float, ...] | None) -> dict[str, Any]:
    axis: dict[str, Any] = {"range": list(limits if scale == "linear" else map(log10, limits))}
    if marks is not None:
        labels = {"tickvals": list(marks), "ticktext": [f"{mark:.5g}" for mark in marks]}
        return axis | labels | {"tickfont": {"size": TICK_SIZE}}
    decades = log10(limits[1] / limits[0]) if scale == "log" else 0
    if decades < 2:
        return axis | {"nticks": 7, "tickfont": {"size": TICK_SIZE}}
    # Powers of ten alone, six labels or so; Plotly's own choice crowds a narrow panel with 2s and 5s.
    powers = {"dtick": ceil(decades / 6), "exponentformat": "power"}
    return axis | powers | {"tickfont": {"size": TICK_SIZE / 1.25}}  # Plotly enlarges powers by that much


def _span(tables: Iterable[NDArray[np.float32]], scale: str, margin: float) -> Limits:
    numbers = np.concatenate([np.ravel(table) for table in tables]).astype(float)
    usable = numbers[np.isfinite(numbers) & ((numbers > 0) | (scale == "linear"))]
    if usable.size == 0:
        return (0.1, 1.0)
    low, high = float(usable.min()), float(usable.max())
    if scale == "log":
        stretch = max((high / low) ** margin, 1.1)
        return (low / stretch, high * stretch)
    stretch = margin * (high - low) if low < high else 0.1 * abs(high) or 1.0
    return (low - stretch, high + stretch)
