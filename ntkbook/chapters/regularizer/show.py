"""The chapter on a regularizer around the initialization."""

import numpy as np

from ntkbook.chapters._shared.show.panels import DRIFT, GAP, RADIUS
from ntkbook.chapters._shared.show.widths import width_figure
from ntkbook.chapters.regularizer.measure import explorer
from ntkbook.chapters.regularizer.measure.weight_decay import DecayLaw
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel, picture

__all__ = [
    "decay_figure",
    "regularizer",
    "width_figure",
]


def regularizer() -> Explorer:
    """The chapter on regularizers: strength, width, and where the regularizer pulls to."""
    return Explorer(
        name="regularizer",
        title="A regularizer around the initialization, or around zero",
        look_for="With the anchor θ₀ the drift falls about tenfold for each tenfold width, at every λ. "
        "With the anchor 0 no width helps.",
        axes=(
            Axis("n", "width n", values=(64, 256, 1024, 4096), default=256, integer=True),
            Axis("lam", "regularization λ", values=(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0), default=0.1),
            Choice("anchor", "pulls towards", options={"init": "θ₀", "zero": "0"}, default="init"),
        ),
        compute=explorer.regularizer,
        describe=explorer.describe,
        panels=(DRIFT, RADIUS, GAP),
    )


def decay_figure(law: DecayLaw, title: str) -> Explorer:
    """The size of Θ_t under weight decay, beside e^{−2Lλt}.

    Args:
        law: as decay_law returns it.
        title: of the figure.
    """
    panel = Panel(
        "Size of the kernel",
        x="t",
        x_label="t",
        y_label="‖Θ<sub>t</sub>‖ / ‖Θ<sub>0</sub>‖",
        y_scale="log",
        lines=(
            Line("shrinkage", "network", role="weight_decay", mode="lines+markers"),
            Line("predicted", "e<sup>−2Lλt</sup>", role="guide"),
        ),
    )
    arrays = {"t": law.t, "shrinkage": law.shrinkage, "predicted": law.predicted}
    largest = float(np.max(law.error))
    shrunk = f"The kernel shrinks to {law.shrinkage[-1]:.3f} of its size"
    sentence = f"{shrunk}; the law errs by at most {100 * largest:.1f} %."
    return picture(arrays, (panel,), title=title, describe=sentence)
