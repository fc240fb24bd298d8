"""Figures of the chapters: results of experiments as pictures without sliders."""

from collections.abc import Sequence

import numpy as np

from ntkbook.experiments.weight_decay import DecayLaw
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


def decay_figure(law: DecayLaw, title: str) -> Explorer:
    """The size of Θ_t under weight decay, beside e^{−2Lλt}."""
    panel = Panel(
        "Size of the kernel",
        x="t",
        x_label="t",
        y_label="‖Θ<sub>t</sub>‖ / ‖Θ<sub>0</sub>‖",
        y_scale="log",
        lines=(
            Line("shrinkage", "network", role="weight_decay", mode="lines+markers"),
            Line("predicted", "e<sup>−2Lλt</sup>", role="guide"),
        ),
    )
    arrays = {"t": law.t, "shrinkage": law.shrinkage, "predicted": law.predicted}
    largest = float(np.max(law.error))
    shrunk = f"The kernel shrinks to {law.shrinkage[-1]:.3f} of its size"
    sentence = f"{shrunk}; the law errs by at most {100 * largest:.1f} %."
    return picture(arrays, (panel,), title=title, describe=sentence)
