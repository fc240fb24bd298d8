import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import erf, ndtr

from ntkbook.empirical import empirical_ntk
from ntkbook.networks import cnn, mlp, resnet

X1 = jax.random.normal(jax.random.key(0), (5, 3))
X2 = jax.random.normal(jax.random.key(1), (4, 3))
NUMPY = {"erf": erf, "relu": lambda u: np.maximum(u, 0.0), "gelu": lambda u: u * ndtr(u)}


# --- closed forms ------------------------------------------------------------------------------------------


def erf_expectations(S12, S1, S2):
    """E[φ(u)φ(v)] and E[φ'(u)φ'(v)] for φ = erf and Gaussian (u, v): Williams 1997."""
    product = (1 + 2 * S1) * (1 + 2 * S2)
    return 2 / np.pi * np.arcsin(2 * S12 / np.sqrt(product)), 4 / np.pi / np.sqrt(product - 4 * S12**2)


def relu_expectations(S12, S1, S2):
    """The same for φ = relu: Cho & Saul 2009."""
    norms = np.sqrt(S1 * S2)
    angle = np.arccos(np.clip(S12 / norms, -1, 1))
    return norms * (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / (2 * np.pi), (np.pi - angle) / (
        2 * np.pi
    )


def gelu_expectations(S12, S1, S2):
    """The same for φ(u) = uΦ(u), by quadrature with 140 × 140 Gauss–Hermite nodes."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(140)
    weights = np.outer(weights, weights) / (2 * np.pi)
    S12, S1, S2 = (np.asarray(s)[..., None, None] for s in np.broadcast_arrays(S12, S1, S2))
    u = np.sqrt(S1) * nodes[:, None]
    v = S12 / np.sqrt(S1) * nodes[:, None] + np.sqrt(np.maximum(S2 - S12**2 / S1, 0)) * nodes[None, :]

    def derivative(x):
        return ndtr(x) + x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)

    value = np.sum(weights * NUMPY["gelu"](u) * NUMPY["gelu"](v), axis=(-2, -1))
    return value, np.sum(weights * derivative(u) * derivative(v), axis=(-2, -1))


EXPECTATIONS = {"erf": erf_expectations, "relu": relu_expectations, "gelu": gelu_expectations}


def kernels_by_recursion(activation, hidden_layers, sigma_w, sigma_b, A, B):
    """(NNGP, NTK): 𝒦 ← σ_w² E[φφ] + σ_b², Θ ← 𝒦 + σ_w² E[φ'φ'] Θ, from 𝒦 = Θ = σ_w² x·x'/d + σ_b²."""
    A, B = np.asarray(A), np.asarray(B)
    scale, shift = sigma_w**2 / A.shape[1], sigma_b**2
    K12, K1, K2 = scale * A @ B.T + shift, scale * np.sum(A**2, 1) + shift, scale * np.sum(B**2, 1) + shift
    Theta = K12
    for _ in range(hidden_layers):
        expect = EXPECTATIONS[activation]
        value, slope = expect(K12, K1[:, None], K2[None, :])
        K1, K2 = (sigma_w**2 * expect(K, K, K)[0] + shift for K in (K1, K2))
        K12 = sigma_w**2 * value + shift
        Theta = K12 + sigma_w**2 * slope * Theta
    return K12, Theta


# holds: nngp-kernel
@pytest.mark.parametrize(
    ("activation", "hidden_layers", "sigma_b"),
    [
        (activation, depth, sigma_b)
        for activation in ("erf", "relu")
        for depth in (1, 2, 3)
        for sigma_b in (0.0, 0.3)
    ]
    + [("gelu", 1, 0.3), ("gelu", 2, 0.3)],
)
def test_infinite_width_kernels_against_closed_forms(activation, hidden_layers, sigma_b):
    network = mlp(3, 2, 16, hidden_layers=hidden_layers, activation=activation, sigma_w=1.4, sigma_b=sigma_b)
    kernels = network.kernel(X1, X2)
    nngp, ntk = kernels_by_recursion(activation, hidden_layers, 1.4, sigma_b, X1, X2)
    np.testing.assert_allclose(kernels.nngp, nngp, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(kernels.ntk, ntk, rtol=1e-10, atol=1e-12)


def test_one_argument_means_the_points_with_themselves():
    network = mlp(3, 2, 16)
    alone, both = network.kernel(X1), network.kernel(X1, X1)
    for name in ("nngp", "ntk"):
        matrix = np.asarray(getattr(alone, name))
        np.testing.assert_allclose(matrix, getattr(both, name), atol=1e-14)
        np.testing.assert_allclose(matrix, matrix.T, atol=1e-14)
        assert np.linalg.eigvalsh(matrix)[0] > 0


def test_kernels_do_not_depend_on_the_width_or_the_number_of_classes():
    np.testing.assert_array_equal(mlp(3, 2, 16).kernel(X1).ntk, mlp(3, 7, 999).kernel(X1).ntk)


# --- finite networks ---------------------------------------------------------------------------------------


def forward_by_hand(params, X, activation, sigma_w, sigma_b):
    h = np.asarray(X)
    layers = [layer for layer in params if layer]
    for index, (W, b) in enumerate(layers):
        a = sigma_w * h @ np.asarray(W) / np.sqrt(W.shape[0])
        if b is not None:
            a = a + sigma_b * np.asarray(b)
        h = a if index == len(layers) - 1 else NUMPY[activation](a)
    return h


# holds: ntk-parameterization
@pytest.mark.parametrize(
    ("activation", "hidden_layers", "sigma_b"),
    [("erf", 1, 0.0), ("relu", 2, 0.3), ("gelu", 1, 0.3), ("erf", 3, 0.3)],
)
def test_apply_is_the_formula_of_the_docstring(activation, hidden_layers, sigma_b):
    network = mlp(3, 2, 7, hidden_layers=hidden_layers, activation=activation, sigma_w=1.3, sigma_b=sigma_b)
    params = network.init(jax.random.key(2))
    expected = forward_by_hand(params, X1, activation, 1.3, sigma_b)
    np.testing.assert_allclose(network.apply(params, X1), expected, atol=1e-13)
    sizes = [3] + [7] * hidden_layers + [2]
    bias_count = sum(sizes[1:]) if sigma_b > 0 else 0
    count = sum(leaf.size for leaf in jax.tree.leaves(params))
    assert count == sum(a * b for a, b in itertools.pairwise(sizes)) + bias_count


def test_parameters_are_standard_normal_and_belong_to_their_key():
    network = mlp(50, 10, 400)
    theta = jnp.concatenate([leaf.ravel() for leaf in jax.tree.leaves(network.init(jax.random.key(3)))])
    for leaf in jax.tree.leaves(network.init(jax.random.key(3))):
        error = 5 / np.sqrt(leaf.size)
        assert abs(float(leaf.mean())) < error
        assert abs(float(jnp.mean(leaf**2)) - 1) < error * np.sqrt(2)
    again, other = network.init(jax.random.key(3)), network.init(jax.random.key(4))
    np.testing.assert_array_equal(theta, jnp.concatenate([leaf.ravel() for leaf in jax.tree.leaves(again)]))
    assert not np.allclose(jax.tree.leaves(other)[0], jax.tree.leaves(again)[0])


# holds: decay-law
@pytest.mark.parametrize("hidden_layers", [1, 2])
def test_a_bias_free_relu_network_is_homogeneous_of_degree_depth(hidden_layers):
    network = mlp(3, 2, 8, hidden_layers=hidden_layers, activation="relu", sigma_b=0.0)
    params = network.init(jax.random.key(5))
    scaled = jax.tree.map(lambda leaf: 1.7 * leaf, params)
    degree = hidden_layers + 1
    np.testing.assert_allclose(network.apply(scaled, X1), 1.7**degree * network.apply(params, X1), rtol=1e-12)
    before, after = (empirical_ntk(network.apply, theta, X1) for theta in (params, scaled))
    np.testing.assert_allclose(after, 1.7 ** (2 * hidden_layers) * before, rtol=1e-12, atol=1e-12)


# --- the two agree: with one hidden layer both kernels are exact expectations at every width ------------


# holds: nngp-theorem.1, kernel-at-initialization
@pytest.mark.parametrize(("activation", "sigma_b"), [("erf", 0.3), ("relu", 0.0)])
def test_infinite_width_kernels_are_the_means_over_random_networks(activation, sigma_b):
    seeds, classes = 1500, 2
    network = mlp(3, classes, 32, activation=activation, sigma_w=1.4, sigma_b=sigma_b)

    @jax.jit
    @jax.vmap
    def sample(key):
        params = network.init(key)
        f = network.apply(params, X1)
        ntk = empirical_ntk(network.apply, params, X1).reshape(5, classes, 5, classes)
        return f[:, None, 0] * f[None, :, 0], ntk[:, 0, :, 0], ntk[:, 0, :, 1]

    outer, ntk, between_classes = sample(jax.random.split(jax.random.key(6), seeds))
    kernels = network.kernel(X1)
    for draws, mean in ((outer, kernels.nngp), (ntk, kernels.ntk), (between_classes, jnp.zeros((5, 5)))):
        standard_error = draws.std(0) / np.sqrt(seeds)
        assert float(jnp.max(jnp.abs(draws.mean(0) - mean) / standard_error)) < 4.5
    assert float(jnp.max(ntk.std(0)) / np.sqrt(seeds)) < 0.02 * float(kernels.ntk.max())  # a sharp test


# holds: kernel-at-initialization
def test_the_empirical_kernel_approaches_the_infinite_one_like_the_root_of_the_width():
    widths, errors = [32, 512], []
    limit = mlp(3, 1, 32, hidden_layers=2, sigma_w=1.4, sigma_b=0.3).kernel(X1).ntk
    for width in widths:
        network = mlp(3, 1, width, hidden_layers=2, sigma_w=1.4, sigma_b=0.3)

        def relative_error(key, network=network):
            kernel = empirical_ntk(network.apply, network.init(key), X1)
            return jnp.linalg.norm(kernel - limit) / jnp.linalg.norm(limit)

        errors.append(
            float(jnp.mean(jax.lax.map(jax.jit(relative_error), jax.random.split(jax.random.key(7), 16))))
        )
    assert errors[-1] < 0.08
    slope = np.log(errors[1] / errors[0]) / np.log(widths[1] / widths[0])
    assert -0.65 < slope < -0.45


def test_the_same_architecture_is_the_same_object():
    assert mlp(3, 2, 16) is mlp(inputs=3, classes=2, width=16, sigma_w=1.5)
    assert cnn((4, 4, 1), 2, 3) is cnn((4, 4, 1), 2, 3, filter_size=3)
    assert resnet((4, 4, 1), 2, 3) is resnet((4, 4, 1), 2, 3, blocks=2)
    assert mlp(3, 2, 16) is not mlp(3, 2, 16, sigma_b=0)
