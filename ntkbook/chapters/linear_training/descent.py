"""Training by steps: the linearized model as a training problem of its own, and batches of the training points."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ntkbook import losses
from ntkbook.problem import Problem
from ntkbook.training import Trajectory


def linearized(problem: Problem) -> Problem:
    r"""The same training problem for f_lin, of as many parameters: what trains it takes the same steps.

    .. math:: f_{\mathrm{lin}}(x; \theta) = f_{\theta_0}(x) + J_{\theta_0}(x)(\theta - \theta_0)

    Args:
        problem: of a network, at θ₀.
    """
    flat, _ = problem.flat()

    def apply(theta: Float[Array, " p"], X: Float[Array, "N ..."]) -> Float[Array, "N K"]:
        f0, moved = jax.jvp(lambda at: flat.apply(at, X), (flat.theta0,), (theta - flat.theta0,))
        return f0 + moved

    return Problem(apply, flat.theta0, flat.X, flat.Y, loss=flat.loss, lam=flat.lam, anchor=flat.anchor)


@functools.partial(jax.jit, static_argnames=("steps", "points", "size"))
def batches(key: Array, *, steps: int, points: int, size: int) -> Int[Array, "steps size"]:
    """For every step a set of so many of the points, each as likely, drawn without replacement.

    Args:
        key: a JAX random key; the same key gives the same sets.
        steps: how many sets.
        points: N.
        size: b.
    """
    keys = jax.random.split(key, steps)
    return jax.vmap(lambda key: jax.random.choice(key, points, (size,), replace=False))(keys)


def above_least(path: Trajectory, problem: Problem) -> Float[np.ndarray, " T"]:
    """C(z_t) − C* at every recorded time, without cancellation.

    Args:
        path: of the problem.
        problem: its loss and targets.
    """
    excess = jax.vmap(lambda z: losses.excess(problem.loss, z, problem.Y))(path.logits)
    return np.asarray(excess)


def objective(path: Trajectory, problem: Problem) -> Float[np.ndarray, " T"]:
    """C(z_t) + (λ/2)‖θ_t − θ₀‖² at every recorded time.

    Args:
        path: of the problem.
        problem: anchored at θ₀.
    """
    return np.asarray(path.value + jnp.asarray(problem.lam) / 2 * path.radius**2)
