"""The chapter on wide networks at initialization."""

from dataclasses import asdict

from ntkbook.chapters._shared.show.concentration import concentration_figure
from ntkbook.chapters._shared.show.widths import slope
from ntkbook.chapters.initialization.measure import layer_by_layer
from ntkbook.chapters.initialization.measure.outputs import GaussianityScan
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel, picture

__all__ = [
    "concentration_figure",
    "gaussianity_figure",
    "initialization",
]


def initialization() -> Explorer:
    """Width, depth, activation: the law of a network's output at initialization, beside its Gaussian limit."""
    return Explorer(
        name="initialization",
        title="What a random network computes",
        look_for="Narrow networks put too much weight near zero and far out. Widen the network: the law "
        "becomes normal. Deepen it: the same width is no longer enough.",
        axes=(
            Axis("n", "width n", values=(1, 4, 16, 64, 256), default=4, integer=True),
            Axis("hidden_layers", "hidden layers L", values=(1, 2, 4), default=1, integer=True),
            Choice("activation", "activation φ", options={"relu": "ReLU", "erf": "erf"}, default="relu"),
        ),
        compute=layer_by_layer.output_law,
        describe=layer_by_layer.describe_law,
        panels=(
            Panel(
                "Law of one output",
                x="s",
                x_label="output at x, in standard deviations",
                y_label="density",
                y_scale="log",
                y_range=(1e-4, 4.0),
                lines=(
                    Line("density", "10,000 networks", role="network", mode="lines+markers"),
                    Line("normal", "limit N(0, 1)", role="closed_form"),
                ),
            ),
            Panel(
                "Outputs at two inputs",
                x="first",
                x_label="output at x, in standard deviations",
                y_label="output at x′",
                x_range=(-5.0, 5.0),
                y_range=(-5.0, 5.0),
                lines=(
                    Line("second", "250 networks", role="network", mode="markers"),
                    Line("ellipse_2", "90 % of the limit", role="closed_form", x="ellipse_1"),
                ),
            ),
        ),
    )


def gaussianity_figure(scan: GaussianityScan, title: str) -> Explorer:
    """Excess kurtosis and Kolmogorov distance over widths, with what is exact, what is a bound, what is noise.

    Args:
        scan: as gaussianity_scan returns it.
        title: of the figure.
    """
    panels = tuple(
        Panel(label, x="widths", x_label="width n", y_label=label, x_scale="log", y_scale="log", lines=lines)
        for label, lines in (
            (
                "excess kurtosis",
                (
                    Line("kurtosis", "measured", role="network", mode="lines+markers"),
                    Line("exact", "exact, 3v/n", role="closed_form"),
                ),
            ),
            (
                "Kolmogorov distance",
                (
                    Line("distance", "measured", role="network", mode="lines+markers"),
                    Line("bound", "bound v/n", role="bound"),
                    Line("floor", "sampling error", role="guide"),
                ),
            ),
        )
    )
    slopes = [
        f"{name}: {slope(scan.widths, values)}"
        for name, values in (("Excess kurtosis", scan.kurtosis), ("Kolmogorov distance", scan.distance))
    ]
    return picture(asdict(scan), panels, title=title, describe=f"{'; '.join(slopes)}.")
