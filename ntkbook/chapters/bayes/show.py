"""The chapter on ensembles and Bayes."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from ntkbook.chapters._shared.measure.record import Record
from ntkbook.chapters._shared.show.panels import class_points, input_square
from ntkbook.chapters._shared.show.tables import Table
from ntkbook.chapters.bayes.measure import maps
from ntkbook.chapters.bayes.measure.covariance_identity import IdentityScan
from ntkbook.chapters.bayes.measure.one_point import OnePoint
from ntkbook.chapters.bayes.measure.plane import K, MethodScan
from ntkbook.explorer import Axis, Choice, Explorer, Field, Line, Panel, Points, picture
from ntkbook.laziness import fitted_slope

__all__ = [
    "bayes",
    "chains_table",
    "identity_figure",
    "methods_figure",
    "methods_table",
    "noise_laws_table",
    "one_point_figure",
]

METHODS = {
    "map": ("MAP", "closed_form"),
    "laplace": ("Laplace", "laplace"),
    "ensemble": ("ensemble", "network"),
    "noisy": ("Gaussian noise", "noisy_ensemble"),
    "labels": ("resampled labels", "resampled_ensemble"),
}
VARIANCE = "prior variance s² = 1/λ"


def _map(title: str, field: str, label: str, highest: float) -> Panel:
    values = Field(field, label, x="side", y="side", z_range=(0.0, highest))
    return input_square(title, values, class_points(K), float(maps.SIDE[-1]))


def bayes() -> Explorer:
    """Method and prior scale: doubt, spread, and distance to MCMC on a square of the input plane."""
    return Explorer(
        name="bayes",
        title="Six ways to be unsure",
        look_for="Widen the prior: MAP stays as sure far away as near the data, Laplace doubts everything. "
        "Of the ensembles, all nearer to MCMC in the last map, the plain one has too little spread, the one with "
        "Gaussian noise too much. With MAP or Laplace, drag a point, and see where the doubt goes.",
        axes=(
            Axis("variance", VARIANCE, values=maps.VARIANCES, default=1.0),
            Choice(
                "method",
                "method",
                options={name: label for name, (label, _) in METHODS.items()} | {"mcmc": "MCMC"},
                default="ensemble",
            ),
            Points("points", "points", given=maps.GIVEN, drawn=("x0", "x1", "x2")),
        ),
        compute=maps.bayes_maps,
        describe=maps.describe_maps,
        panels=(
            _map("Doubt", "doubt", "entropy / log 3", 1.0),
            _map("Spread, in units of the prior's", "spread", "after / before", 1.0),
            _map("Distance to MCMC", "distance", "total variation", 0.2),
        ),
    )


def identity_figure(scan: IdentityScan, title: str) -> Explorer:
    """The error of the first-order covariances over prior scales, in units of the correction ΣWΣ.

    Args:
        scan: as covariance_identity returns it.
        title: of the figure.
    """
    arrays = {
        "variance": scan.variances,
        "plain": scan.plain,
        "noisy": scan.noisy,
        "rate": scan.plain[0] * scan.variances / scan.variances[0],
    }
    panel = Panel(
        "Error of the covariance",
        x="variance",
        x_label=VARIANCE,
        y_label="‖difference‖ / ‖ΣWΣ‖",
        x_scale="log",
        y_scale="log",
        lines=(
            Line("plain", "ensemble, against Σ − ΣWΣ", role="network", mode="lines+markers"),
            Line("noisy", "Gaussian noise, against Σ", role="noisy_ensemble", mode="lines+markers"),
            Line("rate", "s², proven rate", role="bound"),
        ),
    )
    small = scan.variances <= 0.01
    slopes = [f"{fitted_slope(scan.variances[small], y[small]):.2f}" for y in (scan.plain, scan.noisy)]
    said = f"Slopes up to s² = 0.01: ensemble {slopes[0]}, Gaussian noise {slopes[1]}."
    return picture(arrays, (panel,), title=title, describe=said)


def methods_figure(scan: MethodScan, title: str) -> Explorer:
    """Distances to MCMC and variances of five methods over prior scales.

    Args:
        scan: as method_scan returns it.
        title: of the figure.
    """
    arrays: dict[str, Float[np.ndarray, " W"]] = {"variance": scan.variances}
    panels = []
    parts = (
        ("data", "Distance at the data", "mean total variation to MCMC", scan.at_data, "log"),
        ("square", "Distance over the square", "mean total variation to MCMC", scan.in_square, "log"),
        ("spread", "Variance at the data", "in units of MCMC's", scan.spread, "linear"),
    )
    reference = {
        "data": (scan.floor_data, "sampling error"),
        "square": (scan.floor_square, "sampling error"),
        "spread": (np.ones_like(scan.variances), "MCMC"),
    }
    for name, heading, label, values, scale in parts:
        level, meaning = reference[name]
        arrays |= {f"{name}_{method}": values[method] for method in METHODS} | {f"{name}_level": level}
        lines = [
            Line(f"{name}_{m}", text, role=role, mode="lines+markers") for m, (text, role) in METHODS.items()
        ]
        panels.append(
            Panel(
                heading,
                x="variance",
                x_label=VARIANCE,
                y_label=label,
                x_scale="log",
                y_scale=scale,
                lines=(*lines, Line(f"{name}_level", meaning, role="guide")),
            )
        )
    said = f"At s² = {scan.variances[-1]:g}: {_ranked(scan.in_square)} in the square, from nearest to MCMC to farthest."
    return picture(arrays, tuple(panels), title=title, describe=said)


def _ranked(distances: Mapping[str, Float[np.ndarray, " W"]]) -> str:
    order = sorted(distances, key=lambda method: float(distances[method][-1]))
    return ", ".join(f"{METHODS[method][0]} {distances[method][-1]:.3f}" for method in order)


def methods_table(scan: MethodScan, variance: float) -> Table:
    """The distances and variances of a scan at one of its prior variances.

    Args:
        scan: as method_scan returns it.
        variance: s², one of the scan's.
    """
    here = int(np.flatnonzero(scan.variances == variance)[0])
    rows = [
        (
            label,
            f"{scan.at_data[method][here]:.3f}",
            f"{scan.in_square[method][here]:.3f}",
            f"{scan.spread[method][here]:.2f}",
        )
        for method, (label, _) in METHODS.items()
    ]
    caption = (
        f"s² = {variance:g}: mean total variation to MCMC (sampling error {scan.floor_data[here]:.3f} and "
        f"{scan.floor_square[here]:.3f}), and variance at the data in units of MCMC's."
    )
    return Table(("method", "TV, data", "TV, square", "variance"), tuple(rows), caption)


def chains_table(scan: MethodScan) -> Table:
    """The diagnostics of every MCMC run of a scan.

    Args:
        scan: as method_scan returns it.
    """
    rows = [
        (f"{s2:g}", f"{one.rhat:.4f}", f"{one.ess:.0f}", f"{one.divergences}", f"{one.draws}")
        for s2, one in zip(scan.variances, scan.compared, strict=True)
    ]
    return Table(("s²", "R-hat", "ESS", "divergent", "draws"), tuple(rows), "Diagnostics of the four chains.")


def noise_laws_table(record: Record, part: str) -> Table:
    """Every problem of the record at the data: variances in units of MCMC's, or distances to MCMC.

    Args:
        record: as noise_laws returns it.
        part: "share" or "distance".
    """
    names = {"map": "MAP", "laplace": "Laplace", "ensemble": "plain", "noisy": "Gaussian"}
    names |= {"labels": "labels", "own": "own labels"}
    digits = {"share": 2, "distance": 3}[part]
    if part == "share":
        del names["map"]

    def cell(value: float, low: float, high: float) -> str:
        return f"{value:.{digits}f} ± {(high - low) / 2:.{digits}f}"

    rows = [
        (row["problem"], f"{row['variance']:g}", *(cell(*row[part][m]) for m in names)) for row in record.rows
    ]
    what = {"share": "Variance in units of MCMC's", "distance": "Mean total variation to MCMC"}[part]
    caption = f"{what}, at the data, ± half of the middle 95 % over resampled members and draws."
    return Table(("problem", "s²", *names.values()), tuple(rows), caption)


def one_point_figure(soft: OnePoint, hard: OnePoint, narrow: OnePoint, title: str) -> Explorer:
    """One point, two classes: variances over all prior scales, and errors of the probability under narrow priors.

    Args:
        soft: with a target inside the simplex.
        hard: with a hard label.
        narrow: with a hard label, at small variances.
        title: of the figure.
    """
    drawn = {name: METHODS[name] for name in ("laplace", "ensemble", "noisy", "labels")}
    drawn["own"] = ("own labels", "chosen")
    arrays: dict[str, Float[np.ndarray, " W"]] = {"wide": soft.variances, "narrow": narrow.variances}
    for name, one in (("soft", soft), ("hard", hard)):
        arrays |= {f"{name}_{m}": one.spread[m] for m in (*drawn, "posterior")}
    truth = narrow.probability["posterior"]
    arrays |= {f"error_{m}": np.abs(narrow.probability[m] - truth) for m in ("map", *drawn)}
    panels = [
        Panel(
            heading,
            x="wide",
            x_label=VARIANCE,
            y_label="variance of the logit gap",
            x_scale="log",
            y_scale="log",
            lines=(
                *(Line(f"{name}_{m}", text, role=role) for m, (text, role) in drawn.items()),
                Line(f"{name}_posterior", "posterior", role="data"),
            ),
        )
        for name, heading in (("soft", "Target (0.7, 0.3)"), ("hard", "Hard label"))
    ]
    errors = {"map": METHODS["map"]} | drawn
    panels.append(
        Panel(
            "Error of the probability, hard label",
            x="narrow",
            x_label=VARIANCE,
            y_label="|E softmax − posterior's|",
            x_scale="log",
            y_scale="log",
            lines=tuple(Line(f"error_{m}", text, role=role) for m, (text, role) in errors.items()),
        )
    )
    widest = soft.spread
    said = (
        f"Target (0.7, 0.3) at s² = {soft.variances[-1]:g}: variance {widest['posterior'][-1]:.3g} of the posterior, "
        f"{widest['ensemble'][-1]:.2g} of the plain ensemble, {widest['noisy'][-1]:.2g} with Gaussian noise, "
        f"{widest['labels'][-1]:.2g} with resampled labels, {widest['own'][-1]:.2g} with own labels."
    )
    return picture(arrays, tuple(panels), title=title, describe=said)
