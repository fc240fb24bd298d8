"""A panel as Plotly sees it: traces that name their arrays, and a layout whose ranges never move."""

from collections.abc import Iterable
from math import ceil, floor, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ntkbook.explorer.grid import Arrays
from ntkbook.explorer.spec import Number, Panel
from ntkbook.explorer.theme import ROLES

Limits = tuple[Number, Number]
TICK_SIZE = 12
MOST_TICKS = 6  # of an axis on a phone


def check_panel(panel: Panel, arrays: Arrays) -> None:
    """Every line must find its arrays, of equal lengths."""
    for x, line in panel.curves():
        for name in (x, line.y):
            if name not in arrays:
                raise ValueError(
                    f"line {line.label!r} of panel {panel.title!r} shows the array {name!r},"
                    f" but compute returned {', '.join(arrays)}"
                )
        across, up = arrays[x].shape[-1], arrays[line.y].shape[-1]
        if across != up:
            raise ValueError(
                f"line {line.label!r} of panel {panel.title!r} draws {line.y!r} ({up} numbers)"
                f" against {x!r} ({across} numbers); give them equal lengths"
            )


def limits(panel: Panel, arrays: Arrays) -> tuple[Limits, Limits]:
    """The ranges of both axes over the whole grid, so that a slider moves the curve and not the axes."""
    xs = [arrays[x] for x, _ in panel.curves()]
    ys = [arrays[line.y] for line in panel.lines]
    return (
        panel.x_range or _span(xs, panel.x_scale, margin=0.02),
        panel.y_range or _span(ys, panel.y_scale, margin=0.05),
    )


def figure(panel: Panel, arrays: Arrays) -> dict[str, Any]:
    """{data, layout} for Plotly, with the names of arrays where their numbers will stand."""
    x_limits, y_limits = limits(panel, arrays)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": line.mode,
                "name": line.label,
                "x": x,
                "y": line.y,
                "line": {"dash": ROLES[line.role].dash, "width": ROLES[line.role].width},
                "marker": {"symbol": ROLES[line.role].symbol, "size": 8},
                "meta": line.role,
                "hovertemplate": "%{x:.3~g}, %{y:.3~g}",
            }
            for x, line in panel.curves()
        ],
        "layout": {
            "xaxis": _axis(panel.x_label, panel.x_scale, x_limits, x_ticks(panel, arrays)),
            "yaxis": _axis(panel.y_label, panel.y_scale, y_limits, ticks(panel.y_scale, y_limits)),
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        },
    }


def x_ticks(panel: Panel, arrays: Arrays) -> tuple[float, ...] | None:
    """The points themselves where there are few on a log axis, widths say; else as `ticks`."""
    limits_x, _ = limits(panel, arrays)
    points = np.unique(np.concatenate([np.ravel(arrays[x]) for x, _ in panel.curves()]))
    if panel.x_scale == "log" and points.size <= MOST_TICKS:
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


def _axis(label: str, scale: str, limits: Limits, marks: tuple[float, ...] | None) -> dict[str, Any]:
    axis = {
        "title": {"text": label, "standoff": 8, "font": {"size": TICK_SIZE + 1}},
        "type": scale,
        "range": list(limits if scale == "linear" else map(log10, limits)),
        "fixedrange": True,
        "automargin": True,
        "zeroline": False,
        "showline": True,
        "ticks": "outside",
        "ticklen": 4,
    }
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
    stretch = margin * (high - low) or 0.1 * abs(high) or 1.0
    return (low - stretch, high + stretch)
