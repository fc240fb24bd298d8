"""The chapter on the law of trained predictors."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from ntkbook.bayes import GaussianLogits
from ntkbook.chapters._shared.measure.many_networks import GIVEN, TrainedNetworks, circle_law
from ntkbook.chapters._shared.measure.record import Record
from ntkbook.chapters._shared.measure.side_by_side import TEST_DEGREES, K, N
from ntkbook.chapters._shared.show.tables import Table
from ntkbook.chapters.law.measure import law_circle
from ntkbook.chapters.law.measure.goodness import Fit, goodness_of_fit, holm
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel, Points, picture
from ntkbook.losses import center

__all__ = [
    "distances_figure",
    "law",
    "law_table",
    "trained_laws_table",
]

ANGLE = "angle of the input, degrees"
ANGLES = tuple(f"{angle:.0f}°".replace("-", "−") for angle in TEST_DEGREES)
PRIORS = {"nngp": "NNGP kernel", "ntk": "NTK, corrected", "zero": "zero"}
DATA = Line("data", "targets of class 0", role="data", x="data_angle", mode="markers")


def law() -> Explorer:
    """Initial function and smoothing: probabilities of an ensemble along a circle, and how far its members disagree."""
    return Explorer(
        name="law",
        title="What infinitely many trained networks predict",
        look_for="Make ε smaller: probabilities become extreme, and the spread of the logits does not change at all. "
        "Then change what training starts from: the spread does, the targets are met by all. Drag a point along the "
        "circle: the spread vanishes where it stands, and grows where it stood.",
        axes=(
            Axis("epsilon", "smoothing ε", values=(0.001, 0.01, 0.03, 0.1, 0.3, 0.5, 0.9), default=0.3),
            Choice("prior", "covariance of f₀", options=PRIORS, default="nngp"),
            Points("points", "points", given=GIVEN, drawn=("data_angle",), height="data"),
        ),
        compute=law_circle.law_circle,
        describe=law_circle.describe_circle,
        panels=(
            Panel(
                "Mean probabilities",
                x="angle",
                x_label=ANGLE,
                y_label="E softmax f(x)",
                y_range=(0.0, 1.0),
                lines=(
                    *(Line(f"p{k}", f"class {k}", role=f"class_{k}") for k in range(K)),
                    DATA,
                ),
            ),
            Panel(
                "Eight trained networks, class 0",
                x="angle",
                x_label=ANGLE,
                y_label="probability of class 0",
                y_range=(0.0, 1.0),
                lines=(Line("member", "single networks", role="network", x="member_angle"), DATA),
            ),
            Panel(
                "Spread of a logit",
                x="angle",
                x_label=ANGLE,
                y_label="standard deviation of (Pf)<sub>k</sub>(x)",
                lines=(
                    Line("spread", "after training", role="closed_form"),
                    Line("initial", "before", role="guide"),
                ),
            ),
        ),
    )


def distances_figure(fits: Mapping[str, Fit], title: str) -> Explorer:
    """Ordered squared distances of whitened functions against the quantiles of χ².

    Args:
        fits: by label, up to three.
        title: of the figure.
    """
    arrays, lines = {}, []
    for number, ((label, fit), role) in enumerate(
        zip(fits.items(), ("network", "linearized", "weight_decay"), strict=False)
    ):
        arrays |= {f"q{number}": fit.quantiles, f"d{number}": fit.distances}
        lines.append(Line(f"d{number}", label, role=role, x=f"q{number}"))
    reach = max(float(fit.quantiles[-1]) for fit in fits.values())
    arrays |= {"diagonal": np.array([0.0, reach])}
    panel = Panel(
        "Squared distances from the mean",
        x="diagonal",
        x_label="quantile of χ², what the law predicts",
        y_label="measured, in order",
        y_range=(0.0, 2.0 * reach),
        lines=(*lines, Line("diagonal", "the law", role="closed_form")),
    )
    said = [
        f"{label}: median {np.median(fit.distances):.1f}, where the law has {np.median(fit.quantiles):.1f}"
        for label, fit in fits.items()
    ]
    return picture(arrays, (panel,), title=title, describe=f"{'; '.join(said)}.")


def law_table(*runs: TrainedNetworks) -> Table:
    """Standard deviations of a centred logit over the networks of each run, beside Theorem G's, and p-values.

    Args:
        runs: as trained_networks returns them.
    """
    rows = []
    for run in runs:
        measured = np.sqrt(np.mean(np.var(np.asarray(center(run.logits))[:, N:], axis=0), axis=1))
        predicted = _spread(run.law)
        pairs = tuple(f"{got:.2f} ({law:.2f})" for got, law in zip(measured, predicted, strict=True))
        p_value = (
            f"{goodness_of_fit(run.logits, run.law, np.arange(N, len(run.law.mean))).least:.2g}"
            if predicted.min() > 0
            else "–"
        )
        rows.append((PRIORS[run.prior], *pairs, p_value))
    caption = "Spread of a logit over networks, measured (and by the law), and the least of three p-values."
    return Table(("f₀", *ANGLES, "least p"), tuple(rows), caption)


def trained_laws_table(record: Record) -> Table:
    """Spreads at every width and ε beside the one that Theorem G gives to all, the mean that moves, and p-values.

    Args:
        record: as trained_laws returns it.
    """
    corrected = holm([row["p"] for row in record.rows]).min(axis=1)
    rows = []
    for row, least in zip(record.rows, corrected, strict=True):
        mean = circle_law("nngp", row["epsilon"]).mean[-1, 0]
        rows.append(
            (
                f"{row['width']}",
                f"{row['epsilon']:g}",
                *(f"{spread:.2f}" for spread in row["spread"]),
                f"{row['mean'][-1][0]:.2f} ({mean:.2f})",
                f"{min(row['p']):.1g}",
                f"{least:.2g}",
            )
        )
    spread = (f"({spread:.2f})" for spread in _spread(circle_law("nngp", 0.5)))
    rows.append(("law", "any", *spread, "", "", ""))
    caption = (
        "Spread of a logit over networks at four inputs, mean of the first logit at the last of them (by the law), "
        "the least of seven p-values, and the least when all of the table are corrected."
    )
    return Table(("n", "ε", *ANGLES, "mean", "least p", "corrected"), tuple(rows), caption)


def _spread(law: GaussianLogits) -> Float[np.ndarray, " M"]:
    """The standard deviation of a centred logit at the inputs without data."""
    return np.sqrt(np.maximum(np.diag(law.kernel)[N:], 0) * (1 - 1 / K))
