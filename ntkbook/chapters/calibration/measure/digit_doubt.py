"""What four predictors with one kernel say of familiar and unfamiliar digits, and how far they can be trusted."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from sklearn.metrics import roc_auc_score

from ntkbook import _checks, bayes
from ntkbook._spectrum import psd_root
from ntkbook.bayes.laplace import laplace_marginals
from ntkbook.chapters.calibration.measure.shifted_digits import shifted_digits
from ntkbook.explicit import kernel_logistic_regression

METHODS = {"map": "MAP", "ensemble": "ensemble", "noisy": "noisy targets", "laplace": "Laplace"}
MEMBERS = 30
DRAWS = 200
BINS = 10


@dataclass(frozen=True)
class Doubt:
    """Predictions on all P points of shifted_digits().

    Args:
        p: (P, K) probabilities.
        information: (P,) mutual information of label and f, the part of the doubt that comes from not knowing f; 0 for
            a single predictor.
    """

    p: Float[Array, "P K"]
    information: Float[Array, " P"]


@functools.lru_cache(maxsize=64)
def doubt(method: str, variance: float) -> Doubt:
    """Fit one of four predictors to the training digits, under the prior GP(0, s²Θ ⊗ I_K), so λ = 1/s².

    Args:
        method: "map" (one predictor, f₀ = 0), "ensemble" (f₀ drawn from the prior), "noisy" (that, on noisy targets),
            or "laplace".
        variance: s², of the prior in units of Θ.

    Raises:
        InvalidInput: for another method.
    """
    _checks.choice("method", method, METHODS)
    return Doubt(*_said(_draws(method, 1 / variance)))


@jax.jit  # one program, for draws on all images are large and need no copies
def _said(logits: Float[Array, "S P K"]) -> tuple[Float[Array, "P K"], Float[Array, " P"]]:
    """(probabilities, mutual information)."""
    each = jax.nn.softmax(logits, axis=-1)
    p = each.mean(axis=0)
    return p, jnp.maximum(bayes.entropy(p) - bayes.entropy(each).mean(axis=0), 0.0)


def _draws(method: str, lam: float) -> Float[Array, "S P K"]:
    images, key = shifted_digits(), jax.random.key(0)
    Theta, Y = images.kernels.ntk, images.Y
    N = len(Y)
    if method == "map":
        return kernel_logistic_regression(Theta[:N, :N], Y, lam=lam).predict(Theta[:, :N])[None]
    if method == "laplace":
        mean, covariances = laplace_marginals(Theta, Y, lam=lam)
        noise = jax.random.normal(key, (DRAWS, Y.shape[1]))
        shift = jnp.einsum("pkl,sl->spk", psd_root(covariances), noise)
        return mean + jnp.concatenate([shift, -shift])
    return bayes.ensemble(key, Theta, Y, lam=lam, members=MEMBERS, noisy_targets=method == "noisy").logits


def tempered(p: Float[Array, "M K"], temperature: float) -> Float[Array, "M K"]:
    """softmax(log p / T): the same ranking of the classes, bolder for T < 1, more timid for T > 1.

    Args:
        p: (M, K) probabilities.
        temperature: T > 0.

    Raises:
        InvalidInput: unless T > 0.

    Example:
        >>> from ntkbook.chapters.calibration import measure
        >>> bold = measure.tempered(jnp.array([[0.75, 0.25]]), 0.5)
        >>> round(float(bold[0, 0]), 6)
        0.9
    """
    _checks.positive("temperature", temperature, "the temperature T")
    return jax.nn.softmax(jnp.log(jnp.maximum(p, 1e-300)) / temperature, axis=-1)


def auroc(familiar: Float[Array, " M"], foreign: Float[Array, " M2"]) -> float:
    """The share of pairs in which the foreign point has the larger value: 1 tells them apart, ½ is chance.

    Args:
        familiar: (M,) a measure of doubt at familiar points.
        foreign: (M₂,) the same at foreign ones.

    Source:
        Hanley & McNeil 1982; scikit-learn.

    Example:
        >>> from ntkbook.chapters.calibration import measure
        >>> measure.auroc(jnp.array([0.1, 0.3]), jnp.array([0.2, 0.4]))
        0.75
    """
    truth = np.concatenate([np.zeros(len(familiar)), np.ones(len(foreign))])
    return float(roc_auc_score(truth, np.concatenate([familiar, foreign])))


# --- the explorer ----------------------------------------------------------------------------------------


def explore_doubt(method: str, variance: float, T: float) -> dict[str, Float[np.ndarray, " m"]]:
    """A reliability diagram on new digits, and the distribution of entropy on familiar and on foreign ones.

    Args:
        method: as in doubt.
        variance: s².
        T: temperature.

    Returns:
        named arrays: what the panels show; scores; and for pages, which compute every T from them, the probabilities of
        familiar digits (p) and of foreign ones (p_foreign) at T = 1, row by row, and labels (digits).
    """
    images, said = shifted_digits(), doubt(method, variance)
    p, out = tempered(said.p[images.test], T), tempered(said.p[images.out], T)
    diagram = bayes.reliability(p, images.Y_test, bins=BINS)
    shares = np.linspace(0.0, 1.0, 41)
    entropy, foreign = bayes.entropy(p), bayes.entropy(out)
    scores = [
        float(bayes.accuracy(p, images.Y_test)),
        float(bayes.log_score(p, images.Y_test)),
        float(bayes.expected_calibration_error(p, images.Y_test)),
        auroc(entropy, foreign),
    ]
    return {
        "confidence": diagram.confidence,
        "accuracy": diagram.accuracy,
        "low": diagram.low,
        "high": diagram.high,
        "perfect": np.array([0.0, 1.0]),
        "share": shares,
        "entropy": np.quantile(entropy, shares),
        "foreign": np.quantile(foreign, shares),
        "scores": np.array(scores),
        "p": np.ravel(said.p[images.test]),
        "p_foreign": np.ravel(said.p[images.out]),
        "digits": np.asarray(images.Y_test.argmax(axis=1), dtype=float),
    }


def describe_doubt(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, " m"]]
) -> str:
    """What the explorer of calibration shows."""
    right, score, error, area = arrays["scores"]
    return (
        f"{METHODS[str(setting['method'])]}, s² = {setting['variance']:g}, T = {setting['T']:g}: "
        f"{100 * right:.1f} % of 300 new digits are read right, log score {score:.3f}, calibration error {error:.3f}; "
        f"entropy ranks an 8 or 9 above a digit that it knows with probability {area:.3f}."
    )
