"""What of the differences between predictors is more than chance: of members, and of test images.

`python -m benchmarks.calibration` compares them and keeps the numbers in verdict.json, which the page reads.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from ntkbook.chapters._shared.measure.record import Record, read_record
from ntkbook.chapters.calibration.measure.rivals import RIVALS, Draws, Split, draws, split_of
from ntkbook.chapters.calibration.measure.scores import SCORES, Parts, scores

RECORD = Path(__file__).with_suffix(".json")
VARIANCES = {
    "map": (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0),
    "laplace": (0.1, 0.3, 1.0, 3.0),
    "ensemble": (1.0, 3.0, 10.0, 30.0),
    "noisy": (1.0, 3.0, 10.0, 30.0),
    "labels": (1.0, 3.0, 10.0, 30.0),
    "nuts": (10.0, 30.0, 100.0),
}
SIZES = (10, 30, 100, 300, 1000)
RESAMPLES = 200
BLOCK = 100  # neighbouring draws of a chain, resampled together
SEEDS = {"trial": 1, "draws": 2}


class Means:
    """Mean probabilities of a predictor by part, and those of resamples of its draws, neighbours together.

    Args:
        split: which.
        p: (S, M, K) probabilities, a draw a row.
        block: how many neighbouring draws are resampled together.
    """

    def __init__(self, split: Split, p: Float[np.ndarray, "S M K"], block: int) -> None:
        blocks = p.reshape(-1, min(block, len(p)), *p.shape[1:]).mean(axis=1)
        self.flat, self.shape, self.rows = blocks.reshape(len(blocks), -1), p.shape[1:], split.rows

    def _parts(self, means: Float[np.ndarray, "B MK"]) -> Parts:
        p = means.reshape(-1, *self.shape)
        return {name: p[:, rows] for name, rows in self.rows.items()}

    def full(self) -> Parts:
        """Of all draws."""
        return self._parts(self.flat.mean(axis=0, keepdims=True))

    def resampled(self, seed: Sequence[int], size: int | None = None) -> Parts:
        """Of `size` of them with replacement, by default as many as there are, RESAMPLES times.

        Predictors that share their initial functions are resampled alike by the same seed.
        """
        size = len(self.flat) if size is None else size
        equal = np.full(len(self.flat), 1 / len(self.flat))
        counts = np.random.default_rng(seed).multinomial(size, equal, RESAMPLES)
        return self._parts((counts / size).astype(np.float32) @ self.flat)


@dataclass(frozen=True)
class _Choice:
    """s², the validation scores it was chosen by, chains of each trial, and draws that can serve again."""

    variance: float
    found: tuple[float, ...] = ()
    chains: tuple[dict[str, float], ...] = ()
    drawn: Draws | None = None


def _choose(split: Split, method: str, members: int) -> _Choice:
    """The s² among VARIANCES of the best log score on validation images. Draws of NUTS serve again."""
    labels, kept = split.labels["validation"], None
    found: list[float] = []
    chains = []
    for variance in VARIANCES[method]:
        drawn = draws(split, method, variance, members, seed=SEEDS["trial"])
        p = drawn.p[:, split.rows["validation"]].mean(axis=0, dtype=float)
        score = -float(np.log(p[np.arange(len(labels)), labels]).mean())
        if method == "nuts":
            chains.append(drawn.chains)
            kept = drawn if score < min(found, default=np.inf) else kept
        found.append(score)
    return _Choice(VARIANCES[method][int(np.argmin(found))], tuple(found), tuple(chains), kept)


def _other_images(p: Parts, chosen: Mapping[str, Int[np.ndarray, "B M"]]) -> Parts:
    """Predictions on RESAMPLES choices of images, of one set of predictions or of as many."""
    which = np.arange(RESAMPLES) if len(p["test"]) == RESAMPLES else np.zeros(RESAMPLES, int)
    return {name: p[name][which[:, None], rows] for name, rows in chosen.items()} | {"far": p["far"][which]}


def compare(
    number: int, *, members: int = 1_000, trial: int = 100, same: float | None = None
) -> dict[str, Any]:
    """One split: every predictor at the prior that validation chose for it, or at the same for all.

    Args:
        number: of the split.
        members: draws of every average but NUTS.
        trial: draws for the choice of a prior.
        same: s² for all, instead of a choice.

    Returns:
        variance and validation, a score for each of VARIANCES, by method; chains of NUTS, by s²; scores by method:
        value, standard error over draws, and over images; curve by method and size: mean of "log" and "auroc" for so
        few draws, and its standard error over draws; gaps by pair: difference and its standard error over both; tv to
        NUTS on test images; p, what NUTS says of them, if `same`.
    """
    split, rng = split_of(number), np.random.default_rng(number)
    labels, out = split.labels["test"], split.rows["out"]
    picked = {m: _choose(split, m, trial) if same is None else _Choice(same) for m in RIVALS}
    rows = rng.integers(len(labels), size=(RESAMPLES, len(labels)))
    rows_out = rng.integers(out.stop - out.start, size=(RESAMPLES, out.stop - out.start))
    chosen = {"test": rows, "turned": rows, "out": rows_out}
    many = np.broadcast_to(labels, (RESAMPLES, len(labels)))
    said: dict[str, Float[np.ndarray, "M K"]] = {}
    kept: dict[str, dict[str, list[float]]] = {}
    curve: dict[str, dict[str, dict[str, list[float]]]] = {}
    value, both = {}, {}
    chains: list[dict[str, float]] = []
    for m in RIVALS:
        drawn = picked[m].drawn or draws(split, m, picked[m].variance, members, seed=SEEDS["draws"])
        chains += picked[m].chains or ([drawn.chains] if drawn.chains else [])
        means = Means(split, drawn.p, BLOCK if m == "nuts" else 1)
        full, again = means.full(), means.resampled((number, 0))
        said[m] = full["test"][0]
        value[m], over_draws = scores(full, labels[None]), scores(again, many)
        over_images = scores(_other_images(full, chosen), labels[rows])
        both[m] = scores(_other_images(again, chosen), labels[rows])
        kept[m] = {s: _rounded(value[m][s][0], over_draws[s].std(), over_images[s].std()) for s in SCORES}
        if m in ("map", "nuts"):
            continue
        curve[m] = {}
        for size in (size for size in SIZES if size <= members):
            few = scores(means.resampled((number, size), size), many)
            center = few if size < members else value[m]
            curve[m][str(size)] = {s: _rounded(center[s].mean(), few[s].std()) for s in ("log", "auroc")}
    gaps = {
        f"{a} - {b}": {
            s: _rounded(value[a][s][0] - value[b][s][0], (both[a][s] - both[b][s]).std()) for s in SCORES
        }
        for a, b in itertools.combinations(RIVALS, 2)
    }
    return {
        "split": number,
        "same": same,
        "members": members,
        "trial": trial,
        "seeds": SEEDS,
        "variance": {m: picked[m].variance for m in RIVALS},
        "validation": {m: _rounded(*picked[m].found) for m in RIVALS},
        "chains": [{k: float(f"{v:.5g}") for k, v in found.items()} for found in chains],
        "scores": kept,
        "curve": curve,
        "gaps": gaps,
        "tv": {m: _rounded(0.5 * np.abs(said[m] - said["nuts"]).sum(axis=1).mean())[0] for m in RIVALS},
        "p": [] if same is None else [[float(f"{x:.3g}") for x in row] for row in said["nuts"]],
    }


def _rounded(*values: Any) -> list[float]:
    return [float(f"{float(x):.4g}") for x in values]


def verdict() -> Record:
    """The record: its first row has one s² for all, the others, a split each, the s² that suits each predictor."""
    return read_record(RECORD)


def gap(row: Mapping[str, Any], first: str, second: str, score: str) -> tuple[float, float]:
    """(difference of a score, its standard error over draws and images together) on a split.

    Args:
        row: of the record.
        first: a key of RIVALS.
        second: another.
        score: one of SCORES.
    """
    names = tuple(RIVALS)
    if names.index(first) < names.index(second):
        difference, error = row["gaps"][f"{first} - {second}"][score]
        return difference, error
    difference, error = row["gaps"][f"{second} - {first}"][score]
    return -difference, error


def wins(rows: Sequence[Mapping[str, Any]], first: str, second: str, score: str) -> tuple[int, int]:
    """On how many splits the score of the first is lower, and on how many higher, by more than two standard errors.

    Args:
        rows: of the record.
        first: a key of RIVALS.
        second: another.
        score: one of SCORES.
    """
    found = [gap(row, first, second, score) for row in rows]
    return sum(d < -2 * e for d, e in found), sum(d > 2 * e for d, e in found)
