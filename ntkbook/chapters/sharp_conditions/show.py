"""The chapter on sharp conditions: how far can the conditions be weakened?"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ntkbook.chapters._shared.show.panels import DRIFT, RADIUS
from ntkbook.chapters.sharp_conditions.measure import copies, separation
from ntkbook.chapters.sharp_conditions.measure.copies import CopiesFlow
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel, Points, picture

__all__ = [
    "apart_figure",
    "conflicts",
    "moved_point",
]


def moved_point() -> Explorer:
    """Theorem E in the plane: the separating line comes and goes as a point moves, and the flow with it."""
    return Explorer(
        name="moved-point",
        title="Does a direction separate?",
        look_for="Push the point to the right until it stands behind the other class: the line is lost, and from "
        "then on the radius stops growing. Give the point the other class, and all is reversed. Any other point will "
        "do as well: drag it across the line.",
        axes=(
            Axis(
                "position",
                "position of the moved point",
                values=tuple(np.linspace(-2.0, 2.0, 17).tolist()),
                default=0.5,
                scale="linear",
            ),
            Choice("label", "its class", options={"0": "class 0", "1": "class 1"}, default="0"),
            Points("points", "other points", given=separation.GIVEN, drawn=("x0", "x1")),
        ),
        compute=separation.moved_point,
        describe=separation.describe_moved_point,
        panels=(
            Panel(
                "The points and, if there is one, a line that separates them",
                x="x0",
                x_label="first input",
                y_label="second input",
                lines=(
                    Line("y0", "class 0", role="class_0", mode="markers"),
                    Line("y1", "class 1", role="class_1", x="x1", mode="markers"),
                    Line("y", "the moved point", role="chosen", x="x", mode="markers"),
                    Line("line_y", "separating line", role="boundary", x="line_x"),
                ),
                x_range=tuple(separation.BOX[0]),
                y_range=tuple(separation.BOX[1]),
            ),
            replace(
                RADIUS,
                lines=(
                    Line("radius", "linear flow", role="linearized"),
                    Line("end", "where it ends", role="closed_form"),
                ),
            ),
        ),
    )


ENDING = replace(
    RADIUS,
    y_scale="linear",
    lines=(
        Line("radius", "network", role="network"),
        Line("end", "end of the linearized flow", role="closed_form"),
    ),
)


def conflicts() -> Explorer:
    """Corollary 2: hard labels that contradict each other keep a network lazy, until one is changed."""
    return Explorer(
        name="conflicts",
        title="Hard labels that contradict each other",
        look_for="With no copy relabelled both curves level off, the drift the lower the wider the network. "
        "Relabel a single copy, and both go on growing.",
        axes=(
            Axis("n", "width n", values=(64, 256, 1024), default=256, integer=True),
            Axis("relabelled", "copies relabelled", values=(0, 1, 2, 4), default=0, integer=True),
        ),
        compute=copies.conflicts,
        describe=copies.describe_conflicts,
        panels=(ENDING, DRIFT),
    )


ROLES = ("class_0", "class_1", "class_2", "class_3")


def apart_figure(distances: Sequence[float], flows: Sequence[CopiesFlow], title: str) -> Explorer:
    """Drift and radius for copies that are moved apart, one line a distance.

    Args:
        distances: as shares of ‖x‖.
        flows: as copies_flow returns them, one a distance.
        title: of the figure.
    """
    arrays = {"log_t": flows[0].log_t}
    for index, flow in enumerate(flows):
        arrays |= {f"drift_{index}": flow.drift, f"radius_{index}": flow.radius}
    panels = tuple(
        Panel(
            heading,
            x="log_t",
            x_label="log t",
            y_label=label,
            y_scale="log",
            lines=tuple(
                Line(f"{field}_{index}", f"δ = {distance:g}", role=role)
                for index, (distance, role) in enumerate(zip(distances, ROLES, strict=False))
            ),
        )
        for field, heading, label in (
            ("radius", RADIUS.title, RADIUS.y_label),
            ("drift", DRIFT.title, DRIFT.y_label),
        )
    )
    ends = "; ".join(
        f"δ = {distance:g}: radius {flow.radius[-1]:.1f}, drift {flow.drift[-1]:.2g}"
        for distance, flow in zip(distances, flows, strict=True)
    )
    return picture(arrays, panels, title=title, describe=f"At the last time, {ends}.")
