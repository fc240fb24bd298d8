"""Chapter: training is linear."""

import numpy as np

from ntkbook.exercises import number, whole


def _peak() -> float:
    """log t at which the test gap of the regularized network of width 256 is largest."""
    from ntkbook.chapters.linear_training import measure

    both = measure.conditioned_run(256, "regularized")
    return float(np.log(both.path.t[int(np.argmax(both.gap_test()))]))


EXERCISES = {
    # the two largest logits may each move by the gap δ/√2 towards each other
    "safe-margin": number(
        lambda gap=0.1: np.sqrt(2) * gap,
        "A difference of two logits changes by at most √2 times the gap.",
        own="The gap of the network is at most {gap:g}.",
        gap=(0.05, 0.2, 0.3, 0.4),
    ),
    "ten-times-closer": whole(
        lambda factor=10: factor**2,
        "The bound is proportional to 1/√n.",
        own="The bound is to fall to {factor:d} times less, not ten.",
        factor=(3, 4, 6, 20),
    ),
    "share-of-step": number(
        lambda times=3: 1 - 1 / times,
        "R̃ = R/(1 − s), with s the share.",
        own="The bound $\\tilde R$ is to be {times:g} times $R$.",
        times=(2, 4, 5, 10),
    ),
    "any-sets": number(
        lambda N=500, b=20, norm=100.0: 2 * b / (0.5 * N * norm),
        "The step is 2b/(βN‖Θ₀‖), and β = ½ for cross-entropy.",
        own="Let $N = {N:d}$, $b = {b:d}$ and $\\lVert\\Theta_0\\rVert = {norm:g}$.",
        N=(100, 200, 1000),
        b=(10, 25, 50),
        norm=(40.0, 50.0, 80.0),
    ),
    "where-it-peaks": number(
        _peak,
        "Take the largest entry of `gap_test()`, and the logarithm of the time in `path.t` at its place.",
        absolute=0.26,
    ),
}
