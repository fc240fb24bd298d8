"""Scores of many sets of predictions at once, as resampling needs them."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int
from scipy.stats import rankdata

SCORES = ("accuracy", "log", "brier", "ece", "confidence", "risk", "auroc", "turned", "far")
BINS = 10
Parts = Mapping[str, Float[np.ndarray, "B _ K"]]


def scores(p: Parts, labels: Int[np.ndarray, "B M"]) -> dict[str, Float[np.ndarray, " B"]]:
    """Every score of SCORES for B sets of predictions at once.

    "risk" is the area under the risk-coverage curve: the error among the m images of largest confidence, averaged over
    m. "auroc" tells "out" from "test" by entropy; "turned" is the log score there; "far" the mean confidence there.

    Args:
        p: probabilities on "test", "out", "turned", "far".
        labels: classes of "test" and "turned".
    """
    test = np.asarray(p["test"], dtype=float)
    of_true = np.take_along_axis(test, labels[:, :, None], axis=2)[:, :, 0]
    confidence, wrong = test.max(axis=2), test.argmax(axis=2) != labels
    bins = np.ceil(confidence * BINS) - 1
    gaps = sum(np.abs(np.where(bins == b, confidence - (1 - wrong), 0.0).sum(axis=1)) for b in range(BINS))
    ranked = np.take_along_axis(wrong, np.argsort(-confidence, axis=1, kind="stable"), axis=1)
    kept = np.arange(1, wrong.shape[1] + 1)
    turned = np.take_along_axis(np.asarray(p["turned"], dtype=float), labels[:, :, None], axis=2)
    return {
        "accuracy": 1 - wrong.mean(axis=1),
        "log": -np.log(of_true).mean(axis=1),
        "brier": ((test**2).sum(axis=2) - 2 * of_true + 1).mean(axis=1),
        "ece": gaps / wrong.shape[1],
        "confidence": confidence.mean(axis=1),
        "risk": (np.cumsum(ranked, axis=1) / kept).mean(axis=1),
        "auroc": _auroc(_entropy(test), _entropy(p["out"])),
        "turned": -np.log(turned).mean(axis=(1, 2)),
        "far": np.asarray(p["far"], dtype=float).max(axis=2).mean(axis=1),
    }


def _entropy(p: Float[np.ndarray, "B M K"]) -> Float[np.ndarray, "B M"]:
    p = np.maximum(np.asarray(p, dtype=float), 1e-300)
    return -(p * np.log(p)).sum(axis=2)


def _auroc(familiar: Float[np.ndarray, "B M"], foreign: Float[np.ndarray, "B M2"]) -> Float[np.ndarray, " B"]:
    """From the ranks of the foreign values (Mann & Whitney)."""
    m, n = familiar.shape[1], foreign.shape[1]
    ranks = rankdata(np.concatenate([familiar, foreign], axis=1), axis=1)[:, m:]
    return (ranks.sum(axis=1) - n * (n + 1) / 2) / (m * n)
