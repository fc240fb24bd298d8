"""Integrates a gradient flow ẏ = v(y) in the clock s = log(1 + t), the one clock of the whole book.

In s the flow reads dy/ds = (1 + t)v(y). Where v decays like 1/t, as the residual of cross-entropy on one-hot
targets does, the right-hand side stays O(1), so that t = e¹⁰⁰ lies a few hundred steps away; where the flow is
stiff, a step has the same length in t as it would have in t itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks, _records
from ntkbook.errors import InvalidInput


@dataclass(frozen=True)
class Integration:
    r"""How exactly a flow is integrated, and when that ends.

    Args:
        rtol: relative tolerance of a step.
        atol: absolute tolerance of a step.
        max_steps: how many steps may be taken before the flow is refused.
        steady: if positive, the flow counts as converged once (1 + t)‖v(y_t)‖ ≤ steady·‖y_t − y₀‖, that is, once
            it would move by less than that share of its path while t grows e-fold. It stops there, and later times
            repeat the last state. A divergent flow never meets this: its path grows like log t.

    Raises:
        InvalidInput: for rtol ≤ 0, atol < 0, fewer than one step, or steady < 0.

    Source:
        Step sizes by diffrax (Kidger 2021).

    Example:
        As exact as a picture can show:

        >>> nb.Integration(rtol=1e-5, atol=1e-7, steady=1e-3).max_steps
        100000
    """

    rtol: float = 1e-7
    atol: float = 1e-9
    max_steps: int = 100_000
    steady: float = 0.0

    def __post_init__(self) -> None:
        _checks.positive("rtol", self.rtol, "the relative tolerance of a step")
        _checks.non_negative("atol", self.atol, "the absolute tolerance of a step")
        _checks.positive_integer("max_steps", self.max_steps, "the largest number of steps")
        _checks.non_negative(
            "steady", self.steady, "the share of its path by which a converged flow may still move"
        )


_records.register(Integration, static=("max_steps",))


def raised(settings: Integration) -> str:
    """How to allow twice as many steps at the same tolerances, in words."""
    return f"raise `max_steps` (integration=nb.{replace(settings, max_steps=2 * settings.max_steps)})"


def check_times(times: Any) -> Float[Array, " T"]:
    """The times as an array: one-dimensional, finite, strictly increasing, from 0 up."""
    given = np.array(times, dtype=float)  # looked at outside JAX, which would compile each operation
    increasing = given.ndim == 1 and given.size > 0 and bool(np.all(np.diff(given) > 0))
    if not increasing or not np.isfinite(given[-1]) or given[0] < 0:
        raise InvalidInput(
            f"times = {given}; expected a one-dimensional, strictly increasing, finite array with times[0] ≥ 0."
        )
    return jax.device_put(given)


def integrate(
    velocity: Callable[[Float[Array, "..."]], Float[Array, "..."]],
    start: Float[Array, "..."],
    times: Float[Array, " T"],
    settings: Integration,
    *,
    stiff: bool = False,
) -> tuple[Float[Array, "T ..."], Array, Array]:
    """(y_t at every time, steps taken, whether the last time was reached). All of it runs under jit.

    stiff: whether steps are implicit.
    """
    import diffrax  # a second to import, and only flows need it

    s = jnp.log1p(times)

    def in_log_time(s: Any, y: Float[Array, "..."], _: None) -> Float[Array, "..."]:
        return jnp.exp(s) * velocity(y)

    def converged(s: Any, y: Float[Array, "..."], _: None, **__: Any) -> Array:
        return jnp.linalg.norm(in_log_time(s, y, None)) < settings.steady * jnp.linalg.norm(y - start)

    # Stages are solved to a tolerance of their own. Diffrax would take the (tighter) one of the steps, which rounding
    # puts out of reach at late times; the failures to meet it then cut the steps, ten times or more for nothing.
    implicit = diffrax.Kvaerno5(root_finder=diffrax.VeryChord(rtol=1e-6, atol=1e-6))
    with _no_calls_to_python():
        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(in_log_time),
            implicit if stiff else diffrax.Tsit5(),
            t0=0.0,
            t1=s[-1],
            dt0=jnp.minimum(1e-3, s[-1]),
            y0=start,
            # Steps end at the recorded times: interpolation would be less accurate than the steps themselves.
            stepsize_controller=diffrax.ClipStepSizeController(
                diffrax.PIDController(rtol=settings.rtol, atol=settings.atol), step_ts=s
            ),
            saveat=diffrax.SaveAt(
                subs=[
                    diffrax.SubSaveAt(ts=s),
                    diffrax.SubSaveAt(t1=True, fn=lambda s, y, _: (s, y)),
                ]
            ),
            event=diffrax.Event(converged),
            adjoint=diffrax.ForwardMode(),  # nothing is differentiated here, and tracing takes half the time
            max_steps=settings.max_steps,
            throw=False,
        )
    assert solution.ys is not None
    states, (s_stop, y_stop) = solution.ys
    recorded = (s <= s_stop[-1]).reshape(-1, *(1,) * start.ndim)
    states = jnp.where(recorded, states, y_stop[-1])

    reached = (solution.result == diffrax.RESULTS.successful) | (
        solution.result == diffrax.RESULTS.event_occurred
    )
    return states, solution.stats["num_steps"], reached & jnp.all(jnp.isfinite(states))


@contextmanager
def _no_calls_to_python() -> Iterator[None]:
    """What is traced here leaves out diffrax's checks of the times, which `check_times` has made.

    At run time they would call Python to raise, and a program that may call Python is never kept on disk.
    Whether the flow converged is no such check: it is in the result.
    """
    from equinox import internal

    original = _error_if()
    internal.error_if = lambda value, *_: value
    try:
        yield
    finally:
        internal.error_if = original


@cache
def _error_if() -> Callable[..., Any]:
    """What equinox has; read once, for two threads may trace at a time."""
    from equinox import internal

    return internal.error_if
