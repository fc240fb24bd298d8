"""The still picture of a panel: for print, for readers without JavaScript, until the live one is there."""

import io
import re
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ntkbook.explorer.grid import Arrays
from ntkbook.explorer.plotly_spec import Limits, ticks
from ntkbook.explorer.spec import Field, Panel
from ntkbook.explorer.theme import FIELD_COLOURS, ROLES, Role

_DASHES = {
    "solid": "-",
    "dash": (0, (5, 2)),
    "dot": (0, (1.2, 1.6)),
    "dashdot": "-.",
    "longdash": (0, (9, 3)),
}
_MARKERS = {
    "circle": "o",
    "circle-open": "o",
    "square": "s",
    "x": "x",
    "diamond": "D",
    "cross": "P",
    "star": "*",
}
STEPS = 25  # colours of a field
_STYLE: dict[Any, Any] = {
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": "#4A4F57",
    "axes.grid": True,
    "grid.color": "#E3E6EA",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "svg.fonttype": "path",  # glyphs as outlines: the same picture on a machine without the font
    "svg.hashsalt": "ntkbook",  # the same ids, hence the same bytes, on every build
}


def still(
    panel: Panel,
    arrays: Arrays,
    x_limits: Limits,
    y_limits: Limits,
    x_marks: tuple[float, ...] | None = None,
    z_limits: Limits | None = None,
) -> str:
    """The panel with these arrays as SVG text, its x axis marked as given; letters stay legible on a phone."""
    with rc_context(_STYLE):
        figure = Figure(figsize=(4.4, 3.3), layout="constrained")
        axes = figure.add_subplot()
        if panel.field and z_limits:
            _fill(axes, panel.field, arrays, z_limits)
        for x, line in panel.curves():
            _draw(axes, arrays[x], arrays[line.y], ROLES[line.role], line.mode, mathtext(line.label))
        axes.set(
            xlabel=mathtext(panel.x_label),
            ylabel=mathtext(panel.y_label),
            xscale=panel.x_scale,
            yscale=panel.y_scale,
            xlim=x_limits,
            ylim=y_limits,
        )
        for axis, marks in ((axes.xaxis, x_marks), (axes.yaxis, ticks(panel.y_scale, y_limits))):
            if marks is not None:
                axis.set_ticks(marks, [f"{mark:.5g}" for mark in marks])
                axis.set_ticks([], minor=True)
        if panel.same_scale:
            axes.set_aspect("equal", adjustable="box")
        if panel.lines:
            figure.legend(loc="outside upper left", ncols=2, handlelength=2.6)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    # Without the XML prologue the text can stand in a page; without a size it fills its box.
    svg = out.getvalue()[out.getvalue().index("<svg") :]
    return re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2)


def mathtext(label: str) -> str:
    """A label's <sub> and <sup> in Matplotlib's notation; everything else as it stands."""
    plain = label.replace("$", r"\$")
    return re.sub(
        r"<(sub|sup)>(.*?)</\1>",
        lambda found: rf"$\mathregular{{{'_' if found[1] == 'sub' else '^'}{{{found[2]}}}}}$",
        plain,
    )


def _fill(axes: Axes, field: Field, arrays: Arrays, z_limits: Limits) -> None:
    """The field, with its colours and their values on a bar beside it."""
    axes.grid(visible=False)
    x, y = arrays[field.x], arrays[field.y]
    colours = LinearSegmentedColormap.from_list(field.colours, FIELD_COLOURS[field.colours].light)
    image = axes.contourf(
        x, y, arrays[field.z].reshape(len(y), len(x)), levels=np.linspace(*z_limits, STEPS), cmap=colours,
        norm=Normalize(*z_limits), extend="both",
    )  # fmt: skip
    bar = axes.figure.colorbar(image, ax=axes, label=mathtext(field.label), extend="neither")
    bar.set_ticks([], minor=True)
    bar.set_ticks(np.linspace(*z_limits, 5).tolist())


def _draw(
    axes: Axes, x: NDArray[np.float32], y: NDArray[np.float32], role: Role, mode: str, label: str
) -> None:
    axes.plot(
        x,
        y,
        label=label,
        color=role.light,
        linewidth=role.width * 0.75,  # CSS pixels to points
        linestyle=_DASHES[role.dash] if "lines" in mode else "none",
        marker=_MARKERS[role.symbol] if "markers" in mode else "none",
        markerfacecolor="none" if role.symbol.endswith("open") else role.light,
        markersize=5,
    )
