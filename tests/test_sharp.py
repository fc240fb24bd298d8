"""Theorem E: the linear program against brute force, against the flow, and its two corollaries."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook.data import sphere
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.explicit import log_target_regression
from ntkbook.linearized import linearized_flow
from ntkbook.losses import center, cross_entropy, smooth_labels, total
from ntkbook.networks import mlp
from ntkbook.sharp import Bounded, Separating, recession, separability

NETWORK = mlp(6, 3, 32)
POINTS = sphere(jax.random.key(0), points=4).X


def one_hot(*labels, K=3):
    return jax.nn.one_hot(jnp.asarray(labels), K, dtype=float)


def certified(answer, Theta, Y):
    """What the direction claims, checked from scratch."""
    v = np.asarray(answer.direction)
    np.testing.assert_allclose(answer.predict(Theta), v, atol=1e-6)
    np.testing.assert_allclose(v.sum(axis=1), 0, atol=1e-9)
    assert abs(float(recession(answer.direction, Y))) < 1e-6
    np.testing.assert_allclose(np.max(v.max(axis=1) - v.min(axis=1)), 1, rtol=1e-6)
    assert answer.strict > 0


# --- recession -------------------------------------------------------------------------------------------


# holds: def-separating, eq-recession
def test_recession_is_the_slope_at_infinity():
    v, z = jax.random.normal(jax.random.key(1), (2, 4, 3))
    Y = smooth_labels(one_hot(0, 1, 2, 0), 0.3)
    far = 1e9
    slope = total(cross_entropy, z + far * v, Y) / far
    np.testing.assert_allclose(recession(v, Y), slope, rtol=1e-7)
    np.testing.assert_allclose(recession(2 * v + 5, Y), 2 * recession(v, Y), rtol=1e-12)
    np.testing.assert_allclose(recession(jnp.array([[3.0, 1.0, -2.0]]), jnp.array([[0.5, 0.5, 0.0]])), 1.0)
    assert recession(jnp.array([[3.0, 3.0, -2.0]]), jnp.array([[0.2, 0.8, 0.0]])) == 0


# --- against brute force ---------------------------------------------------------------------------------


def separable_by_hand(features, labels):
    """Two classes, features in the plane: some w has (2y − 1)·w·φ ≥ 0 for all, not all 0. Tries every candidate.

    The cone of such w is spanned by its extreme rays and by interior directions; both are among the normals
    of the points, their sums, and plus or minus each.
    """
    signs = 2 * np.asarray(labels) - 1
    normals = [sign * np.array([-y, x]) for x, y in features for sign in (1, -1)]
    candidates = normals + [a + b for a, b in itertools.combinations(normals, 2)]
    for w in candidates:
        margins = signs * (features @ w)
        if np.all(margins >= -1e-12) and np.any(margins > 1e-9):
            return True
    return False


# holds: theorem-e
def test_two_classes_in_the_plane_against_every_candidate():
    answers = set()
    for seed in range(25):
        features = np.asarray(jax.random.normal(jax.random.key(seed), (4, 2)))
        for labels in ((0, 1, 0, 1), (0, 0, 1, 1)):
            answer = separability(jnp.asarray(features @ features.T), one_hot(*labels, K=2))
            assert answer.separable == separable_by_hand(features, labels)
            answers.add(answer.separable)
    assert answers == {True, False}


# --- the corollaries -------------------------------------------------------------------------------------


# holds: cor-full-rank
@pytest.mark.parametrize("full", [False, True])
def test_corollary_1_full_rank(full):
    """Θ ≻ 0: bounded iff every target probability is positive."""
    Theta = NETWORK.kernel(POINTS).ntk
    Theta = jnp.kron(Theta, jnp.eye(3)) if full else Theta
    Y = one_hot(0, 1, 2, 0)
    certified(separability(Theta, Y), Theta, Y)
    one_zero = smooth_labels(Y, 0.3).at[1].set(jnp.array([0.4, 0.6, 0.0]))
    certified(separability(Theta, one_zero), Theta, one_zero)
    assert separability(Theta, one_zero).strict == 1
    assert isinstance(separability(None, one_zero), Separating)

    smooth, f0 = smooth_labels(Y, 0.3), jax.random.normal(jax.random.key(2), (4, 3))
    answer, closed = separability(Theta, smooth, f0), log_target_regression(Theta, smooth, f0)
    assert isinstance(answer, Bounded)
    np.testing.assert_allclose(answer.logits, closed.logits, atol=1e-8)
    np.testing.assert_allclose(answer.coefficients, closed.coefficients, atol=1e-8)
    np.testing.assert_allclose(
        center(separability(None, smooth, f0).logits), center(jnp.log(smooth)), atol=1e-8
    )


# holds: cor-copies
def test_corollary_2_duplicates_with_every_label_are_bounded():
    """One-hot labels, each input with every class: the effective target is the mean label, log 3 each."""
    X = jnp.repeat(POINTS, 3, axis=0)
    Theta, Y = NETWORK.kernel(X).ntk, one_hot(*[0, 1, 2] * 4)
    f0 = jnp.repeat(jax.random.normal(jax.random.key(3), (4, 3)), 3, axis=0)
    answer = separability(Theta, Y, f0)
    assert isinstance(answer, Bounded)
    np.testing.assert_allclose(jax.nn.softmax(answer.logits), 1 / 3, atol=1e-9)

    flow = linearized_flow(Theta, f0, Y, jnp.array([1e2, 1e4, 1e6]))
    np.testing.assert_allclose(flow.logits[-1], answer.logits, atol=1e-7)
    np.testing.assert_allclose(flow.radius[-1], answer.radius, rtol=1e-7)
    np.testing.assert_allclose(answer.predict(Theta, f0), answer.logits, atol=1e-10)


# holds: cor-copies
def test_partial_overlap_is_not_enough():
    """One input never seen with class 2: it can be pushed away from class 2 for ever, growing like log t."""
    X = jnp.repeat(POINTS, 3, axis=0)
    Theta, Y = NETWORK.kernel(X).ntk, one_hot(*[0, 1, 2] * 3, 0, 1, 1)
    answer = separability(Theta, Y)
    certified(answer, Theta, Y)
    assert answer.strict == 3
    gap = answer.direction[-1] - answer.direction[-1, 2]
    np.testing.assert_allclose(gap, jnp.array([1.0, 1.0, 0.0]), atol=1e-6)

    # The same flow, but for a factor 3 in time, on the distinct inputs with the mean of their labels.
    means, t = Y.reshape(4, 3, 3).mean(axis=1), jnp.exp(jnp.array([5.0, 8.0, 11.0]))
    radius = linearized_flow(NETWORK.kernel(POINTS).ntk, jnp.zeros_like(means), means, t).radius
    np.testing.assert_allclose(jnp.diff(radius)[1] / jnp.diff(radius)[0], 1, atol=0.05)
    assert radius[-1] > 1.3 * radius[0]


# holds: theorem-e
def test_rank_deficient_kernels_against_the_flow():
    """Random features of low rank: bounded exactly where the flow stops growing."""
    seen = set()
    for seed in range(8):
        features = jax.random.normal(jax.random.key(seed), (8, 2))
        Theta, Y = features @ features.T, one_hot(*[0, 1, 2, 0, 1, 2, 0, seed % 3])
        answer = separability(Theta, Y)
        radius = linearized_flow(Theta, jnp.zeros_like(Y), Y, jnp.exp(jnp.array([6.0, 12.0]))).radius
        grows = bool(radius[1] > 1.2 * radius[0])
        assert answer.separable == grows
        if not answer.separable:
            np.testing.assert_allclose(radius[1], answer.radius, rtol=1e-6)
        seen.add(grows)
    assert False in seen


def test_shifts_do_not_count():
    """A kernel that only moves all logits of a point together reaches no direction at all."""
    Theta = jnp.kron(jnp.eye(2), jnp.ones((3, 3))) + 0.0
    answer = separability(Theta, one_hot(0, 1))
    assert isinstance(answer, Bounded)
    assert answer.radius == 0
    np.testing.assert_allclose(answer.logits, 0, atol=1e-12)


def test_finite_network_kernel():
    X = jnp.repeat(POINTS[:2], 3, axis=0)
    params = NETWORK.init(jax.random.key(5))
    Theta, f0 = empirical_ntk(NETWORK.apply, params, X), NETWORK.apply(params, X)
    Y = one_hot(0, 1, 2, 0, 1, 2)
    answer = separability(Theta, Y, f0)
    flow = linearized_flow(Theta, f0, Y, jnp.array([1e6]))
    np.testing.assert_allclose(flow.logits[-1], answer.logits, atol=1e-6)
    np.testing.assert_allclose(flow.radius[-1], answer.radius, rtol=1e-6)
    flipped = Y.at[0].set(Y[1])
    certified(separability(Theta, flipped, f0), Theta, flipped)


@pytest.mark.parametrize(
    ("call", "kind", "given", "remedy"),
    [
        (lambda: separability(-jnp.eye(2), one_hot(0, 1)), InvalidInput, "-1", "positive semidefinite"),
        (lambda: separability(jnp.eye(3), one_hot(0, 1)), InvalidInput, "(3, 3)", "(2, 2)"),
        (lambda: separability(None, jnp.ones((2, 3))), InvalidInput, "row sum", "one_hot"),
        (lambda: separability(None, one_hot(0), rank_tolerance=0.0), InvalidInput, "0.0", "above 0"),
        (lambda: recession(jnp.ones((1, 3)), jnp.ones((1, 3))), InvalidInput, "row sum", "one_hot"),
        (
            lambda: separability(jnp.ones((4, 4)), jnp.eye(2)[jnp.array([0, 0, 0, 1])], max_newton=1),
            NotConverged,
            "after 1 steps",
            "max_newton",
        ),
    ],
)
def test_refusals(call, kind, given, remedy):
    with pytest.raises(kind) as error:
        call()
    assert given in str(error.value)
    assert remedy in str(error.value)


@pytest.mark.parametrize("epsilon", [1e-3, 1e-6])
def test_nearly_hard_targets_have_their_minimizer(epsilon):
    """Far from f₀, where Newton's method from f₀ would see nothing but a flat loss."""
    Y = smooth_labels(jnp.eye(3), epsilon)
    end = separability(jnp.diag(jnp.array([1.0, 2.0, 3.0])), Y, jnp.ones((3, 3)))
    np.testing.assert_allclose(jax.nn.softmax(end.logits), Y, rtol=1e-6)
