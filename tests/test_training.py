import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax.flatten_util import ravel_pytree
from scipy.optimize import brentq

from ntkbook._training import plain_descent
from ntkbook.bounds import pl_constant, radius_nondegenerate, radius_regularized
from ntkbook.data import sphere
from ntkbook.drift import operator_norm
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import NotConverged
from ntkbook.explicit import log_target_regression
from ntkbook.integration import Integration
from ntkbook.losses import center, cross_entropy, excess, smooth_labels, squared_error, total
from ntkbook.networks import mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_descent, gradient_flow

DATA = sphere(jax.random.key(0), points=4, inputs=6, classes=3, test_points=2)
NETWORK = mlp(6, 3, 24)
PARAMS = NETWORK.init(jax.random.key(1))
TIMES = jnp.concatenate([jnp.zeros(1), jnp.geomspace(0.1, 1e3, 8)])  # one shape of times: one compilation


def problem(params=PARAMS, Y=DATA.Y, network=NETWORK, **rest):
    return Problem(network.apply, params, DATA.X, Y, **rest)


def flow(params=PARAMS, Y=DATA.Y, times=TIMES, network=NETWORK, integration=Integration(), **rest):
    """Always with the same shapes, so that a network is compiled once."""
    return gradient_flow(
        problem(params, Y, network, **rest), times, X_test=DATA.X_test, integration=integration
    )


def distance(params, other):
    return float(jnp.linalg.norm(ravel_pytree(params)[0] - ravel_pytree(other)[0]))


def objective(params, Y, lam, a):
    theta, theta0 = ravel_pytree(params)[0], ravel_pytree(PARAMS)[0]
    return total(cross_entropy, NETWORK.apply(params, DATA.X), Y) + lam / 2 * jnp.sum(
        (theta - a * theta0) ** 2
    )


# --- against exact solutions -------------------------------------------------------------------------------


def linear_apply(theta, X):
    return X @ theta


def linear_problem(theta, **rest):
    return Problem(linear_apply, theta, DATA.X, DATA.Y, **rest)


@pytest.mark.parametrize(("anchor", "a"), [("init", 1.0), ("zero", 0.0)])
@pytest.mark.parametrize("lam", [0.0, 0.3])
def test_a_linear_model_follows_the_exact_solution_of_its_linear_flow(anchor, a, lam):
    """θ_t = θ_∞ + e^{−(XᵀX + λ)t}(θ₀ − θ_∞) with (XᵀX + λ)θ_∞ = XᵀY + λaθ₀."""
    X, Y = np.asarray(DATA.X[:, :3]), np.asarray(DATA.Y)
    theta0 = np.asarray(jax.random.normal(jax.random.key(2), (3, 3)))
    times = np.array([0.0, 0.1, 0.5, 3.0])
    linear = Problem(
        linear_apply, jnp.asarray(theta0), jnp.asarray(X), DATA.Y, squared_error, lam=lam, anchor=anchor
    )
    run = gradient_flow(linear, jnp.asarray(times), integration=Integration(rtol=1e-10, atol=1e-12))
    rates, Q = np.linalg.eigh(X.T @ X + lam * np.eye(3))
    limit = Q @ ((Q.T @ (X.T @ Y + lam * a * theta0)) / rates[:, None])
    for i, t in enumerate(times):
        theta = limit + Q @ (np.exp(-rates * t)[:, None] * (Q.T @ (theta0 - limit)))
        np.testing.assert_allclose(run.logits[i], X @ theta, atol=1e-8)
        np.testing.assert_allclose(run.radius[i], np.linalg.norm(theta - theta0), atol=1e-8)
        np.testing.assert_allclose(run.value[i], np.sum((X @ theta - Y) ** 2) / 2, atol=1e-8)
        np.testing.assert_allclose(run.residual_norm[i], np.linalg.norm(X @ theta - Y), atol=1e-8)
    np.testing.assert_allclose(run.params, theta, atol=1e-8)
    np.testing.assert_allclose(run.ntk_drift, 0, atol=1e-13)


def exact_gap(t):
    """m_t of ṁ = 1/(1 + eᵐ), m_0 = 0, from its first integral m + eᵐ = t + 1."""
    return brentq(
        lambda m: np.logaddexp(np.log(m) if m > 0 else -np.inf, m) - np.log1p(t), 0.0, 200.0, xtol=1e-13
    )


