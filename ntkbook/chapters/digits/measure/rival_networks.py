"""Trained networks and what is made of them: regularized, with a temperature, in ensembles, linearized, averaged."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray
from scipy.optimize import minimize_scalar

from ntkbook.chapters.digits.measure.rival_data import Rivalry, Rows
from ntkbook.chapters.digits.measure.rival_kernels import (
    DRAWS,
    DRAWS_TUNING,
    Method,
    Probabilities,
    Setting,
    averaged,
    best,
    laplace_marginals,
    proper,
    score,
)
from ntkbook.chapters.digits.measure.small_networks import Architecture, Params, batches, train

Kind = Literal["plain", "decay", "anchored"]
CHECKPOINTS, STEPS = 8, 100  # of which the best one is chosen
RATES = (1e-3, 3e-3)
LAMS = (0.01, 0.1)
PRECISIONS = (10.0, 100.0, 1000.0)  # of the prior of Laplace's approximations
MEMBERS = 5
SNAPSHOTS, BETWEEN, SAMPLES = 20, 25, 20  # of SWAG: how many, steps between them, and weights that are drawn
SWAG_RATES, SWAG_SCALES = (1e-3, 3e-3), (0.5, 1.0)
ARCHITECTURES = {
    ("CNN", 8): Architecture(8, (16, 32), (False, True)),
    ("CNN", 28): Architecture(28, (16, 32), (True, True)),
    ("MLP", 8): Architecture(8, hidden=(256, 256)),
    ("MLP", 28): Architecture(28, hidden=(256, 256)),
}


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Args:
        rate: the learning rate, from which a cosine falls to 0.
        lam: λ of the regularizer.
        anchored: around the initial weights, or around 0.
    """

    rate: float
    lam: float = 0.0
    anchored: bool = False


@dataclass(frozen=True)
class Networks:
    """All networks of one shape on one split.

    Args:
        shape: "CNN" or "MLP".
        data: to train and test on.
        rows: of the split.
    """

    shape: str
    data: Rivalry
    rows: Rows

    @property
    def architecture(self) -> Architecture:
        """Layers for images of this side."""
        return ARCHITECTURES[self.shape, self.data.side]

    @functools.cached_property
    def arrays(self) -> tuple[Float[Array, "P d"], Float[Array, "P K"]]:
        """Images and labels in single precision."""
        return jnp.asarray(self.data.X, jnp.float32), jnp.asarray(self.data.Y, jnp.float32)

    def logits(self, params: Params, rows: Any) -> Float[np.ndarray, "M K"]:
        """Of a network at some of the images.

        Args:
            params: of the network.
            rows: of the images.
        """
        return np.asarray(_logits(self.architecture, params, self.arrays[0][rows]), dtype=float)

    def probabilities(self, params: Params, rows: Any) -> Probabilities:
        """Of a network at some of the images.

        Args:
            params: of the network.
            rows: of the images.
        """
        return proper(_softmax(self.logits(params, rows)))

    def run(self, recipe: Recipe, member: int, *, tuning: bool) -> list[Params]:
        """Weights at the checkpoints of a training, which is done once.

        Args:
            recipe: how to train.
            member: of an ensemble.
            tuning: on the rows that are for it, or on all.
        """
        key = (self.shape, self.rows.number, recipe, member, tuning)
        return self.data.kept.once(key, lambda: self._run(recipe, member, tuning=tuning))

    def _run(self, recipe: Recipe, member: int, *, tuning: bool) -> list[Params]:
        key_init, key_batch = _keys(self.rows, member)
        rows = self.rows.fitted if tuning else self.rows.train
        params = self.architecture.init(key_init, self.data.Y.shape[1])
        centre = params if recipe.anchored else jax.tree.map(jnp.zeros_like, params)
        steps = np.arange(CHECKPOINTS * STEPS).reshape(CHECKPOINTS, STEPS)
        return self._train(
            params,
            centre,
            batches(key_batch, rows, CHECKPOINTS, STEPS),
            recipe.rate * (1 + np.cos(np.pi * steps / steps.size)) / 2,
            recipe.lam / len(rows),
        )

    def _train(
        self, params: Params, centre: Params, chosen: Any, rates: Float[np.ndarray, "C S"], pull: float
    ) -> list[Params]:
        found = train(
            self.architecture,
            params,
            centre,
            *self.arrays,
            chosen,
            jnp.asarray(rates, jnp.float32),
            jnp.float32(pull),
        )
        leaves, structure = jax.tree.flatten(found)
        return [jax.tree.unflatten(structure, [leaf[c] for leaf in leaves]) for c in range(len(rates))]

    def tuned(self, kind: Kind) -> tuple[Recipe, int]:
        """The recipe and the checkpoint of the best held-out log score, by the first member.

        Args:
            kind: of regularizer.
        """
        return self.data.kept.once((self.shape, self.rows.number, kind), lambda: self._tuned(kind))

    def _tuned(self, kind: Kind) -> tuple[Recipe, int]:
        if kind == "plain":
            recipes = [Recipe(rate) for rate in RATES]
        else:
            rate = self.tuned("plain")[0].rate
            recipes = [Recipe(rate, lam, kind == "anchored") for lam in LAMS]

        def candidates() -> Iterator[tuple[Setting, Probabilities]]:
            for recipe in recipes:
                for at, params in enumerate(self.run(recipe, 0, tuning=True)):
                    yield (recipe, at), self.probabilities(params, self.rows.held)

        recipe, at = best(candidates(), self.data.Y[self.rows.held])
        return recipe, at

    def chosen(self, kind: Kind, member: int = 0, *, tuning: bool = False) -> Params:
        """A network by the recipe that was chosen, at the checkpoint that was chosen.

        Args:
            kind: of regularizer.
            member: of an ensemble.
            tuning: trained on the rows that are for it, or on all.
        """
        recipe, at = self.tuned(kind)
        return self.run(recipe, member, tuning=tuning)[at]

    def setting(self, kind: Kind) -> Setting:
        """What was chosen, as numbers: learning rate, λ, steps.

        Args:
            kind: of regularizer.
        """
        recipe, at = self.tuned(kind)
        return recipe.rate, recipe.lam, (at + 1) * STEPS

    def swag(self, rate: float, *, tuning: bool) -> tuple[Params, list[Params]]:
        """Weights from which Adam goes on at a constant rate, and where it has been.

        Args:
            rate: the learning rate.
            tuning: on the rows that are for it, or on all.
        """
        rows = self.rows.fitted if tuning else self.rows.train
        key = _keys(self.rows, MEMBERS)[1]
        begin = self.chosen("plain", tuning=tuning)
        rates = np.full((SNAPSHOTS, BETWEEN), rate)
        return begin, self._train(begin, begin, batches(key, rows, *rates.shape), rates, 0.0)


