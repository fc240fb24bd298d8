"""The chapter on monitoring the laziness of one's own network."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ntkbook.chapters._shared.show.panels import RADIUS
from ntkbook.chapters._shared.show.tables import Table
from ntkbook.chapters.monitoring.measure import monitored
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel
from ntkbook.monitor import LazinessMonitor

__all__ = [
    "monitored_table",
    "monitoring",
]

OVER_STEPS: dict[str, Any] = {"x": "step", "x_label": "step", "x_scale": "log"}


def monitoring() -> Explorer:
    """Channels, learning rate, what holds the logits: the traces of the monitor."""
    return Explorer(
        name="monitoring",
        title="What the monitor says of a network of somebody else's",
        look_for="More channels: drift and gap sink below the limit, and the alignment comes up to 1. Then raise the "
        "learning rate, or let nothing hold the logits.",
        axes=(
            Axis("channels", "channels n", values=(8, 16, 32), default=16, integer=True),
            Axis("rate", "rate, in units of 1/‖Θ₀‖", values=(0.25, 1.0, 4.0, 16.0), default=1.0),
            Choice(
                "holder",
                "held by",
                options={"nothing": "nothing", "epsilon": "smoothing ε", "lam": "regularizer λ"},
                default="epsilon",
            ),
        ),
        compute=monitored.monitor_traces,
        describe=monitored.describe_traces,
        panels=(
            Panel(
                "Drift and linearization gap",
                **OVER_STEPS,
                y_label="relative change",
                y_scale="log",
                lines=(
                    Line("drift", "kernel drift", role="network"),
                    Line("relative_gap", "gap over change of f", role="linearized"),
                    Line("tolerance", "limit", role="guide"),
                ),
            ),
            Panel(
                "Alignment of the kernel with its start",
                **OVER_STEPS,
                y_label="cosine of Θ<sub>t</sub> and Θ<sub>0</sub>",
                lines=(Line("alignment", "network", role="network"),),
            ),
            replace(
                RADIUS,
                **OVER_STEPS,
                lines=(
                    Line("radius", "network", role="network"),
                    Line("bound", "bound R of Theorem B", role="bound"),
                ),
            ),
            Panel(
                "Largest gap between two logits of a point",
                **OVER_STEPS,
                y_label="max<sub>i</sub> (max<sub>k</sub> z − min<sub>k</sub> z)",
                lines=(Line("logit_gap", "network", role="network"),),
            ),
        ),
    )


def monitored_table(runs: Mapping[str, LazinessMonitor], caption: str) -> Table:
    """What the monitor of each run says at the end: since when it has not been lazy, drift, alignment, gap.

    Args:
        runs: monitors, by name.
        caption: what the table says.
    """
    rows = []
    for name, monitor in runs.items():
        left, last = monitor.left_lazy_regime(), monitor.records[-1]
        said = "lazy" if left is None else f"left at {left}"
        rows.append((name, said, f"{last.drift:.2f}", f"{last.alignment:.3f}", f"{last.relative_gap:.2f}"))
    return Table(("training", "verdict", "drift", "alignment", "gap"), tuple(rows), caption=caption)
