"""Follows any JAX training loop and says whether, and since when, it left the lazy regime."""

import math
import time
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks
from ntkbook._apply import check_same_tree
from ntkbook._laziness_measures import measure, watch
from ntkbook.bounds import radius_bounds
from ntkbook.errors import InvalidInput
from ntkbook.networks import Params
from ntkbook.problem import Problem

BY_THEOREM = {"A": "by Theorem A at large width", "B": "by Theorem B"}


@dataclass(frozen=True)
class LazinessRecord:
    """One moment of training.

    Args:
        step: as given.
        drift: ‖Θ_t − Θ₀‖/‖Θ₀‖ in operator norm on the monitored points, or with probes a lower bound of it.
        alignment: ⟨Θ_t, Θ₀⟩_F/(‖Θ_t‖_F ‖Θ₀‖_F) there, 1 when the kernel only scales.
        radius: ‖θ_t − θ₀‖.
        gap: max_x ‖f_t(x) − f_lin(x; θ_t)‖ over the monitored points.
        relative_gap: the gap over max_x ‖f_t(x) − f₀(x)‖.
        pl_ratio: ‖∇C‖²/(2(C − C*)) on the whole training set.
        logit_gap: the largest max_k z_k − min_k z_k there.
    """

    step: int
    drift: float
    alignment: float
    radius: float
    gap: float
    relative_gap: float
    pl_ratio: float
    logit_gap: float

    @property
    def departure(self) -> float:
        """The larger of drift and relative gap; infinite once parameters or logits are not finite."""
        followed = (self.drift, self.relative_gap, self.radius, self.logit_gap)
        return max(followed[:2]) if all(map(math.isfinite, followed)) else math.inf


NAMES = tuple(field.name for field in fields(LazinessRecord))