def ensemble(shape: str, kind: Kind, members: int = MEMBERS) -> Method:
    """The mean of the probabilities of independently initialized networks; one of them with members = 1.

    Args:
        shape: "CNN" or "MLP".
        kind: of regularizer.
        members: how many.
    """

    def method(data: Rivalry, rows: Rows) -> tuple[Probabilities, Setting]:
        networks = Networks(shape, data, rows)
        p = [networks.probabilities(networks.chosen(kind, member), rows.test) for member in range(members)]
        return proper(np.mean(p, axis=0)), networks.setting(kind)

    return method


def with_temperature(shape: str, kind: Kind) -> Method:
    """One network, whose logits are divided by the temperature of the best held-out log score.

    Args:
        shape: "CNN" or "MLP".
        kind: of regularizer.
    """

    def method(data: Rivalry, rows: Rows) -> tuple[Probabilities, Setting]:
        networks = Networks(shape, data, rows)
        held = networks.logits(networks.chosen(kind, tuning=True), rows.held)
        found = minimize_scalar(
            lambda log_t: score(proper(_softmax(held / np.exp(log_t))), data.Y[rows.held]),
            bounds=(-2, 2),
            method="bounded",
        )
        temperature = float(np.exp(found.x))
        logits = networks.logits(networks.chosen(kind), rows.test)
        return proper(_softmax(logits / temperature)), (*networks.setting(kind), temperature)

    return method


def laplace_of(shape: str, kind: Kind, *, all_layers: bool) -> Method:
    """Laplace's approximation of the network's last layer, or of the network linearized at its trained weights.

    A Gaussian prior N(0, 2/(fan-in · precision)) on weights makes it a GP around the network's logits, whose kernel is
    that of the features, or the network's own NTK, averaged over its classes. Source: Immer et al. 2021.

    Args:
        shape: "CNN".
        kind: of regularizer.
        all_layers: whether all layers are uncertain, or the last one only.
    """

    def method(data: Rivalry, rows: Rows) -> tuple[Probabilities, Setting]:
        networks = Networks(shape, data, rows)

        def candidates(
            precisions: Sequence[float], fitted: Any, new: Any, *, tuning: bool
        ) -> Iterator[tuple[Setting, Probabilities]]:
            params = networks.chosen(kind, tuning=tuning)
            N, X = len(fitted), networks.arrays[0][np.concatenate([fitted, new])]
            kernel = tangent_kernel(networks.architecture, params, X, all_layers=all_layers)
            f, f_new = (networks.logits(params, part) for part in (fitted, new))
            for precision in precisions:
                q = kernel / precision
                law = laplace_marginals(q[:N, :N], q[N:, :N], np.diag(q)[N:], f)
                yield (precision,), averaged(f_new, law, DRAWS_TUNING if tuning else DRAWS)

        (precision,) = best(candidates(PRECISIONS, rows.fitted, rows.held, tuning=True), data.Y[rows.held])
        ((_, p),) = candidates((precision,), rows.train, rows.test, tuning=False)
        return proper(p), (*networks.setting(kind), precision)

    return method


