"""The chapter on one-hot targets."""

from dataclasses import replace

from ntkbook.chapters._shared.show.panels import DRIFT, GAP, RADIUS
from ntkbook.chapters.one_hot import measure
from ntkbook.chapters.one_hot.measure import Clocks, MarginGrowth
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel, picture

__all__ = [
    "clocks_figure",
    "margin_figure",
    "order_of_limits",
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
