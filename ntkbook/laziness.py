"""How far training left the linearized model, and how far apart it has driven the logits."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput
from ntkbook.linearized import LinearTrajectory, linearized_flow
from ntkbook.losses import Loss, cross_entropy
from ntkbook.networks import Apply, Params
from ntkbook.training import Trajectory


def linearize_trajectory(
    trajectory: Trajectory,
    apply: Apply,
    params: Params,
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    *,
    loss: Loss = cross_entropy,
    lam: float = 0.0,
    X_test: Float[Array, "M ..."] | None = None,
) -> tuple[LinearTrajectory, Float[Array, "T M K"]]:
    """The linearized model trained as `trajectory` was (same θ₀, targets, λ, times), and its test logits.

    params: θ₀. Returns (linear trajectory, f_lin,t(X_test)), the latter with M = 0 without test inputs.
    """
    X_test = X[:0] if X_test is None else X_test
    f0, f0_test = apply(params, X), apply(params, X_test)
    linear = linearized_flow(empirical_ntk(apply, params, X), f0, Y, trajectory.t, loss=loss, lam=lam)
    if X_test.shape[0] == 0:
        return linear, trajectory.test_logits[:, :0]
    return linear, linear.predict(empirical_ntk(apply, params, X_test, X), f0_test)


def linearization_gap(
    logits: Float[Array, "T M K"], linear_logits: Float[Array, "T M K"]
) -> Float[Array, " T"]:
    """max_x ‖f_t(x) − f_lin,t(x)‖ over the points given, at every recorded time."""
    if logits.shape != linear_logits.shape:
        raise InvalidInput(
            f"logits of shapes {logits.shape} and {linear_logits.shape}: record both at the same times and points."
        )
    return jnp.max(jnp.linalg.norm(logits - linear_logits, axis=-1), axis=-1)


def fitted_slope(widths: Float[np.ndarray, " W"], values: Float[np.ndarray, " W"]) -> float:
    """The least-squares slope of log(values) against log(widths): a value of −1 reads as O(1/n)."""
    widths, values = np.asarray(widths, dtype=float), np.asarray(values, dtype=float)
    if widths.shape != values.shape or widths.size < 2 or np.any(widths <= 0) or np.any(values <= 0):
        raise InvalidInput(
            f"widths {widths} and values {values}: expected two positive arrays of one length, at least 2."
        )
    return float(np.polyfit(np.log(widths), np.log(values), 1)[0])


def logit_margin(logits: Float[Array, "... N K"], labels: Float[Array, "N K"]) -> Float[Array, "... N"]:
    """m_i = z_{i,y_i} − max_{j≠y_i} z_ij: positive iff point i is classified right. labels: one-hot."""
    if _checks.known(labels) and not bool(jnp.all(jnp.sort(labels, axis=-1)[..., :-1] == 0)):
        raise InvalidInput(
            f"labels have rows with more than one entry other than 0, e.g. {labels[0]}; expected one-hot rows, also "
            f"where training used smoothed targets. Give the labels from before ntkbook.smooth_labels."
        )
    true_class = jnp.sum(labels * logits, axis=-1)
    return true_class - jnp.max(jnp.where(labels > 0, -jnp.inf, logits), axis=-1)


def logit_gap(logits: Float[Array, "... N K"], labels: Float[Array, "N K"]) -> Float[Array, "..."]:
    """min_i m_i, the least margin: by how much the worst training point is right (negative: wrong).

    Shift invariant. For targets smoothed by ε it tends to log((1 − ε + ε/K)/(ε/K)) at every point.
    """
    return jnp.min(logit_margin(logits, labels), axis=-1)
