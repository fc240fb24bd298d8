import dataclasses
import decimal
import functools

import hypothesis.extra.numpy as hnp
import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import example, given, settings

from ntkbook.losses import (
    bernoulli,
    center,
    cross_entropy,
    excess,
    poisson,
    smooth_labels,
    squared_error,
    total,
)

EXACT = decimal.Context(prec=600, Emin=-100_000, Emax=100_000)
many = settings(deadline=None, max_examples=60, derandomize=True, database=None)

logits = hnp.arrays(float, (2, 3), elements=st.floats(-300, 300, width=32))
moderate = hnp.arrays(float, (2, 3), elements=st.floats(-8, 8, width=32))
ONE_HOT = np.eye(3)[[0, 2]]


@st.composite
def simplex(draw, low=0.0):
    """Two rows of three probabilities, each at least about `low`/3."""
    weights = draw(hnp.arrays(float, (2, 3), elements=st.floats(low, 1, width=32)))
    weights = weights + (weights.sum(1, keepdims=True) == 0)
    return weights / weights.sum(1, keepdims=True)


targets = st.one_of(st.just(ONE_HOT), simplex())


def compiled(loss):
    """The same loss, compiled: property tests call it hundreds of times."""
    functions = ("value", "residual", "hessian_product", "infimum")
    return dataclasses.replace(loss, **{name: jax.jit(getattr(loss, name)) for name in functions})


fast_cross_entropy = compiled(cross_entropy)
LOSSES = pytest.mark.parametrize(
    "loss", [fast_cross_entropy, compiled(squared_error)], ids=lambda loss: loss.name
)


def exact_cross_entropy(z, y):
    """(ℓ, ∇ℓ) of one point in 600 digits, straight from the definition, rounded once at the end."""
    with decimal.localcontext(EXACT):
        exact_z, exact_y = [[decimal.Decimal(float(x)) for x in row] for row in (z, y)]
        weights = [x.exp() for x in exact_z]
        normalizer = sum(weights)
        mass = sum(exact_y)  # 1 up to the rounding of y; the stable formulas are homogeneous in y
        value = sum(y * (normalizer.ln() - x) for x, y in zip(exact_z, exact_y, strict=True))
        residual = [mass * w / normalizer - y for w, y in zip(weights, exact_y, strict=True)]
        return float(value), [float(r) for r in residual]


@many
@given(z=logits)
@example(z=np.array([[300.0, -300.0, -299.0], [-300.0, 300.0, -300.0]]))
@example(z=np.array([[300.0, -300.0, 0.0], [40.0, 0.0, -37.0]]))
def test_cross_entropy_on_one_hot_targets_keeps_relative_accuracy_at_any_margin(z):
    value, residual = fast_cross_entropy.value(z, ONE_HOT), fast_cross_entropy.residual(z, ONE_HOT)
    for i in range(2):
        exact_value, exact_residual = exact_cross_entropy(z[i], ONE_HOT[i])
        np.testing.assert_allclose(value[i], exact_value, rtol=1e-12, atol=1e-300)
        np.testing.assert_allclose(residual[i], exact_residual, rtol=1e-12, atol=1e-300)


@many
@given(z=logits, y=simplex())
def test_cross_entropy_on_any_targets_is_as_accurate_as_its_terms(z, y):
    for i in range(2):
        exact_value, exact_residual = exact_cross_entropy(z[i], y[i])
        np.testing.assert_allclose(fast_cross_entropy.value(z, y)[i], exact_value, rtol=1e-12, atol=1e-300)
        np.testing.assert_allclose(
            fast_cross_entropy.residual(z, y)[i], exact_residual, rtol=1e-12, atol=1e-14
        )


DEFINITIONS = {
    "cross-entropy": lambda z, y: jnp.sum(jax.nn.logsumexp(z, axis=-1) - jnp.sum(y * z, axis=-1)),
    "squared error": lambda z, y: jnp.sum((z - y) ** 2) / 2,
}
DIRECTION = jnp.cos(jnp.arange(6.0)).reshape(2, 3)


