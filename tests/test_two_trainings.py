"""The certificate, against two trainings by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import ntkbook as nb

DATA = nb.sphere(jax.random.key(0), points=4)
NETWORK = nb.mlp(6, 3, 12)
THETA0, UNRAVEL = ravel_pytree(NETWORK.init(jax.random.key(1)))
J0 = nb.jacobian(NETWORK.apply, UNRAVEL(THETA0), DATA.X)
BATCHES = jnp.array([[0, 1], [2, 3], [1, 3], [0, 2]] * 5)


def problem_of(**rest):
    return nb.Problem(NETWORK.apply, UNRAVEL(THETA0), DATA.X, DATA.Y, **rest)


def by_hand(lam, anchor, rate, batches, steps):
    """‖θ_k − θ'_k‖ and E_k after every step, with explicit Jacobians: no machinery of the library's."""
    theta = twin = THETA0
    top, N = np.linalg.eigvalsh(J0 @ J0.T)[-1], len(DATA.X)
    beta = 0.5 * (1 if batches is None else N / batches.shape[1])
    c = max(abs(1 - rate * lam), abs(1 - rate * (lam + beta * top)))
    z0, E, seen = NETWORK.apply(UNRAVEL(THETA0), DATA.X), 0.0, []

    def slope(z, J, at, k):
        g = np.asarray(jax.nn.softmax(z) - DATA.Y)
        if batches is not None:
            counts = np.zeros((N, 1))
            counts[np.asarray(batches[k])] = N / batches.shape[1]
            g = counts * g
        return J.T @ g.ravel() + lam * (at - anchor * THETA0)

    def linear(at):
        return z0 + (J0 @ (at - THETA0)).reshape(z0.shape)

    for k in range(steps):
        J = nb.jacobian(NETWORK.apply, UNRAVEL(theta), DATA.X)
        ours, theirs = (
            slope(NETWORK.apply(UNRAVEL(theta), DATA.X), J, theta, k),
            slope(linear(theta), J0, theta, k),
        )
        E = c * E + rate * float(jnp.linalg.norm(ours - theirs))
        theta, twin = theta - rate * ours, twin - rate * slope(linear(twin), J0, twin, k)
        seen.append((float(jnp.linalg.norm(theta - twin)), E))
    return np.array(seen)


# holds: two-trainings, eq-certificate
@pytest.mark.parametrize(
    ("lam", "anchor", "batches"), [(0.0, "init", None), (0.3, "zero", None), (0.1, "init", BATCHES)]
)
def test_the_certificate_is_its_formula_and_bounds_the_truth(lam, anchor, batches):
    problem = problem_of(lam=lam, anchor=anchor)
    rate = 0.4 * nb.guaranteed_step(problem)
    E = nb.certificate(problem, jnp.array([0, 1, 7, 20]), learning_rate=rate, batches=batches)
    truth, formula = by_hand(lam, problem.a, rate, batches, 20).T
    np.testing.assert_allclose(E, [0, *formula[[0, 6, 19]]], rtol=1e-9, atol=1e-13)
    assert (truth <= formula * (1 + 1e-12)).all()
    assert truth[-1] > 0.1 * formula[-1] > 0


def test_the_linear_problem_is_trained_like_any_other():
    problem = problem_of(lam=0.1)
    linear = nb.gradient_descent(problem.linear, jnp.array([20]), learning_rate=0.1, record_ntk=False)
    theta = THETA0
    for _ in range(20):
        z = problem.z0 + (J0 @ (theta - THETA0)).reshape(problem.z0.shape)
        theta = theta - 0.1 * (J0.T @ (jax.nn.softmax(z) - DATA.Y).ravel() + 0.1 * (theta - THETA0))
    np.testing.assert_allclose(ravel_pytree(linear.params)[0], theta, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("loss", [nb.brier, nb.poisson])
def test_losses_without_a_contraction_are_refused(loss):
    with pytest.raises(nb.InvalidInput, match="convex losses of bounded curvature"):
        nb.certificate(problem_of(loss=loss), jnp.array([1]), learning_rate=0.1)
