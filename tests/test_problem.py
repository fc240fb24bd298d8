"""The training problem as one record: what it knows of its start, its flat form, and its way through JAX."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from ntkbook._training import gradient
from ntkbook.data import sphere
from ntkbook.empirical import jacobian
from ntkbook.errors import InvalidInput
from ntkbook.losses import cross_entropy, smooth_labels, squared_error, total
from ntkbook.networks import mlp
from ntkbook.problem import Problem

DATA = sphere(jax.random.key(0), points=4, inputs=6, classes=3, test_points=2)
Y = smooth_labels(DATA.Y, 0.2)
NETWORK = mlp(6, 3, 8)
KEY = jax.random.key(1)
PARAMS = NETWORK.init(KEY)
PROBLEM = Problem(NETWORK.apply, PARAMS, DATA.X, Y)


def objective(problem, theta):
    """F(θ), from the formula and nothing else."""
    squares = jax.tree.map(lambda t, t0: jnp.sum((t - problem.a * t0) ** 2), theta, problem.theta0)
    value = total(problem.loss, problem.apply(theta, problem.X), problem.Y)
    return value + problem.lam / 2 * sum(jax.tree.leaves(squares))


# --- what it knows of its start --------------------------------------------------------------------------


def test_the_start_is_what_the_network_gives():
    z0, J = NETWORK.apply(PARAMS, DATA.X), jacobian(NETWORK.apply, PARAMS, DATA.X)
    np.testing.assert_allclose(PROBLEM.z0, z0, rtol=1e-13)
    np.testing.assert_allclose(PROBLEM.Theta0, J @ J.T, atol=1e-12)
    assert pytest.approx(np.linalg.eigvalsh(J @ J.T)[0], rel=1e-8) == PROBLEM.kappa
    divergence = float(jnp.sum(Y * (jnp.log(Y) - jax.nn.log_softmax(z0))))  # Σ KL(y‖softmax z₀)
    assert pytest.approx(divergence, rel=1e-12) == PROBLEM.V0


def test_the_start_at_new_inputs():
    J, J_x = (jacobian(NETWORK.apply, PARAMS, X) for X in (DATA.X, DATA.X_test))
    np.testing.assert_allclose(PROBLEM.f0(DATA.X_test), NETWORK.apply(PARAMS, DATA.X_test), rtol=1e-13)
    np.testing.assert_allclose(PROBLEM.kernel(DATA.X_test), J_x @ J.T, atol=1e-12)
    np.testing.assert_allclose(PROBLEM.kernel(DATA.X), PROBLEM.Theta0, atol=1e-12)


def test_squared_error_at_one_hot_targets_has_its_own_excess():
    problem = Problem(NETWORK.apply, PARAMS, DATA.X, DATA.Y, loss=squared_error)
    assert pytest.approx(float(jnp.sum((problem.z0 - DATA.Y) ** 2)) / 2, rel=1e-12) == problem.V0


def test_of_a_network_is_the_long_way():
    short = Problem.of(NETWORK, KEY, DATA.X, Y, loss=squared_error, lam=0.3, anchor="zero")
    long = Problem(NETWORK.apply, NETWORK.init(KEY), DATA.X, Y, loss=squared_error, lam=0.3, anchor="zero")
    assert (short.apply, short.loss, short.lam, short.anchor) == (long.apply, long.loss, 0.3, "zero")
    assert short.X is long.X is DATA.X
    assert short.Y is long.Y is Y
    jax.tree.map(np.testing.assert_array_equal, short.theta0, long.theta0)
    assert (short.a, Problem.of(NETWORK, KEY, DATA.X, Y).a) == (0.0, 1.0)


# --- another problem from it -----------------------------------------------------------------------------


def test_replaced_problems_are_new_ones():
    regularized = PROBLEM.replace(lam=0.5, Y=DATA.Y)
    assert (regularized.lam, PROBLEM.lam) == (0.5, 0.0)
    np.testing.assert_array_equal(regularized.z0, PROBLEM.z0)
    assert PROBLEM.V0 != regularized.V0  # nothing is remembered of the other targets


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lam": -1.0}, r"lam = -1\.0"),
        ({"anchor": "end"}, "'end' is not known"),
        ({"Y": 2 * Y}, "leave the simplex"),
        ({"X": DATA.X[:3]}, r"to \(3, 3\), but the targets Y have shape \(4, 3\)"),
        ({"X": jnp.nan * DATA.X}, "X has 24 entries"),
    ],
)
def test_replaced_problems_are_checked_again(change, words):
    with pytest.raises(InvalidInput, match=words):
        PROBLEM.replace(**change)


@pytest.mark.parametrize("anchor", ["init", "zero"])
def test_the_flat_problem_has_the_same_function_and_gradient(anchor):
    problem = Problem(NETWORK.apply, PARAMS, DATA.X, Y, lam=0.2, anchor=anchor)
    flat, unravel = problem.flat()
    theta = flat.theta0 + 0.3 * jax.random.normal(jax.random.key(2), flat.theta0.shape)
    assert flat.theta0.shape == (sum(leaf.size for leaf in jax.tree.leaves(PARAMS)),)
    jax.tree.map(np.testing.assert_array_equal, unravel(flat.theta0), PARAMS)
    np.testing.assert_array_equal(flat.apply(theta, DATA.X), NETWORK.apply(unravel(theta), DATA.X))
    slope, _ = ravel_pytree(jax.grad(functools.partial(objective, problem))(unravel(theta)))
    np.testing.assert_allclose(jax.grad(functools.partial(objective, flat))(theta), slope, atol=1e-12)
    np.testing.assert_allclose(gradient(flat, theta), slope, atol=1e-12)


def test_flat_problems_of_one_network_share_their_function():
    """Hence one compilation for all of them."""
    other = Problem.of(NETWORK, jax.random.key(9), DATA.X, DATA.Y, lam=1.0)
    assert PROBLEM.flat()[0].apply is other.flat()[0].apply


# --- through JAX -----------------------------------------------------------------------------------------


def test_a_jitted_function_of_problems_is_compiled_once_a_network():
    traced = []

    @jax.jit
    def value(problem):
        traced.append(problem.loss)
        return objective(problem, problem.theta0)

    others = [
        PROBLEM.replace(lam=0.7),
        Problem.of(NETWORK, jax.random.key(5), DATA.X + 1, DATA.Y, lam=0.1),
    ]
    for problem in (PROBLEM.replace(lam=0.2), *others):
        np.testing.assert_allclose(value(problem), objective(problem, problem.theta0), rtol=1e-12)
    assert traced == [cross_entropy]
    value(PROBLEM.replace(lam=0.2, loss=squared_error))
    assert traced == [cross_entropy, squared_error]


def test_a_problem_is_a_tree_that_is_put_together_again():
    leaves, tree = jax.tree.flatten(PROBLEM)
    again = jax.tree.unflatten(tree, leaves)
    assert type(again) is Problem
    assert again.apply is PROBLEM.apply
    np.testing.assert_array_equal(again.z0, PROBLEM.z0)
    doubled = jax.tree.map(lambda leaf: 2 * leaf, PROBLEM)
    np.testing.assert_array_equal(doubled.X, 2 * DATA.X)
    assert (doubled.anchor, doubled.loss) == ("init", cross_entropy)


def test_problems_side_by_side_are_the_single_ones():
    """vmap over λ, with all else shared."""
    flat, _ = PROBLEM.flat()
    theta, lams = 0.5 * flat.theta0, jnp.asarray([0.1, 1.0, 3.0])
    axes = jax.tree.unflatten(jax.tree.structure(flat), [None, None, None, 0])  # θ₀, X, Y, λ
    stacked = jax.tree.unflatten(jax.tree.structure(flat), [flat.theta0, flat.X, flat.Y, lams])
    together = jax.vmap(gradient, in_axes=(axes, None))(stacked, theta)
    for found, lam in zip(together, lams.tolist(), strict=True):
        np.testing.assert_allclose(found, gradient(flat.replace(lam=lam), theta), atol=1e-12)
