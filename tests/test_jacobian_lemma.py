"""The constants of the Jacobian lemma: by hand, against the activations themselves, and on real networks."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import ntkbook as nb
from ntkbook.jacobian_lemma import SUPREMA


@pytest.mark.parametrize(
    ("name", "phi"), [("erf", jax.scipy.special.erf), ("gelu", lambda u: jax.nn.gelu(u, approximate=False))]
)
def test_suprema_of_the_activations(name, phi):
    u = jnp.linspace(-6, 6, 200_001)
    slope, curvature = jax.vmap(jax.grad(phi))(u), jax.vmap(jax.grad(jax.grad(phi)))(u)
    expected = float(abs(phi(0.0))), float(jnp.max(abs(slope))), float(jnp.max(abs(curvature)))
    np.testing.assert_allclose(SUPREMA[name], expected, atol=1e-8)


# holds: jacobian-lemma
def test_constants_by_hand():
    """One input with d = K = 1 and σ_w = 1, σ_b = 0: ‖x̃‖² = 4; δ = 0.6 makes (B + 1)² = (√10 + 1)²."""
    found = nb.jacobian_bounds(jnp.array([[2.0]]), 1, 30, 3.0, delta=0.6, sigma_w=1.0, sigma_b=0.0)
    M1, M2 = 2 / math.sqrt(math.pi), math.sqrt(8 / (math.pi * math.e))
    assert pytest.approx(math.sqrt(3 * 4) * M1 * (math.sqrt(10) + 1), rel=1e-12) == found.K1
    m = math.sqrt(2 * math.log(100))
    assert pytest.approx(2 * (2 * M1 + 2 * M2 * (m + 3)), rel=1e-12) == found.K2
    assert found.width == 9
    B, Q = math.sqrt(10), math.sqrt(2 * 3 / 0.6)
    k = M1 * (2 * 2 * M1 * (B + 1) * 2 + 4 * (M1 * (2 * B + 1) + Q * M2 * 4))
    assert pytest.approx(k, rel=1e-12) == found.K3


# holds: jacobian-lemma, eq-k3
def test_only_k2_knows_the_radius_and_the_width():
    """K₂ ≤ c(R + √log n), not a constant that is fixed before n; K₁ and K₃ are."""
    X = jnp.ones((2, 3))
    at = {(R, n): nb.jacobian_bounds(X, 2, n, R) for R in (1.0, 10.0) for n in (10**2, 10**8, 10**32)}
    assert len({(bound.K1, bound.K3) for bound in at.values()}) == 1
    growth = [at[1.0, n].K2 for n in (10**2, 10**8, 10**32)]
    assert growth[2] > 1.5 * growth[1] > 1.5 * 1.2 * growth[0]
    shares = [bound.K2 / (R + math.sqrt(math.log(n))) for (R, n), bound in at.items()]
    assert max(shares) < 3 * min(shares)


# holds: jacobian-lemma
def test_networks_keep_within_them():
    """Along the segment to a far point of the ball, where the largest outgoing weight and its input move together."""
    network, R = nb.mlp(3, 2, 64), 4.0
    X = nb.sphere(jax.random.key(0), points=2, inputs=3, classes=2).X
    bound = nb.jacobian_bounds(X, 2, 64, R)
    theta0, unravel = ravel_pytree(network.init(jax.random.key(1)))
    J0 = nb.jacobian(network.apply, unravel(theta0), X)
    step = jax.random.normal(jax.random.key(2), theta0.shape)
    J = nb.jacobian(network.apply, unravel(theta0 + R * step / jnp.linalg.norm(step)), X)
    assert max(jnp.linalg.norm(J0, 2), jnp.linalg.norm(J, 2)) <= bound.K1
    assert 0 < jnp.linalg.norm(J - J0, 2) <= bound.K2 / math.sqrt(64) * R


# holds: lazy-kernel, eq-k3
def test_kernel_and_linearization_move_no_further_than_the_corollary_says():
    """‖Θ_θ − Θ₀‖ ≤ 2K₁K₂R/√n and ‖f_θ(x) − f_lin(x; θ)‖ ≤ K₂R²/(2√n), and both do move."""
    network, n, R = nb.mlp(3, 2, 64), 64, 4.0
    X = nb.sphere(jax.random.key(0), points=3, inputs=3, classes=2).X
    bound = nb.jacobian_bounds(X, 2, n, R)
    theta0, unravel = ravel_pytree(network.init(jax.random.key(1)))

    def f(theta):
        return network.apply(unravel(theta), X)

    Theta0 = nb.empirical_ntk(network.apply, unravel(theta0), X)
    for seed in range(3):
        step = jax.random.normal(jax.random.key(seed), theta0.shape)
        step = R * step / jnp.linalg.norm(step)
        Theta = nb.empirical_ntk(network.apply, unravel(theta0 + step), X)
        moved = jnp.linalg.norm(Theta - Theta0, 2)
        assert 0 < moved <= 2 * bound.K1 * bound.K2 * R / math.sqrt(n)
        assert moved <= bound.K3 * R / math.sqrt(n) < 2 * bound.K1 * bound.K2 * R / math.sqrt(n)
        f0, change = jax.jvp(f, (theta0,), (step,))
        apart = jnp.linalg.norm(f(theta0 + step) - f0 - change, axis=1).max()
        assert 0 < apart <= bound.K2 * R**2 / (2 * math.sqrt(n))
