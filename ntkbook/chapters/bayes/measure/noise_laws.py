"""Ensembles without noise, with Gaussian noise and with labels drawn anew, against MCMC on seven problems.

`python -m benchmarks.noise_laws` compares them all and keeps the numbers in noise_laws.json, which the page reads.
"""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from sklearn.datasets import load_digits

from ntkbook import bayes
from ntkbook.chapters._shared.measure.record import Record, read_record
from ntkbook.chapters.bayes.measure.plane import N, plane_problem
from ntkbook.data import sphere
from ntkbook.explicit import solve_batch
from ntkbook.losses import center, smooth_labels
from ntkbook.networks import mlp

RECORD = Path(__file__).with_suffix(".json")
VARIANCES = (1.0, 10.0, 30.0)
METHODS = ("map", "laplace", "ensemble", "noisy", "labels", "own")
CHAINS = bayes.Chains(draws=1_500)
BLOCK = 100  # neighbouring draws of a chain, resampled together
Problem = tuple[Float[Array, "N N"], Float[Array, "N K"]]


def _mixed(Y: Float[Array, "N K"]) -> Float[Array, "N K"]:
    """In turn a hard target, a smoothed one, and a tie of two classes."""
    tied = (Y + jnp.roll(Y, 1, axis=1)) / 2
    turn = jnp.arange(len(Y))[:, None] % 3
    return jnp.where(turn == 0, Y, jnp.where(turn == 1, smooth_labels(Y, 0.3), tied))


def _plane(change: Callable[..., Any]) -> Problem:
    Theta, Y = plane_problem()
    return Theta[:N, :N], change(Y)


def _sphere(classes: int, change: Callable[..., Any]) -> Problem:
    data = sphere(jax.random.key(3), points=8, inputs=6, classes=classes)
    return mlp(6, classes, 1, sigma_b=1.0).kernel(data.X).ntk, change(data.Y)


def _digits(change: Callable[..., Any]) -> Problem:
    """One of each digit, on the sphere ‖x‖ = 8."""
    images, labels = load_digits(return_X_y=True)
    chosen = np.array([np.flatnonzero(labels == k)[0] for k in range(10)])
    X = images[chosen] - images.mean(axis=0)
    X = jnp.asarray(8 * X / np.linalg.norm(X, axis=1, keepdims=True))
    return mlp(64, 10, 1, activation="relu").kernel(X).ntk, change(jnp.eye(10)[labels[chosen]])


def _hard(Y: Float[Array, "N K"]) -> Float[Array, "N K"]:
    return Y


_smooth = functools.partial(smooth_labels, epsilon=0.3)
PROBLEMS: dict[str, Callable[[], Problem]] = {
    "nine points, K = 3, hard": lambda: _plane(_hard),
    "nine points, K = 3, smoothed": lambda: _plane(_smooth),
    "nine points, K = 3, mixed": lambda: _plane(_mixed),
    "sphere, 8 points, K = 2, mixed": lambda: _sphere(2, _mixed),
    "sphere, 8 points, K = 5, hard": lambda: _sphere(5, _hard),
    "10 digits, K = 10, hard": lambda: _digits(_hard),
    "10 digits, K = 10, smoothed": lambda: _digits(_smooth),
}


def samples(name: str, variance: float, members: int) -> dict[str, Float[Array, "S N K"]]:
    """Logits at the data of the four ensembles of a problem: "ensemble", "noisy", "labels", "own".

    The last draws its labels from softmax f_λ, its own before there was any noise.

    Args:
        name: of the problem.
        variance: s² = 1/λ.
        members: how many of each.
    """
    Theta, Y = PROBLEMS[name]()
    keys, lam = jax.random.split(jax.random.key(1), 5), 1 / variance
    settings = {"lam": lam, "members": members}
    plain = bayes.ensemble(keys[0], Theta, Y, **settings)
    noisy = bayes.ensemble(keys[1], Theta, Y, noisy_targets=True, **settings)
    labels = bayes.ensemble(keys[2], Theta, Y, noisy_targets=True, noise="labels", **settings)
    first = bayes.ensemble(keys[3], Theta, Y, **settings)
    targets = Y + bayes.target_noise(keys[4], first.logits, law="labels")
    own = solve_batch(Theta, targets, first.initial, lam, check_targets=False)
    return {"ensemble": plain.logits, "noisy": noisy.logits, "labels": labels.logits, "own": own.logits}


