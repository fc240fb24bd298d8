"""A monitor's report: the verdict first, then diagnostics."""

import math

from ntkbook.bounds import radius_bounds
from ntkbook.laziness_record import LazinessRecord
from ntkbook.lazy_within import LazyWithin
from ntkbook.problem import Problem

BY_THEOREM = {"A": "by Theorem A at large width", "B": "by Theorem B"}
NO_VERDICT = "No verdict: train the linearized model beside (problem.linear), and give held_out and the twin."


def in_words(problem: Problem, last: LazinessRecord, held: LazyWithin | None) -> list[str]:
    """Line by line; nothing is said of probabilities and classes where the loss does not read logits as classes."""
    said = NO_VERDICT if held is None else _verdict(held, classes=problem.loss.shift_invariant)
    if not (math.isfinite(last.radius) and math.isfinite(last.logit_gap)):
        said = f"Training has diverged: at step {last.step} parameters or logits are not finite. {said}"
    radii = ", ".join(f"at most {R:.3g} {BY_THEOREM[name]}" for name, R in radius_bounds(problem).items())
    whitened = f"{last.whitened_least:.2g} to {last.whitened_largest:.2g}"
    return [
        said,
        "Diagnostics, which prove nothing of the predictions:",
        f"Kernel: relative drift {last.drift:.3g}, alignment {last.alignment:.4f}.",
        f"Least eigenvalue {last.kappa:.3g}, whitened change from {whitened}.",
        f"Remainder of Taylor's formula {last.taylor_gap:.3g}.",
        f"Radius ‖θ − θ₀‖ {last.radius:.3g} ({radii or 'no theorem bounds it here'}).",
        f"PL ratio {last.pl_ratio:.3g}, largest logit gap {last.logit_gap:.3g}.",
    ]


def _verdict(held: LazyWithin, *, classes: bool) -> str:
    within = f"Lazy to within {held.logits:.3g} in logits"
    of_classes = ""
    if classes:
        within += f" and {held.probabilities:.2g} in probability"
        of_classes = f" Another class on at most {100 * held.classes:.2g} %."
    return (
        f"{within}, each on all but {100 * held.share:.2g} % of inputs.{of_classes} "
        f"Each with confidence {100 * (1 - held.delta):g} %, from {held.points} held-out points."
    )
