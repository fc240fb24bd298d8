"""How near a finite network's kernels are to their limits, over widths."""

from ntkbook.chapters._shared.measure.concentration import ConcentrationScan
from ntkbook.chapters._shared.show.widths import guide, slope
from ntkbook.explorer import Explorer, Line, Panel, picture


def concentration_figure(scan: ConcentrationScan, field: str, label: str, title: str) -> Explorer:
    """One kernel's relative distance to its limit over widths, mean over initializations.

    Args:
        scan: what was measured.
        field: of the scan, "nngp" or "ntk".
        label: of the distance, on its axis.
        title: of the figure.
    """
    values = getattr(scan, field)
    mean = values.mean(axis=1)
    arrays = {"n": scan.widths, "mean": mean, "rate": guide(scan.widths, mean, -0.5)}
    panel = Panel(
        label, x="n", x_label="width n", y_label=label, x_scale="log", y_scale="log",
        lines=(
            Line("mean", "measured", role="network", mode="lines+markers"),
            Line("rate", "n<sup>−1/2</sup>", role="guide"),
        ),
    )  # fmt: skip
    sentence = f"Distance to the limit: {slope(scan.widths, mean)}."
    return picture(arrays, (panel,), title=title, describe=sentence)
