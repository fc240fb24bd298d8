"""How far training left the linearized model, and how far apart it has driven the logits."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook.errors import InvalidInput
from ntkbook.linearized import LinearTrajectory, linearized_flow
from ntkbook.problem import Problem
from ntkbook.training import Trajectory


@dataclass(frozen=True)
class LinearizedTraining:
    """What the linearized model does when it is trained as a network was.

    Args:
        trajectory: on the training points.
        test_logits: (T, M, K) f_lin,t(X_test), with M = 0 without test inputs.
    """

    trajectory: LinearTrajectory
    test_logits: Float[Array, "T M K"]


@takes_arrays
def linearize_trajectory(
    trajectory: Trajectory, problem: Problem, *, X_test: Float[Array, "M ..."] | None = None
) -> LinearizedTraining:
    r"""The linearized model trained as `trajectory` was, and its test logits.

    .. math:: f_{\mathrm{lin}}(x; \theta) = f_{\theta_0}(x) + J_{\theta_0}(x)(\theta - \theta_0)

    Args:
        trajectory: of the network, whose times are taken.
        problem: what was trained, anchored at θ₀.
        X_test: (M, …) test inputs.

    Raises:
        InvalidInput: for a regularizer that does not pull towards θ₀.
        NotConverged: as linearized_flow does.

    Source:
        Lee et al. 2019.

    Example:
        A linear model is its own linearization, and small steps follow the flow:

        >>> w, X = jnp.zeros((1, 1)), jnp.ones((1, 1))
        >>> problem = nb.Problem(
        ...     lambda w, X: X @ w, w, X, Y=X, loss=nb.squared_error
        ... )
        >>> run = nb.gradient_descent(
        ...     problem, jnp.array([100, 300]), learning_rate=0.01
        ... )
        >>> linear = nb.linearize_trajectory(run, problem).trajectory
        >>> bool(jnp.allclose(run.logits, linear.logits, atol=0.01))
        True
    """
    if float(problem.lam) > 0 and problem.anchor != "init":
        raise InvalidInput(
            f"the problem decays towards 0 (anchor = {problem.anchor!r}, λ = {float(problem.lam):g}), which moves the "
            f'initial weights themselves and is not linear training. Take anchor = "init".'
        )
    linear = linearized_flow(
        problem.Theta0, problem.z0, problem.Y, trajectory.t, loss=problem.loss, lam=float(problem.lam)
    )
    if X_test is None or X_test.shape[0] == 0:
        return LinearizedTraining(
            linear, jax.device_put(np.zeros((*trajectory.t.shape, 0, problem.Y.shape[1])))
        )
    return LinearizedTraining(linear, linear.predict(problem.kernel(X_test), problem.f0(X_test)))


@takes_arrays
def linearization_gap(
    logits: Float[Array, "T M K"], linear_logits: Float[Array, "T M K"]
) -> Float[Array, " T"]:
    r"""How far the linearized model is from the network, at the worst point.

    .. math:: \max_x\,\lVert f_t(x) - f_{\mathrm{lin},t}(x)\rVert

    Args:
        logits: (T, M, K) of the network.
        linear_logits: (T, M, K) of the linearized model, at the same times and points.

    Raises:
        InvalidInput: for logits of different shapes.

    Source:
        The book's Theorems A and B, which bound it.

    Example:
        >>> f, f_lin = jnp.array([[[3.0, 4.0]]]), jnp.zeros((1, 1, 2))
        >>> nb.linearization_gap(f, f_lin).tolist()
        [5.0]
    """
    if logits.shape != linear_logits.shape:
        raise InvalidInput(
            f"logits of shapes {logits.shape} and {linear_logits.shape}: record both at the same times and points."
        )
    return _largest_distance(logits, linear_logits)


def fitted_slope(widths: Float[np.ndarray | Array, " W"], values: Float[np.ndarray | Array, " W"]) -> float:
    """The least-squares slope of log(values) against log(widths): a value of −1 reads as O(1/n).

    Args:
        widths: (W,) positive, two different ones or more.
        values: (W,) positive.

    Raises:
        InvalidInput: unless both are positive, finite and of one length, with two different widths or more.

    Source:
        Least squares.

    Example:
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


@takes_arrays
def logit_margin(logits: Float[Array, "... N K"], labels: Float[Array, "N K"]) -> Float[Array, "... N"]:
    r"""The margin of every point: positive if and only if the point is classified right.

    .. math:: m_i = z_{i,c_i} - \max_{j\ne c_i} z_{ij}

    Args:
        logits: (…, N, K) z.
        labels: (N, K) one-hot, 1 at the true class c_i.

    Raises:
        InvalidInput: for labels that are not one-hot, or not one row a point.

    Source:
        Crammer & Singer 2001.

    Example:
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
    if _checks.known(labels):
        _refuse_smoothed(np.asarray(labels))
    return _margins(logits, labels)


@takes_arrays
def logit_gap(logits: Float[Array, "... N K"], labels: Float[Array, "N K"]) -> Float[Array, "..."]:
    r"""The least margin: by how much the worst training point is right (negative: wrong).

    .. math:: m = \min_i m_i

    It does not see shifts of a point's logits. On targets smoothed by ε it tends to log((1 − ε + ε/K)/(ε/K)).

    Args:
        logits: (…, N, K) z.
        labels: (N, K) one-hot.

    Raises:
        InvalidInput: as logit_margin does.

    Source:
        The book's chapter on one-hot targets.

    Example:
        >>> Y = nb.smooth_labels(jnp.eye(2), epsilon=0.5)
        >>> bool(jnp.isclose(nb.logit_gap(jnp.log(Y), jnp.eye(2)), jnp.log(3)))
        True
    """
    return _least(logit_margin(logits, labels))


def _refuse_smoothed(labels: Float[np.ndarray, "N K"]) -> None:
    one_hot = np.all((labels == 0) | (labels == 1), axis=-1) & (np.sum(labels, axis=-1) == 1)
    if not np.all(one_hot):
        raise InvalidInput(
            f"labels have rows that are not one-hot, e.g. {labels[np.argmin(one_hot)]}; expected a single 1 a row and "
            f"else 0, also where training used smoothed targets. Give the labels from before ntkbook.smooth_labels."
        )


@jax.jit
def _least(margins: Float[Array, "*T N"]) -> Float[Array, "*T"]:
    return jnp.min(margins, axis=-1)


@jax.jit
def _largest_distance(f: Float[Array, "T M K"], f_lin: Float[Array, "T M K"]) -> Float[Array, " T"]:
    return jnp.max(jnp.linalg.norm(f - f_lin, axis=-1), axis=-1)


@jax.jit
def _margins(logits: Float[Array, "*T N K"], labels: Float[Array, "N K"]) -> Float[Array, "*T N"]:
    true_class = jnp.sum(labels * logits, axis=-1)
    return true_class - jnp.max(jnp.where(labels > 0, -jnp.inf, logits), axis=-1)
