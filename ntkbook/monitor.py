"""Follows any JAX training loop and says whether, and since when, it left the lazy regime."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks
from ntkbook._laziness_measures import measure, watch
from ntkbook.bounds import largest_pl_bound, radius_nondegenerate, radius_regularized
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput
from ntkbook.losses import Loss, cross_entropy, excess
from ntkbook.networks import Apply, Params

KAPPA_LIMIT = 1_000  # NK up to which λ_min(Θ₀) is computed
BY_THEOREM = {"A": "by Theorem A at large width", "B": "by Theorem B"}


@dataclass(frozen=True)
class LazinessRecord:
    """One moment of training.

    step: as given. radius: ‖θ_t − θ₀‖.
    On the monitored points: drift ‖Θ_t − Θ₀‖/‖Θ₀‖ in operator norm, or with probes a lower bound of it;
    alignment ⟨Θ_t, Θ₀⟩_F/(‖Θ_t‖_F ‖Θ₀‖_F), 1 when the kernel only scales; gap max_x ‖f_t(x) − f_lin(x; θ_t)‖;
    relative_gap, the gap over max_x ‖f_t(x) − f₀(x)‖.
    On the whole training set: pl_ratio ‖∇C‖²/(2(C − C*)); logit_gap, the largest max_k z_k − min_k z_k.
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


class LazinessMonitor:
    """A callback: `monitor(params, step)` after any training step records how lazy training still is.

        monitor = LazinessMonitor(apply, params, X, Y, lam=0.1)
        for step in range(steps):
            params = train_step(params)
            monitor(params, step)
        print(monitor.report())

    apply(θ, X) -> (N, K): any JAX function. params: θ₀. X, Y: the training set.
    loss: a sum over points; when the loop minimizes a mean, its λ times N is the `lam` that fits.
    lam: λ of the regularizer anchored at θ₀, if there is one.
    points: how many of the N points (the first ones) the kernel is watched on; shuffle them if they are sorted.
    probes: with None, a record computes the kernel Θ_t of these points. For many classes, a number q: alignment
    is then estimated from the images of q random directions, and drift by q power iterations, from below.
    No kernel is then formed; a record costs 2q products with Θ_t and q with Θ₀. key: of the directions.
    share: calls are passed over while the monitor has used more than this share of the time since its creation;
    1 records every call.
    tolerance: the drift or relative gap from which training no longer counts as lazy.
    clock: gives seconds, for the monitor's own cost.
    Raises InvalidInput for arguments that do not fit. Source: the book's chapter on monitoring.

    A linear model is lazy wherever it goes:

    >>> f, w, X = lambda w, X: X @ w, jnp.zeros((2, 2)), jnp.eye(2)
    >>> monitor = nb.LazinessMonitor(f, w, X, Y=jnp.eye(2), share=1)
    >>> record = monitor(w + 1, step=1)
    >>> record.radius, record.drift, record.gap
    (2.0, 0.0, 0.0)
    >>> monitor.left_lazy_regime() is None
    True
    """

    def __init__(
        self,
        apply: Apply,
        params: Params,
        X: Float[Array, "N ..."],
        Y: Float[Array, "N2 K"],
        *,
        loss: Loss = cross_entropy,
        lam: float = 0.0,
        points: int = 16,
        probes: int | None = None,
        key: PRNGKeyArray | None = None,
        share: float = 0.1,
        tolerance: float = 0.1,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        loss.check_targets(Y)
        _checks.non_negative("lam", lam, "the regularization strength λ")
        _checks.positive_integer("points", points, "the number of monitored points")
        _checks.in_range("share", share, 0.0, 1.0, "the monitor's share of the time")
        _checks.positive("tolerance", tolerance, "the drift that counts as leaving the lazy regime")
        output = apply(params, X)
        if output.shape != Y.shape:
            raise InvalidInput(
                f"apply(params, X) has shape {output.shape}, but the targets Y have shape {Y.shape}; "
                f"both must be (N, K). Give one row of K targets a point."
            )
        _checks.finite("apply(params, X)", output)
        self._loss, self.lam, self._share, self._tolerance, self._clock = loss, lam, share, tolerance, clock
        self._X, self._Y, self._apply, self._params = X, Y, apply, params
        watched = X[:points]
        V = _directions(key, watched.shape[0] * Y.shape[1], probes, output.dtype)
        self._start = watch(apply, params, watched, V)
        self.V0 = float(excess(loss, output, Y))
        self.records: list[LazinessRecord] = []
        jax.block_until_ready(self._measured(params))  # compile before the clock starts
        self._born, self._spent = clock(), 0.0

    def __call__(self, params: Params, step: int) -> LazinessRecord | None:
        """Records this moment and returns the record; None when the monitor's share of the time is used up."""
        jax.block_until_ready(params)  # what is still running is training, not monitoring
        started = self._clock()
        if self._spent > self._share * (started - self._born):
            return None
        if _shapes(params) != _shapes(self._params):
            raise InvalidInput(
                f"params hold {_size(params)} numbers, but {_size(self._params)} at the initialization. Pass the "
                f"parameters of the same network, without the optimizer's state."
            )
        values = {name: float(value) for name, value in self._measured(params).items()}
        record = LazinessRecord(step=step, **values)
        self.records.append(record)
        self._spent += self._clock() - started
        return record

    def _measured(self, params: Params) -> dict[str, Any]:
        return measure(self._apply, self._loss, self._start, self._X, self._Y, params)

    @property
    def cost(self) -> float:
        """The monitor's share of the time since its creation (compilation left out)."""
        elapsed = self._clock() - self._born
        return self._spent / elapsed if elapsed > 0 else 0.0

    def trace(self, name: str) -> Float[np.ndarray, " T"]:
        """One quantity of LazinessRecord over all records, e.g. trace("drift")."""
        _checks.choice("name", name, LazinessRecord.__dataclass_fields__)
        return np.array([getattr(record, name) for record in self.records], dtype=float)

    def radius_bounds(self) -> dict[str, float]:
        """The radii that theory allows the flow for this loss, targets, λ and θ₀, as far as they exist: {theorem: R}.

        "B": √(2V₀/λ), for λ > 0. "A", at large width: 2√(V₀/(μκ)), for λ = 0, non-degenerate targets, a loss with
        a PL constant μ (the largest that is proven, if it does not underflow) and κ = λ_min(Θ₀) > 0; it needs Θ₀
        on all N points, and is left out for NK > KAPPA_LIMIT.
        """
        if self.lam > 0:
            return {"B": float(radius_regularized(self.V0, self.lam))}
        attained = self._loss.pl is not None and bool(jnp.all(self._loss.nondegenerate(self._Y)))
        if not attained or self._Y.size > KAPPA_LIMIT:
            return {}
        mu = float(largest_pl_bound(self._loss, self._Y, self.V0))
        kappa = float(jnp.linalg.eigvalsh(empirical_ntk(self._apply, self._params, self._X))[0])
        return {"A": float(radius_nondegenerate(self.V0, mu, kappa))} if mu > 0 and kappa > 0 else {}

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
        radii = ", ".join(f"at most {R:.3g} {BY_THEOREM[name]}" for name, R in self.radius_bounds().items())
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


def _shapes(params: Params) -> Any:
    return jax.tree.map(jnp.shape, params)


def _size(params: Params) -> int:
    return sum(leaf.size for leaf in jax.tree.leaves(params))
