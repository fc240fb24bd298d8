"""Kernels are positive definite where biases are and inputs differ: at depths 1 to 3, and how they become singular."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.special

import ntkbook as nb

LINE = jnp.array([[-1.0], [-0.5], [0.25], [0.5], [1.0]])  # holds x and −x, x and 2x


def least(kernel):
    return float(jnp.linalg.eigvalsh(kernel)[0])


def hidden_part(network):
    """𝒯 = Θ − 𝒦."""
    kernels = network.kernel(LINE)
    return kernels.ntk - kernels.nngp


# holds: positive-kernels.1
@pytest.mark.parametrize("activation", ["erf", "relu", "gelu"])
@pytest.mark.parametrize("hidden_layers", [1, 2, 3])
def test_with_biases_every_kernel_is_positive_definite(activation, hidden_layers):
    network = nb.mlp(1, 2, 8, hidden_layers=hidden_layers, activation=activation, sigma_b=0.5)
    kernels = network.kernel(LINE)
    assert least(kernels.ntk) >= least(kernels.nngp) > 1e-6
    assert least(kernels.ntk - kernels.nngp) > 1e-6


@pytest.mark.parametrize(
    ("activation", "twins", "null"),
    [("erf", (0, 4), (1, 1)), ("relu", (3, 4), (2, -1))],
    ids=["x, −x", "x, 2x"],
)
def test_without_biases_distinct_inputs_are_not_enough(activation, twins, null):
    kernels = nb.mlp(1, 2, 8, activation=activation, sigma_b=0.0).kernel(LINE[jnp.array(twins)])
    for kernel in (kernels.nngp, kernels.ntk):
        np.testing.assert_allclose(kernel @ jnp.array(null, float), 0, atol=1e-6)


# holds: positive-kernels.2, eq-hidden-least
@pytest.mark.parametrize("sigma_b", [0.2, 0.5, 1.0])
def test_the_hidden_part_is_at_least_what_the_biases_leave(sigma_b):
    """𝔼φ'φ' for erf in closed form: 4/π · det(I + 2K)^{-1/2} for each pair."""
    sigma_w = 1.5
    network = nb.mlp(1, 2, 8, sigma_w=sigma_w, sigma_b=sigma_b)
    K1 = np.asarray(sigma_w**2 * LINE @ LINE.T + sigma_b**2)
    d = np.diag(K1)
    slopes = 4 / np.pi / np.sqrt((1 + 2 * d)[:, None] * (1 + 2 * d)[None] - 4 * K1**2)
    np.testing.assert_allclose(hidden_part(network), K1 * sigma_w**2 * slopes, rtol=1e-6)
    bound = sigma_b**2 * sigma_w**2 * np.linalg.eigvalsh(slopes)[0]
    assert least(hidden_part(network)) >= bound > 0


def drawn_kernels(network, keys, X):
    return jax.jit(jax.vmap(lambda key: nb.empirical_ntk(network.apply, network.init(key), X)))(keys)


# holds: positive-kernels.3, eq-least-eigenvalue
def test_half_the_least_eigenvalue_is_missed_as_seldom_as_is_proven():
    """200 networks of two widths: the mean square of Θ₀ − Θ ⊗ I is c/n, and the share of small κ within 4c/(nλ²)."""
    X, c = LINE[:2], []
    for n in (32, 128):
        network = nb.mlp(1, 2, n, sigma_b=0.5)
        limit = jnp.kron(network.kernel(X).ntk, jnp.eye(2))
        keys = jax.random.split(jax.random.key(n), 200)
        Theta = drawn_kernels(network, keys, X)
        c.append(n * float(jnp.mean(jnp.sum((Theta - limit) ** 2, axis=(1, 2)))))
        small = float(jnp.mean(jnp.linalg.eigvalsh(Theta)[:, 0] < least(limit) / 2))
        assert small <= 4 * c[-1] / (n * least(limit) ** 2)
    assert c[0] == pytest.approx(c[1], rel=0.35)


def test_a_polynomial_runs_out_of_dimensions():
    """φ(s) = s²: at five points of a line, sums of c_iφ(w x_i + b) vanish for a c orthogonal to 1, x, x²."""
    powers = np.vander(np.asarray(LINE)[:, 0], 3)
    c = np.linalg.svd(powers.T)[2][3]
    w, b = np.random.default_rng(0).normal(size=(2, 50))
    combined = ((w[:, None] * np.asarray(LINE)[:, 0] + b[:, None]) ** 2) @ c
    np.testing.assert_allclose(combined, 0, atol=1e-12)
    assert np.abs(scipy.special.erf(w[:, None] * np.asarray(LINE)[:, 0] + b[:, None]) @ c).max() > 1e-3
