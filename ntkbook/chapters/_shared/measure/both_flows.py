"""A network and its linearization, trained side by side: where every measurement of the gap starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import laziness
from ntkbook.data import Data
from ntkbook.integration import Integration
from ntkbook.linearized import LinearTrajectory
from ntkbook.networks import Network, Params, mlp
from ntkbook.problem import Problem
from ntkbook.training import Trajectory, gradient_flow

Architecture = Callable[[int], Network]  # width -> network

# As exact as a picture can show, to about four digits.
PICTURE = Integration(rtol=1e-8, atol=1e-10, steady=1e-3)


@dataclass(frozen=True)
class BothFlows:
    """The gradient flow of a network, and that of its linearization from the same θ₀ and at the same times.

    Args:
        problem: what was trained.
        path: the network's flow.
        linear: the linearized model's.
        linear_test: (T, M, K) f_lin,t(X_test).
    """

    problem: Problem
    path: Trajectory
    linear: LinearTrajectory
    linear_test: Float[Array, "T M K"]

    def gap_train(self) -> Float[Array, " T"]:
        """max over the training points of ‖f_t(x) − f_lin,t(x)‖."""
        return laziness.linearization_gap(self.path.logits, self.linear.logits)

    def gap_test(self) -> Float[Array, " T"]:
        """max over the test points of ‖f_t(x) − f_lin,t(x)‖."""
        return laziness.linearization_gap(self.path.test_logits, self.linear_test)


def both_flows(
    problem: Problem,
    log_times: Float[np.ndarray, " T"],
    *,
    X_test: Float[Array, "M ..."] | None = None,
    integration: Integration = PICTURE,
    observe: Callable[[Params], Any] | None = None,
) -> BothFlows:
    """Train a network and its linearization.

    Args:
        problem: what is trained, anchored at θ₀.
        log_times: (T,) when to look, as natural logarithms.
        X_test: (M, …) test inputs.
        integration: of the network's flow; by default as exact as a picture can show, to about four digits.
        observe: what else to record of the network, as in gradient_flow.
    """
    times = jnp.exp(jnp.asarray(log_times))
    path = gradient_flow(problem, times, X_test=X_test, integration=integration, observe=observe)
    linear = laziness.linearize_trajectory(path, problem, X_test=X_test)
    return BothFlows(problem, path, linear.trajectory, linear.test_logits)


def one_hidden_layer(points: Data) -> Architecture:
    """The network of most experiments: one hidden layer of n erf units, sized for the points.

    Args:
        points: whose inputs and targets it has to fit.
    """
    return lambda n: mlp(points.X.shape[1], points.Y.shape[1], n)
