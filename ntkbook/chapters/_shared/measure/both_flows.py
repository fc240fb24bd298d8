"""A network and its linearization, trained side by side: where every measurement of the gap starts."""

from collections.abc import Callable
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import laziness
from ntkbook.data import Data
from ntkbook.linearized import LinearTrajectory
from ntkbook.networks import Network, Params, mlp
from ntkbook.training import Trajectory, gradient_flow

Architecture = Callable[[int], Network]  # width -> network


@dataclass(frozen=True)
class BothFlows:
    """The gradient flow of a network, and that of its linearization from the same θ₀ and at the same times.

    theta0: θ₀. path: the network's flow. linear: the linearized model's. linear_test: f_lin,t(X_test).
    """

    theta0: Params
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
    network: Network,
    theta0: Params,
    points: Data,
    Y: Float[Array, "N K"],
    log_times: Float[np.ndarray, " T"],
    *,
    lam: float = 0.0,
    rtol: float = 1e-8,
    atol: float = 1e-10,
    steady: float = 1e-3,
) -> BothFlows:
    """Train a network and its linearization on C + (λ/2)‖θ − θ₀‖² from theta0, with targets Y at the inputs of points.

    log_times: when to look (natural logarithm). rtol, atol, steady: as in gradient_flow; by default as exact as a
    picture can show, to about four digits.
    """
    times = jnp.exp(jnp.asarray(log_times))
    path = gradient_flow(
        network.apply, theta0, points.X, Y, times, lam=lam, X_test=points.X_test,
        rtol=rtol, atol=atol, steady=steady,
    )  # fmt: skip
    linear = laziness.linearize_trajectory(
        path, network.apply, theta0, points.X, Y, lam=lam, X_test=points.X_test
    )
    return BothFlows(theta0, path, linear.trajectory, linear.test_logits)


def one_hidden_layer(points: Data) -> Architecture:
    """The network of most experiments: one hidden layer of n erf units, sized for the points."""
    return lambda n: mlp(points.X.shape[1], points.Y.shape[1], n)
