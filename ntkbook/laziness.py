"""How far training left the linearized model, and how far apart it has driven the logits."""

from dataclasses import dataclass

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


@dataclass(frozen=True)
class LinearizedTraining:
    """What the linearized model does when it is trained as a network was.

    trajectory: on the training points. test_logits: f_lin,t(X_test), with M = 0 without test inputs.
    """

    trajectory: LinearTrajectory
    test_logits: Float[Array, "T M K"]


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
) -> LinearizedTraining:
    """The linearized model trained as `trajectory` was (same θ₀, targets, λ, times), and its test logits.

    params: θ₀. Raises as linearized_flow does. Source: Lee et al. 2019.

    A linear model is its own linearization, and small steps follow the flow:

    >>> f, w, X = lambda w, X: X @ w, jnp.zeros((1, 1)), jnp.ones((1, 1))
    >>> training = f, w, X, X
    >>> run = nb.gradient_descent(
    ...     *training, jnp.array([100, 300]), learning_rate=0.01,
    ...     loss=nb.squared_error,
    ... )
    >>> linear = nb.linearize_trajectory(
    ...     run, *training, loss=nb.squared_error
    ... ).trajectory
    >>> bool(jnp.allclose(run.logits, linear.logits, atol=0.01))
    True
    """
    X_test = X[:0] if X_test is None else X_test
    f0, f0_test = apply(params, X), apply(params, X_test)
    linear = linearized_flow(empirical_ntk(apply, params, X), f0, Y, trajectory.t, loss=loss, lam=lam)
    if X_test.shape[0] == 0:
        return LinearizedTraining(linear, trajectory.test_logits[:, :0])
    return LinearizedTraining(linear, linear.predict(empirical_ntk(apply, params, X_test, X), f0_test))


def linearization_gap(
    logits: Float[Array, "T M K"], linear_logits: Float[Array, "T M K"]
) -> Float[Array, " T"]:
    """max_x ‖f_t(x) − f_lin,t(x)‖ over the points given, at every recorded time.

    Raises InvalidInput for logits of different shapes. Source: the book's Theorems A and B, which bound it.

    >>> f, f_lin = jnp.array([[[3.0, 4.0]]]), jnp.zeros((1, 1, 2))
    >>> nb.linearization_gap(f, f_lin).tolist()
    [5.0]
    """
    if logits.shape != linear_logits.shape:
        raise InvalidInput(
            f"logits of shapes {logits.shape} and {linear_logits.shape}: record both at the same times and points."
        )
    return jnp.max(jnp.linalg.norm(logits - linear_logits, axis=-1), axis=-1)


def fitted_slope(widths: Float[np.ndarray | Array, " W"], values: Float[np.ndarray | Array, " W"]) -> float:
    """The least-squares slope of log(values) against log(widths): a value of −1 reads as O(1/n).

    Raises InvalidInput unless both are positive, finite and of one length, with two different widths or more.
    Source: least squares.

    >>> widths = jnp.array([64.0, 256.0, 1024.0])
    >>> round(nb.fitted_slope(widths, 3 / widths), 6)
    -1.0
    """
    widths, values = np.asarray(widths, dtype=float), np.asarray(values, dtype=float)
    positive = all(np.all(np.isfinite(x) & (x > 0)) for x in (widths, values))
    if widths.shape != values.shape or not positive or np.unique(widths).size < 2:
        raise InvalidInput(
            f"widths {widths} and values {values}: expected two arrays of one length, positive and finite, with at "
            f"least 2 different widths. Measure at more widths, and leave out what was not measured."
        )
    return float(np.polyfit(np.log(widths), np.log(values), 1)[0])


def logit_margin(logits: Float[Array, "... N K"], labels: Float[Array, "N K"]) -> Float[Array, "... N"]:
    """m_i = z_{i,y_i} − max_{j≠y_i} z_ij: positive iff point i is classified right. labels: one-hot.

    Raises InvalidInput for labels that are not one-hot, or not one row a point.
    Source: Crammer & Singer 2001.

    >>> z = jnp.array([[2.0, 0.5, 1.0], [0.0, 0.5, 0.0]])
    >>> labels = jnp.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    >>> nb.logit_margin(z, labels).tolist()
    [1.0, -0.5]
    """
    if logits.ndim < 2 or logits.shape[-2:] != labels.shape:
        raise InvalidInput(
            f"logits have shape {logits.shape} and labels {labels.shape}; expected (N, K) for both, or (…, N, K) for "
            f"logits at several times. Give one row of K labels a point."
        )
    one_hot = jnp.all((labels == 0) | (labels == 1), axis=-1) & (jnp.sum(labels, axis=-1) == 1)
    if _checks.known(labels) and not bool(jnp.all(one_hot)):
        raise InvalidInput(
            f"labels have rows that are not one-hot, e.g. {labels[jnp.argmin(one_hot)]}; expected a single 1 a row and "
            f"else 0, also where training used smoothed targets. Give the labels from before ntkbook.smooth_labels."
        )
    true_class = jnp.sum(labels * logits, axis=-1)
    return true_class - jnp.max(jnp.where(labels > 0, -jnp.inf, logits), axis=-1)


def logit_gap(logits: Float[Array, "... N K"], labels: Float[Array, "N K"]) -> Float[Array, "..."]:
    """min_i m_i, the least margin: by how much the worst training point is right (negative: wrong).

    Shift invariant. For targets smoothed by ε it tends to log((1 − ε + ε/K)/(ε/K)) at every point.
    Raises as logit_margin does. Source: the book's chapter on one-hot targets.

    >>> Y = nb.smooth_labels(jnp.eye(2), epsilon=0.5)
    >>> bool(jnp.isclose(nb.logit_gap(jnp.log(Y), jnp.eye(2)), jnp.log(3)))
    True
    """
    return jnp.min(logit_margin(logits, labels), axis=-1)