def compare(
    name: str,
    variance: float,
    *,
    members: int = 6_000,
    resamples: int = 400,
    chains: bayes.Chains = CHAINS,
) -> dict[str, Any]:
    """One problem at one prior variance: distances to MCMC and shares of its variance, at the data.

    Members are resampled one by one, draws of MCMC by blocks of 100, for intervals that hold 95 %.

    Args:
        name: of the problem.
        variance: s² = 1/λ.
        members: of each ensemble.
        resamples: of the bootstrap.
        chains: of MCMC.

    Returns:
        rhat, ess, draws, of MCMC; balance, the largest |E f − q(Y − E softmax f)| of its draws in units of a logit's
        standard deviation; share and distance, by method: value, lower and upper end; gaps, by two methods: the ends of
        the interval of the difference of their distances; reference: MCMC's mean probabilities.
    """
    Theta, Y = PROBLEMS[name]()
    lam, rng = 1 / variance, np.random.default_rng(0)
    posterior = bayes.gp_posterior(jax.random.key(0), Theta, Y, lam=lam, chains=chains, progress=False)
    law = bayes.laplace(Theta, Y, lam=lam)
    p_laplace = bayes.gaussian_probabilities(jax.random.key(2), law, draws=40_000)
    marginals = np.einsum("kl,xlk->x", np.asarray(center(jnp.eye(Y.shape[1]))), law.marginals())
    p: dict[str, Any] = {"map": jax.nn.softmax(law.mean, axis=-1)[None], "laplace": p_laplace[None]}
    total = {"map": np.zeros(1), "laplace": marginals.sum()[None]}

    def resampled(logits: Float[Array, "S N K"], block: int) -> tuple[np.ndarray, np.ndarray]:
        """(mean probabilities, summed variance), first of the sample itself and then of every resample."""
        f = np.asarray(center(logits)).reshape(len(logits), -1)
        moments = np.concatenate(
            [np.asarray(jax.nn.softmax(logits, axis=-1)).reshape(len(f), -1), f, f**2], axis=1
        )
        blocks = moments.reshape(-1, block, moments.shape[1]).mean(axis=1)
        counts = rng.multinomial(len(blocks), np.full(len(blocks), 1 / len(blocks)), resamples) / len(blocks)
        means = np.concatenate([blocks.mean(axis=0)[None], counts @ blocks])
        probabilities, first, second = np.split(means, 3, axis=1)
        return probabilities.reshape(-1, *logits.shape[1:]), (second - first**2).sum(axis=1)

    reference, variance_there = resampled(posterior.logits, BLOCK)
    for method, logits in samples(name, variance, members).items():
        p[method], total[method] = resampled(logits, 1)
    tv = {m: 0.5 * np.abs(np.asarray(p[m]) - reference).sum(axis=2).mean(axis=1) for m in METHODS}
    mean = posterior.logits.mean(axis=0)
    pulled = Theta / lam @ (Y - reference[0])  # eq-balance
    off = jnp.abs(center(mean) - center(pulled)) / posterior.logits.std(axis=0)
    return {
        "problem": name,
        "variance": variance,
        "rhat": round(posterior.rhat, 4),
        "ess": round(posterior.ess),
        "draws": len(posterior.logits),
        "balance": float(f"{float(off.max()):.2g}"),
        "share": {m: _interval(total[m] / variance_there) for m in METHODS},
        "distance": {m: _interval(tv[m]) for m in METHODS},
        "gaps": {
            f"{a} - {b}": _interval(tv[a] - tv[b])[1:]
            for i, a in enumerate(METHODS)
            for b in METHODS[i + 1 :]
        },
        "reference": np.asarray(reference[0]).round(5).tolist(),
    }


def _interval(values: Float[np.ndarray, " B"]) -> list[float]:
    """[value, low, high]: of the sample, and the middle 95 % of its resamples, about it."""
    low, high = np.quantile(values[1:], [0.025, 0.975])
    return [float(f"{x:.4g}") for x in (values[0], low, high)]


def nearer(rows: Sequence[dict[str, Any]], first: str, second: str) -> tuple[int, int]:
    """On how many rows the first method is nearer to MCMC, and on how many farther, by intervals that exclude 0.

    Args:
        rows: of the record.
        first: a method, before the second in METHODS or after it.
        second: another.
    """
    if METHODS.index(first) > METHODS.index(second):
        farther, near = nearer(rows, second, first)
        return near, farther
    ends = [row["gaps"][f"{first} - {second}"] for row in rows]
    return sum(high < 0 for _, high in ends), sum(low > 0 for low, _ in ends)


def noise_laws() -> Record:
    """What `python -m benchmarks.noise_laws` kept; rows as `compare` returns them."""
    return read_record(RECORD)
