"""The same networks trained on labels that are smoothed by three ε, against the one law that they should all have.

`python -m benchmarks.trained_laws` trains them all and keeps the numbers in trained_laws.json, which the page reads.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook.bayes import GaussianLogits
from ntkbook.chapters._shared.measure.many_networks import trained_networks
from ntkbook.chapters._shared.measure.record import Record, read_record
from ntkbook.chapters._shared.measure.side_by_side import TEST_DEGREES, N
from ntkbook.chapters.law.measure.goodness import goodness_of_fit
from ntkbook.losses import center

RECORD = Path(__file__).with_suffix(".json")
WIDTHS = (64, 512)
EPSILONS = (0.5, 0.05, 0.005)
SEEDS, EACH = (0, 1, 2, 3), 50  # fifty networks from each seed
FAR = np.arange(N, N + len(TEST_DEGREES))
WIDER = 1.15  # a spread by which a law is wrong, and which the tests should notice
KEPT = 2  # networks of the first seed, so that a test can train them again


def train_at_every_epsilon(
    width: int, *, seeds: Sequence[int] = SEEDS, each: int = EACH
) -> Iterator[dict[str, Any]]:
    """Rows for one width, one an ε, each from the same initial weights.

    Args:
        width: n.
        seeds: of the draws.
        each: how many networks from each seed.

    Returns:
        width, epsilon, networks; at the inputs without data mean, of the centred logits, spread, their standard
        deviation over networks, and shift, that of the change since the first ε; p, as p_values gives them; wider,
        the least of them for a law with 1.15 times the spread; missed, the largest distance to a centred log-target;
        first, centred logits of two networks.
    """
    start = None
    for epsilon in EPSILONS:
        runs = [trained_networks(width, "nngp", seeds=each, epsilon=epsilon, seed=seed) for seed in seeds]
        law, f = runs[0].law, np.concatenate([np.asarray(center(run.logits)) for run in runs])
        start = f if start is None else start
        yield {
            "width": width,
            "epsilon": epsilon,
            "networks": len(f),
            "mean": _rounded(f[:, FAR].mean(axis=0)),
            "spread": _rounded(_spread(f)),
            "shift": _rounded(_spread(f - start)),
            "p": _rounded(p_values(f, law)),
            "wider": _rounded(min(p_values(f, replace(law, kernel=WIDER**2 * law.kernel)))),
            "missed": _rounded(np.abs(f[:, :N] - np.asarray(law.mean[:N])).max()),
            "first": _rounded(f[:KEPT, FAR]),
        }


def p_values(sample: Float[Array, "S P K"] | Float[np.ndarray, "S P K"], law: GaussianLogits) -> list[float]:
    """Seven: mean, covariance and squared distances at the four inputs together, then distances at each alone.

    Args:
        sample: (S, P, K) functions.
        law: which they should follow.
    """
    sample = jnp.asarray(sample)
    fit = goodness_of_fit(sample, law, FAR)
    alone = [goodness_of_fit(sample, law, [point]).shape for point in FAR]
    return [fit.mean, fit.covariance, fit.shape, *alone]


def _spread(f: Float[np.ndarray, "S P K"]) -> Float[np.ndarray, " M"]:
    """√(mean over classes of the variance over networks)."""
    return np.sqrt(f[:, FAR].var(axis=0).mean(axis=1))


def _rounded(values: Any) -> Any:
    if np.ndim(values):
        return [_rounded(value) for value in values]
    return float(f"{values:.4g}")


def trained_laws() -> Record:
    """What `python -m benchmarks.trained_laws` kept; rows as `train_at_every_epsilon` returns them."""
    return read_record(RECORD)
