"""The still picture of a panel: for print, for readers without JavaScript, until the live one is there."""

import io
import re
from collections.abc import Iterable
from math import ceil
from textwrap import wrap
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure, SubFigure
from numpy.typing import NDArray
from PIL import Image

from ntkbook.explorer.grid import Arrays
from ntkbook.explorer.plotly_spec import Limits, View
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
    "diamond-open": "D",
    "square": "s",
    "x": "x",
    "diamond": "D",
    "cross": "P",
    "star": "*",
}
STEPS = 25  # colours of a field
SIZE = (4.4, 3.3)  # inches of a panel
DOTS = 96  # per inch, of a PNG
COLOURS = 96
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


def still(panel: Panel, arrays: Arrays, view: View) -> str:
    """The panel with these arrays as SVG text; letters stay legible on a phone."""
    with rc_context(_STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        _draw_panel(figure, panel, arrays, view)
        out = io.StringIO()
        figure.savefig(
            out,
            format="svg",
            transparent=True,
            metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")),
        )
    # Without the XML prologue the text can stand in a page; without a size it fills its box.
    svg = out.getvalue()[out.getvalue().index("<svg") :]
    return _tight(re.sub(r' (?:width|height)="[\d.]+pt"', "", svg, count=2))


def _tight(svg: str) -> str:
    """The same picture in fewer letters, since a page and a notebook carry many.

    No line breaks, hundredths of a point, no blanks about a path's commands, and the quotes that JSON need not escape.
    """
    one_line = re.sub(r">\s+<", "><", re.sub(r"\s*\n\s*", " ", svg))

    def shorter(numbers: re.Match[str]) -> str:
        return re.sub(r" ?([A-Za-z]) ?", r"\1", re.sub(r"(\.\d\d)\d+", r"\1", numbers[0]))

    rounded = re.sub(r'(?<= d=")[^"]*|(?<= [xy]=")[^"]*', shorter, one_line)
    return rounded if "'" in rounded else rounded.replace('"', "'")


def mathtext(label: str) -> str:
    """A label's <sub> and <sup> in Matplotlib's notation; everything else as it stands."""
    plain = label.replace("$", r"\$")
    return re.sub(
        r"<(sub|sup)>(.*?)</\1>",
        lambda found: rf"$\mathregular{{{'_' if found[1] == 'sub' else '^'}{{{found[2]}}}}}$",
        plain,
    )


def photograph(title: str, sentence: str, panels: Iterable[tuple[Panel, View]], arrays: Arrays) -> bytes:
    """All panels as one PNG, between the title and the sentence: where a saved notebook shows no widget."""
    shown = list(panels)
    columns = min(2, len(shown))
    rows = ceil(len(shown) / columns)
    words = "\n".join(wrap(sentence, 62 * columns))
    size = SIZE[0] * columns, (SIZE[1] + 0.25) * rows + 0.3 + 0.2 * (1 + words.count("\n"))
    with rc_context(_STYLE):
        figure = Figure(figsize=size, dpi=DOTS, layout="constrained", facecolor="white")
        figure.suptitle(mathtext(title), fontweight="bold", x=0.01, ha="left")
        figure.supxlabel(mathtext(words), fontsize="medium", x=0.01, ha="left")
        places = figure.subfigures(rows, columns, squeeze=False).flat
        for (panel, view), place in zip(shown, places, strict=False):
            _draw_panel(place, panel, arrays, view, mathtext(panel.title))
        drawn, out = io.BytesIO(), io.BytesIO()
        figure.savefig(drawn, format="png")
    # A palette of so many colours is a third of the size, and looks the same.
    Image.open(drawn).convert("RGB").quantize(COLOURS).save(out, "png", optimize=True)
    return out.getvalue()


def _draw_panel(
    figure: Figure | SubFigure, panel: Panel, arrays: Arrays, view: View, title: str | None = None
) -> None:
    axes = figure.add_subplot()
    if not panel.lines:
        axes.set_title(title or "", loc="left", fontsize="medium")
    if panel.field and view.z:
        _fill(axes, panel.field, arrays, view.z)
    for x, line in panel.curves():
        _draw(axes, arrays[x], arrays[line.y], ROLES[line.role], line.mode, mathtext(line.label))
    axes.set(
        xlabel=mathtext(panel.x_label),
        ylabel=mathtext(panel.y_label),
        xscale=panel.x_scale,
        yscale=panel.y_scale,
        xlim=view.x,
        ylim=view.y,
    )
    for axis, marks in ((axes.xaxis, view.x_marks), (axes.yaxis, view.y_marks)):
        if marks is not None:
            axis.set_ticks(marks, [f"{mark:.5g}" for mark in marks])
            axis.set_ticks([], minor=True)
    if panel.same_scale:
        axes.set_aspect("equal", adjustable="box")
    if panel.lines:
        figure.legend(loc="outside upper left", ncols=2, handlelength=2.6, title=title, alignment="left")


def plain(label: str) -> str:
    """A label without its <sub> and <sup>."""
    return re.sub(r"</?su[bp]>", "", label)


def _fill(axes: Axes, field: Field, arrays: Arrays, z_limits: Limits) -> None:
    """The field, with its colours and their values on a bar beside it."""
    axes.grid(visible=False)
    x, y = arrays[field.x], arrays[field.y]
    colours = LinearSegmentedColormap.from_list(field.colours, FIELD_COLOURS[field.colours].light)
    z, norm = arrays[field.z].reshape(len(y), len(x)), Normalize(*z_limits)
    if field.drawn == "contours":
        levels = np.linspace(*z_limits, STEPS)
        image = axes.contourf(x, y, z, levels=levels, cmap=colours, norm=norm, extend="both")
    else:
        image = axes.pcolormesh(x, y, z, cmap=colours, norm=norm, edgecolors="white", linewidth=0.5)
    if field.drawn == "numbers":
        for row, column in np.argwhere(np.isfinite(z) & (z != 0)):
            ink = ink_on(tuple(colours(norm(z[row, column]))))
            place = float(x[column]), float(y[row])
            axes.text(*place, f"{z[row, column]:.3g}", color=ink, ha="center", va="center", fontsize=7)
    bar = axes.figure.colorbar(image, ax=axes, label=mathtext(field.label), extend="neither")
    bar.set_ticks([], minor=True)
    bar.set_ticks(np.linspace(*z_limits, 5).tolist())


def ink_on(colour: tuple[float, ...]) -> str:
    """White or black, whichever has the greater contrast (WCAG 2) with an RGB colour: at least 4.58."""
    rgb = np.array(colour[:3])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return "white" if linear @ [0.2126, 0.7152, 0.0722] < 0.05 * (21**0.5 - 1) else "black"


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