def test_one_point_with_a_one_hot_target_follows_its_exact_solution_to_log_t_100():
    """f = θ/√2 with K = 2: the gap m between the two logits obeys ṁ = 1/(1 + eᵐ), and ‖θ_t − θ₀‖ = m_t."""
    times = jnp.exp(jnp.asarray([-2.0, 0.0, 2.0, 10.0, 30.0, 100.0]))
    one_point = Problem(
        linear_apply, jnp.zeros((1, 2)), jnp.full((1, 1), np.sqrt(0.5)), jnp.asarray([[1.0, 0.0]])
    )
    run = gradient_flow(one_point, times, integration=Integration(rtol=1e-9, atol=1e-11))
    exact = [exact_gap(float(t)) for t in times]
    np.testing.assert_allclose(run.logits[:, 0, 0] - run.logits[:, 0, 1], exact, rtol=1e-7)
    np.testing.assert_allclose(run.radius, exact, rtol=1e-7)
    assert run.steps < 2000


NOTHING = dataclasses.replace(
    squared_error,
    name="no data term",
    value=lambda z, y: 0 * (z - y)[..., 0],
    residual=lambda z, y: 0 * (z - y),
)


# holds: decay-law
def test_weight_decay_around_zero_shrinks_the_kernel_of_a_homogeneous_network():
    """Without a data term θ_t = e^{−λt}θ₀, so Θ_t = e^{−2Lλt}Θ₀ for L hidden layers of bias-free ReLU."""
    network = mlp(6, 3, 8, hidden_layers=2, activation="relu", sigma_b=0.0)
    params, lam, times = network.init(jax.random.key(3)), 0.4, jnp.asarray([0.0, 0.5, 2.0])
    fine = Integration(rtol=1e-9)
    run = flow(params, times=times, network=network, loss=NOTHING, lam=lam, anchor="zero", integration=fine)
    np.testing.assert_allclose(run.ntk_drift, 1 - jnp.exp(-2 * 2 * lam * times), atol=1e-6)
    start = jnp.linalg.norm(ravel_pytree(params)[0])
    np.testing.assert_allclose(run.radius, (1 - jnp.exp(-lam * times)) * start, atol=1e-6)
    around_start = flow(
        params, times=times, network=network, loss=NOTHING, lam=lam, anchor="init", integration=fine
    )
    np.testing.assert_allclose(around_start.radius, 0, atol=1e-13)


# --- flow against descent ----------------------------------------------------------------------------------


def test_descent_with_tiny_steps_tends_to_the_flow():
    """Euler's error is proportional to the step, so it halves, and extrapolation removes it."""
    smooth = flow(lam=0.1, integration=Integration(rtol=1e-9))
    t = float(TIMES[3])
    errors, logits = [], []
    for steps in (100, 200):
        run = gradient_descent(problem(lam=0.1), jnp.asarray([steps]), learning_rate=t / steps)
        np.testing.assert_allclose(run.t, [t], rtol=1e-12)
        logits.append(run.logits[-1])
        errors.append(float(jnp.abs(run.logits[-1] - smooth.logits[3]).max()))
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.05)
    extrapolated = float(jnp.abs(2 * logits[1] - logits[0] - smooth.logits[3]).max())
    assert extrapolated < errors[1] / 20


# holds: eq-playground-step
@pytest.mark.parametrize(("anchor", "a"), [("init", 1.0), ("zero", 0.0)])
def test_two_steps_of_descent_by_hand(anchor, a):
    params = PARAMS
    for _ in range(2):
        gradient = jax.grad(objective)(params, DATA.Y, 0.2, a)
        params = jax.tree.map(lambda leaf, slope: leaf - 0.05 * slope, params, gradient)
    run = gradient_descent(problem(lam=0.2, anchor=anchor), jnp.asarray([0, 2]), learning_rate=0.05)
    assert distance(run.params, params) < 1e-12
    np.testing.assert_allclose(run.radius, [0, distance(params, PARAMS)], atol=1e-12)
    np.testing.assert_allclose(run.t, [0, 0.1])
    assert run.steps == 2