class LazinessMonitor:
    """A callback: `monitor(params, step)` after any training step records how lazy training still is.

    With `problem = nb.Problem(apply, params, X, Y, lam=0.1)`, in a loop of your own::

        monitor = nb.LazinessMonitor(problem)
        for step in range(steps):
            params = train_step(params)
            monitor(params, step)
        print(monitor.report())

    Args:
        problem: what is trained: any JAX function apply(θ, X) -> (N, K), θ₀, the training set, and the loss, a sum
            over points. When the loop minimizes a mean, its λ times N is the `lam` that fits.
        points: how many of the N points (the first ones) the kernel is watched on; shuffle them if they are sorted.
        probes: with None, a record computes the kernel Θ_t of these points. For many classes, a number q: alignment
            is then estimated from the images of q random directions, and drift by q power iterations, from below.
            No kernel is then formed; a record costs 2q products with Θ_t and q with Θ₀.
        key: of the directions.
        share: calls are passed over while the monitor has used more than this share of the time since its creation;
            1 records every call.
        tolerance: the drift or relative gap from which training no longer counts as lazy.

    Raises:
        InvalidInput: for arguments that do not fit, or outputs that are not finite.

    Source:
        The book's chapter on monitoring.

    Example:
        A linear model is lazy wherever it goes:

        >>> w, X = jnp.zeros((2, 2)), jnp.eye(2)
        >>> problem = nb.Problem(lambda w, X: X @ w, w, X, Y=jnp.eye(2))
        >>> monitor = nb.LazinessMonitor(problem, share=1)
        >>> record = monitor(w + 1, step=1)
        >>> record.radius, record.drift, record.gap
        (2.0, 0.0, 0.0)
        >>> monitor.left_lazy_regime() is None
        True
    """

    clock = staticmethod(time.perf_counter)
    """Seconds, for the monitor's own cost."""

    def __init__(
        self,
        problem: Problem,
        *,
        points: int = 16,
        probes: int | None = None,
        key: PRNGKeyArray | None = None,
        share: float = 0.1,
        tolerance: float = 0.1,
    ) -> None:
        _checks.positive_integer("points", points, "the number of monitored points")
        _checks.in_range("share", share, 0.0, 1.0, "the monitor's share of the time")
        _checks.positive("tolerance", tolerance, "the drift that counts as leaving the lazy regime")
        # θ₀ of its own: a training step that is given its parameters to overwrite (donate_argnums) takes the loop's.
        problem = problem.replace(theta0=jax.tree.map(jnp.copy, problem.theta0))
        _checks.finite("apply(theta0, X)", problem.z0)
        self.problem, self._share, self._tolerance = problem, share, tolerance
        watched = problem.X[:points]
        V = _directions(key, watched.shape[0] * problem.Y.shape[1], probes, problem.z0.dtype)
        self._start = watch(problem.apply, problem.theta0, watched, V)
        self.records: list[LazinessRecord] = []
        jax.block_until_ready(self._measured(problem.theta0))  # compile before the clock starts
        self._born, self._spent = self.clock(), 0.0

    def __call__(self, params: Params, step: int) -> LazinessRecord | None:
        """Records this moment and returns the record; None when the monitor's share of the time is used up."""
        jax.block_until_ready(params)  # what is still running is training, not monitoring
        started = self.clock()
        if self._spent > self._share * (started - self._born):
            return None
        check_same_tree(params, self.problem.theta0)
        values = {name: float(value) for name, value in self._measured(params).items()}
        record = LazinessRecord(step=step, **values)
        self.records.append(record)
        self._spent += self.clock() - started
        return record

    def _measured(self, params: Params) -> dict[str, Any]:
        one = self.problem
        return measure(one.apply, one.loss, self._start, one.X, one.Y, params)

    def save(self, path: str | Path) -> None:
        """Keeps θ₀ and the records in a file (NumPy's .npz), beside a checkpoint of the loop's own."""
        rows = [[getattr(record, name) for name in NAMES] for record in self.records]
        leaves = {str(i): leaf for i, leaf in enumerate(jax.tree.leaves(self.problem.theta0))}
        np.savez(path, records=np.asarray(rows, dtype=float).reshape(-1, len(NAMES)), **leaves)

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
            leaves = [kept[str(i)] for i in range(len(kept.files) - 1)]
            rows = kept["records"]
        now, structure = jax.tree.flatten(problem.theta0)
        if [leaf.shape for leaf in leaves] != [leaf.shape for leaf in now]:
            raise InvalidInput(
                f"the problem's parameters have shapes {[leaf.shape for leaf in now]}, those of {path} have "
                f"{[leaf.shape for leaf in leaves]}. Load it with the problem that was monitored."
            )
        theta0 = jax.tree.unflatten(structure, map(jnp.asarray, leaves))
        monitor = cls(problem.replace(theta0=theta0), **settings)
        monitor.records = [LazinessRecord(int(step), *values) for step, *values in rows.tolist()]
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

    def left_lazy_regime(self) -> int | None:
        """The step of the first record since which drift or relative gap has stayed above the tolerance;
        None if lazy.
        """
        since = None
        for record in reversed(self.records):
            if record.departure <= self._tolerance:
                break
            since = record.step
        return since

    def report(self) -> str:
        """In words: whether and since when training left the lazy regime, and what the monitor cost."""
        if not self.records:
            return "Nothing recorded yet: call monitor(params, step) inside the training loop."
        last, since = self.records[-1], self.left_lazy_regime()
        peak = max(record.departure for record in self.records)
        if math.isinf(last.departure):
            verdict = (
                f"Training has diverged: at step {last.step} parameters or logits are not finite, and the lazy regime "
                f"was left at step {since}. Lower the learning rate."
            )
        elif since is not None:
            verdict = f"Training left the lazy regime at step {since} and has not come back."
        elif peak > self._tolerance:
            verdict = f"Training is lazy at step {last.step}, though it was not throughout (peak {peak:.2g})."
        else:
            verdict = f"Training has been lazy up to step {last.step}."
        radii = ", ".join(
            f"at most {R:.3g} {BY_THEOREM[name]}" for name, R in radius_bounds(self.problem).items()
        )
        return "\n".join(
            [
                f"{verdict} The limit is {self._tolerance:g} for drift and relative gap.",
                f"Kernel: relative drift {last.drift:.3g}, alignment {last.alignment:.4f}.",
                f"Linearization gap {last.gap:.3g}, {last.relative_gap:.2g} of what training has changed.",
                f"Radius ‖θ − θ₀‖ {last.radius:.3g} ({radii or 'no theorem bounds it here'}).",
                f"PL ratio {last.pl_ratio:.3g}, largest logit gap {last.logit_gap:.3g}.",
                f"{len(self.records)} records cost {100 * self.cost:.1f} % of the time.",
            ]
        )


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
