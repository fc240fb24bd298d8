"""Panels that several explorers share: drift, radius and logit gap of a training run; a square of the input plane."""

from ntkbook.explorer import Field, Line, Panel

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


def class_points(classes: int) -> tuple[Line, ...]:
    """The training points by class, in the arrays x0, y0, x1, y1, …

    Args:
        classes: the number K.
    """
    return tuple(
        Line(f"y{k}", f"class {k}", role=f"class_{k}", x=f"x{k}", mode="markers") for k in range(classes)
    )


def input_square(title: str, field: Field, points: tuple[Line, ...], edge: float) -> Panel:
    """A field over the inputs in [−edge, edge]², whose nodes along an edge are the array `side`.

    Args:
        title: of the panel.
        field: which is shown.
        points: lines over it, as class_points makes them.
        edge: half the side of the square.
    """
    return Panel(
        title,
        x="side",
        x_label="x<sub>1</sub>",
        y_label="x<sub>2</sub>",
        lines=points,
        field=field,
        same_scale=True,
        x_range=(-edge, edge),
        y_range=(-edge, edge),
    )
