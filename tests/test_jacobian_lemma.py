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


def test_constants_by_hand():
    """One input with d = K = 1 and σ_w = 1, σ_b = 0: ‖x̃‖² = 4; δ = 0.6 makes (B + 1)² = (√10 + 1)²."""
    found = nb.jacobian_bounds(jnp.array([[2.0]]), 1, 30, 3.0, delta=0.6, sigma_w=1.0, sigma_b=0.0)
    M1, M2 = 2 / math.sqrt(math.pi), math.sqrt(8 / (math.pi * math.e))
    assert pytest.approx(math.sqrt(3 * 4) * M1 * (math.sqrt(10) + 1), rel=1e-12) == found.K1
    m = math.sqrt(2 * math.log(100))
    assert pytest.approx(2 * (2 * M1 + 2 * M2 * (m + 3)), rel=1e-12) == found.K2
    assert found.width == 9


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
