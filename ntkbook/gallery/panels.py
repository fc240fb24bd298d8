"""Panels that several explorers share: drift, radius and logit gap of a training run, against log t."""

from ntkbook.explorer import Line, Panel

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
