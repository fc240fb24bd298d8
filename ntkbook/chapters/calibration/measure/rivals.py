"""Six predictors on several splits of the digits, as draws of their probabilities: five of them average over draws."""

import dataclasses
import functools
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import bayes
from ntkbook._spectrum import psd_root
from ntkbook.bayes.laplace import laplace_marginals
from ntkbook.chapters.calibration.measure.shifted_digits import FACTORS, FAR, choose, network, rotate, rows_of
from ntkbook.errors import NotConverged
from ntkbook.explicit import Newton, kernel_logistic_regression, solve_batch
from ntkbook.losses import center

RIVALS = {
    "map": "MAP",
    "laplace": "Laplace",
    "ensemble": "plain ensemble",
    "noisy": "Gaussian noise",
    "labels": "resampled labels",
    "nuts": "posterior (NUTS)",
}
CHAINS = bayes.Chains()
LENGTHS = (1_000, 2_000, 4_000)  # draws of a chain, longer where R-hat asks for it
NEWTON = Newton(tolerance=1e-4)  # moves no probability by more than 1e-4
AT_ONCE = 250  # draws that are continued to new images together


@dataclass(frozen=True)
class Split:
    """One split: training images first in Θ, then those of `rows`.

    Args:
        Theta: (P, P) kernel.
        Y: (N, K) labels of the training images.
        labels: classes of the images of "validation", "test" and "turned", the latter by 90 degrees.
        rows: where these, "out" (8 and 9) and "far" (some of them times 16) lie, counted from the first new image.
    """

    Theta: Float[Array, "P P"]
    Y: Float[Array, "N K"]
    labels: dict[str, Any]
    rows: dict[str, slice]


@dataclass(frozen=True)
class Draws:
    """Probabilities on the M images that are not training images, a draw of f a row.

    Args:
        p: (S, M, K) probabilities, of many draws in single precision.
        chains: of NUTS: s², draws, R-hat, the least effective sample size, divergences, and balance: by how many
            standard deviations of a logit E f at the data differs from q(Y − E softmax f), at most.
    """

    p: Float[np.ndarray, "S M K"]
    chains: dict[str, float]


@functools.lru_cache(maxsize=2)
def split_of(number: int) -> Split:
    """A split with its kernel.

    Args:
        number: 0 is the chapter's own.
    """
    chosen = choose(number)
    images = {
        "train": chosen.train,
        "validation": chosen.validation,
        "test": chosen.test,
        "out": chosen.out,
    }
    parts = {name: chosen.on_sphere(chosen.pixels[rows]) for name, rows in images.items()}
    parts["turned"] = chosen.on_sphere(rotate(chosen.pixels[chosen.test], 90.0))
    parts["far"] = FACTORS[-1] * parts["out"][:FAR]
    X = jnp.asarray(np.concatenate(list(parts.values())))
    _, *new = parts
    labels = {name: chosen.labels[images[name]] for name in ("validation", "test")}
    return Split(
        Theta=network().kernel(X).ntk,
        Y=chosen.one_hot(chosen.train),
        labels=labels | {"turned": labels["test"]},
        rows=dict(zip(new, rows_of([parts[name] for name in new]), strict=True)),
    )


def draws(split: Split, method: str, variance: float, members: int, *, seed: int = 0) -> Draws:
    """Draws of a predictor under the prior GP(0, s²Θ ⊗ I_K), of functions on all new images.

    The three ensembles share initial functions. Laplace's are drawn at each image by itself.

    Args:
        split: which.
        method: a key of RIVALS.
        variance: s² = 1/λ.
        members: how many draws; but one of "map", and those of CHAINS of "nuts".
        seed: of the draws.
    """
    N, lam = len(split.Y), 1 / variance
    Theta, across = split.Theta[:N, :N], split.Theta[N:, :N]
    key, key_new = jax.random.split(jax.random.key(seed))
    if method == "map":
        logits = kernel_logistic_regression(Theta, split.Y, lam=lam).predict(across)
        return Draws(np.asarray(jax.nn.softmax(logits))[None], {})
    blocks = [slice(i, i + AT_ONCE) for i in range(0, members, AT_ONCE)]
    if method == "laplace":
        mean, covariances = laplace_marginals(split.Theta, split.Y, lam=lam)
        root, chains = psd_root(covariances[N:]), {}
        noise = jax.random.normal(key, (members, *root.shape[:2]))
        said = [_said(mean[N:] + jnp.einsum("pkl,spl->spk", root, noise[block])) for block in blocks]
    else:
        take = _posterior if method == "nuts" else functools.partial(_members, method=method, members=members)
        start, pull, chains = take(key, Theta, split.Y, lam)
        blocks = [slice(i, i + AT_ONCE) for i in range(0, len(start), AT_ONCE)]
        prior = jnp.linalg.solve(Theta, across.T).T
        root = psd_root(variance * (split.Theta[N:, N:] - prior @ across.T))
        keys = jax.random.split(key_new, len(blocks))
        said = [
            _said(_continued(k, prior, root, start[block], pull[block], across))
            for k, block in zip(keys, blocks, strict=True)
        ]
    return Draws(np.concatenate(said), chains)


