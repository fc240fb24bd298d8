import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree
from scipy.linalg import expm, solve
from scipy.optimize import brentq

from ntkbook.data import sphere
from ntkbook.empirical import empirical_ntk, jacobian
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.explicit import kernel_logistic_regression, log_target_regression
from ntkbook.integration import Integration
from ntkbook.linearized import linearized_flow
from ntkbook.losses import center, smooth_labels, squared_error
from ntkbook.networks import mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow

N, K = 4, 3
DATA = sphere(jax.random.key(0), points=N, inputs=6, classes=K, test_points=2)
NETWORK = mlp(6, K, 16)
PARAMS = NETWORK.init(jax.random.key(1))
F0 = NETWORK.apply(PARAMS, DATA.X)
THETA = NETWORK.kernel(DATA.X).ntk
FINITE = empirical_ntk(NETWORK.apply, PARAMS, DATA.X)
SMOOTH = smooth_labels(DATA.Y, 0.2)
TIMES = jnp.asarray([0.0, 0.3, 1.0, 5.0, 30.0])
LATE = jnp.asarray([0.0, 1.0, 1e2, 1e4, 1e8])  # of the same shape: the same compilation


# holds: regression-closed-form
@pytest.mark.parametrize("Theta", [THETA, FINITE], ids=["(N, N)", "(NK, NK)"])
@pytest.mark.parametrize("lam", [0.0, 0.5])
def test_squared_error_has_a_closed_form(Theta, lam):
    """z_t = z_∞ + e^{−(Θ + λ)t}(z₀ − z_∞), (Θ + λ)z_∞ = ΘY + λz₀."""
    run = linearized_flow(Theta, F0, DATA.Y, TIMES, loss=squared_error, lam=lam)
    full = np.asarray(Theta) if len(Theta) == N * K else np.kron(Theta, np.eye(K))
    z0, y = np.ravel(F0), np.ravel(DATA.Y)
    generator = full + lam * np.eye(N * K)
    limit = solve(generator, full @ y + lam * z0)
    for t, z in zip(TIMES, run.logits, strict=True):
        np.testing.assert_allclose(z.ravel(), limit + expm(-generator * float(t)) @ (z0 - limit), atol=1e-8)


def test_an_infinite_width_kernel_gives_what_its_product_with_the_identity_gives():
    small = linearized_flow(THETA, F0, DATA.Y, TIMES, lam=0.1)
    large = linearized_flow(jnp.kron(THETA, jnp.eye(K)), F0, DATA.Y, TIMES, lam=0.1)
    for name in ("coefficients", "logits", "radius"):
        np.testing.assert_allclose(getattr(small, name), getattr(large, name), atol=1e-8)


# holds: theorem-d.2
@pytest.mark.parametrize("Theta", [THETA, FINITE], ids=["(N, N)", "(NK, NK)"])
@pytest.mark.parametrize("Y", [DATA.Y, SMOOTH], ids=["one-hot", "smoothed"])
def test_the_regularized_flow_ends_at_kernel_logistic_regression(Theta, Y):
    run = linearized_flow(Theta, F0, Y, LATE, lam=0.1)
    solution = kernel_logistic_regression(Theta, Y, F0, lam=0.1)
    np.testing.assert_allclose(run.logits[-1], solution.logits, atol=1e-8)
    np.testing.assert_allclose(run.coefficients[-1], solution.coefficients, atol=1e-8)


# holds: theorem-d.1
@pytest.mark.parametrize("Theta", [THETA, FINITE], ids=["(N, N)", "(NK, NK)"])
def test_the_free_flow_on_smoothed_targets_ends_at_log_target_regression(Theta):
    run = linearized_flow(Theta, F0, SMOOTH, LATE)
    solution = log_target_regression(Theta, SMOOTH, F0)
    np.testing.assert_allclose(run.logits[-1], solution.logits, atol=1e-8)
    np.testing.assert_allclose(run.coefficients.sum(-1), 0, atol=1e-10)  # the residual has zero class sum


def test_it_is_the_gradient_flow_of_the_linearized_network():
    """Radius, logits on training and test points, against the flow of f₀ + J₀(θ − θ₀) in parameter space."""
    theta0, _ = ravel_pytree(PARAMS)
    J, J_test = jacobian(NETWORK.apply, PARAMS, DATA.X), jacobian(NETWORK.apply, PARAMS, DATA.X_test)
    F0_test = NETWORK.apply(PARAMS, DATA.X_test)

    def linear_model(step, indices):
        rows = jnp.concatenate([J, J_test]).reshape(-1, K, theta0.size)[indices[:, 0].astype(int)]
        return jnp.concatenate([F0, F0_test])[indices[:, 0].astype(int)] + rows @ step

    in_parameters = gradient_flow(
        Problem(linear_model, jnp.zeros_like(theta0), jnp.arange(4.0)[:, None], DATA.Y, lam=0.1),
        TIMES,
        X_test=jnp.asarray([[4.0], [5.0]]),
        record_ntk=False,
        integration=Integration(rtol=1e-9, atol=1e-11),
    )
    dual = linearized_flow(FINITE, F0, DATA.Y, TIMES, lam=0.1)
    np.testing.assert_allclose(dual.logits, in_parameters.logits, atol=1e-7)
    np.testing.assert_allclose(dual.radius, in_parameters.radius, atol=1e-7)
    Theta_x = empirical_ntk(NETWORK.apply, PARAMS, DATA.X_test, DATA.X)
    np.testing.assert_allclose(dual.predict(Theta_x, F0_test), in_parameters.test_logits, atol=1e-7)
    for A, radius in zip(dual.coefficients, dual.radius, strict=True):
        np.testing.assert_allclose(jnp.linalg.norm(J.T @ A.ravel()), radius, atol=1e-10)


