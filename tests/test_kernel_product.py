from contextlib import nullcontext

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook import _spectrum
from ntkbook._kernel_product import check_train_kernel, kernel_product
from ntkbook.errors import InvalidInput

A = jax.random.normal(jax.random.key(0), (4, 3))
THETA = jax.random.normal(jax.random.key(1), (5, 4))


def test_an_infinite_width_kernel_stands_for_its_product_with_the_identity():
    expected = np.einsum("mn,nk->mk", THETA, A)
    np.testing.assert_allclose(kernel_product(THETA, A), expected, atol=1e-14)
    np.testing.assert_allclose(kernel_product(jnp.kron(THETA, jnp.eye(3)), A), expected, atol=1e-14)


def test_a_finite_kernel_mixes_classes_in_rows_of_point_times_class():
    Theta = jax.random.normal(jax.random.key(2), (15, 12))
    expected = np.einsum("mknl,nl->mk", Theta.reshape(5, 3, 4, 3), A)
    np.testing.assert_allclose(kernel_product(Theta, A), expected, atol=1e-14)


@pytest.mark.parametrize("shape", [(5, 5), (4, 12), (5, 24)])
def test_a_kernel_that_fits_no_reading_is_refused(shape):
    with pytest.raises(InvalidInput, match=rf"shape \({shape[0]}, {shape[1]}\).*N = 4.*K = 3"):
        kernel_product(jnp.ones(shape), A)


def test_training_kernels_are_square_symmetric_and_finite():
    for size in (4, 12):
        check_train_kernel(jnp.eye(size) + 0.0, 4, 3)
    with pytest.raises(InvalidInput, match=r"not symmetric.*Use"):
        check_train_kernel(jnp.eye(4).at[0, 1].set(0.1), 4, 3)
    with pytest.raises(InvalidInput, match="1 entries that are NaN"):
        check_train_kernel(jnp.eye(4).at[2, 2].set(jnp.nan), 4, 3)
    with pytest.raises(InvalidInput, match=r"shape \(5, 5\).*\(4, 4\).*\(12, 12\)"):
        check_train_kernel(jnp.eye(5), 4, 3)


def rotated(values):
    """A symmetric matrix with these eigenvalues."""
    axes = jnp.linalg.qr(jax.random.normal(jax.random.key(3), (values.size, values.size)))[0]
    Theta = (axes * values) @ axes.T
    return (Theta + Theta.T) / 2


POSITIVE = jnp.asarray([10.0, 3.0, 1.0, 0.1, 1e-4])


@pytest.mark.parametrize("exact_up_to", [1_000, 100], ids=["Cholesky", "Lanczos"])
@pytest.mark.parametrize("least", [-0.1, -1e-13, 0.0])
def test_training_kernels_are_positive_semidefinite_to_rounding(monkeypatch, exact_up_to, least):
    monkeypatch.setattr(_spectrum, "EXACT_UP_TO", exact_up_to)
    Theta = rotated(jnp.concatenate([POSITIVE, jnp.zeros(190), jnp.full(5, least)]))
    with pytest.raises(InvalidInput, match=r"from -0\.1 to 10") if least == -0.1 else nullcontext():
        check_train_kernel(Theta, 200, 3)


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_rounding_and_a_kernel_of_zero_pass_in_both_precisions(dtype):
    features = jax.random.normal(jax.random.key(4), (12, 2), dtype)
    check_train_kernel(features @ features.T, 12, 3)
    check_train_kernel(jnp.zeros((12, 12), dtype), 12, 3)
    with pytest.raises(InvalidInput, match="semidefinite"):
        check_train_kernel(features @ features.T - 0.1 * jnp.eye(12, dtype=dtype), 12, 3)
