"""The chapter that says: training is linear."""

from ntkbook.chapters._shared.show.widths import width_figure
from ntkbook.chapters.linear_training import measure
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel

__all__ = [
    "gap_over_time",
    "width_figure",
]

LOGITS = Panel(
    "Gap of the logits",
    x="log_t",
    x_label="log t",
    y_label="max<sub>x</sub> ‖f<sub>t</sub>(x) − f<sub>lin,t</sub>(x)‖",
    y_scale="log",
    lines=(
        Line("gap_test", "test points", role="network"),
        Line("gap_train", "training points", role="training_points"),
    ),
)
PROBABILITIES = Panel(
    "Gap of the probabilities",
    x="log_t",
    x_label="log t",
    y_label="max<sub>x</sub> ‖p<sub>t</sub>(x) − p<sub>lin,t</sub>(x)‖",
    y_scale="log",
    lines=(Line("gap_probability", "test points", role="network"),),
)
LARGEST = Panel(
    "Largest gap of the logits, at each width",
    x="widths",
    x_label="width n",
    y_label="largest gap, test points",
    x_scale="log",
    y_scale="log",
    lines=(
        Line("largest", "all widths", role="network", mode="lines+markers"),
        Line("here_largest", "the width chosen", role="chosen", x="here", mode="markers"),
    ),
)


def gap_over_time() -> Explorer:
    """How far a network and its linearization part, over time and width, under each condition."""
    return Explorer(
        name="gap-over-time",
        title="How far the network leaves its linearization",
        look_for="With either condition the gap stops growing, and falls with the width. Without any it grows with "
        "every e-fold of time.",
        axes=(
            Axis("n", "width n", values=measure.WIDTHS, default=256, integer=True),
            Choice(
                "condition",
                "condition",
                options={
                    "smoothed": "smoothed, ε = 0.1",
                    "regularized": "regularized, λ = 0.1",
                    "none": "none",
                },
                default="smoothed",
            ),
        ),
        compute=measure.gap_over_time,
        describe=measure.describe,
        panels=(LOGITS, PROBABILITIES, LARGEST),
    )
