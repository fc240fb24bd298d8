"""What a trained network owes for not being linear."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from ntkbook.chapters.generalization.measure.samples import draw, error, population
from ntkbook.explicit import kernel_logistic_regression
from ntkbook.generalization import ramp_loss, rkhs_norm
from ntkbook.networks import mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_descent

RATE, STEPS = 0.05, 1_000  # of descent: 10 times 1/λ for λ = 0.2
DEMANDED = 1.0  # h, the margin demanded


@dataclass(frozen=True)
class NetworkBound:
    """A trained network f, its linearization f_lin, trained in the same way, and what f owes for not being linear.

    All means are over the population, exact; h = 1 is the demanded margin.

    Args:
        error: P(wrong) of f.
        ramp: E ramp_h of f.
        linear_ramp: E ramp_h of f_lin.
        extra: √2/h · E‖f(x) − f_lin(x)‖.
        radius: ‖θ − θ₀‖.
        linear_norm: the same for f_lin, its RKHS norm.
        least_norm: the least RKHS norm of a function that changes f₀ on the training points as training has changed the
            network; at most the radius, if training was linear.
    """

    error: float
    ramp: float
    linear_ramp: float
    extra: float
    radius: float
    linear_norm: float
    least_norm: float


def network_bound(n: int, *, points: int = 100, lam: float = 0.2, seed: int = 0) -> NetworkBound:
    """A network of n erf units, trained by gradient descent with the regularizer (λ/2)‖θ − θ₀‖² until nothing moves.

    Args:
        n: width.
        points: the number N.
        lam: λ > 0.
        seed: of sample and initialization.

    Source:
        The book's chapter on generalization.
    """
    data, _ = population()
    sample = draw(points, 0.0, seed)
    X, network = data.X[sample.drawn], mlp(data.X.shape[1], 2, n)
    problem = Problem.of(network, jax.random.key(seed + 1), X, sample.labels, lam=lam)
    steps = jnp.array([STEPS])
    path = gradient_descent(problem, steps, learning_rate=RATE, X_test=data.X, record_ntk=False)
    f0, everywhere, columns = problem.z0, problem.f0(data.X), problem.kernel(data.X)
    rows = (2 * sample.drawn[:, None] + jnp.arange(2)).ravel()
    Theta = columns[rows]
    solution = kernel_logistic_regression((Theta + Theta.T) / 2, sample.labels, f0, lam=lam)
    f, f_lin = path.test_logits[-1], solution.predict(columns, everywhere)
    change = (path.logits[-1] - f0).ravel()
    return NetworkBound(
        error=error(f, 0.0),
        ramp=float(jnp.mean(ramp_loss(f, data.Y, DEMANDED))),
        linear_ramp=float(jnp.mean(ramp_loss(f_lin, data.Y, DEMANDED))),
        extra=float(np.sqrt(2) / DEMANDED * jnp.mean(jnp.linalg.norm(f - f_lin, axis=1))),
        radius=float(path.radius[-1]),
        linear_norm=float(rkhs_norm(Theta, solution.coefficients)),
        least_norm=float(jnp.sqrt(change @ jnp.linalg.pinv(Theta, rtol=1e-10, hermitian=True) @ change)),
    )
