"""The chapter on the tangent kernel."""

from ntkbook.chapters._shared.show.concentration import concentration_figure
from ntkbook.chapters._shared.show.widths import guide, slope
from ntkbook.chapters.tangent_kernel.measure import kernel_circle
from ntkbook.chapters.tangent_kernel.measure.ball import BallScan
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel, picture

__all__ = [
    "ball_figure",
    "concentration_figure",
    "tangent_kernel",
]


def tangent_kernel() -> Explorer:
    """Width, radius, direction: the kernel at initialization, after a move, and in the limit."""
    return Explorer(
        name="tangent-kernel",
        title="The tangent kernel, and how far it moves",
        look_for="Wider: the kernel of one network approaches its limit, and stays where it is when the "
        "parameters move. How fast depends on the direction.",
        axes=(
            Axis("n", "width n", values=kernel_circle.WIDTHS, default=64, integer=True),
            Axis("R", "distance R moved", values=(0.5, 1.0, 2.0, 4.0), default=2.0),
            Choice(
                "direction",
                "direction",
                options={"random": "random", "eigenvalue": "largest eigenvalue", "training": "training"},
                default="eigenvalue",
            ),
        ),
        compute=kernel_circle.kernel_circle,
        describe=kernel_circle.describe_circle,
        panels=(
            Panel(
                "The kernel along a circle",
                x="angle",
                x_label="angle between x and x′, degrees",
                y_label="Θ(x, x′)",
                lines=(
                    Line("limit", "infinite width", role="closed_form"),
                    Line("initial", "at initialization", role="network"),
                    Line("moved", "moved by R", role="weight_decay"),
                ),
            ),
            Panel(
                "Over widths",
                x="widths",
                x_label="width n",
                y_label="relative change of the kernel",
                x_scale="log",
                y_scale="log",
                lines=(
                    Line(
                        "distance", "from the limit, at initialization", role="network", mode="lines+markers"
                    ),
                    Line("drift", "moved by R", role="weight_decay", mode="lines+markers"),
                    Line("here_drift", "the width chosen", role="chosen", x="here_n", mode="markers"),
                ),
            ),
        ),
    )


LABELS = {"random": "random", "eigenvalue": "largest eigenvalue", "training": "training"}
ROLES = {"random": "guide", "eigenvalue": "weight_decay", "training": "network"}


def ball_figure(scan: BallScan, title: str) -> Explorer:
    """The kernel's change over widths in three directions of one length, with both rates.

    Args:
        scan: as ball_scan returns it.
        title: of the figure.
    """
    means = {name: getattr(scan, name).mean(axis=1) for name in LABELS}
    half = guide(scan.widths, means["eigenvalue"], -0.5)
    one = guide(scan.widths, means["training"], -1.0)
    panel = Panel(
        "Moved by R", x="n", x_label="width n", y_label="relative change of the kernel", x_scale="log", y_scale="log",
        lines=(
            *(Line(name, label, role=ROLES[name], mode="lines+markers") for name, label in LABELS.items()),
            Line("half", "n<sup>−1/2</sup>, proven", role="bound"),
            Line("one", "n<sup>−1</sup>", role="guide"),
        ),
    )  # fmt: skip
    slopes = "; ".join(f"{label}: {slope(scan.widths, means[name])}" for name, label in LABELS.items())
    arrays = {"n": scan.widths, **means, "half": half, "one": one}
    return picture(arrays, (panel,), title=title, describe=f"{slopes}.")
