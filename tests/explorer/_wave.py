"""A cheap experiment with a closed form, for tests of explorers."""

import os
import signal
import time
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ntkbook.explorer import Axis, Choice, Explorer, Line, Panel
from tests.explorer._building import building_pages

TIMES = np.linspace(-2.0, 4.0, 61)


def decay(n: int, lam: float, anchor: str) -> dict[str, NDArray[np.float64]]:
    """A drift that saturates at a level of order 1/n.

    At n = 100 it fails, and at n = 101 it takes the whole process with it, to see how that is told.
    """
    if n == 101:
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGKILL)
    if n == 100:
        raise ValueError("the flow did not converge at width 100")
    t = 10.0**TIMES
    drift = np.minimum(t, 1 / lam) / n * (1.0 if anchor == "init" else 3.0)
    radius = np.sqrt(drift * n)
    seen = np.where(TIMES < 3.5, radius, np.nan)
    return {
        "log_t": TIMES,
        "drift": drift,
        "bound": np.full_like(t, 2 / lam / np.sqrt(n)),
        "radius": seen,
        "sample_t": TIMES[::10],
        "samples": radius[::10],
    }


def describe(setting: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> str:
    return (
        f"At width n = {setting['n']} and λ = {setting['lam']:.3g} the kernel ends up"
        f" {100 * arrays['drift'][-1]:.3g} % away from its start, as ‖Θ<sub>t</sub> − Θ<sub>0</sub>‖."
    )


def make(name: str = "wave", *, whole: bool = True) -> Explorer:
    """With its whole grid, as pages have it; or as a notebook makes it, which brings the default setting alone."""
    with building_pages() if whole else nullcontext():
        return _made(name)


def _made(name: str) -> Explorer:
    return Explorer(
        name=name,
        title="How far the kernel moves",
        look_for="Widen the network: the drift falls like 1/n, and the bound like 1/√n.",
        axes=(
            Axis("n", "width n", values=(64, 256, 1024, 4096), default=256, integer=True),
            Axis("lam", "regularization λ", values=(0.01, 0.1, 1.0), default=0.1),
            Choice(
                "anchor", "regularizer pulls towards", options={"init": "θ₀", "zero": "0"}, default="init"
            ),
        ),
        compute=decay,
        describe=describe,
        panels=(
            Panel(
                "Drift of the kernel",
                x="log_t",
                x_label="log t",
                y_label="‖Θ<sub>t</sub> − Θ<sub>0</sub>‖ / ‖Θ<sub>0</sub>‖",
                y_scale="log",
                lines=(Line("drift", "network", role="network"), Line("bound", "bound", role="bound")),
            ),
            Panel(
                "Distance of the parameters",
                x="log_t",
                x_label="log t",
                y_label="‖θₜ − θ₀‖",
                lines=(
                    Line("radius", "network", role="network"),
                    Line("samples", "measured", role="data", x="sample_t", mode="markers"),
                ),
            ),
        ),
    )
