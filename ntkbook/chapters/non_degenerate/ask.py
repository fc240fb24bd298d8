"""Chapter: non-degenerate targets."""

import numpy as np

from ntkbook.exercises import Exercise, number


def _plateau(epsilon: float, K: int) -> float:
    return np.log((1 - epsilon + epsilon / K) / (epsilon / K))


def _drift_of_five_per_cent(answer: float) -> tuple[bool, str]:
    """The chapter's network of width 1024, trained with the smoothing that was answered."""
    from ntkbook.chapters.non_degenerate import measure

    if not 1e-4 <= answer <= 1:
        return False, "Give a smoothing ε between 0.0001 and 1."
    drift = float(np.max(measure.smoothed_run(1024, answer).path.ntk_drift))
    measured = f"Measured: at ε = {answer:g} the kernel drifts by {100 * drift:.2f} %."
    return abs(drift - 0.05) <= 0.005, measured


EXERCISES = {
    "plateau": number(_plateau(0.1, 10), "log((1 − ε + ε/K)/(ε/K)) with ε = 0.1 and K = 10."),
    # m ≤ a + γρ at the minimizer, with m the plateau of ε = 0.01 and K = 3, a = 1, γ = 0.55
    "least-distance": number((_plateau(0.01, 3) - 1) / 0.55, "Solve m = a + γρ for ρ, with m the plateau."),
    "five-per-cent": Exercise(_drift_of_five_per_cent),
}
