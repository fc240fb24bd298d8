"""Measurements over widths, beside the proven rate and the observed one."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from ntkbook.chapters._shared.measure.widths import WidthScan
from ntkbook.explorer import Explorer, Line, Panel, picture
from ntkbook.laziness import fitted_slope


def slope(widths: Float[np.ndarray, " W"], values: Float[np.ndarray, " W"]) -> str:
    """The slope on two logarithmic axes, as a sentence says it.

    Args:
        widths: (W,) n.
        values: (W,) what is measured at each.
    """
    return f"slope {fitted_slope(widths, values):.2f}".replace("-", "−")


def guide(
    widths: Float[np.ndarray, " W"], values: Float[np.ndarray, " W"], power: float
) -> Float[np.ndarray, " W"]:
    """A line n^power through the first of the values.

    Args:
        widths: (W,) n.
        values: (W,) what is measured at each.
        power: the exponent.
    """
    return values[0] * (widths / widths[0]) ** power


def width_figure(
    scan: WidthScan, title: str, quantities: Sequence[tuple[str, str]], *, one_proven: bool = False
) -> Explorer:
    """One log–log panel a quantity: its mean over seeds, and guides n^{−1/2} and n^{−1}.

    Args:
        scan: what was measured.
        title: of the figure.
        quantities: (field of the scan, label) each.
        one_proven: whether n^{−1} is the proven rate, as the book's Theorem I says of one hidden layer.
    """
    half, one = ("guide", "bound") if one_proven else ("bound", "guide")
    proven = {"bound": ", proven rate", "guide": ""}
    arrays, panels, slopes = {"n": scan.widths}, [], []
    for field, label in quantities:
        mean = getattr(scan, field).mean(axis=1)
        arrays[field] = mean
        arrays[f"{field}_half"] = guide(scan.widths, mean, -0.5)
        arrays[f"{field}_one"] = guide(scan.widths, mean, -1.0)
        slopes.append(f"{label}: {slope(scan.widths, mean)}")
        panels.append(
            Panel(
                label,
                x="n",
                x_label="width n",
                y_label=label,
                x_scale="log",
                y_scale="log",
                lines=(
                    Line(field, "measured", role="network", mode="lines+markers"),
                    Line(f"{field}_half", "n<sup>−1/2</sup>" + proven[half], role=half),
                    Line(f"{field}_one", "n<sup>−1</sup>" + proven[one], role=one),
                ),
            )
        )
    return picture(arrays, tuple(panels), title=title, describe=f"Measured over widths. {'; '.join(slopes)}.")
