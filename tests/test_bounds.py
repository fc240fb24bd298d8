import math

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings

from ntkbook.bounds import pl_constant, radius_nondegenerate, radius_regularized
from ntkbook.losses import cross_entropy, excess

many = settings(deadline=None, max_examples=80, derandomize=True, database=None)
logits = hnp.arrays(float, (2, 3), elements=st.floats(-3, 3, width=32))


@st.composite
def interior(draw):
    """Targets with every probability above 0."""
    weights = draw(hnp.arrays(float, (2, 3), elements=st.floats(1 / 16, 1, width=32)))
    return jnp.asarray(weights / weights.sum(1, keepdims=True))


# holds: eq-radius, eq-radius-a
def test_radii_by_hand():
    assert float(radius_regularized(4.5, 0.25)) == pytest.approx(6.0, rel=1e-15)  # √(9/0.25)
    assert float(radius_nondegenerate(4.0, 0.25, 0.25)) == pytest.approx(16.0, rel=1e-15)  # 2√(4·16)
    assert float(radius_regularized(0.0, 1.0)) == 0


def test_with_lambda_for_mu_kappa_the_two_radii_differ_by_root_two():
    V0, mu, kappa = 1.3, 0.2, 0.7
    ratio = radius_nondegenerate(V0, mu, kappa) / radius_regularized(V0, mu * kappa)
    np.testing.assert_allclose(ratio, math.sqrt(2), rtol=1e-14)


def test_radii_take_what_the_other_functions_return():
    Y, z0 = jnp.full((2, 3), 1 / 3), jnp.eye(2, 3)
    V0 = excess(cross_entropy, z0, Y)
    assert radius_regularized(V0, 0.5) > 0
    assert radius_nondegenerate(V0, pl_constant(Y, V0), jnp.asarray(0.5)) > radius_regularized(V0, 0.5)


# holds: eq-pl-exponential
@many
@given(Y=interior(), V0=st.floats(0, 5))
def test_pl_constant_is_the_worst_entry_of_its_formula(Y, V0):
    def one(y, k):
        entropy = -sum(float(q) * math.log(q) for q in y)
        return math.exp(-(entropy + V0) / float(y[k]))

    smallest = min(one(y, k) for y in Y for k in range(3))
    np.testing.assert_allclose(pl_constant(Y, V0), smallest, rtol=1e-12)
    crude = math.exp(-(math.log(3) + V0) / float(Y.min()))
    assert crude <= float(pl_constant(Y, V0)) * (1 + 1e-12)


# holds: pl-lemma, def-pl
@many
@given(Y=interior(), one=logits, other=logits)
def test_the_pl_lemma_on_the_sublevel_set(Y, one, other):
    """With z₀ the worse of two points, both lie in {C ≤ C(z₀)}: there p ≥ μ, H ⪰ μ on 1^⊥, and PL holds."""
    points = [jnp.asarray(one), jnp.asarray(other)]
    values = [float(excess(cross_entropy, z, Y)) for z in points]
    mu = float(pl_constant(Y, max(values)))
    for z, value in zip(points, values, strict=True):
        p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        assert p.min() >= mu
        for i in range(2):
            curvatures = np.linalg.eigvalsh(np.diag(p[i]) - np.outer(p[i], p[i]))
            assert curvatures[1] >= mu * (1 - 1e-9)  # curvatures[0] = 0 belongs to the shift
        assert float(jnp.sum(cross_entropy.residual(z, Y) ** 2)) >= 2 * mu * value * (1 - 1e-9) - 1e-14


def test_the_bound_on_probabilities_is_sharp_in_the_exponent():
    """Where class k carries all of ℓ, y_k log(1/p_k) → H(y) + V₀: the lemma gives away nothing there."""
    Y = jnp.asarray([[0.5, 0.5]])
    margin = 50.0
    z0 = jnp.asarray([[0.0, margin]])
    mu = pl_constant(Y, excess(cross_entropy, z0, Y))
    np.testing.assert_allclose(jnp.log(mu), -margin, rtol=1e-6)  # log p_0 = −50
