"""The chapter on calibration."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ntkbook import bayes
from ntkbook.chapters._shared.show.tables import Table
from ntkbook.chapters.calibration.measure import digit_doubt
from ntkbook.chapters.calibration.measure.rivals import RIVALS
from ntkbook.chapters.calibration.measure.shifted_digits import ANGLES, shifted_digits
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel, picture

__all__ = [
    "calibration",
    "members_figure",
    "own_priors_table",
    "rotation_figure",
    "same_prior_table",
]

ROLE = {"map": "closed_form", "laplace": "laplace", "ensemble": "network", "noisy": "noisy_ensemble"}
ROLE |= {"labels": "resampled_ensemble"}
Row = Mapping[str, Any]  # of the record
RELIABILITY = Panel(
    "New digits 0 to 7",
    x="confidence",
    x_label="confidence",
    y_label="share that is right",
    lines=(
        Line("accuracy", "measured", role="network", mode="lines+markers"),
        Line("low", "95 % interval, low", role="guide"),
        Line("high", "95 % interval, high", role="guide"),
        Line("perfect", "calibrated", role="target", x="perfect"),
    ),
    x_range=(0.0, 1.0),
    y_range=(0.0, 1.0),
)
ENTROPY = Panel(
    "Doubt about both kinds of digits",
    x="entropy",
    x_label="entropy of the prediction",
    y_label="share of images below",
    lines=(
        Line("share", "new digits 0–7", role="network"),
        Line("share", "digits 8, 9", role="other_data", x="foreign"),
    ),
    x_range=(0.0, 2.1),
)


def calibration() -> Explorer:
    """Reliability and doubt: predictor × variance of the prior × temperature."""
    return Explorer(
        name="calibration",
        title="How sure should one be of a digit?",
        look_for="Points above the diagonal are too timid, points below it too bold. Turn T to bring them onto it, "
        "then look whether doubt still separates the digits 8 and 9, which no predictor has ever seen.",
        axes=(
            Choice("method", "predictor", options=digit_doubt.METHODS, default="ensemble"),
            Axis("variance", "prior variance s² = 1/λ", values=(0.1, 1.0, 10.0), default=10.0),
            Axis("T", "temperature T", values=(0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.5), default=1.0),
        ),
        compute=digit_doubt.explore_doubt,
        describe=digit_doubt.describe_doubt,
        panels=(RELIABILITY, ENTROPY),
    )


def same_prior_table(row: Row) -> Table:
    """Six predictors at one s² on split 0, with errors over draws and over images.

    Args:
        row: the first of the record.
    """
    names = ("accuracy", "confidence", "log", "auroc")
    rows = [
        (
            name,
            *("{:.3f} ± {:.3f} ± {:.3f}".format(*row["scores"][m][s]) for s in names),
            f"{row['tv'][m]:.2f}",
        )
        for m, name in RIVALS.items()
    ]
    caption = (
        f"s² = {row['same']:g}; {row['members']} draws of each average, {row['chains'][0]['draws']:g} of NUTS; "
        "± standard error over draws ± that over test images"
    )
    head = ("", "accuracy", "mean confidence", "log score", "AUROC", "TV to NUTS")
    return Table(head, tuple(rows), caption)


def own_priors_table(splits: Sequence[Row]) -> Table:
    """Every predictor at the s² that validation chose for it: mean over splits, least and largest.

    Args:
        splits: rows of the record.
    """
    names = {
        "log": "log score",
        "ece": "ECE",
        "risk": "risk area × 1000",
        "auroc": "AUROC",
        "turned": "log score, 90°",
    }

    def cell(score: str, values: list[float]) -> str:
        scale, digits = (1000, 1) if score == "risk" else (1, 3)
        ends = (scale * value for value in (np.mean(values), min(values), max(values)))
        return "{} ({} to {})".format(*(f"{value:.{digits}f}" for value in ends))

    rows = [
        (
            name,
            ", ".join(f"{row['variance'][m]:g}" for row in splits),
            *(cell(s, [row["scores"][m][s][0] for row in splits]) for s in names),
        )
        for m, name in RIVALS.items()
    ]
    caption = f"Mean over {len(splits)} splits, with the least and the largest"
    return Table(("", "s², by split", *names.values()), tuple(rows), caption)


def members_figure(row: Row, title: str) -> Explorer:
    """Log score and AUROC against the number of draws, with twice the standard error over draws.

    Args:
        row: the first of the record.
        title: of the figure.
    """
    curve, scores = row["curve"], row["scores"]
    sizes = list(curve["ensemble"])
    arrays = {"members": np.array([float(size) for size in sizes])}
    for s in ("log", "auroc"):
        for m, by_size in curve.items():
            value, error = np.array([by_size[size][s] for size in sizes]).T
            arrays |= {
                f"{m}_{s}": value,
                f"{m}_{s}_low": value - 2 * error,
                f"{m}_{s}_high": value + 2 * error,
            }
        for m in ("map", "nuts"):
            arrays[f"{m}_{s}"] = np.full(len(sizes), scores[m][s][0])
    panels = tuple(
        Panel(
            name,
            x="members",
            x_label="draws that are averaged",
            y_label=name,
            lines=(
                *(Line(f"{m}_{s}", RIVALS[m], role=role, mode="lines+markers") for m, role in ROLE.items()),
                Line(f"nuts_{s}", RIVALS["nuts"], role="target"),
                Line(f"ensemble_{s}_low", "plain − 2 errors over draws", role="guide"),
                Line(f"ensemble_{s}_high", "plain + 2 errors over draws", role="guide"),
            ),
            x_scale="log",
        )
        for s, name in (("log", "Log score"), ("auroc", "AUROC"))
    )
    log, auroc = arrays["ensemble_log"], arrays["ensemble_auroc"]
    sentence = (
        f"From {sizes[0]} to {sizes[-1]} draws the log score of the plain ensemble falls from {log[0]:.2f} to "
        f"{log[-1]:.2f}, and its AUROC rises from {auroc[0]:.3f} to {auroc[-1]:.3f}; NUTS has "
        f"{scores['nuts']['log'][0]:.2f} and {scores['nuts']['auroc'][0]:.3f}."
    )
    return picture(arrays, panels, title=title, describe=sentence)


def rotation_figure(variance: float, title: str) -> Explorer:
    """Accuracy and log score of four predictors on images that are turned further and further.

    Args:
        variance: s² of the prior.
        title: of the figure.
    """
    images = shifted_digits()
    arrays = {"angle": np.array(ANGLES)}
    for method in digit_doubt.METHODS:
        p = [digit_doubt.doubt(method, variance).p[rows] for rows in images.turned]
        arrays[method] = np.array([float(bayes.log_score(one, images.Y_test)) for one in p])
        arrays[f"{method}_right"] = np.array([100 * float(bayes.accuracy(one, images.Y_test)) for one in p])
    arrays["ignorance"] = np.full(len(ANGLES), np.log(images.Y.shape[1]))
    score = Panel(
        "Log score",
        x="angle",
        x_label="angle, degrees",
        y_label="mean −log p(true)",
        lines=(
            *(
                Line(method, name, role=ROLE[method], mode="lines+markers")
                for method, name in digit_doubt.METHODS.items()
            ),
            Line("ignorance", "log 8: knowing nothing", role="guide"),
        ),
    )
    right = Panel(
        "Images read right",
        x="angle",
        x_label="angle, degrees",
        y_label="per cent",
        lines=tuple(
            Line(f"{method}_right", name, role=ROLE[method], mode="lines+markers")
            for method, name in digit_doubt.METHODS.items()
        ),
    )
    sentence = (
        f"{len(images.Y_test)} images a point. Upright, the MAP has the log score {arrays['map'][0]:.2f} and the "
        f"ensemble {arrays['ensemble'][0]:.2f}; at 90 degrees {arrays['map'][-1]:.2f} and {arrays['ensemble'][-1]:.2f}."
    )
    return picture(arrays, (score, right), title=title, describe=sentence)
