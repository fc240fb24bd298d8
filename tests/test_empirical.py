import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from ntkbook._neural_tangents import nt
from ntkbook.empirical import empirical_ntk, jacobian
from ntkbook.networks import mlp

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
