"""Theorem E: the linear program against brute force, against the flow, and its two corollaries."""

import dataclasses
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
from tests._alternative import check_exactly, draw

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


# holds: theorem-e, eq-alternative
@pytest.mark.parametrize(
    ("N", "K", "rank", "whole"),
    [
        (12, 4, 5, False),
        (6, 2, 3, False),
        (5, 3, 4, True),
        (9, 3, 9, False),
        (8, 2, 7, True),
        (12, 2, 4, False),
    ],
)
def test_every_answer_is_proven_in_fractions(N, K, rank, whole):
    """Duplicates, far points, ties, faces; `benchmarks.separability` does ten thousand, of all shapes."""
    answers = []
    for seed in range(40):
        problem = draw(seed, N, K, rank, whole=whole)
        answers.append(separability(jnp.asarray(problem.kernel), jnp.asarray(problem.Y)))
        check_exactly(problem, answers[-1])
    bounded = [answer for answer in answers if isinstance(answer, Bounded)]
    assert 0 < len(bounded) < len(answers)
    assert max(answer.defect for answer in bounded) < 1e-9
    assert max(answer.error for answer in bounded) < 1e-3


# holds: theorem-e
def test_a_proof_of_the_wrong_answer_fails():
    """The same exact checks, given a direction or weights that prove nothing."""
    bounded, apart = draw(0, 6, 2, 3), draw(7, 6, 2, 3)
    weights, direction = (separability(jnp.asarray(p.kernel), jnp.asarray(p.Y)) for p in (bounded, apart))
    assert isinstance(weights, Bounded)
    assert isinstance(direction, Separating)
    flipped = dataclasses.replace(direction, direction=-direction.direction)
    for problem, answer in (
        (apart, flipped),
        (apart, dataclasses.replace(weights, certificate=jnp.asarray(1 - 2 * apart.Y))),
        (bounded, dataclasses.replace(weights, certificate=-weights.certificate)),
    ):
        with pytest.raises(AssertionError):
            check_exactly(problem, answer)


# holds: theorem-e
def test_the_certificate_is_the_gradient_of_a_minimizer():
    """Where the minimizer is known, (Y − p)/min p is such a W, and both are orthogonal to the range."""
    Theta, Y = jnp.ones((4, 4)) + jnp.eye(4)[:, :1] * 0, one_hot(0, 1, 0, 2)
    answer = separability(Theta, Y)
    assert isinstance(answer, Bounded)
    p = jax.nn.softmax(answer.logits)
    for W in (answer.certificate, (Y - p) / jnp.min(p)):
        np.testing.assert_allclose(W.sum(axis=1), 0, atol=1e-9)
        np.testing.assert_allclose(center(Theta @ W), 0, atol=1e-8)
        assert float(jnp.max(jnp.where(Y == 0, W, -1.0))) <= -1 + 1e-12


# holds: theorem-e
def test_the_residual_is_of_the_projection_on_p_range():
    """Θ₀ = vvᵀ with v = (10.5, 9.5) is not invariant under P: along v alone the slope would "prove" what is false."""
    v, Y = jnp.array([[10.5, 9.5]]), jnp.array([[1.0, 0.0]])
    Theta, p = v.T @ v, jnp.array([[0.5, 0.5]])
    slope = jnp.sum((p - Y) * v) / jnp.linalg.norm(v)  # of ∇C at z = 0, along range(Θ₀)
    assert abs(float(slope)) * np.sqrt(2) / 2 < 0.05 * float(jnp.min(p))
    answer = separability(Theta, Y)
    assert isinstance(answer, Separating)
    np.testing.assert_allclose(answer.direction, [[0.5, -0.5]], atol=1e-12)
    centred = center(v)
    assert abs(float(jnp.sum((p - Y) * centred) / jnp.linalg.norm(centred))) * np.sqrt(2) / 2 >= 0.5 - 1e-12


def test_a_minimum_too_flat_for_double_precision_says_so():
    """Features (1, 0), (M, 1), (M, −2): the second weight ends at −(log 2)/3, in curvatures of e^(−2.2M)."""
    Y = jnp.array([[0.1, 0.9], [0.0, 1.0], [0.0, 1.0]])
    for M, known in ((5.0, True), (100.0, False)):
        features = jnp.array([[1.0, 0.0], [M, 1.0], [M, -2.0]])
        answer = separability(features @ features.T, Y)
        assert isinstance(answer, Bounded)
        assert answer.defect < 1e-9
        w = features.T @ answer.coefficients
        off = abs(float(w[1, 1] - w[1, 0]) + np.log(2) / 3)
        assert (off < 1e-3) == known
        assert (answer.error < 1e-3) == known
        assert off <= max(1e3 * answer.error, 1e-3)


# holds: theorem-e
def test_the_problem_that_used_to_be_refused():
    """A bounded minimizer with margin 41: no slope in double precision falls below its least probability."""
    feature_key, label_key = jax.random.split(jax.random.key(44))
    phi = jax.random.normal(feature_key, (6, 3))
    Y = jax.nn.one_hot(jax.random.randint(label_key, (6,), 0, 2), 2, dtype=float)
    answer = separability(phi @ phi.T, Y)
    assert isinstance(answer, Bounded)
    assert float(jnp.max(jnp.abs(answer.logits[:, 0] - answer.logits[:, 1]))) > 30
    assert answer.defect < 1e-9
    np.testing.assert_allclose(phi.T @ answer.certificate, 0, atol=1e-9)


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
