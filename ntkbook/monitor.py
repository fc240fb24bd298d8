"""Follows any JAX training loop, and says on how many inputs, and within what, it does as the linearized model does."""

import math
import time
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks
from ntkbook._apply import check_same_tree
from ntkbook._given import INPUTS, as_array
from ntkbook._laziness_measures import apart, measure, watch
from ntkbook._monitor_words import in_words
from ntkbook.errors import InvalidInput
from ntkbook.laziness_record import NAMES, LazinessRecord
from ntkbook.lazy_within import LazyWithin, share_beyond
from ntkbook.networks import Params
from ntkbook.problem import Problem


class LazinessMonitor:
    """A callback: `monitor(params, step, twin)` after any training step records how lazy training still is.

    The twin is the linearized model, trained beside the network on the same batches, in a loop of your own::

        problem = nb.Problem(apply, params, X, Y)
        monitor = nb.LazinessMonitor(problem, held_out=X_new)
        linear, twin = problem.linear.apply, params
        for step, batch in enumerate(batches):
            params = train_step(apply, params, batch)
            twin = train_step(linear, twin, batch)
            monitor(params, step, twin)
        print(monitor.report())

    With it the monitor has a verdict. Without it, or without held-out points, there is none: all other numbers are
    diagnostics, which prove nothing of the predictions.

    Args:
        problem: what is trained: any JAX function apply(θ, X) -> (N, K), θ₀, the training set, and the loss, a sum
            over points. When the loop minimizes a mean, its λ times N is the `lam` that fits.
        held_out: M inputs, drawn from the population of which the verdict is to speak, and used for nothing else.
        points: how many of the N points (the first ones) the kernel is watched on; shuffle them if they are sorted.
        probes: with None, a record computes the kernel Θ_t of these points. For many classes, a number q: alignment
            is then estimated from the images of q random directions, drift by q power iterations, from below, and
            `kappa` by q steps of Lanczos, from above. No kernel is then formed; a record costs 3q products with Θ_t
            and q with Θ₀.
        key: of the directions.
        share: calls are passed over while the monitor has used more than this share of the time since its creation;
            1 records every call. The twin's training is not counted.

    Raises:
        InvalidInput: for arguments that do not fit, or outputs that are not finite.

    Source:
        The book's chapter on monitoring.

    Example:
        A linear model is its own twin, and lazy wherever it goes:

        >>> w, X = jnp.zeros((2, 2)), jnp.eye(2)
        >>> problem = nb.Problem(lambda w, X: X @ w, w, X, Y=jnp.eye(2))
        >>> monitor = nb.LazinessMonitor(problem, held_out=3 * X, share=1)
        >>> record = monitor(w + 1, step=1, twin=w + 1)
        >>> record.radius, record.drift, record.taylor_gap, record.gap
        (2.0, 0.0, 0.0, 0.0)
        >>> monitor.verdict(delta=0.25).share
        0.5
    """

    clock = staticmethod(time.perf_counter)
    """Seconds, for the monitor's own cost."""

    apart: Float[np.ndarray, "3 M"]
    """For every held-out point, the largest distances of logits and probabilities at any look, and whether the classes
    have ever differed."""

    def __init__(
        self,
        problem: Problem,
        *,
        held_out: Float[Array, "M ..."] | None = None,
        points: int = 16,
        probes: int | None = None,
        key: PRNGKeyArray | None = None,
        share: float = 0.1,
    ) -> None:
        _checks.positive_integer("points", points, "the number of monitored points")
        _checks.in_range("share", share, 0.0, 1.0, "the monitor's share of the time")
        # θ₀ of its own: a training step that is given its parameters to overwrite (donate_argnums) takes the loop's.
        problem = problem.replace(theta0=jax.tree.map(jnp.copy, problem.theta0))
        _checks.finite("apply(theta0, X)", problem.z0)
        self.problem, self._share = problem, share
        self._held_out = None if held_out is None else as_array("held_out", held_out, INPUTS)
        self.apart = np.zeros((3, 0 if self._held_out is None else len(self._held_out)))
        watched = problem.X[:points]
        V = _directions(key, watched.shape[0] * problem.Y.shape[1], probes, problem.z0.dtype)
        self._start = watch(problem.apply, problem.theta0, watched, V)
        self.records: list[LazinessRecord] = []
        jax.block_until_ready(self._measured(problem.theta0))  # compile before the clock starts
        self._born, self._spent = self.clock(), 0.0

    def __call__(self, params: Params, step: int, twin: Params | None = None) -> LazinessRecord | None:
        """Records this moment and returns the record; None when the monitor's share of the time is used up."""
        jax.block_until_ready((params, twin))  # what is still running is training, not monitoring
        started = self.clock()
        if self._spent > self._share * (started - self._born):
            return None
        check_same_tree(params, self.problem.theta0)
        values = self._measured(params)
        if twin is not None:
            values |= self._compared(params, twin)
        numbers = {name: math.nan if np.isnan(value) else float(value) for name, value in values.items()}
        record = LazinessRecord(step=step, **numbers)
        self.records.append(record)
        self._spent += self.clock() - started
        return record

    def _compared(self, params: Params, twin: Params) -> dict[str, Any]:
        if self._held_out is None:
            raise InvalidInput(
                "a twin was given, but no points on which to compare it with the network. Make the monitor with "
                "held_out, inputs that training does not use."
            )
        check_same_tree(twin, self.problem.theta0)
        now = np.asarray(apart(self.problem.apply, self.problem.theta0, self._held_out, params, twin))
        self.apart = np.maximum(self.apart, now)
        return {"gap": now[0].max(), "probability_gap": now[1].max(), "other_class": now[2].mean()}

    def _measured(self, params: Params) -> dict[str, Any]:
        one = self.problem
        return measure(one.apply, one.loss, self._start, one.X, one.Y, params)

    def save(self, path: str | Path) -> None:
        """Keeps θ₀, the records and what the verdict rests on in a file (.npz), beside the loop's own checkpoint."""
        rows = [[getattr(record, name) for name in NAMES] for record in self.records]
        leaves = {str(i): leaf for i, leaf in enumerate(jax.tree.leaves(self.problem.theta0))}
        kept = {"records": np.asarray(rows, dtype=float).reshape(-1, len(NAMES)), "apart": self.apart}
        np.savez(path, **kept, **leaves)

    @classmethod
    def load(cls, path: str | Path, problem: Problem, **settings: Any) -> "LazinessMonitor":
        """The monitor that was saved, to go on with; the cost is counted anew.

        Args:
            path: of the file.
            problem: as it was, with any parameters of the network for θ₀, such as the checkpoint's: the file has θ₀.
            settings: as when the monitor was made.

        Raises:
            InvalidInput: for a problem whose parameters have other shapes than those saved.
        """
        with np.load(path) as kept:
            leaves = [kept[str(i)] for i in range(len(kept.files) - 2)]
            rows, apart_until_now = kept["records"], kept["apart"]
        now, structure = jax.tree.flatten(problem.theta0)
        if [leaf.shape for leaf in leaves] != [leaf.shape for leaf in now]:
            raise InvalidInput(
                f"the problem's parameters have shapes {[leaf.shape for leaf in now]}, those of {path} have "
                f"{[leaf.shape for leaf in leaves]}. Load it with the problem that was monitored."
            )
        theta0 = jax.tree.unflatten(structure, map(jnp.asarray, leaves))
        monitor = cls(problem.replace(theta0=theta0), **settings)
        if apart_until_now.shape != monitor.apart.shape:
            raise InvalidInput(
                f"{path} was saved with {apart_until_now.shape[1]} held-out points, and {monitor.apart.shape[1]} are "
                "given. Load it with the points that were held out."
            )
        monitor.apart = apart_until_now
        monitor.records = [
            LazinessRecord(int(step), *(math.nan if math.isnan(x) else x for x in values))
            for step, *values in rows.tolist()
        ]
        return monitor

    @property
    def cost(self) -> float:
        """The monitor's share of the time since its creation (compilation left out)."""
        elapsed = self.clock() - self._born
        return self._spent / elapsed if elapsed > 0 else 0.0

    def trace(self, name: str) -> Float[np.ndarray, " T"]:
        """One quantity of LazinessRecord over all records, e.g. trace("drift")."""
        _checks.choice("name", name, LazinessRecord.__dataclass_fields__)
        return np.array([getattr(record, name) for record in self.records], dtype=float)

    def verdict(self, *, delta: float = 0.05) -> LazyWithin | None:
        """Within what, and on how many of all inputs, the network did as the linearized model at all looks so far;
        None where no twin was given.

        The held-out points must be drawn independently from the population, and the looks chosen without them.

        Args:
            delta: δ in (0, 1), the probability that one of the lines is wrong.
        """
        if np.isnan(self.trace("gap")).all():
            return None
        points, other = self.apart.shape[1], int(self.apart[2].sum())
        logits, probabilities, _ = self.apart.max(axis=1).tolist()
        share, classes = (share_beyond(points, delta=delta, beyond=beyond) for beyond in (0, other))
        return LazyWithin(logits, probabilities, share, classes, points, delta)

    def report(self) -> str:
        """In words: the verdict, then what the monitor measured last and what it cost."""
        if not self.records:
            return "Nothing recorded yet: call monitor(params, step) inside the training loop."
        cost = f"{len(self.records)} records cost {100 * self.cost:.1f} % of the time."
        return "\n".join([*in_words(self.problem, self.records[-1], self.verdict()), cost])


# --- plumbing --------------------------------------------------------------------------------------------


def _directions(
    key: PRNGKeyArray | None, rows: int, probes: int | None, dtype: Any
) -> Float[Array, "rows q"] | None:
    """q random directions; None for all of them, which is also cheaper where q would reach their number."""
    if probes is None:
        return None
    _checks.positive_integer("probes", probes, "the number of random directions")
    key = jax.random.key(0) if key is None else key
    return jax.random.normal(key, (rows, probes), dtype) if probes < rows else None