@functools.partial(jax.jit, static_argnums=0)
def derivatives_of_the_definition(name, z, y):
    gradient, product = jax.jvp(lambda z: jax.grad(DEFINITIONS[name])(z, y), (z,), (DIRECTION,))
    return DEFINITIONS[name](z, y), gradient, product


@functools.partial(jax.jit, static_argnums=0)
def gradient_of_the_value(loss, z, y):
    return jax.grad(lambda z: total(loss, z, y))(z)


# holds: eq-derivatives
@LOSSES
@many
@given(z=moderate, y=targets)
def test_residual_and_hessian_are_the_derivatives_of_the_value(loss, z, y):
    z, y = jnp.asarray(z), jnp.asarray(y)
    value, gradient, product = derivatives_of_the_definition(loss.name, z, y)
    np.testing.assert_allclose(total(loss, z, y), value, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(loss.residual(z, y), gradient, atol=1e-13)
    np.testing.assert_allclose(loss.residual(z, y), gradient_of_the_value(loss, z, y), atol=1e-13)
    np.testing.assert_allclose(loss.hessian_product(z, y, DIRECTION), product, atol=1e-12)


@LOSSES
def test_derivatives_agree_with_central_differences(loss):
    z, y = jax.random.normal(jax.random.key(0), (2, 3)), jnp.asarray([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]])
    v, h = jax.random.normal(jax.random.key(1), (2, 3)), 1e-5
    slope = (total(loss, z + h * v, y) - total(loss, z - h * v, y)) / (2 * h)
    np.testing.assert_allclose(jnp.sum(loss.residual(z, y) * v), slope, rtol=1e-8)
    curvature = (loss.residual(z + h * v, y) - loss.residual(z - h * v, y)) / (2 * h)
    np.testing.assert_allclose(loss.hessian_product(z, y, v), curvature, atol=1e-9)


def dense_hessian(loss, z, y):
    return jnp.stack([loss.hessian_product(z, y, e) for e in jnp.eye(z.shape[0])], axis=1)


# holds: smoothness-lemma
@LOSSES
@many
@given(z=logits, y=targets)
def test_hessian_lies_between_zero_and_the_smoothness_constant(loss, z, y):
    eigenvalues = np.linalg.eigvalsh(dense_hessian(loss, jnp.asarray(z[0]), jnp.asarray(y[0])))
    assert eigenvalues[0] >= -1e-15
    assert eigenvalues[-1] <= loss.smoothness + 1e-15


# holds: smoothness-lemma
def test_the_smoothness_constant_of_cross_entropy_is_the_least_one():
    z = jnp.asarray([0.0, 0.0, -60.0])  # all mass on two equal classes
    top = np.linalg.eigvalsh(dense_hessian(fast_cross_entropy, z, z))[-1]
    np.testing.assert_allclose(top, cross_entropy.smoothness, rtol=1e-12)


# holds: smoothness-lemma
@LOSSES
@many
@given(z=moderate, y=targets)
def test_squared_residual_is_at_most_twice_smoothness_times_excess(loss, z, y):
    z, y = jnp.asarray(z), jnp.asarray(y)
    bound = 2 * loss.smoothness * excess(loss, z, y)
    assert jnp.sum(loss.residual(z, y) ** 2) <= bound * (1 + 1e-9) + 1e-13


@many
@given(y=simplex(low=1 / 64), z=moderate)
def test_infimum_is_the_entropy_and_is_attained_at_log_targets(y, z):
    entropy = -np.sum(y * np.log(y), axis=1)
    np.testing.assert_allclose(fast_cross_entropy.infimum(jnp.asarray(y)), entropy, atol=1e-14)
    np.testing.assert_allclose(excess(fast_cross_entropy, jnp.log(y), jnp.asarray(y)), 0, atol=1e-14)
    np.testing.assert_allclose(fast_cross_entropy.residual(jnp.log(y), jnp.asarray(y)), 0, atol=1e-14)
    assert excess(fast_cross_entropy, jnp.asarray(z), jnp.asarray(y)) >= -1e-14


