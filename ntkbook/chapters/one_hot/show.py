"""The chapter on one-hot targets."""

from dataclasses import replace

from ntkbook.chapters._shared.show.panels import DRIFT, GAP, RADIUS
from ntkbook.chapters.one_hot import measure
from ntkbook.chapters.one_hot.measure import Clocks, MarginGrowth
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel, picture

__all__ = [
    "clocks_figure",
    "end_of_laziness",
    "margin_figure",
    "order_of_limits",
    "output_and_hidden",
]

BOTH_RADII = replace(
    RADIUS,
    y_scale="linear",
    lines=(
        Line("radius", "network", role="network"),
        Line("linear_radius", "linearized model", role="linearized"),
    ),
)
LARGEST = Panel(
    "Largest drift up to the horizon, at each width",
    x="widths",
    x_label="width n",
    y_label="max ‖Θ<sub>t</sub> − Θ<sub>0</sub>‖ / ‖Θ<sub>0</sub>‖",
    x_scale="log",
    y_scale="log",
    lines=(
        Line("sup_drift", "all widths", role="network", mode="lines+markers"),
        Line("here_drift", "the width chosen", role="chosen", x="here", mode="markers"),
    ),
)


def order_of_limits() -> Explorer:
    """Width against time: which limit is taken first."""
    return Explorer(
        name="order-of-limits",
        title="Width against time",
        look_for="Up to log t = 10, widen the network until its NTK stays put. Then keep the width and move the "
        "horizon on: it always leaves. Smooth the targets, and the horizon no longer matters.",
        axes=(
            Axis("n", "width n", values=measure.WIDTHS, default=1024, integer=True),
            Axis(
                "log_horizon", "horizon log t", values=(2.0, 6.0, 10.0, 20.0, 40.0, 70.0, 100.0), default=40.0
            ),
            Choice(
                "targets", "targets", options={"onehot": "one-hot", "smoothed": "ε = 0.1"}, default="onehot"
            ),
        ),
        compute=measure.order_of_limits,
        describe=measure.describe,
        panels=(GAP, BOTH_RADII, DRIFT, LARGEST),
    )


def output_and_hidden() -> Explorer:
    """The two parts of the kernel, along a flow that never ends."""
    margins = Panel(
        "Margin that a unit direction can reach",
        x="log_t",
        x_label="log t",
        y_label="γ",
        lines=(
            Line("gamma", "whole kernel Θ<sub>t</sub>", role="network"),
            Line("output_gamma", "output layer's part", role="output_layer"),
            Line("initial_gamma", "whole kernel at the start", role="linearized"),
        ),
    )
    least = Panel(
        "Least logit gap, and what the output layer allows",
        x="log_t",
        x_label="log t",
        y_label="logits",
        lines=(
            Line("margin", "m<sub>t</sub>", role="network"),
            Line("margin_bound", "γ(output part) · ‖ω<sub>t</sub>‖", role="bound"),
        ),
    )
    drifts = Panel(
        "How far each part has moved",
        x="log_t",
        x_label="log t",
        y_label="operator norm",
        y_scale="log",
        lines=(
            Line("hidden_drift", "hidden part", role="network"),
            Line("output_drift", "output layer's part", role="output_layer"),
            Line("drift_bound", "one of them must pass", role="bound"),
        ),
    )
    return Explorer(
        name="output-and-hidden",
        title="The output layer catches up",
        look_for="At the start half of the margin is the hidden layer's. See the output layer's part rise towards the "
        "whole, at every width: it has to, since logits are its kernel's margin times its weights. So one of the two "
        "parts leaves.",
        axes=(Axis("n", "width n", values=measure.WIDTHS, default=256, integer=True),),
        compute=measure.output_and_hidden,
        describe=measure.describe_layers,
        panels=(margins, least, drifts),
    )


