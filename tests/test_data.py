import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.datasets import load_digits

from ntkbook.data import digits, sphere


@pytest.mark.parametrize(
    "data",
    [
        sphere(jax.random.key(0), points=7, inputs=5, classes=3, test_points=4),
        digits(jax.random.key(0), classes=(3, 5, 8), points=7, test_points=4),
    ],
    ids=["sphere", "digits"],
)
def test_points_lie_on_the_sphere_and_targets_are_one_hot(data):
    d = data.X.shape[1]
    assert (data.X.shape, data.X_test.shape) == ((7, d), (4, d))
    assert (data.Y.shape, data.Y_test.shape) == ((7, 3), (4, 3))
    assert data.X.dtype == data.Y.dtype == jnp.float64
    for X in (data.X, data.X_test):
        np.testing.assert_allclose(jnp.linalg.norm(X, axis=1), np.sqrt(d), rtol=1e-14)
    for Y in (data.Y, data.Y_test):
        np.testing.assert_array_equal(jnp.sort(Y, axis=1), [[0, 0, 1]] * len(Y))
    distances = jnp.linalg.norm(data.X[:, None] - data.X_test[None], axis=-1)
    assert float(distances.min()) > 0.1


def test_sphere_cycles_through_the_classes_and_depends_on_its_key_only():
    first = sphere(jax.random.key(1), points=5, inputs=4, classes=2, test_points=3)
    again = sphere(jax.random.key(1), points=5, inputs=4, classes=2, test_points=3)
    other = sphere(jax.random.key(2), points=5, inputs=4, classes=2, test_points=3)
    np.testing.assert_array_equal(first.Y.argmax(1), [0, 1, 0, 1, 0])
    np.testing.assert_array_equal(first.Y_test.argmax(1), [1, 0, 1])
    np.testing.assert_array_equal(first.X, again.X)
    assert not np.allclose(first.X, other.X)


def test_sphere_is_uniform():
    X = sphere(jax.random.key(3), points=20_000, inputs=4, classes=2, test_points=1).X
    np.testing.assert_allclose(X.mean(0), 0, atol=0.04)  # about 5 standard errors of 1/√20000
    np.testing.assert_allclose(X.T @ X / 20_000, np.eye(4), atol=0.05)


def test_digits_are_the_images_centred_on_the_training_mean_with_their_own_labels():
    """Undo the scaling: every row is c(image − training mean), so the right image is the one best aligned."""
    classes = (9, 0, 4)
    data = digits(jax.random.key(4), classes=classes, points=60, test_points=40)
    images, labels = load_digits(return_X_y=True)
    X, Y = np.vstack([data.X, data.X_test]), np.vstack([data.Y, data.Y_test])

    mean = np.zeros(64)
    for _ in range(
        2
    ):  # the mean is known once the training images are, and they are found with any rough mean
        centred = images - (mean if mean.any() else images[np.isin(labels, classes)].mean(0))
        found = np.argmax(X @ (centred / np.linalg.norm(centred, axis=1, keepdims=True)).T, axis=1)
        mean = images[found[:60]].mean(0)

    assert len(set(found)) == 100  # drawn without overlap
    centred = images[found] - mean
    np.testing.assert_allclose(X, 8 * centred / np.linalg.norm(centred, axis=1, keepdims=True), atol=1e-12)
    np.testing.assert_array_equal(np.asarray(classes)[Y.argmax(1)], labels[found])


def test_all_digits_can_be_drawn_with_no_test_points():
    data = digits(jax.random.key(5), points=1797, test_points=0)
    assert data.X.shape == (1797, 64)
    assert data.X_test.shape == (0, 64)
    np.testing.assert_array_equal(data.Y.sum(0), np.bincount(load_digits().target))