def test_descent_takes_any_optimizer():
    def value(params):
        return objective(params, DATA.Y, 0.0, 1.0)

    optimizer, params = optax.adam(0.01), PARAMS
    state = optimizer.init(params)
    for _ in range(3):
        update, state = optimizer.update(jax.grad(value)(params), state, params)
        params = optax.apply_updates(params, update)
    run = gradient_descent(problem(), jnp.asarray([1, 3]), optimizer=optimizer)
    assert distance(run.params, params) < 1e-12


# --- what is recorded --------------------------------------------------------------------------------------


def test_the_record_is_what_the_last_parameters_give():
    run = flow(lam=0.1)
    z = NETWORK.apply(run.params, DATA.X)
    Theta0, Theta = (empirical_ntk(NETWORK.apply, params, DATA.X) for params in (PARAMS, run.params))
    np.testing.assert_allclose(run.t, TIMES)
    np.testing.assert_allclose(run.logits[0], NETWORK.apply(PARAMS, DATA.X), atol=1e-12)
    np.testing.assert_allclose(run.logits[-1], z, atol=1e-10)
    np.testing.assert_allclose(run.test_logits[-1], NETWORK.apply(run.params, DATA.X_test), atol=1e-10)
    np.testing.assert_allclose(run.value[-1], -jnp.sum(DATA.Y * jax.nn.log_softmax(z)), rtol=1e-9)
    np.testing.assert_allclose(run.residual_norm[-1], jnp.linalg.norm(jax.nn.softmax(z) - DATA.Y), rtol=1e-9)
    np.testing.assert_allclose(run.radius[-1], distance(run.params, PARAMS), rtol=1e-10)
    drift = np.linalg.norm(Theta - Theta0, 2) / np.linalg.norm(Theta0, 2)
    np.testing.assert_allclose(run.ntk_drift[-1], drift, rtol=1e-9)
    assert jax.tree.structure(run.params) == jax.tree.structure(PARAMS)


def test_the_kernel_is_not_computed_where_it_is_not_wanted():
    run = gradient_descent(linear_problem(jnp.ones((6, 3))), jnp.asarray([0, 1]), record_ntk=False)
    assert np.all(np.isnan(run.ntk_drift))
    assert run.test_logits.shape == (2, 0, 3)


def test_operator_norm_is_the_largest_singular_value_of_a_symmetric_matrix():
    A = np.diag([3.0, -5.0, 1.0])
    assert float(operator_norm(jnp.asarray(A))) == pytest.approx(5.0)


# --- theorems ----------------------------------------------------------------------------------------------

WIDE = mlp(6, 3, 384)


# holds: theorem-b.1
@settings(deadline=None, max_examples=12, derandomize=True, database=None)
@given(
    seed=st.integers(0, 10**6),
    log_lam=st.floats(-2, 1),
    epsilon=st.sampled_from([0.0, 0.1, 1.0]),
    network=st.sampled_from([NETWORK, WIDE]),
)
def test_theorem_b_the_radius_bound_holds_at_every_time_and_the_energy_falls(seed, log_lam, epsilon, network):
    lam, Y = 10.0**log_lam, smooth_labels(DATA.Y, epsilon)
    params = network.init(jax.random.key(seed))
    run = flow(params, Y, network=network, lam=lam)
    V0 = excess(cross_entropy, network.apply(params, DATA.X), Y)
    assert float(run.radius.max()) <= float(radius_regularized(V0, lam)) * (1 + 1e-6)
    energy = run.value + lam / 2 * run.radius**2
    assert float(jnp.diff(energy).max()) <= 1e-6 * float(energy[0])
    assert float(energy[-1]) < float(energy[0]) - 1e-4


def test_the_energy_with_weight_decay_around_zero_falls_too():
    run = flow(lam=0.1, anchor="zero")
    assert objective(run.params, DATA.Y, 0.1, 0.0) < objective(PARAMS, DATA.Y, 0.1, 0.0)
    gradient = jax.grad(objective)(run.params, DATA.Y, 0.1, 0.0)
    assert max(float(jnp.abs(leaf).max()) for leaf in jax.tree.leaves(gradient)) < 1e-3


