"""Merged points against the sums over all points, and against the linear program of Theorem E."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook.chapters.sharp_conditions.measure.copies import copies
from ntkbook.duplicates import merge_duplicates
from ntkbook.errors import InvalidInput
from ntkbook.losses import bernoulli, cross_entropy, poisson, squared_error, total
from ntkbook.networks import mlp
from ntkbook.sharp import separability

KEY = jax.random.key(0)
INPUTS = jnp.asarray([[3.0, 1.0], [1.0, 2.0], [-0.0, 2.0]])
WHICH = jnp.asarray([0, 1, 0, 2, 1, 0, 0])
X = INPUTS[WHICH].at[3, 0].set(0.0)
Y = jax.nn.softmax(jax.random.normal(KEY, (7, 3)), axis=1)


def test_groups_counts_and_means():
    merged = merge_duplicates(X, Y)
    np.testing.assert_array_equal(merged.X, INPUTS)
    np.testing.assert_array_equal(merged.members, WHICH)
    np.testing.assert_array_equal(merged.counts, [4, 2, 1])
    for m in range(3):
        np.testing.assert_allclose(merged.Y[m], Y[m == WHICH].mean(axis=0), rtol=1e-14)
    np.testing.assert_array_equal(merged.conflicting, [True, True, False])
    assert bool(jnp.all(merged.interior))
    np.testing.assert_array_equal(merged.Y[2], Y[3])


def test_zeros_of_either_sign_are_one_input():
    assert merge_duplicates(jnp.asarray([[0.0], [-0.0]]), Y[:2]).counts.tolist() == [2]


@pytest.mark.parametrize(
    "loss", [cross_entropy, bernoulli, poisson, squared_error], ids=lambda loss: loss.name
)
def test_the_loss_is_that_of_the_mean_targets(loss):
    """Σ_i ℓ(z_{m(i)}; y_i) − Σ_m N_m ℓ(z_m; ȳ_m) does not depend on z, and is 0 for ℓ(z; y) = A(z) − y·z."""
    merged = merge_duplicates(X, Y, loss=loss)
    left_over = [
        float(total(loss, z[merged.members], Y) - jnp.sum(merged.counts * loss.value(z, merged.Y)))
        for z in jax.random.normal(KEY, (4, 3, 3))
    ]
    spread = jnp.sum((Y - merged.Y[merged.members]) ** 2) / 2 if loss is squared_error else 0.0
    np.testing.assert_allclose(left_over, spread, rtol=1e-12, atol=1e-12)


# holds: cor-copies
@pytest.mark.parametrize("relabelled", [0, 1])
def test_interior_mean_targets_are_what_keeps_training_bounded(relabelled):
    X, Y = copies(relabelled)
    merged = merge_duplicates(X, Y)
    assert merged.counts.tolist() == [3, 3, 3, 3]
    assert bool(jnp.all(merged.conflicting))
    np.testing.assert_array_equal(merged.interior, [relabelled == 0, True, True, True])
    assert separability(mlp(X.shape[1], 3, 8).kernel(X).ntk, Y).separable == (
        not bool(jnp.all(merged.interior))
    )


def test_without_duplicates_nothing_changes():
    images = jax.random.normal(KEY, (3, 2, 2, 1))
    labels = jnp.eye(3)
    merged = merge_duplicates(images, labels)
    np.testing.assert_array_equal(merged.X, images)
    np.testing.assert_array_equal(merged.Y, labels)
    assert not bool(jnp.any(merged.conflicting))
    assert not bool(jnp.any(merged.interior))
    assert bool(jnp.all(merge_duplicates(images, labels, loss=squared_error).interior))


def test_bad_input():
    with pytest.raises(InvalidInput, match="1 entries"):
        merge_duplicates(X.at[0, 0].set(jnp.nan), Y)