def end_of_laziness() -> Explorer:
    """The drift of all widths over log t, and over (log t)/√n."""
    panels = tuple(
        Panel(
            title,
            x=x,
            x_label=label,
            y_label="‖Θ<sub>t</sub> − Θ<sub>0</sub>‖ / ‖Θ<sub>0</sub>‖",
            x_scale="log",
            y_scale="log",
            lines=(
                Line("all_drift", "all widths", role="guide", x=f"all_{x}"),
                Line("drift", "the width chosen", role="network", mode="lines+markers"),
            ),
        )
        for title, x, label in (
            ("The drift over log t", "log_t", "log t"),
            ("The same over (log t)/√n", "scaled", "(log t) / √n"),
        )
    )
    return Explorer(
        name="end-of-laziness",
        title="Where laziness ends",
        look_for="On the left every width has a curve of its own. On the right they fall on one, from a drift of about "
        "a tenth on: move the width, and the point of no return stays.",
        axes=(Axis("n", "width n", values=measure.WIDTHS, default=1024, integer=True),),
        compute=measure.end_of_laziness,
        describe=measure.describe_end,
        panels=panels,
    )


def margin_figure(growth: MarginGrowth, title: str) -> Explorer:
    """Least margin and radius of the linearized flow beside log t and (log t)/γ, and its angle to the max margin.

    Args:
        growth: as margin_growth returns it.
        title: of the figure.
    """
    arrays = {
        "log_t": growth.log_t,
        "gap": growth.gap,
        "scaled": growth.radius * growth.gamma,
        "angle": growth.angle,
        "guide": growth.angle[-1] * growth.log_t[-1] / growth.log_t,
    }
    growing = Panel(
        "Least margin, and radius times γ",
        x="log_t",
        x_label="log t",
        y_label="in units of log t",
        lines=(
            Line("gap", "least margin", role="linearized", mode="lines+markers"),
            Line("scaled", "γ ‖θ<sub>t</sub> − θ<sub>0</sub>‖", role="network", mode="lines+markers"),
            Line("log_t", "log t", role="guide"),
        ),
    )
    turning = Panel(
        "Angle to the max-margin direction",
        x="log_t",
        x_label="log t",
        y_label="angle (radians)",
        x_scale="log",
        y_scale="log",
        lines=(
            Line("angle", "linearized model", role="linearized", mode="lines+markers"),
            Line("guide", "1 / log t", role="guide"),
        ),
    )
    sentence = (
        f"At log t = {growth.log_t[-1]:.0f} the least margin is {growth.gap[-1]:.1f}, the radius times γ is "
        f"{arrays['scaled'][-1]:.1f}, and the direction is {growth.angle[-1]:.4f} radians from the max-margin one."
    )
    return picture(arrays, (growing, turning), title=title, describe=sentence)


def clocks_figure(clocks: Clocks, title: str) -> Explorer:
    """The least margin against the reading of each clock.

    Args:
        clocks: as three_clocks returns them.
        title: of the figure.
    """
    panel = Panel(
        "Least margin when the clock shows s",
        x="s",
        x_label="s",
        y_label="min<sub>i</sub> (true − best other logit)",
        lines=(
            Line("time", "stopped at log t = s", role="linearized", mode="lines+markers"),
            Line("smoothing", "smoothed, log(1/ε) = s", role="target", mode="lines+markers"),
            Line("regularizer", "regularized, log(1/λ) = s", role="closed_form", mode="lines+markers"),
            Line("s", "s", role="guide"),
        ),
    )
    arrays = {name: getattr(clocks, name) for name in ("s", "time", "regularizer", "smoothing")}
    ends = f"{clocks.time[-1]:.1f}, {clocks.smoothing[-1]:.1f} and {clocks.regularizer[-1]:.1f}"
    sentence = f"At s = {clocks.s[-1]:.0f} the margins are {ends}: three clocks, one law."
    return picture(arrays, (panel,), title=title, describe=sentence)
