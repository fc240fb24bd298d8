"""Gradient flows of several networks from several initializations, in one call."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from ntkbook._given import takes_arrays
from ntkbook._progress import progress_bar
from ntkbook._training import flows, test_inputs
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.integration import Integration, check_times, raised
from ntkbook.networks import Params
from ntkbook.problem import Problem


@dataclass(frozen=True)
class TrajectoryBatch:
    """What gradient flow did with W networks from S initializations each: a Trajectory's fields, stacked.

    Args:
        t: (T,) the recorded times.
        logits: (W, S, T, N, K) z_t = f_{θ_t}(X).
        test_logits: (W, S, T, M, K) f_{θ_t}(X_test).
        value: (W, S, T) C(z_t).
        residual_norm: (W, S, T) ‖∇C(z_t)‖.
        radius: (W, S, T) ‖θ_t − θ₀‖.
        ntk_drift: (W, S, T) ‖Θ_t − Θ₀‖/‖Θ₀‖.
        params: θ at the last time, one tree a network, whose leaves have a leading axis S.
        steps: (W, S) how many steps the solver took.
    """

    t: Float[Array, " T"]
    logits: Float[Array, "W S T N K"]
    test_logits: Float[Array, "W S T M K"]
    value: Float[Array, "W S T"]
    residual_norm: Float[Array, "W S T"]
    radius: Float[Array, "W S T"]
    ntk_drift: Float[Array, "W S T"]
    params: tuple[Params, ...]
    steps: Int[Array, "W S"]


@takes_arrays
def gradient_flows(
    problems: Sequence[Sequence[Problem]],
    times: Float[Array, " T"],
    *,
    X_test: Float[Array, "M ..."] | None = None,
    record_ntk: bool = True,
    integration: Integration = Integration(),
    progress: bool = False,
) -> TrajectoryBatch:
    """gradient_flow of W rows of S problems; the problems of a row differ in θ₀ alone.

    A row is usually one network from several keys, and the rows are its widths: [w, s] agrees with the single flow.
    The S flows of a row run side by side, each in steps of its own, so that they are compiled once, and take as
    long as the slowest; they hold S times the memory of one.

    Args:
        problems: W rows of S problems each, on the same numbers of points and classes.
        times: (T,) increasing, ≥ 0.
        X_test: (M, …) test inputs, whose logits are recorded too.
        record_ntk: whether to record the drift of the kernel.
        integration: as in gradient_flow.
        progress: whether to show a bar.

    Raises:
        InvalidInput: as gradient_flow does; for no problems, rows of different lengths or on targets of different
            shapes, or a row whose problems differ in more than θ₀.
        NotConverged: with row and column, if one flow does not reach the last time.

    Source:
        As gradient_flow.

    Example:
        The wider network drifts less from both initializations:

        >>> data = nb.sphere(jax.random.key(0), points=3)
        >>> problems = [
        ...     [
        ...         nb.Problem.of(nb.mlp(6, 3, width), key, data.X, data.Y)
        ...         for key in jax.random.split(jax.random.key(1))
        ...     ]
        ...     for width in (8, 512)
        ... ]
        >>> runs = nb.gradient_flows(problems, jnp.array([1.0]))
        >>> bool(jnp.all(runs.ntk_drift[1] < runs.ntk_drift[0]))
        True
    """
    times = check_times(times)
    _check_rows(problems)
    batches, ends = [], []
    for w, row in enumerate(progress_bar(problems, "networks", show=progress, leave=True)):
        flat, unravel = row[0].flat()
        starts = jnp.stack([problem.flat()[0].theta0 for problem in row])
        records, theta, steps, reached = flows(
            flat, starts, test_inputs(row[0], X_test), times, integration, record_ntk=record_ntk
        )
        if not bool(jnp.all(reached)):
            s = int(jnp.argmin(reached))
            raise NotConverged(
                f"the flow of problems[{w}][{s}] took {int(steps[s])} steps without reaching t = "
                f"{float(times[-1]):.3g} (rtol = {integration.rtol:g}, λ = {row[s].lam:g}). Shorten `times`, "
                f"{raised(integration)}, or leave that row out."
            )
        batches.append(records | {"steps": steps})
        ends.append(jax.vmap(unravel)(theta))
    stacked = {name: jnp.stack([batch[name] for batch in batches]) for name in batches[0]}
    return TrajectoryBatch(t=times, params=tuple(ends), **stacked)


def _check_rows(problems: Sequence[Sequence[Problem]]) -> None:
    lengths = [len(row) for row in problems]
    if not lengths or min(lengths) == 0 or len(set(lengths)) > 1:
        raise InvalidInput(
            f"problems come in rows of lengths {lengths}; expected one or more rows of one length S ≥ 1. Make a row "
            f"by [nb.Problem.of(network, key, X, Y) for key in jax.random.split(jax.random.key(0), S)]."
        )
    for w, (first, *others) in enumerate(problems):
        shared = _shared(first)
        differing = {
            name for other in others for name, value in _shared(other).items() if value != shared[name]
        }
        if differing:
            raise InvalidInput(
                f"the problems of row {w} differ in {', '.join(sorted(differing))}; those of one row may differ in θ₀ "
                f"alone, and share all else as the same objects. Put them into rows of their own."
            )
        if first.Y.shape != problems[0][0].Y.shape:
            raise InvalidInput(
                f"the targets of row {w} have shape {first.Y.shape}, those of row 0 have {problems[0][0].Y.shape}; "
                f"rows are stacked, so all need as many points and classes. Call gradient_flows once for each shape."
            )


def _shared(problem: Problem) -> dict[str, object]:
    """What the problems of a row have in common: arrays and functions by identity."""
    same = ("apply", "X", "Y", "loss")
    return {
        "lam": float(problem.lam),
        "anchor": problem.anchor,
        **{name: id(getattr(problem, name)) for name in same},
    }
