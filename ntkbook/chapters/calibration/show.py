"""The chapter on calibration."""

import jax
import numpy as np

from ntkbook import bayes
from ntkbook.chapters._shared.show.tables import Table
from ntkbook.chapters.calibration.measure import digit_doubt
from ntkbook.chapters.calibration.measure.shifted_digits import ANGLES, FACTORS, shifted_digits
from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel, picture

__all__ = [
    "calibration",
    "foreign_table",
    "rotation_figure",
    "scores_table",
]

ROLE = {"map": "closed_form", "ensemble": "network", "noisy": "noisy_ensemble", "laplace": "laplace"}
RESAMPLES = 500
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


def scores_table(variance: float) -> Table:
    """Accuracy and three scores on new digits, the log score with a bootstrap interval, a predictor a row.

    Args:
        variance: s² of the prior.
    """
    images = shifted_digits()
    Y, rows = images.Y_test, []
    for method, name in digit_doubt.METHODS.items():
        p = digit_doubt.doubt(method, variance).p[images.test]
        around = bayes.bootstrap_interval(jax.random.key(0), bayes.log_score, p, Y, resamples=RESAMPLES)
        rows.append(
            (
                name,
                f"{100 * bayes.accuracy(p, Y):.1f}",
                f"{bayes.log_score(p, Y):.3f} ({around.low:.3f} to {around.high:.3f})",
                f"{bayes.brier_score(p, Y):.3f}",
                f"{bayes.expected_calibration_error(p, Y):.3f}",
            )
        )
    caption = (
        f"{len(Y)} new digits 0 to 7, s² = {variance:g}, T = 1; log scores with 95 % bootstrap intervals"
    )
    return Table(("", "accuracy, %", "log score", "Brier", "ECE"), tuple(rows), caption)


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


def foreign_table(variance: float) -> Table:
    """How well doubt tells the digits 8 and 9 from those that were learnt, and how doubt fares far away.

    Args:
        variance: s² of the prior.
    """
    images, rows = shifted_digits(), []
    for method, name in digit_doubt.METHODS.items():
        said = digit_doubt.doubt(method, variance)
        by_entropy, by_information = (
            digit_doubt.auroc(values[images.test], values[images.out])
            for values in (bayes.entropy(said.p), said.information)
        )
        confidence = [f"{said.p[far].max(axis=1).mean():.2f}" for far in images.far]
        rows.append(
            (
                name,
                f"{by_entropy:.3f}",
                "none" if method == "map" else f"{by_information:.3f}",
                *confidence,
            )
        )
    head = ("", "AUROC, entropy", "AUROC, information", *(f"confidence, × {factor:g}" for factor in FACTORS))
    caption = f"Digits 8 and 9, s² = {variance:g}: told from 0–7 by doubt; mean confidence as they move away"
    return Table(head, tuple(rows), caption)
