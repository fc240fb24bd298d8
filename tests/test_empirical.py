import weakref

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from ntkbook import empirical
from ntkbook._neural_tangents import nt
from ntkbook.empirical import empirical_ntk, jacobian
from ntkbook.networks import cnn, mlp

NETWORK = mlp(3, 2, 6, hidden_layers=2)
PARAMS = NETWORK.init(jax.random.key(0))
X1 = jax.random.normal(jax.random.key(1), (5, 3))
X2 = jax.random.normal(jax.random.key(2), (4, 3))


def dense_jacobian(apply, params, X):
    """∂f/∂θ in one piece, over the flattened parameters and the flattened outputs."""
    theta, unravel = ravel_pytree(params)
    return jax.jacrev(lambda theta: apply(unravel(theta), X).ravel())(theta)


def test_jacobian_rows_run_over_points_then_logits():
    np.testing.assert_allclose(
        jacobian(NETWORK.apply, PARAMS, X1), dense_jacobian(NETWORK.apply, PARAMS, X1), atol=1e-13
    )


# holds: tangent-kernel
@pytest.mark.parametrize("block", [1, 2, 3, 4, 5, 64])
def test_empirical_ntk_against_the_dense_contraction(block):
    J1, J2 = (dense_jacobian(NETWORK.apply, PARAMS, X) for X in (X1, X2))
    symmetric = empirical_ntk(NETWORK.apply, PARAMS, X1, block=block)
    np.testing.assert_allclose(symmetric, J1 @ J1.T, atol=1e-12)
    np.testing.assert_allclose(symmetric, symmetric.T, atol=1e-14)
    np.testing.assert_allclose(
        empirical_ntk(NETWORK.apply, PARAMS, X1, X2, block=block), J1 @ J2.T, atol=1e-12
    )


def test_empirical_ntk_against_neural_tangents():
    theirs = nt.empirical_ntk_fn(
        NETWORK.apply, trace_axes=(), implementation=nt.NtkImplementation.JACOBIAN_CONTRACTION
    )(X1, X2, PARAMS)  # (N1, N2, K, K)
    ours = empirical_ntk(NETWORK.apply, PARAMS, X1, X2)
    np.testing.assert_allclose(ours, theirs.transpose(0, 2, 1, 3).reshape(10, 8), atol=1e-12)


def test_a_linear_model_of_ones_own_has_the_gram_matrix_as_its_kernel():
    def apply(params, X):
        return X @ params["weights"] + 0.5 * params["bias"]

    params = {"weights": jnp.ones((3, 2)), "bias": jnp.zeros(2)}
    np.testing.assert_allclose(
        empirical_ntk(apply, params, X1, X2), np.kron(X1 @ X2.T + 0.25, np.eye(2)), atol=1e-13
    )


# As measured in float64 on 6 × 6 pixels, whose factors are as large: 0.8 GiB at N = 200, all work space counted. A pass
# of 4 points on 28 × 28 holds 0.2 GiB.
def test_what_an_automatic_block_holds_is_bounded_at_any_number_of_points():
    network = cnn((28, 28, 1), 10, 64)
    block = empirical._automatic_block(
        network.apply, network.init(jax.random.key(0)), jnp.zeros((1_000, 28, 28, 1))
    )
    slopes = (
        8 * 10 * (9 * 64 + 9 * 64 * 64)
    )  # bytes, of the filters' for each logit of a point; all else is small
    assert 0.6 * 2**30 < 4 * block * slopes < 0.625 * 2**30


def test_no_more_than_two_blocks_are_held(monkeypatch):
    made, alive, factors = [], [], empirical._factors

    def told(*args):
        alive.append(sum(one() is not None for one in made))
        found = factors(*args)
        made.append(weakref.ref(found[0].slopes))
        return found

    monkeypatch.setattr(empirical, "_factors", told)
    empirical_ntk(NETWORK.apply, PARAMS, X1, block=2)
    empirical_ntk(NETWORK.apply, PARAMS, X1, X2, block=2)
    assert len(made) == 6 + 3 * 3
    assert max(alive) == 1  # beside the one that is being made


def test_inputs_may_be_images():
    def apply(params, X):
        return jnp.einsum("nhw,hwk->nk", X, params) ** 2 / 2

    X = jax.random.normal(jax.random.key(3), (3, 4, 4))
    params = jax.random.normal(jax.random.key(4), (4, 4, 2))
    J = dense_jacobian(apply, params, X)
    np.testing.assert_allclose(empirical_ntk(apply, params, X, block=2), J @ J.T, atol=1e-11)


def test_one_point_and_one_logit_work():
    network = mlp(3, 1, 6)
    params = network.init(jax.random.key(5))
    gradient = jax.grad(lambda params: network.apply(params, X1[:1])[0, 0])(params)
    expected = sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(gradient))
    np.testing.assert_allclose(empirical_ntk(network.apply, params, X1[:1]), [[expected]], rtol=1e-12)
