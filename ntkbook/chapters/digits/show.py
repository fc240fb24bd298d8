"""The chapter on handwritten digits."""

from typing import Any

import numpy as np

from ntkbook.chapters._shared.measure.record import Record
from ntkbook.chapters._shared.show.tables import Table
from ntkbook.chapters._shared.show.widths import guide, slope
from ntkbook.chapters.digits.measure import explorer
from ntkbook.chapters.digits.measure.finite import FiniteDigits
from ntkbook.chapters.digits.measure.kernels import ARCHITECTURES
from ntkbook.chapters.digits.measure.rivals import paired
from ntkbook.explorer import Axis, Choice, Explorer, Field, Line, Panel, picture

__all__ = [
    "digits",
    "finite_figure",
    "rivals_table",
]

CONFUSIONS = Panel(
    "Which digits are confused",
    x="digit",
    x_label="read as",
    y_label="true digit",
    lines=(Line("digit", "read rightly", role="guide", x="digit"),),
    field=Field("confusions", "images", x="digit", y="digit", z_range=(0, 6), drawn="numbers"),
    same_scale=True,
    x_range=(-0.5, 9.5),
    y_range=(-0.5, 9.5),
)
WORST = Panel(
    "The image of the worst surprise",
    x="pixel",
    x_label="column",
    y_label="row",
    field=Field("worst", "ink", x="pixel", y="row", z_range=(0, 16), drawn="squares"),
    same_scale=True,
    x_range=(-0.5, 7.5),
    y_range=(-0.5, 7.5),
)


def digits() -> Explorer:
    """Explicit predictors on digits: kernel × training points × λ, with confusions and the worst surprise."""
    return Explorer(
        name="digits",
        title="Reading digits with an infinitely wide network",
        look_for="More images help far more than another kernel does. Raise λ: errors grow little, the log score "
        "grows a lot, for the predictions become timid.",
        axes=(
            Choice("kernel", "kernel", options={name: name for name in ARCHITECTURES}, default="CNN"),
            Axis("N", "training images N", values=explorer.POINTS, default=200, integer=True),
            Axis("lam", "λ", values=explorer.LAMS, default=0.01),
        ),
        compute=explorer.explore_digits,
        describe=explorer.describe_digits,
        panels=(
            _along_lam("Images misread", "error", "per cent of 500"),
            _along_lam("Log score", "score", "mean −log p(true)"),
            CONFUSIONS,
            WORST,
        ),
    )


def _along_lam(title: str, name: str, label: str) -> Panel:
    return Panel(
        title,
        x="lam",
        x_label="λ",
        y_label=label,
        x_scale="log",
        y_scale="log",
        lines=(
            Line(name, "along λ", role="closed_form"),
            Line(f"{name}_here", "λ chosen above", role="chosen", x="here", mode="markers"),
        ),
    )


LABELS = {
    "MLP NTK, few": "MLP NTK",
    "RBF, few": "RBF",
    "CNN NTK, few": "CNN NTK, 14 × 14",
    "MLP NTK, two layers": "MLP NTK",
    "RBF, length 0.5": "RBF",
}


def rivals_table(record: Record, title: str, *names: str) -> Table:
    """Methods by their mean log score, the best first: what they are worth, and how far they are from the best.

    Args:
        record: as rivals returns it.
        title: what the caption begins with.
        names: data sets of the record with the same splits.
    """
    rows = sorted(
        (row for row in record.rows if row["data"] in names), key=lambda row: np.mean(row["log_score"])
    )
    first = rows[0]
    table = tuple(
        (
            LABELS.get(row["method"]) or str(row["method"]),
            f"{100 * np.mean(row['accuracy']):.1f}",
            f"{np.mean(row['log_score']):.4f}",
            f"{np.mean(row['ece']):.3f}",
            f"{np.median(row['seconds']):.0f}",
            "" if row is first else _difference(row, first, "accuracy", 100, 1),
            "" if row is first else _difference(row, first, "log_score", 1, 4),
        )
        for row in rows
    )
    train, test, splits = first["points"], first["test_points"], len(first["log_score"])
    caption = (
        f"{title}: {train:,} points to train and tune on, {test:,} for the test, mean of {splits} splits; median CPU "
        "seconds; differences from the first line, each ± half a 95 % interval."
    )
    head = ("", "accuracy, %", "log score", "ECE", "CPU s", "accuracy − first", "score − first")
    return Table(head, table, caption)


def _difference(row: dict[str, Any], first: dict[str, Any], part: str, scale: float, places: int) -> str:
    mean, half = paired(row, first, part)
    return f"{scale * mean:+.{places}f} ± {scale * half:.{places}f}".replace("-", "−")


def finite_figure(scan: FiniteDigits, title: str) -> Explorer:
    """Mean distance between trained networks and formula over widths, and what both are worth on new images.

    Args:
        scan: as finite_digits returns it.
        title: of the figure.
    """
    apart = Panel(
        "Network and formula",
        x="n",
        x_label="width n",
        y_label="mean total variation",
        x_scale="log",
        y_scale="log",
        lines=(
            Line("distance", "measured", role="network", mode="lines+markers"),
            Line("half", "n<sup>−1/2</sup>", role="guide"),
        ),
    )
    right = Panel(
        "Accuracy on 500 new images",
        x="n",
        x_label="width n",
        y_label="per cent",
        x_scale="log",
        lines=(
            Line("network", "trained network", role="network", mode="lines+markers"),
            Line("formula", "formula, same f₀", role="closed_form", mode="lines+markers"),
            Line("from_zero", "formula, f₀ = 0", role="guide"),
        ),
    )
    distance, network, formula = (part.mean(axis=1) for part in (scan.distance, scan.network, scan.formula))
    arrays = {
        "n": scan.widths,
        "distance": distance,
        "half": guide(scan.widths, distance, -0.5),
        "network": 100 * network,
        "formula": 100 * formula,
        "from_zero": np.full(len(scan.widths), 100 * scan.from_zero),
    }
    sentence = (
        f"Network and formula approach each other with {slope(scan.widths, distance)}. "
        f"At width {scan.widths[-1]:.0f} a network reads {100 * network[-1]:.1f} % right; "
        f"without an initial function the formula reads {100 * scan.from_zero:.1f} %."
    )
    return picture(arrays, (apart, right), title=title, describe=sentence)
