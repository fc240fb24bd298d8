"""The chapter on regression."""

from ntkbook.chapters._shared.show.widths import width_figure
from ntkbook.chapters.regression import measure
from ntkbook.explorer import Axis, Explorer, Line, Panel, Points

__all__ = [
    "regression",
    "width_figure",
]


def regression() -> Explorer:
    """Time and width: network, linearization and GP posterior on a circle of inputs."""
    return Explorer(
        name="regression",
        title="A network, its linearization, and a Gaussian process",
        look_for="Let time run: network and linearization leave the initial function together. "
        "At width 16 they part on the way; at width 1024 both end on the posterior mean. Drag a point: the posterior "
        "narrows where it stands, and widens where it stood.",
        axes=(
            Axis("n", "width n", values=(16, 128, 1024), default=16, integer=True),
            Axis("t", "time t", values=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0), default=1.0),
            Points("points", "points", given=measure.GIVEN, drawn=("data_angle",)),
        ),
        compute=measure.three_predictors,
        describe=measure.describe_predictors,
        panels=(
            Panel(
                "Predictions on a circle of inputs",
                x="angle",
                x_label="angle of the input, degrees",
                y_label="prediction",
                lines=(
                    Line("network", "network", role="network"),
                    Line("linear", "linearization", role="linearized"),
                    Line("posterior", "GP posterior mean", role="closed_form"),
                    Line("upper", "mean + 2 deviations", role="guide"),
                    Line("lower", "mean − 2 deviations", role="guide"),
                    Line("data", "data", role="data", x="data_angle", mode="markers"),
                ),
            ),
        ),
    )
