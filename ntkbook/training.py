"""Gradient flow and gradient descent of a real network, recorded in function space.

Objective: F(θ) = C(f_θ(X)) + (λ/2)‖θ − aθ₀‖², with a = 1 (anchored at the initialization) or a = 0 (weight decay).
"""

from dataclasses import dataclass
from itertools import pairwise

import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float, Int

from ntkbook import _checks
from ntkbook._log_clock import check_times
from ntkbook._training import (
    ANCHORS,
    advance,
    check_training,
    flat_apply,
    flow,
    initial_kernel,
    plain_descent,
    record,
    test_inputs,
)
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.losses import Loss, cross_entropy
from ntkbook.networks import Apply, Params


@dataclass(frozen=True)
class Trajectory:
    """What training did, at T recorded times.

    t: the times (flow) or step numbers times the learning rate (descent).
    logits: z_t = f_{θ_t}(X). test_logits: f_{θ_t}(X_test), with M = 0 rows if no test inputs were given.
    value: C(z_t). residual_norm: ‖∇C(z_t)‖. radius: ‖θ_t − θ₀‖.
    ntk_drift: ‖Θ_t − Θ₀‖ / ‖Θ₀‖ in operator norm on the training inputs (NaN if it was not recorded).
    params: θ at the last time. steps: how many steps the solver took.
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


def gradient_flow(
    apply: Apply,
    params: Params,
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    times: Float[Array, " T"],
    *,
    loss: Loss = cross_entropy,
    lam: float = 0.0,
    anchor: str = "init",
    X_test: Float[Array, "M ..."] | None = None,
    record_ntk: bool = True,
    rtol: float = 1e-7,
    atol: float = 1e-9,
    max_steps: int = 100_000,
    steady: float = 0.0,
) -> Trajectory:
    """The gradient flow θ̇ = −J_θᵀ∇C(f_θ(X)) − λ(θ − aθ₀), recorded at `times`.

    params: θ₀. times: increasing, ≥ 0. lam: λ ≥ 0. anchor: "init" (a = 1) or "zero" (a = 0).
    steady: if positive, stop once (1 + t)‖∇F‖ ≤ steady·‖θ − θ₀‖ and repeat the last record from there on.
    Integrated in the clock s = log(1 + t) (see _log_clock): t = e¹⁰⁰ on one-hot targets takes a few hundred steps.
    Raises InvalidInput for times that do not increase, targets that the loss does not take, λ < 0;
    NotConverged if `max_steps` steps do not reach the last time.
    Source: the book's Theorem B; integrator by diffrax (Kidger 2021).

    A linear model on two points, V₀ = 2 log 2, never leaves the ball of Theorem B:

    >>> f, w, X = lambda w, X: X @ w, jnp.zeros((2, 2)), jnp.eye(2)
    >>> times = jnp.array([1.0, 100.0])
    >>> run = nb.gradient_flow(f, w, X, jnp.eye(2), times, lam=0.5)
    >>> R = nb.radius_regularized(V0=2 * jnp.log(2), lam=0.5)
    >>> bool(jnp.all(run.radius <= R))
    True
    """
    check_training(apply, params, X, Y, loss, lam, anchor)
    times = check_times(times)
    theta0, unravel = ravel_pytree(params)
    records, theta, steps, reached = flow(
        flat_apply(apply, unravel), loss, record_ntk, max_steps,
        theta0, X, Y, test_inputs(X, X_test), times, lam, ANCHORS[anchor], rtol, atol, steady,
    )  # fmt: skip
    if not bool(reached):
        raise NotConverged(
            f"the gradient flow took {int(steps)} steps without reaching t = {float(times[-1]):.3g} "
            f"(rtol = {rtol:g}, λ = {lam:g}). The kernel is badly conditioned or the horizon is long: "
            f"shorten `times`, raise `max_steps`, or solve for the end point (ntkbook.explicit)."
        )
    return Trajectory(t=times, params=unravel(theta), steps=int(steps), **records)


def gradient_descent(
    apply: Apply,
    params: Params,
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    record_steps: Int[Array, " T"],
    *,
    optimizer: optax.GradientTransformation | None = None,
    learning_rate: float = 0.1,
    loss: Loss = cross_entropy,
    lam: float = 0.0,
    anchor: str = "init",
    X_test: Float[Array, "M ..."] | None = None,
    record_ntk: bool = True,
) -> Trajectory:
    """Full-batch descent on F(θ) = C(f_θ(X)) + (λ/2)‖θ − aθ₀‖², recorded after the given numbers of steps.

    optimizer: any Optax transformation; by default plain descent θ ← θ − η∇F with η = learning_rate.
    record_steps: increasing whole numbers ≥ 0. The recorded t is steps · learning_rate.
    Raises InvalidInput as gradient_flow does; NotConverged if the iterates stop being finite.
    Source: the objective of the book's Theorem B; optimizers by Optax.

    Small steps lower the loss:

    >>> data, net = nb.sphere(jax.random.key(0), points=3), nb.mlp(6, 3, 16)
    >>> theta0 = net.init(jax.random.key(1))
    >>> run = nb.gradient_descent(
    ...     net.apply, theta0, data.X, data.Y, jnp.array([0, 5, 10]),
    ...     record_ntk=False,
    ... )
    >>> bool(jnp.all(jnp.diff(run.value) < 0))
    True
    """
    check_training(apply, params, X, Y, loss, lam, anchor)
    _checks.positive("learning_rate", learning_rate, "the learning rate η")
    counts = np.asarray(record_steps).tolist()
    whole = all(isinstance(count, int) and count >= 0 for count in counts)
    if not counts or not whole or any(later <= earlier for earlier, later in pairwise(counts)):
        raise InvalidInput(f"record_steps = {counts}; expected strictly increasing whole numbers from 0 up.")
    theta0, unravel = ravel_pytree(params)
    flat, X_test = flat_apply(apply, unravel), test_inputs(X, X_test)
    update = optimizer if optimizer is not None else plain_descent(learning_rate)

    theta, state, done, kept = theta0, update.init(theta0), 0, []
    Theta0 = initial_kernel(flat, record_ntk, theta0, X)
    for count in counts:
        theta, state = advance(
            flat, loss, update, count - done, theta, state, theta0, X, Y, lam, ANCHORS[anchor]
        )
        done = count
        kept.append(record(flat, loss, record_ntk, theta, theta0, Theta0, X, Y, X_test))
    if not bool(jnp.all(jnp.isfinite(theta))):
        raise NotConverged(
            f"descent diverged within {done} steps of size {learning_rate:g}. The stable size is below "
            f"2 / (β λ_max(Θ₀) + λ), with β = {loss.smoothness:g} for {loss.name}: lower `learning_rate`."
        )
    records = {name: jnp.stack([one[name] for one in kept]) for name in kept[0]}
    return Trajectory(
        t=learning_rate * jnp.asarray(counts, dtype=float), params=unravel(theta), steps=done, **records
    )
