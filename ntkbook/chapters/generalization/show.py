"""The chapter on a generalization bound."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from ntkbook.chapters.generalization.measure import explorer
from ntkbook.explorer import Axis, Explorer, Line, Panel, picture
from ntkbook.generalization import MARGINS

__all__ = [
    "bounds_figure",
    "fit_figure",
    "generalization",
]


def generalization() -> Explorer:
    """Points, share of random labels, λ, the margin demanded: the bound, its parts, and the error that it bounds."""
    return Explorer(
        name="generalization",
        title="What can be promised about new images",
        look_for="With true labels, raise N: the bound sinks below 1, and stays far above the "
        "error. Make the labels random: the ramp loss or the complexity goes up, whichever λ lets.",
        axes=(
            Axis("points", "points N", values=explorer.SIZES, default=400, integer=True),
            Axis("noise", "random labels", values=(0.0, 0.1, 0.5, 1.0), default=0.0, scale="linear"),
            Axis("lam", "regularization λ", values=(0.1, 1.0, 10.0), default=1.0),
            Axis("margin", "margin h, fixed beforehand", values=MARGINS, default=1.0),
        ),
        compute=explorer.bound_over_points,
        describe=explorer.describe_bound,
        panels=(
            Panel(
                "Over the number of points",
                x="sizes",
                x_label="points N",
                y_label="probability",
                x_scale="log",
                y_scale="log",
                y_range=(5e-4, 4.0),
                lines=(
                    Line("total", "bound", role="bound"),
                    Line("ramp", "ramp loss on the points", role="training_points"),
                    Line("error", "error on the population", role="network", mode="lines+markers"),
                    Line("here_total", "the N chosen", role="chosen", x="here", mode="markers"),
                ),
            ),
            Panel(
                "The bound over the demanded margin, at this N",
                x="margins",
                x_label="demanded margin h",
                y_label="part of the bound",
                x_scale="log",
                y_range=(0.0, 4.0),
                lines=(
                    Line("margin_total", "sum of all parts", role="bound"),
                    Line("margin_ramp", "ramp loss", role="training_points"),
                    Line("margin_complexity", "complexity", role="closed_form"),
                    Line("here_total", "least of seven", role="bound", x="best", mode="markers"),
                    Line("alone", "for the h chosen alone", role="chosen", x="margin", mode="markers"),
                ),
            ),
        ),
    )


def bounds_figure(sizes: Sequence[int], runs: Sequence[tuple[float, float, float]], title: str) -> Explorer:
    """Both bounds and the error that they bound, over sizes of the sample.

    Args:
        sizes: N.
        runs: the bound by the ball, that by the law, and the error, one triple a size.
        title: of the figure.
    """
    panel = Panel(
        "What is promised, and the error",
        x="sizes",
        x_label="points N",
        y_label="probability",
        x_scale="log",
        y_scale="log",
        lines=(
            Line("ball", "bound by the ball", role="bound", mode="lines+markers"),
            Line("law", "bound by the law (PAC-Bayes)", role="laplace", mode="lines+markers"),
            Line("error", "error on the population", role="network", mode="lines+markers"),
        ),
    )
    ball, law, error = np.array(runs).T
    arrays = {"sizes": np.array(sizes, dtype=float), "ball": ball, "law": law, "error": error}
    sentence = (
        f"From {sizes[0]} to {sizes[-1]} points the bound by the ball falls from {arrays['ball'][0]:.2f} to "
        f"{arrays['ball'][-1]:.2f}, that by the law from {arrays['law'][0]:.2f} to {arrays['law'][-1]:.2f}, "
        f"and the error from {arrays['error'][0]:.4f} to {arrays['error'][-1]:.4f}."
    )
    return picture(arrays, (panel,), title=title, describe=sentence)


Fit = tuple[Float[np.ndarray, " L"], Float[np.ndarray, " L"]]


def fit_figure(true: Fit, random: Fit, title: str) -> Explorer:
    """The norm that a fit takes, for true and for random labels; each point is one λ.

    Args:
        true: (C/N, B) for true labels, as norm_against_fit returns it.
        random: the same for random ones.
        title: of the figure.
    """
    panel = Panel(
        "The norm that a fit takes",
        x="true_loss",
        x_label="cross-entropy of a training point, C/N",
        y_label="B = ‖θ − θ<sub>0</sub>‖",
        y_scale="log",
        lines=(
            Line("true_norm", "true labels", role="network", mode="lines+markers"),
            Line("random_norm", "random labels", role="other_data", x="random_loss", mode="lines+markers"),
        ),
    )
    arrays = {
        "true_loss": true[0],
        "true_norm": true[1],
        "random_loss": random[0],
        "random_norm": random[1],
    }
    sentence = (
        f"At the least λ, true labels are fitted to C/N = {true[0][0]:.3f} with B = {true[1][0]:.1f}, random "
        f"labels only to {random[0][0]:.3f} with B = {random[1][0]:.1f}."
    )
    return picture(arrays, (panel,), title=title, describe=sentence)