MINIMIZERS = {
    cross_entropy: jnp.log,
    bernoulli: lambda Y: jnp.log(Y) - jnp.log1p(-Y),
    poisson: jnp.log,
}


@pytest.mark.parametrize("loss", MINIMIZERS, ids=lambda loss: loss.name)
def test_rounding_never_makes_the_excess_negative(loss):
    """At the minimum it is a difference of equals, and the radii and PL constants refuse V₀ < 0."""
    many_Y = jax.nn.softmax(jax.random.normal(jax.random.key(3), (50, 4, 3)))
    V0 = jax.vmap(lambda Y: excess(loss, MINIMIZERS[loss](Y), Y))(many_Y)
    assert float(jnp.min(V0)) >= 0
    assert float(jnp.max(V0)) < 1e-14


def test_infimum_on_one_hot_targets_is_zero_and_only_approached():
    margins = jnp.asarray([1.0, 10.0, 100.0, 600.0])
    values = [total(fast_cross_entropy, jnp.asarray([[m, 0.0]]), jnp.asarray([[1.0, 0.0]])) for m in margins]
    np.testing.assert_array_equal(fast_cross_entropy.infimum(jnp.eye(3)), 0.0)
    np.testing.assert_allclose(values, jnp.log1p(jnp.exp(-margins)), rtol=1e-14)
    assert min(values) > 0


def test_infimum_of_squared_error_is_zero_and_attained():
    y = jnp.asarray([[0.3, -2.0]])
    assert excess(squared_error, y, y) == 0
    np.testing.assert_allclose(excess(squared_error, y + 1, y), 1.0)


@many
@given(z=moderate, y=targets, shift=st.floats(-5, 5))
def test_cross_entropy_sees_only_centred_logits(z, y, shift):
    z, y = jnp.asarray(z), jnp.asarray(y)
    assert cross_entropy.shift_invariant
    assert not squared_error.shift_invariant
    np.testing.assert_allclose(
        fast_cross_entropy.value(z + shift, y), fast_cross_entropy.value(z, y), atol=1e-13
    )
    np.testing.assert_allclose(
        fast_cross_entropy.value(center(z), y), fast_cross_entropy.value(z, y), atol=1e-13
    )
    np.testing.assert_allclose(fast_cross_entropy.residual(z, y).sum(-1), 0, atol=1e-15)
    np.testing.assert_allclose(
        fast_cross_entropy.hessian_product(z, y, jnp.full_like(z, shift)), 0, atol=1e-14
    )


def test_center_is_the_projection_that_removes_the_class_mean():
    z = jax.random.normal(jax.random.key(2), (4, 5))
    P = np.eye(5) - np.ones((5, 5)) / 5
    np.testing.assert_allclose(center(z), z @ P, atol=1e-15)
    np.testing.assert_allclose(center(center(z)), center(z), atol=1e-15)


@pytest.mark.parametrize("epsilon", [0.0, 0.1, 1.0])
def test_smooth_labels_mix_in_the_uniform_law(epsilon):
    smoothed = smooth_labels(jnp.eye(4), epsilon)
    np.testing.assert_allclose(smoothed.sum(1), 1, atol=1e-15)
    np.testing.assert_allclose(jnp.diag(smoothed), 1 - epsilon + epsilon / 4)
    np.testing.assert_allclose(smoothed[0, 1:], epsilon / 4)
    gap = jnp.log(smoothed[0, 0]) - jnp.log(smoothed[0, 1])  # the plateau of the logit gap
    expected = np.inf if epsilon == 0 else np.log((1 - epsilon + epsilon / 4) / (epsilon / 4))
    np.testing.assert_allclose(gap, expected, atol=1e-13)
