"""The chapter on the loss in function space."""

from ntkbook.chapters._shared.show.tables import Table
from ntkbook.chapters.loss.measure import simplex as measured
from ntkbook.explorer import Axis, Choice, Explorer, Field, Line, Panel
from ntkbook.loss_table import LossRow, loss_table

__all__ = [
    "losses",
    "simplex",
]

FLOW_LINES = Line("path_b", "gradient flow", role="network", x="path_a")


def _plane(title: str, field: str, label: str, z_range: tuple[float, float]) -> Panel:
    return Panel(
        title,
        x="a",
        x_label="(z<sub>1</sub> − z<sub>2</sub>) / √2",
        y_label="(2z<sub>3</sub> − z<sub>1</sub> − z<sub>2</sub>) / √6",
        lines=(FLOW_LINES,),
        field=Field(field, label, x="a", y="b", z_range=z_range),
        same_scale=True,
        x_range=(-measured.HALF_WIDTH, measured.HALF_WIDTH),
        y_range=(-measured.HALF_WIDTH, measured.HALF_WIDTH),
    )


def simplex() -> Explorer:
    """Loss, gradient flow and PL ratio over the plane of centred logits, as the target moves to a corner."""
    return Explorer(
        name="simplex",
        title="The loss of one point with three classes",
        look_for="Move ε down to 0. The minimum wanders off to infinity along a valley, and in the valley the PL ratio "
        "has no floor any more. Then choose Brier: it has plateaus at every ε.",
        axes=(
            Axis(
                "epsilon",
                "smoothing ε",
                values=(0.0, 0.001, 0.01, 0.03, 0.1, 0.3, 1.0),
                default=0.1,
                scale="linear",
            ),
            Choice(
                "loss",
                "loss",
                options={"cross-entropy": "cross-entropy", "Brier": "Brier"},
                default="cross-entropy",
            ),
        ),
        compute=measured.simplex,
        describe=measured.describe_simplex,
        panels=(
            _plane(
                "Loss above its infimum, and its gradient flow", "excess", "log₁₀(ℓ − inf ℓ)", (-3.0, 1.2)
            ),
            _plane("PL ratio ‖∇ℓ‖² / 2(ℓ − inf ℓ)", "ratio", "log₁₀ of the ratio", (-4.0, 0.0)),
            Panel(
                "PL ratio on the way from the far side",
                x="path_excess",
                x_label="ℓ − inf ℓ",
                y_label="‖∇ℓ‖² / 2(ℓ − inf ℓ)",
                x_scale="log",
                y_scale="log",
                y_range=(1e-8, 1.0),
                lines=(
                    Line("path_ratio", "measured", role="network"),
                    Line("proven", "proven bound μ", role="bound"),
                ),
            ),
        ),
    )


def losses() -> Table:
    """`nb.loss_table`, to look at."""
    head = ("loss", "targets", "convex", "smoothness β", "infimum attained", "PL", "Theorem")
    return Table(head, tuple(map(_row, loss_table())), caption="The losses in function space")


def _row(row: LossRow) -> tuple[str, ...]:
    yes = {True: "yes", False: "no"}
    smoothness = "none" if row.smoothness == float("inf") else f"{row.smoothness:g}"
    return (
        row.loss.name,
        row.condition,
        yes[row.convex],
        smoothness,
        yes[row.attained],
        yes[row.pl],
        " or ".join(row.theorems),
    )
