"""The chapter on non-degenerate targets."""

from dataclasses import replace

from ntkbook.chapters._shared.show.panels import DRIFT, GAP, RADIUS
from ntkbook.chapters._shared.show.widths import width_figure
from ntkbook.chapters.non_degenerate import measure
from ntkbook.explorer import Axis, Explorer, Line, Panel

__all__ = [
    "non_degenerate",
    "width_figure",
]

STOPPED = replace(
    GAP,
    lines=(
        Line("gap", "network", role="network"),
        Line("plateau", "log((1 − ε + ε/K)/(ε/K))", role="closed_form"),
    ),
)
THREE_RADII = replace(
    RADIUS,
    lines=(
        Line("radius", "network", role="network"),
        Line("double", "2ρ, bound as n → ∞", role="closed_form"),
        Line("bound", "R of Theorem A", role="bound"),
    ),
)
RATIO = Panel(
    "PL ratio along the flow",
    x="log_t",
    x_label="log t",
    y_label="‖∇C‖² / 2(C − C*)",
    y_scale="log",
    lines=(Line("ratio", "network", role="network"), Line("mu", "proven μ", role="bound")),
)


def non_degenerate() -> Explorer:
    """Smoothing and width: where the logits stop, how far that is, and what is proven of it."""
    return Explorer(
        name="non-degenerate",
        title="Every class gets some probability",
        look_for="Raise ε: the margin stops earlier, and the parameters travel less. Widen the network: the radius "
        "stays, and the drift falls.",
        axes=(
            Axis("n", "width n", values=(64, 256, 1024, 4096), default=256, integer=True),
            Axis("epsilon", "smoothing ε", values=(0.01, 0.03, 0.1, 0.3, 0.6), default=0.1),
        ),
        compute=measure.non_degenerate,
        describe=measure.describe,
        panels=(STOPPED, THREE_RADII, DRIFT, RATIO),
    )