def _members(
    key: PRNGKeyArray,
    Theta: Float[Array, "N N"],
    Y: Float[Array, "N K"],
    lam: float,
    *,
    method: str,
    members: int,
) -> tuple[Float[Array, "S N K"], Float[Array, "S N K"], dict[str, float]]:
    """(f₀, A, nothing) of an ensemble at the data."""
    key, key_noise = jax.random.split(key)
    start = bayes.sample_functions(key, Theta / lam, members=members, classes=Y.shape[1])
    targets = jnp.broadcast_to(Y, start.shape)
    if method != "ensemble":
        mode = kernel_logistic_regression(Theta, Y, lam=lam).logits
        law = "labels" if method == "labels" else "gaussian"
        targets = targets + bayes.target_noise(key_noise, jnp.broadcast_to(mode, start.shape), law=law)
    solved = solve_batch(Theta, targets, start, lam, newton=NEWTON, check_targets=False)
    return start, solved.coefficients, {}


def _posterior(
    key: PRNGKeyArray, Theta: Float[Array, "N N"], Y: Float[Array, "N K"], lam: float
) -> tuple[Float[Array, "S N K"], Float[Array, "S N K"], dict[str, float]]:
    """(f, zeros, diagnostics) of NUTS at the data; chains that miss what is asked of them are run twice as long."""
    found = _converged(key, Theta, Y, lam)
    f = found.logits
    pulled = Theta / lam @ (Y - jax.nn.softmax(f).mean(axis=0))  # eq-balance
    off = jnp.max(jnp.abs(center(f.mean(axis=0)) - center(pulled)) / f.std(axis=0))
    kept = {"variance": 1 / lam, "draws": len(f), "rhat": found.rhat, "ess": found.ess}
    return f, jnp.zeros_like(f), kept | {"divergences": found.divergences, "balance": float(off)}


def _converged(
    key: PRNGKeyArray, Theta: Float[Array, "N N"], Y: Float[Array, "N K"], lam: float
) -> bayes.PosteriorSamples:
    for draws in LENGTHS[:-1]:
        try:
            return _nuts(key, Theta, Y, lam, draws)
        except NotConverged:
            continue
    return _nuts(key, Theta, Y, lam, LENGTHS[-1])


def _nuts(
    key: PRNGKeyArray, Theta: Float[Array, "N N"], Y: Float[Array, "N K"], lam: float, draws: int
) -> bayes.PosteriorSamples:
    chains = dataclasses.replace(CHAINS, draws=draws)
    return bayes.gp_posterior(key, Theta, Y, lam=lam, chains=chains, coordinates="shared", progress=False)


def _said(logits: Float[Array, "S M K"]) -> Float[np.ndarray, "S M K"]:
    return np.asarray(jax.nn.softmax(logits, axis=-1), dtype=np.float32)


@jax.jit
def _continued(
    key: PRNGKeyArray,
    prior: Float[Array, "M N"],
    root: Float[Array, "M M"],
    start: Float[Array, "S N K"],
    pull: Float[Array, "S N K"],
    across: Float[Array, "M N"],
) -> Float[Array, "S M K"]:
    """Draws at new images: by the prior given its values at the data, plus Θ(x, X)A."""
    noise = jax.random.normal(key, (len(start), len(root), start.shape[2]))
    noise = jnp.einsum("mq,sqk->smk", root, noise)
    return jnp.einsum("mn,snk->smk", prior, start) + jnp.einsum("mn,snk->smk", across, pull) + noise
