"""How training moves and what is recorded of it: one compiled function a network, loss and optimizer.

Everything is a function of θ ∈ R^p, the parameters in one row.
"""

import functools
from collections.abc import Callable
from typing import Any

import diffrax
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._log_clock import integrate
from ntkbook.drift import relative_drift
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput
from ntkbook.losses import Loss
from ntkbook.networks import Apply, Params

ANCHORS = {"init": 1.0, "zero": 0.0}  # name -> a


def _gradient(
    flat: Apply,
    loss: Loss,
    theta: Float[Array, " p"],
    theta0: Float[Array, " p"],
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    lam: Float[Array, ""] | float,
    a: Float[Array, ""] | float,
) -> Float[Array, " p"]:
    """∇F(θ) = J_θᵀ∇C(f_θ(X)) + λ(θ − aθ₀), from the stable residual rather than by differentiating C."""
    z, transpose_jacobian = jax.vjp(lambda theta: flat(theta, X), theta)
    (pulled_back,) = transpose_jacobian(loss.residual(z, Y).astype(z.dtype))
    return pulled_back + lam * (theta - a * theta0)


@functools.partial(jax.jit, static_argnums=(0, 1, 2))
def record(
    flat: Apply,
    loss: Loss,
    record_ntk: bool,
    theta: Float[Array, " p"],
    theta0: Float[Array, " p"],
    Theta0: Float[Array, "NK NK"],
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    X_test: Float[Array, "M ..."],
) -> dict[str, Array]:
    """Everything a Trajectory keeps of one moment."""
    z = flat(theta, X)
    drift = jnp.nan
    if record_ntk:
        Theta = empirical_ntk(flat, theta, X, block=X.shape[0])
        drift = relative_drift(Theta, Theta0)
    return {
        "logits": z,
        "test_logits": flat(theta, X_test),
        "value": loss.value(z, Y).sum(),
        "residual_norm": jnp.linalg.norm(loss.residual(z, Y)),
        "radius": jnp.linalg.norm(theta - theta0),
        "ntk_drift": jnp.asarray(drift),
    }


@functools.partial(jax.jit, static_argnums=(0, 1, 2, 3))
def flow(
    flat: Apply,
    loss: Loss,
    record_ntk: bool,
    max_steps: int,
    theta0: Float[Array, " p"],
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    X_test: Float[Array, "M ..."],
    times: Float[Array, " T"],
    lam: Any,
    a: Any,
    rtol: Any,
    atol: Any,
    steady: Any,
) -> tuple[dict[str, Array], Float[Array, " p"], Array, Array]:
    """(records, last θ, steps taken, whether the last time was reached)."""
    Theta0 = initial_kernel(flat, record_ntk, theta0, X)

    states, steps, reached = integrate(
        lambda theta: -_gradient(flat, loss, theta, theta0, X, Y, lam, a),
        theta0,
        times,
        solver=diffrax.Tsit5(),
        rtol=rtol,
        atol=atol,
        max_steps=max_steps,
        steady=steady,
    )
    records = jax.lax.map(
        lambda theta: record(flat, loss, record_ntk, theta, theta0, Theta0, X, Y, X_test), states
    )
    return records, states[-1], steps, reached


@functools.partial(jax.jit, static_argnums=(0, 1, 2, 3))
def flows(
    flat: Apply, loss: Loss, record_ntk: bool, max_steps: int, theta0: Float[Array, "S p"], *shared: Any
) -> tuple[dict[str, Array], Float[Array, "S p"], Array, Array]:
    """`flow` from every row of theta0, side by side."""
    return jax.vmap(lambda theta0: flow(flat, loss, record_ntk, max_steps, theta0, *shared))(theta0)


@functools.partial(jax.jit, static_argnums=(0, 1, 2))  # not made anew in a call, or each would compile
def advance(
    flat: Apply,
    loss: Loss,
    update: optax.GradientTransformation,
    steps: Any,
    theta: Float[Array, " p"],
    state: Any,
    theta0: Float[Array, " p"],
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    lam: Any,
    a: Any,
) -> tuple[Float[Array, " p"], Any]:
    """(θ, the optimizer's state) after so many steps of descent."""

    def one_step(_: Any, carry: Any) -> Any:
        theta, state = carry
        step, state = update.update(_gradient(flat, loss, theta, theta0, X, Y, lam, a), state, theta)
        return theta + step, state

    return jax.lax.fori_loop(0, steps, one_step, (theta, state))


plain_descent = functools.lru_cache(maxsize=64)(optax.sgd)


# --- plumbing --------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=64)  # the same network gives the same function object, hence one compilation
def flat_apply(apply: Apply, unravel: Callable[[Array], Params]) -> Apply:
    """f as a function of θ ∈ R^p."""
    return lambda theta, X: apply(unravel(theta), X)


def initial_kernel(
    flat: Apply, record_ntk: bool, theta0: Float[Array, " p"], X: Float[Array, "N ..."]
) -> Float[Array, "NK NK"]:
    return empirical_ntk(flat, theta0, X, block=X.shape[0]) if record_ntk else jnp.zeros((0, 0))


def test_inputs(X: Float[Array, "N ..."], X_test: Float[Array, "M ..."] | None) -> Float[Array, "M ..."]:
    return X[:0] if X_test is None else X_test


def check_training(
    apply: Apply, params: Params, X: Any, Y: Float[Array, "N K"], loss: Loss, lam: float, anchor: str
) -> None:
    loss.check_targets(Y)
    _checks.finite("X", X)
    _checks.non_negative("lam", lam, "the regularization strength λ")
    _checks.choice("anchor", anchor, ANCHORS)
    output = jax.eval_shape(apply, params, X)
    if output.shape != Y.shape:
        raise InvalidInput(
            f"the network maps X of shape {X.shape} to {output.shape}, but the targets Y have shape {Y.shape}; "
            f"both must be (N, K). Give one row of K targets a point."
        )
