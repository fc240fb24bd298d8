"""Measurements over widths, beside the proven rate and the observed one."""

from collections.abc import Sequence

from ntkbook.experiments.widths import WidthScan
from ntkbook.explorer import Explorer, Line, Panel, picture
from ntkbook.laziness import fitted_slope


def width_figure(scan: WidthScan, title: str, quantities: Sequence[tuple[str, str]]) -> Explorer:
    """One log–log panel for each (field of the scan, label): its mean over seeds, and guides n^{−1/2} and n^{−1}."""
    arrays, panels, slopes = {"n": scan.widths}, [], []
    for field, label in quantities:
        mean = getattr(scan, field).mean(axis=1)
        arrays[field] = mean
        arrays[f"{field}_half"] = mean[0] * (scan.widths / scan.widths[0]) ** -0.5
        arrays[f"{field}_one"] = mean[0] * (scan.widths / scan.widths[0]) ** -1.0
        slope = f"{fitted_slope(scan.widths, mean):.2f}".replace("-", "−")
        slopes.append(f"{label}: slope {slope}")
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
                    Line(f"{field}_half", "n<sup>−1/2</sup>, proven rate", role="bound"),
                    Line(f"{field}_one", "n<sup>−1</sup>", role="guide"),
                ),
            )
        )
    return picture(arrays, tuple(panels), title=title, describe=f"Measured over widths. {'; '.join(slopes)}.")