def swag(shape: str) -> Method:
    """Weights drawn around the mean of an optimizer's path: half of its variances, half of its last covariances.

    Source: Maddox et al. 2019.

    Args:
        shape: "CNN" or "MLP".
    """

    def method(data: Rivalry, rows: Rows) -> tuple[Probabilities, Setting]:
        networks = Networks(shape, data, rows)

        def drawn(path: list[Params], scale: float, new: Any) -> Probabilities:
            flat = np.stack([_flat(params) for params in path])
            rng, mean = np.random.default_rng(rows.number), flat.mean(axis=0)
            deviations = flat - mean
            samples = mean + scale * np.sqrt(0.5) * (
                flat.std(axis=0) * rng.normal(size=(SAMPLES, len(mean)))
                + rng.normal(size=(SAMPLES, len(flat))) @ deviations / np.sqrt(len(flat) - 1)
            )
            p = [networks.probabilities(_unflat(sample, path[0]), new) for sample in samples]
            return np.mean(p, axis=0)

        def candidates() -> Iterator[tuple[Setting, Probabilities]]:
            for rate in SWAG_RATES:
                path = networks.swag(rate, tuning=True)[1]
                for scale in SWAG_SCALES:
                    yield (rate, scale), drawn(path, scale, rows.held)

        rate, scale = best(candidates(), data.Y[rows.held])
        p = drawn(networks.swag(rate, tuning=False)[1], scale, rows.test)
        return proper(p), (*networks.setting("plain"), rate, scale)

    return method


def tangent_kernel(
    architecture: Architecture, params: Params, X: Float[Array, "P d"], *, all_layers: bool
) -> Float[np.ndarray, "P P"]:
    """The mean over classes of ⟨∇f_k(x), ∇f_k(x')⟩, in coordinates in which weights begin as N(0, 1).

    Args:
        architecture: of the network.
        params: at which.
        X: (P, d) images.
        all_layers: whether of all layers, or of the last one only, where all classes agree.
    """
    features = np.asarray(_features(architecture, params, X), dtype=float)
    kernel = 2 / features.shape[1] * features @ features.T + 1
    if not all_layers:
        return kernel
    classes = params[-1][0].shape[1]
    for k in range(classes):
        gradients = _gradients(architecture, params, X, k)
        kernel += np.asarray(gradients @ gradients.T, dtype=float) / classes
    return kernel


@functools.partial(jax.jit, static_argnums=0)
def _features(architecture: Architecture, params: Params, X: Float[Array, "P d"]) -> Float[Array, "P F"]:
    return architecture.features(params, X)


@functools.partial(jax.jit, static_argnums=0)
def _logits(architecture: Architecture, params: Params, X: Float[Array, "P d"]) -> Float[Array, "P K"]:
    return architecture.logits(params, X)


@functools.partial(jax.jit, static_argnums=0)
def _gradients(
    architecture: Architecture, params: Params, X: Float[Array, "P d"], k: Any
) -> Float[Array, "P p"]:
    """Of logit k, in the weights and biases of all layers but the last."""

    def logit(before: Params, x: Float[Array, " d"]) -> Float[Array, ""]:
        return architecture.logits([*before, params[-1]], x[None])[0, k]

    def one(x: Float[Array, " d"]) -> Float[Array, " p"]:
        found = jax.grad(logit)(params[:-1], x)
        parts = [(jnp.sqrt(2 / len(w)) * w, b) for w, b in found]
        return jnp.concatenate([leaf.ravel() for leaf in jax.tree.leaves(parts)])

    return jax.lax.map(one, X, batch_size=64)


def _keys(rows: Rows, member: int) -> tuple[PRNGKeyArray, PRNGKeyArray]:
    first, second = jax.random.split(jax.random.fold_in(jax.random.key(rows.number), member))
    return first, second


def _softmax(f: Float[np.ndarray, "M K"]) -> Float[np.ndarray, "M K"]:
    p = np.exp(f - f.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def _flat(params: Params) -> Float[np.ndarray, " p"]:
    return np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(params)])


def _unflat(flat: Float[np.ndarray, " p"], like: Params) -> Params:
    leaves, structure = jax.tree.flatten(like)
    pieces = np.split(flat, np.cumsum([leaf.size for leaf in leaves])[:-1])
    shaped = [
        jnp.asarray(piece.reshape(leaf.shape), leaf.dtype) for piece, leaf in zip(pieces, leaves, strict=True)
    ]
    return jax.tree.unflatten(structure, shaped)