def exact_gap(t):
    """m_t of ṁ = 1/(1 + eᵐ), m_0 = 0, from its first integral m + eᵐ = t + 1."""
    return brentq(
        lambda m: np.logaddexp(np.log(m) if m > 0 else -np.inf, m) - np.log1p(t), 0.0, 200.0, xtol=1e-13
    )


def test_one_point_with_a_one_hot_target_follows_its_exact_solution_to_log_t_100():
    times = jnp.exp(jnp.asarray([-2.0, 0.0, 5.0, 30.0, 100.0]))
    run = linearized_flow(jnp.full((1, 1), 0.5), jnp.zeros((1, 2)), jnp.asarray([[1.0, 0.0]]), times)
    exact = [exact_gap(float(t)) for t in times]
    np.testing.assert_allclose(run.logits[:, 0, 0] - run.logits[:, 0, 1], exact, rtol=1e-7)
    np.testing.assert_allclose(run.radius, exact, rtol=1e-7)


# holds: theorem-c.1
def test_one_hot_margins_grow_like_log_t():
    log_t = np.array([10.0, 25.0, 50.0, 75.0, 100.0])
    run = linearized_flow(THETA, F0, DATA.Y, jnp.exp(log_t))
    others = jnp.where(DATA.Y > 0, -jnp.inf, run.logits).max(-1)
    margins = jnp.sum(DATA.Y * run.logits, -1) - others  # every point
    slopes = jnp.diff(margins, axis=0) / jnp.diff(log_t)[:, None]
    np.testing.assert_allclose(slopes[-1], 1.0, atol=1e-3)
    assert float(run.radius[-1]) > 1.5 * float(run.radius[2])


def test_smoothed_targets_stop_at_the_plateau_of_their_log_ratio():
    run = linearized_flow(THETA, F0, SMOOTH, LATE)
    np.testing.assert_allclose(center(run.logits[-1]), center(jnp.log(SMOOTH)), atol=1e-8)
    np.testing.assert_allclose(run.radius[-1], run.radius[-2], rtol=1e-8)


@pytest.mark.parametrize("low", [1e-2, 1e-5])
def test_a_badly_conditioned_kernel_is_no_obstacle(low):
    """Condition numbers 3·10³ and 3·10⁶, to t = 10⁸, against the closed form."""
    Q, _ = jnp.linalg.qr(jax.random.normal(jax.random.key(2), (N, N)))
    values = jnp.asarray([low, low**0.5, 1.0, 30.0])
    Theta = (Q * values) @ Q.T
    run = linearized_flow((Theta + Theta.T) / 2, F0, DATA.Y, LATE, loss=squared_error)
    for t, z in zip(LATE, run.logits, strict=True):
        expected = DATA.Y + Q @ (jnp.exp(-values * t)[:, None] * (Q.T @ (F0 - DATA.Y)))
        np.testing.assert_allclose(z, expected, atol=1e-7)
    smoothed = linearized_flow((Theta + Theta.T) / 2, F0, SMOOTH, jnp.asarray([0.0, 1.0, 1e2, 1e4, 1e11]))
    np.testing.assert_allclose(center(smoothed.logits[-1]), center(jnp.log(SMOOTH)), atol=1e-7)


def test_a_singular_kernel_moves_only_what_it_can():
    """The first input twice: equal logits, and coefficients that predict them again."""
    twice = jnp.asarray([0, 0, 1, 2])
    Theta, f0 = THETA[jnp.ix_(twice, twice)], F0[twice]
    run = linearized_flow(Theta, f0, DATA.Y, LATE, lam=0.1)
    np.testing.assert_allclose(run.logits[:, 0], run.logits[:, 1], atol=1e-9)
    np.testing.assert_allclose(run.predict(Theta, f0), run.logits, atol=1e-9)
    solution = kernel_logistic_regression(Theta, DATA.Y, f0, lam=0.1)
    np.testing.assert_allclose(run.logits[-1], solution.logits, atol=1e-8)


def test_an_indefinite_kernel_is_refused():
    with pytest.raises(InvalidInput, match=r"eigenvalues from -.*positive semidefinite.*same points"):
        linearized_flow(THETA - 2 * jnp.eye(N), F0, DATA.Y, TIMES)


def test_a_flow_that_does_not_arrive_is_refused():
    with pytest.raises(NotConverged, match=r"t = 30 within 3 steps.*nb\.Integration\(.*max_steps=6,"):
        linearized_flow(THETA, F0, DATA.Y, TIMES, integration=Integration(max_steps=3))
