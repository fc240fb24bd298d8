"""How training moves and what is recorded of it: one compiled function a network, loss and optimizer.

Everything is a function of θ ∈ R^p: the problems here are flat (`Problem.flat`).
"""

import functools
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Protocol, runtime_checkable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ntkbook.drift import relative_drift
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput
from ntkbook.integration import Integration, integrate
from ntkbook.problem import Problem


@runtime_checkable
class Optimizer(Protocol):
    """An Optax transformation, or whatever has its two functions."""

    @property
    def init(self) -> Any: ...

    @property
    def update(self) -> Any: ...


def gradient(
    problem: Problem, theta: Float[Array, " p"], batch: Int[Array, " b"] | None = None
) -> Float[Array, " p"]:
    """∇F(θ) = J_θᵀ∇C(f_θ(X)) + λ(θ − aθ₀), from the stable residual rather than by differentiating C.

    With a batch, its points' rows of ∇C in place of all, times N/b.
    """
    X, Y = (problem.X, problem.Y) if batch is None else (problem.X[batch], problem.Y[batch])
    z, transpose_jacobian = jax.vjp(lambda theta: problem.apply(theta, X), theta)
    residual = problem.Y.shape[0] / Y.shape[0] * problem.loss.residual(z, Y)
    (pulled_back,) = transpose_jacobian(residual.astype(z.dtype))
    return pulled_back + problem.lam * (theta - problem.a * problem.theta0)


@functools.partial(jax.jit, static_argnames="record_ntk")
def record(
    problem: Problem,
    theta: Float[Array, " p"],
    Theta0: Float[Array, "NK NK"],
    X_test: Float[Array, "M ..."],
    *,
    record_ntk: bool,
) -> dict[str, Array]:
    """Everything a Trajectory keeps of one moment."""
    apply, loss, X, Y = problem.apply, problem.loss, problem.X, problem.Y
    z = apply(theta, X)
    drift = jnp.nan
    if record_ntk:
        Theta = empirical_ntk(apply, theta, X, block=X.shape[0])
        drift = relative_drift(Theta, Theta0)
    return {
        "logits": z,
        "test_logits": apply(theta, X_test),
        "value": loss.value(z, Y).sum(),
        "residual_norm": jnp.linalg.norm(loss.residual(z, Y)),
        "radius": jnp.linalg.norm(theta - problem.theta0),
        "ntk_drift": jnp.asarray(drift),
    }


@functools.partial(jax.jit, static_argnames=("record_ntk", "observe"))
def flow(
    problem: Problem,
    X_test: Float[Array, "M ..."],
    times: Float[Array, " T"],
    settings: Integration,
    *,
    record_ntk: bool,
    observe: Callable[[Float[Array, " p"]], Any] | None = None,
) -> tuple[dict[str, Any], Float[Array, " p"], Array, Array]:
    """(records, last θ, steps taken, whether the last time was reached)."""
    Theta0 = initial_kernel(problem, record_ntk)
    states, steps, reached = integrate(
        lambda theta: -gradient(problem, theta), problem.theta0, times, settings
    )
    records = jax.lax.map(lambda theta: record(problem, theta, Theta0, X_test, record_ntk=record_ntk), states)
    if observe is not None:
        records["observed"] = jax.lax.map(observe, states)
    return records, states[-1], steps, reached


@functools.partial(jax.jit, static_argnames="record_ntk")
def flows(
    problem: Problem, theta0: Float[Array, "S p"], *shared: Any, record_ntk: bool
) -> tuple[dict[str, Array], Float[Array, "S p"], Array, Array]:
    """`flow` from every row of theta0, side by side."""
    return jax.vmap(lambda start: flow(problem.starting_at(start), *shared, record_ntk=record_ntk))(theta0)


@functools.partial(jax.jit, static_argnames="update")  # not made anew in a call, or each would compile
def advance(
    problem: Problem,
    update: Optimizer,
    first: Any,
    last: Any,
    theta: Float[Array, " p"],
    state: Any,
    batches: Int[Array, "S b"] | None,
) -> tuple[Float[Array, " p"], Any]:
    """(θ, the optimizer's state) after the steps of descent from number `first` to before `last`."""

    def one_step(number: Any, carry: Any) -> Any:
        theta, state = carry
        batch = None if batches is None else batches[number]
        step, state = update.update(gradient(problem, theta, batch), state, theta)
        return theta + step, state

    return jax.lax.fori_loop(first, last, one_step, (theta, state))


@functools.lru_cache(maxsize=64)
def plain_descent(learning_rate: float) -> Optimizer:
    """θ ← θ − η∇F."""
    import optax

    return optax.sgd(learning_rate)


@functools.lru_cache(maxsize=64)  # the same function of θ gives the same object, hence one compilation
def composed(
    observe: Callable[[Any], Any], unravel: Callable[[Float[Array, " p"]], Any]
) -> Callable[[Float[Array, " p"]], Any]:
    """What is observed of a tree, as a function of θ ∈ R^p."""
    return lambda theta: observe(unravel(theta))


def initial_kernel(problem: Problem, record_ntk: bool) -> Float[Array, "NK NK"]:
    if not record_ntk:
        return jnp.zeros((0, 0))
    return empirical_ntk(problem.apply, problem.theta0, problem.X, block=problem.X.shape[0])


def test_inputs(problem: Problem, X_test: Float[Array, "M ..."] | None) -> Float[Array, "M ..."]:
    return problem.X[:0] if X_test is None else X_test


def check_record_steps(record_steps: Int[Array, " T"]) -> list[int]:
    counts = np.asarray(record_steps).tolist()
    whole = all(isinstance(count, int) and count >= 0 for count in counts)
    if not counts or not whole or any(later <= earlier for earlier, later in pairwise(counts)):
        raise InvalidInput(f"record_steps = {counts}; expected strictly increasing whole numbers from 0 up.")
    return counts


def check_batches(batches: Int[Array, "S b"], steps: int, points: int) -> None:
    rows = np.asarray(batches)
    if rows.ndim != 2 or rows.shape[1] == 0 or rows.shape[0] < steps:
        raise InvalidInput(
            f"batches have shape {rows.shape}, but {steps} steps are to be taken; expected (S, b), S ≥ {steps} rows "
            f"of b ≥ 1 points. Draw a row for each step."
        )
    if not np.issubdtype(rows.dtype, np.integer) or (
        rows.size and not 0 <= rows.min() <= rows.max() < points
    ):
        raise InvalidInput(
            f"batches of type {rows.dtype} name points outside 0 … {points - 1}, or none; expected whole numbers in "
            f"there. Draw them with jax.random.choice(key, {points}, (b,), replace=False)."
        )
