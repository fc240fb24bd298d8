"""The chapter on the trained predictor."""

import numpy as np

from ntkbook.chapters._shared.show.panels import class_points, input_square
from ntkbook.chapters._shared.show.widths import guide, slope
from ntkbook.chapters.trained_predictor.measure import predictor as measured
from ntkbook.chapters.trained_predictor.measure.predictor_scan import PredictorScan
from ntkbook.chapters.trained_predictor.measure.two_limits import TwoLimits
from ntkbook.explorer import Axis, Choice, Explorer, Field, Line, Panel, Points, picture

__all__ = [
    "formula_figure",
    "limits_figure",
    "predictor",
]


def _square(title: str, field: str, limit: float) -> Panel:
    gap = Field(field, "f₁(x) − f₀(x)", x="side", y="side", colours="diverging", z_range=(-limit, limit))
    return input_square(title, gap, class_points(2), float(measured.SIDE[-1]))


def predictor() -> Explorer:
    """Trained network, formula, and their difference on a square of the input plane."""
    return Explorer(
        name="predictor",
        title="A trained network, and the formula for it",
        look_for="The formula draws the picture of the trained network. Widen the network, and the third, drawn on its "
        "own scale, turns pale. Where the first two change sign is the boundary between the classes. Drag a point: the "
        "formula follows the hand, and the network, trained when the hand rests, comes near it.",
        axes=(
            Axis("n", "width n", values=(64, 1024), default=64, integer=True),
            Axis("strength", "strength, of ε or λ", values=(0.03, 0.1, 0.3, 1.0), default=0.1),
            Choice(
                "holder",
                "held by",
                options={"epsilon": "smoothing ε", "lam": "regularizer λ"},
                default="epsilon",
            ),
            Points("points", "points", given=measured.GIVEN, drawn=("x0", "x1")),
        ),
        compute=measured.predictor,
        describe=measured.describe_predictor,
        panels=(
            _square("Trained network", "network", 6.0),
            _square("Formula of Theorem D", "formula", 6.0),
            _square("Network − formula", "difference", 2.1),
        ),
    )


def formula_figure(scan: PredictorScan, title: str) -> Explorer:
    """Distance between network and formula over widths: with the network's own kernel, and with the limit's.

    Args:
        scan: as predictor_scan returns it.
        title: of the figure.
    """
    own, limit = (part.mean(axis=1) for part in (scan.own, scan.limit))
    panel = Panel(
        "Largest distance on the test points",
        x="n",
        x_label="width n",
        y_label="max<sub>x</sub> ‖P(network − formula)‖",
        x_scale="log",
        y_scale="log",
        lines=(
            Line("own", "formula with its own Θ₀", role="network", mode="lines+markers"),
            Line("limit", "formula with Θ of infinite width", role="closed_form", mode="lines+markers"),
            Line("half", "n<sup>−1/2</sup>, proven", role="bound"),
            Line("one", "n<sup>−1</sup>", role="guide"),
        ),
    )
    arrays = {
        "n": scan.widths,
        "own": own,
        "limit": limit,
        "half": guide(scan.widths, limit, -0.5),
        "one": guide(scan.widths, own, -1.0),
    }
    own_slope, limit_slope = slope(scan.widths, own), slope(scan.widths, limit)
    sentence = f"Measured over widths. Own kernel: {own_slope}; infinite width: {limit_slope}."
    return picture(arrays, (panel,), title=title, describe=sentence)


def limits_figure(two: TwoLimits, title: str) -> Explorer:
    """Radius and direction of the predictor as λ → 0 with hard labels, and as ε → 0 without a regularizer.

    Args:
        two: as two_limits returns it.
        title: of the figure.
    """
    arrays = {
        "log": np.log(1 / two.strengths),
        "radius_lam": two.radius_lam,
        "radius_eps": two.radius_eps,
        "margin_lam": two.margin_lam,
        "margin_eps": two.margin_eps,
        "least_squares": two.least_squares,
    }
    radius = Panel(
        "How far the parameters travel",
        x="log",
        x_label="log(1/λ) or log(1/ε)",
        y_label="‖θ − θ<sub>0</sub>‖",
        lines=(
            Line("radius_lam", "hard labels, λ → 0", role="closed_form"),
            Line("radius_eps", "λ = 0, ε → 0", role="target"),
        ),
    )
    direction = Panel(
        "Cosine of θ − θ₀ and a direction",
        x="log",
        x_label="log(1/λ) or log(1/ε)",
        y_label="cosine",
        lines=(
            Line("margin_lam", "λ → 0, and max-margin", role="closed_form"),
            Line("margin_eps", "ε → 0, and max-margin", role="target"),
            Line("least_squares", "ε → 0, and regression onto the labels", role="guide"),
        ),
    )
    sentence = (
        f"As λ → 0 the cosine with the max-margin direction tends to {two.margin_lam[-1]:.4f}; as ε → 0 it tends to "
        f"{two.margin_eps[-1]:.4f}, and that with regression onto the labels to {two.least_squares[-1]:.4f}."
    )
    return picture(arrays, (radius, direction), title=title, describe=sentence)
