"""Each function makes one explorer: the axes that the reader moves, and the panels that show the experiment."""

from ntkbook.experiments import lazy_training
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel

DRIFT = Panel(
    "How far the NTK has moved",
    x="log_t",
    x_label="log t",
    y_label="‖Θ<sub>t</sub> − Θ<sub>0</sub>‖ / ‖Θ<sub>0</sub>‖",
    y_scale="log",
    lines=(Line("drift", "network", role="network"),),
)
GAP = Panel(
    "Least logit gap",
    x="log_t",
    x_label="log t",
    y_label="min<sub>i</sub> (true − best other logit)",
    lines=(
        Line("gap", "network", role="network"),
        Line("linear_gap", "linearized model", role="linearized"),
    ),
)
RADIUS = Panel(
    "How far the parameters have travelled",
    x="log_t",
    x_label="log t",
    y_label="‖θ<sub>t</sub> − θ<sub>0</sub>‖",
    y_scale="log",
    lines=(
        Line("radius", "network", role="network"),
        Line("radius_bound", "bound R of Theorem B", role="bound"),
    ),
)


def lazy_switch() -> Explorer:
    """The landing page: two ways to hold the logits, over widths, to log t = 40."""
    return Explorer(
        name="lazy-switch",
        title="The lazy switch",
        look_for="Raise ε or λ above 0: the logits stop growing, and the NTK stops moving. "
        "Then widen the network, and it hardly moves at all.",
        axes=(
            Axis("n", "width n", values=(64, 256, 1024, 4096), default=1024, integer=True),
            Axis("epsilon", "target smoothing ε", values=(0.0, 0.01, 0.1, 0.5), default=0.0),
            Axis("lam", "regularization λ", values=(0.0, 0.01, 0.1, 1.0), default=0.0),
        ),
        compute=lazy_training.lazy_switch,
        describe=lazy_training.describe_switch,
        panels=(GAP, DRIFT),
    )


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
        compute=lazy_training.regularizer,
        describe=lazy_training.describe_regularizer,
        panels=(DRIFT, RADIUS, GAP),
    )
