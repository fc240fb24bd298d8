"""The chapter on monitoring the laziness of one's own network."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ntkbook.chapters._shared.show.tables import Table
from ntkbook.chapters.monitoring.measure import monitored
from ntkbook.explorer import Choice, Explorer, Line, Panel, picture
from ntkbook.monitor import LazinessMonitor

__all__ = [
    "diagnostics_figure",
    "monitored_table",
    "monitoring",
]

TRAINED = {
    "epsilon": "reference",
    "minibatches": "minibatches",
    "momentum": "momentum",
    "adam": "Adam",
    "fast": "rate × 16",
    "nothing": "hard labels",
    "lam": "hard, regularizer λ",
    "decay": "decay towards 0",
}
ROLES = {
    "epsilon": "class_0",
    "minibatches": "class_1",
    "momentum": "class_2",
    "adam": "class_3",
    "fast": "other_data",
    "nothing": "data",
    "lam": "boundary",
    "decay": "weight_decay",
}
DIAGNOSTICS = {
    "probability_gap": ("Held-out images: distance to the linear model", "total variation", "log"),
    "drift": ("Drift on 16 training images", "‖D<sub>S</sub>‖/‖Θ<sub>0,S</sub>‖", "log"),
    "kappa": ("Least eigenvalue of the kernel there", "λ<sub>min</sub>(Θ<sub>t,S</sub>)", "linear"),
    "whitened_least": ("Whitened change there", "least eigenvalue", "linear"),
    "misaligned": ("Alignment there", "1 − alignment", "log"),
    "taylor_gap": ("Taylor gap there", "norm of the difference", "log"),
}
OVER_STEPS: dict[str, Any] = {"x": "step", "x_label": "step", "x_scale": "log"}


def monitoring() -> Explorer:
    """Kind of network, way of training: what the monitor sees at its looks."""
    return Explorer(
        name="monitoring",
        title="Networks of somebody else's, and the linear model trained beside each",
        look_for="Change how the network is trained. The first panel is the verdict, in what the network predicts. "
        "Then compare trainings of nearly the same drift: it does not say which predicts as the linear model does.",
        axes=(
            Choice(
                "network",
                "network",
                options={"mlp": "dense", "cnn": "convolutional", "transformer": "transformer"},
                default="cnn",
            ),
            Choice(
                "holder",
                "trained",
                options=TRAINED,
                default="epsilon",
            ),
        ),
        compute=monitored.monitor_traces,
        describe=monitored.describe_traces,
        panels=(
            Panel(
                "Largest distance to the linear model's training, on 60 held-out images",
                **OVER_STEPS,
                y_label="total variation",
                y_scale="log",
                lines=(Line("probability_gap", "probabilities", role="network"),),
            ),
            Panel(
                "The same in logits",
                **OVER_STEPS,
                y_label="norm of the difference",
                y_scale="log",
                lines=(
                    Line("gap", "two trainings", role="network"),
                    Line("taylor_gap", "same parameters, watched points", role="linearized"),
                ),
            ),
            Panel(
                "Diagnostic: the kernel of 16 training images",
                **OVER_STEPS,
                y_label="relative drift",
                y_scale="log",
                lines=(Line("drift", "network", role="network"),),
            ),
            Panel(
                "Diagnostic: how far the parameters have travelled",
                **OVER_STEPS,
                y_label="‖θ<sub>t</sub> − θ<sub>0</sub>‖",
                y_scale="log",
                lines=(Line("radius", "network", role="network"),),
            ),
        ),
    )


def diagnostics_figure(runs: Mapping[str, LazinessMonitor], title: str) -> Explorer:
    """The verdict's distance and the five diagnostics at every look, a run a line.

    Args:
        runs: monitors, by the name of the way of training.
        title: of the figure.
    """
    arrays = {f"{name}_step": run.trace("step") for name, run in runs.items()}
    for name, run in runs.items():
        for seen in DIAGNOSTICS:
            trace = 1 - run.trace("alignment") if seen == "misaligned" else run.trace(seen)
            arrays[f"{name}_{seen}"] = trace
    panels = tuple(
        Panel(
            panel,
            x="epsilon_step",
            x_label="step",
            x_scale="log",
            y_label=label,
            y_scale=scale,
            lines=tuple(
                Line(f"{name}_{seen}", TRAINED[name], role=ROLES[name], x=f"{name}_step") for name in runs
            ),
        )
        for seen, (panel, label, scale) in DIAGNOSTICS.items()
    )
    left = {TRAINED[name]: when for name, run in runs.items() if (when := monitored.parted(run)) is not None}
    sentence = (
        f"{len(left)} of {len(runs)} trainings are seen beyond {monitored.SEEN_APART:g} on a held-out image: "
        + ", ".join(f"{name} from step {when}" for name, when in left.items())
        + "."
    )
    return picture(arrays, panels, title=title, describe=sentence)


def _number(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "diverges"


def monitored_table(runs: Mapping[str, LazinessMonitor], caption: str) -> Table:
    """The verdict on each run, when its predictions parted from the linear model's, and the drift.

    Args:
        runs: monitors, by name; one of the ways of training is shown in words.
        caption: what the table says.
    """
    rows = []
    for name, monitor in runs.items():
        held, when = monitor.verdict(), monitored.parted(monitor)
        assert held is not None
        rows.append(
            (
                TRAINED.get(name, name),
                _number(held.logits),
                f"{held.probabilities:.3f}",
                f"{100 * held.classes:.0f} %",
                "never" if when is None else f"step {when}",
                _number(monitor.records[-1].drift),
            )
        )
    head = (
        "training",
        "logits",
        "probabilities",
        "other class",
        f"first above {monitored.SEEN_APART:g}",
        "drift",
    )
    return Table(head, tuple(rows), caption=caption)