# holds: theorem-a.1, theorem-a.2, theorem-a.3
def test_theorem_a_smoothed_targets_give_a_finite_path_and_exponential_decay():
    Y = smooth_labels(DATA.Y, 0.3)
    run = flow(Y=Y)
    values = run.value - cross_entropy.infimum(Y).sum()
    V0, mu = values[0], pl_constant(Y, values[0])
    kappa = np.linalg.eigvalsh(empirical_ntk(NETWORK.apply, PARAMS, DATA.X))[0]
    assert float(run.radius.max()) <= float(radius_nondegenerate(V0, mu, jnp.asarray(kappa)))
    np.testing.assert_allclose(run.radius[-1], run.radius[-2], rtol=1e-5)  # t = 270 and 1000: it has stopped
    np.testing.assert_allclose(run.residual_norm[-1], 0, atol=1e-6)
    assert float(values[4] / values[0]) < 0.1
    np.testing.assert_allclose(center(run.logits[-1]), center(jnp.log(Y)), atol=1e-5)


# holds: theorem-c.3
def test_theorem_c_one_hot_targets_diverge_like_log_t_and_the_kernel_moves():
    """Same shapes as elsewhere; the times now reach log t = 100."""
    log_t = jnp.asarray([0.0, 2.0, 5.0, 10.0, 20.0, 40.0, 60.0, 80.0, 100.0])
    run = flow(times=jnp.exp(log_t))
    others = jnp.where(DATA.Y > 0, -jnp.inf, run.logits).max(-1)
    margin = (jnp.sum(DATA.Y * run.logits, -1) - others).min(-1)
    slopes = jnp.diff(margin) / jnp.diff(log_t)
    np.testing.assert_allclose(slopes[-2:], 1.0, atol=0.1)
    np.testing.assert_allclose(jnp.log(run.residual_norm[-1]), -margin[-1], atol=3)
    assert float(run.ntk_drift[-1]) > 2 * float(run.ntk_drift[1])  # log t = 100 against log t = 2


# holds: linear-training-theorem.2
def test_the_trained_network_of_theorem_d_is_its_kernels_prediction_up_to_a_gap_that_shrinks_with_width():
    Y, gaps = smooth_labels(DATA.Y, 0.3), []
    for network in (NETWORK, WIDE):
        params = network.init(jax.random.key(5))
        run = flow(params, Y, network=network)
        Theta = empirical_ntk(network.apply, params, DATA.X)
        Theta_x = empirical_ntk(network.apply, params, DATA.X_test, DATA.X)
        solution = log_target_regression(Theta, Y, network.apply(params, DATA.X))
        predicted = solution.predict(Theta_x, network.apply(params, DATA.X_test))
        gaps.append(float(jnp.abs(center(run.test_logits[-1] - predicted)).max()))
    assert gaps[1] < gaps[0] / 4
    assert gaps[1] < 0.05


# --- stopping ----------------------------------------------------------------------------------------------


def test_a_converged_flow_is_held_within_the_stated_share_of_its_path():
    steady = 1e-4
    free = flow(lam=0.1, integration=Integration(rtol=1e-9, atol=1e-11))
    held = flow(lam=0.1, integration=Integration(rtol=1e-9, atol=1e-11, steady=steady))
    assert held.steps < free.steps
    assert distance(held.params, free.params) <= steady * float(free.radius[-1])
    np.testing.assert_allclose(held.radius, free.radius, atol=steady * float(free.radius[-1]))
    np.testing.assert_array_equal(held.logits[-1], held.logits[-2])


def test_a_flow_that_does_not_arrive_is_refused():
    with pytest.raises(
        NotConverged, match=r"5 steps without reaching t = 30 .*integration=nb\.Integration\(.*max_steps=10,"
    ):
        gradient_flow(
            linear_problem(jnp.ones((6, 3))),
            jnp.asarray([30.0]),
            record_ntk=False,
            integration=Integration(max_steps=5),
        )


def test_descent_is_compiled_once():
    traced = []

    def downhill(gradient, _):
        traced.append(None)
        return -0.1 * gradient

    optimizer = optax.stateless_with_tree_map(downhill)
    for _ in range(2):
        gradient_descent(
            linear_problem(jnp.zeros((6, 3))), jnp.asarray([1]), optimizer=optimizer, record_ntk=False
        )
    assert len(traced) == 1
    assert plain_descent(0.1) is plain_descent(0.1)


def test_a_diverging_descent_is_refused():
    with pytest.raises(NotConverged, match=r"size 1000\..*lower `learning_rate`"):
        gradient_descent(
            linear_problem(jnp.ones((6, 3)), loss=squared_error), jnp.asarray([2000]), learning_rate=1e3
        )
