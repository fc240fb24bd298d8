"""Gradient flow and gradient descent of a real network, recorded in function space."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook._training import (
    Optimizer,
    advance,
    check_batches,
    check_record_steps,
    composed,
    flow,
    initial_kernel,
    plain_descent,
    record,
    test_inputs,
)
from ntkbook.errors import NotConverged
from ntkbook.integration import Integration, check_times, raised
from ntkbook.networks import Params
from ntkbook.problem import Problem


@dataclass(frozen=True)
class Trajectory:
    r"""What training did, at T recorded times.

    Args:
        t: (T,) the times (flow), or step numbers times the learning rate (descent).
        logits: (T, N, K) z_t = f_{θ_t}(X).
        test_logits: (T, M, K) f_{θ_t}(X_test), with M = 0 rows if no test inputs were given.
        value: (T,) C(z_t).
        residual_norm: (T,) ‖∇C(z_t)‖.
        radius: (T,) ‖θ_t − θ₀‖.
        ntk_drift: (T,) ‖Θ_t − Θ₀‖/‖Θ₀‖ in operator norm on the training inputs (NaN if it was not recorded).
        params: θ at the last time.
        steps: how many steps the solver took.
        observed: what else was asked for, each array with a leading axis T; None if nothing was.
    """

    t: Float[Array, " T"]
    logits: Float[Array, "T N K"]
    test_logits: Float[Array, "T M K"]
    value: Float[Array, " T"]
    residual_norm: Float[Array, " T"]
    radius: Float[Array, " T"]
    ntk_drift: Float[Array, " T"]
    params: Params
    steps: int
    observed: Any = None


@takes_arrays
def gradient_flow(
    problem: Problem,
    times: Float[Array, " T"],
    *,
    X_test: Float[Array, "M ..."] | None = None,
    record_ntk: bool = True,
    integration: Integration = Integration(),
    observe: Callable[[Params], Any] | None = None,
) -> Trajectory:
    r"""The gradient flow of a training problem, recorded at the times given.

    .. math:: \dot\theta = -J_\theta^\top\nabla C(f_\theta(X)) - \lambda(\theta - a\theta_0)

    Integrated in the clock s = log(1 + t): t = e¹⁰⁰ on one-hot targets takes a few hundred steps.

    Args:
        problem: what is trained, from θ₀.
        times: (T,) increasing, ≥ 0.
        X_test: (M, …) test inputs, whose logits are recorded too.
        record_ntk: whether to record the drift of the kernel.
        integration: tolerances, the budget of steps, and when a converged flow may stop.
        observe: what else to record, a function of θ in JAX, to arrays or a tree of them; compiled anew for each
            function object.

    Raises:
        InvalidInput: for times that do not increase.
        NotConverged: if the last time is not reached within the budget of steps.

    Source:
        The book's Theorems A and B; integrator by diffrax (Kidger 2021).

    Example:
        A linear model on two points, V₀ = 2 log 2, never leaves the ball of Theorem B:

        >>> w, X = jnp.zeros((2, 2)), jnp.eye(2)
        >>> problem = nb.Problem(
        ...     lambda w, X: X @ w, w, X, Y=jnp.eye(2), lam=0.5
        ... )
        >>> run = nb.gradient_flow(problem, jnp.array([1.0, 100.0]))
        >>> R = nb.radius_regularized(problem.V0, problem.lam)
        >>> bool(jnp.all(run.radius <= R))
        True
    """
    times = check_times(times)
    flat, unravel = problem.flat()
    records, theta, steps, reached = flow(
        flat,
        test_inputs(problem, X_test),
        times,
        integration,
        record_ntk=record_ntk,
        observe=None if observe is None else composed(observe, unravel),
    )
    if not bool(reached):
        raise NotConverged(
            f"the gradient flow took {int(steps)} steps without reaching t = {float(times[-1]):.3g} "
            f"(rtol = {integration.rtol:g}, λ = {problem.lam:g}). The kernel is badly conditioned or the horizon is "
            f"long: shorten `times`, {raised(integration)}, or solve for the end point (ntkbook.explicit)."
        )
    return Trajectory(t=times, params=unravel(theta), steps=int(steps), **records)


@takes_arrays
def gradient_descent(
    problem: Problem,
    record_steps: Int[Array, " T"],
    *,
    optimizer: Optimizer | None = None,
    learning_rate: float = 0.1,
    batches: Int[Array, "S b"] | None = None,
    X_test: Float[Array, "M ..."] | None = None,
    record_ntk: bool = True,
) -> Trajectory:
    r"""Descent on a training problem, with all points or a batch at each step, recorded after the steps given.

    .. math:: \theta \leftarrow \theta - \eta\nabla F(\theta), \qquad
              \nabla F(\theta) = J_\theta^\top\nabla C(f_\theta(X)) + \lambda(\theta - a\theta_0)

    With batches the rows of ∇C that belong to the step's batch, times N/b, stand for ∇C.

    Args:
        problem: what is trained, from θ₀.
        record_steps: (T,) increasing whole numbers ≥ 0; the recorded t is steps · learning_rate.
        optimizer: any Optax transformation; by default plain descent, as above.
        learning_rate: η > 0.
        batches: (S, b) numbers of the points that each step sees, one row a step; None for all N at each.
        X_test: (M, …) test inputs, whose logits are recorded too.
        record_ntk: whether to record the drift of the kernel.

    Raises:
        InvalidInput: for numbers of steps that do not increase, η ≤ 0, or batches that are too few or not of points.
        NotConverged: if the iterates stop being finite.

    Source:
        The book's Theorems K and L; optimizers by Optax.

    Example:
        Small steps lower the loss:

        >>> data = nb.sphere(jax.random.key(0), points=3)
        >>> net = nb.mlp(6, 3, 16)
        >>> problem = nb.Problem.of(
        ...     net, jax.random.key(1), data.X, data.Y
        ... )
        >>> run = nb.gradient_descent(
        ...     problem, jnp.array([0, 5, 10]), record_ntk=False
        ... )
        >>> bool(jnp.all(jnp.diff(run.value) < 0))
        True
    """
    _checks.positive("learning_rate", learning_rate, "the learning rate η")
    counts = check_record_steps(record_steps)
    flat, unravel = problem.flat()
    X_test = test_inputs(problem, X_test)
    update = optimizer if optimizer is not None else plain_descent(learning_rate)
    if batches is not None:
        check_batches(batches, counts[-1], flat.Y.shape[0])

    theta, done, kept = flat.theta0, 0, []
    state, Theta0 = update.init(theta), initial_kernel(flat, record_ntk)
    for count in counts:
        theta, state = advance(flat, update, done, count, theta, state, batches)
        done = count
        kept.append(record(flat, theta, Theta0, X_test, record_ntk=record_ntk))
    if not bool(jnp.all(jnp.isfinite(theta))):
        raise NotConverged(
            f"descent diverged within {done} steps of size {learning_rate:g}. Below 2 / (β λ_max(Θ₀) + λ), with β = "
            f"{problem.loss.smoothness:g} for {problem.loss.name}, the loss of a wide network that is lazy is sure to "
            f"fall with all its points in a step (nb.guaranteed_step): lower `learning_rate`."
        )
    records = {name: jnp.stack([one[name] for one in kept]) for name in kept[0]}
    return Trajectory(
        t=learning_rate * jnp.asarray(counts, dtype=float), params=unravel(theta), steps=done, **records
    )
