"""The max-margin predictor: against SciPy, its optimality conditions, and the two flows that tend to it."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize

from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.explicit import max_margin, regularization_path
from ntkbook.linearized import linearized_flow
from ntkbook.sharp import separability

FEATURES = jax.random.normal(jax.random.key(5), (12, 16)) / 4
THETA, THETA_X = FEATURES[:9] @ FEATURES[:9].T, FEATURES[9:] @ FEATURES[:9].T
Y = jax.nn.one_hot(jnp.arange(9) % 3, 3, dtype=float)
KRONECKER = jnp.kron(THETA, jnp.eye(3))


@pytest.fixture(scope="module")
def solution():
    return max_margin(THETA, Y)


def cosine(A, B):
    """The angle between two functions in the norm of Θ."""
    return float(jnp.sum(A * (THETA @ B)) / jnp.sqrt(jnp.sum(A * (THETA @ A)) * jnp.sum(B * (THETA @ B))))


def primal(phi, labels, classes):
    """The shortest w with ⟨w_y − w_j, φ(x_i)⟩ ≥ 1, or None: min ‖w‖ s.t. Gw ≥ 1 by non-negative least squares
    (Lawson & Hanson 1974, ch. 23: least distance programming)."""
    rows = []
    for i, y in enumerate(labels):
        for j in set(range(classes)) - {y}:
            row = np.zeros((classes, phi.shape[1]))
            row[y], row[j] = phi[i], -phi[i]
            rows.append(row.ravel())
    G = np.asarray(rows)
    E, f = np.vstack([G.T, np.ones(len(G))]), np.append(np.zeros(G.shape[1]), 1.0)
    r = E @ scipy.optimize.nnls(E, f)[0] - f
    return None if abs(r[-1]) < 1e-9 else (-r[:-1] / r[-1]).reshape(classes, -1)


# holds: eq-largest-margin
def test_agrees_with_the_primal_solved_by_scipy(solution):
    phi, labels = np.asarray(FEATURES[:9]), np.asarray(Y).argmax(1)
    w = primal(phi, labels, 3)
    np.testing.assert_allclose(solution.logits, phi @ w.T, atol=1e-7)
    np.testing.assert_allclose(solution.predict(THETA_X), np.asarray(FEATURES[9:]) @ w.T, atol=1e-7)
    assert solution.norm == pytest.approx(np.linalg.norm(w), rel=1e-8)


@pytest.mark.parametrize("seed", range(8))
def test_a_singular_kernel_has_a_margin_iff_its_features_separate(seed):
    """Affine functions of the plane, N = 9: Θ has rank 3."""
    rng = np.random.default_rng(seed)
    classes = 2 + seed % 2
    phi = np.column_stack([np.ones(9), rng.normal(size=(9, 2))])
    labels = (phi @ rng.normal(size=(3, classes))).argmax(1) if seed < 6 else rng.integers(0, classes, 9)
    w = primal(phi, labels, classes)
    Theta, targets = jnp.asarray(phi @ phi.T), jnp.eye(classes)[labels]
    assert separability(Theta, targets).separable == (w is not None)
    if w is None:
        with pytest.raises(NotConverged, match="separability"):
            max_margin(Theta, targets)
    else:
        solution = max_margin(Theta, targets)
        np.testing.assert_allclose(solution.logits, phi @ w.T, atol=1e-6 * np.linalg.norm(w))
        assert solution.norm == pytest.approx(np.linalg.norm(w), rel=1e-7)


def test_separable_is_weak_in_one_and_strict_in_the_other():
    """Two copies with classes 0 and 1, and a class 2 that both can leave: a direction separates, no margin exists."""
    Theta, Y = jnp.ones((2, 2)), jnp.eye(3)[:2]
    answer = separability(Theta, Y)
    assert answer.separable
    assert answer.strict == 2  # of N(K − 1) = 4
    with pytest.raises(NotConverged, match=r"opens every gap.*`strict` equal to N\(K − 1\)"):
        max_margin(Theta, Y)


def test_optimality_conditions(solution):
    A, v = solution.coefficients, THETA @ solution.coefficients
    margins = jnp.sum(Y * v, axis=1, keepdims=True) - v
    others = Y == 0
    assert float(jnp.min(margins[others])) > 1 - 1e-8
    np.testing.assert_allclose(margins[solution.support], 1.0, atol=1e-8)
    assert float(jnp.min(-A[others])) >= 0  # dual variables
    np.testing.assert_allclose(A.sum(axis=1), 0, atol=1e-12)
    assert not bool(jnp.any(solution.support[Y == 1]))
    assert solution.norm**2 == pytest.approx(float(jnp.sum(A * Y)), rel=1e-8)  # no duality gap
    assert solution.margin == pytest.approx(1 / solution.norm)


def test_both_shapes_of_kernel_and_a_scaled_one_agree(solution):
    np.testing.assert_allclose(max_margin(KRONECKER, Y).coefficients, solution.coefficients, atol=1e-8)
    scaled = max_margin(1e6 * THETA, Y)
    np.testing.assert_allclose(1e6 * scaled.coefficients, solution.coefficients, atol=1e-7)


def test_one_point_two_classes_by_hand():
    # v_1 − v_2 = 2Θα = 1
    by_hand = max_margin(jnp.asarray([[4.0]]), jnp.asarray([[1.0, 0.0]]))
    np.testing.assert_allclose(by_hand.coefficients, [[1 / 8, -1 / 8]], atol=1e-12)
    assert by_hand.norm == pytest.approx(np.sqrt(1 / 8))


# holds: theorem-d.4
def test_the_regularization_path_tends_to_it(solution):
    lams = jnp.logspace(0, -120, 31)
    f0 = jax.random.normal(jax.random.key(6), (9, 3))
    path = regularization_path(THETA, Y, f0, lams)
    away = [1 - cosine(path.coefficients[i], solution.coefficients) for i in (5, 10, 20, 30)]
    assert all(later < earlier for earlier, later in itertools.pairwise(away))
    assert away[-1] < 1e-3
    # ‖θ − θ₀‖ = ‖w‖·log(1/λ) up to lower orders
    slope = (path.radius[-1] - path.radius[-6]) / jnp.log(lams[-6] / lams[-1])
    assert float(slope) == pytest.approx(solution.norm, rel=2e-2)


# holds: theorem-c.1
def test_the_linearized_flow_tends_to_it(solution):
    log_t = jnp.asarray([5.0, 20.0, 80.0, 200.0])
    flow = linearized_flow(THETA, jnp.zeros((9, 3)), Y, jnp.exp(log_t))
    away = [1 - cosine(A, solution.coefficients) for A in flow.coefficients]
    assert all(later < earlier for earlier, later in itertools.pairwise(away))
    assert away[-1] < 1e-3
    slope = (flow.radius[-1] - flow.radius[-2]) / (log_t[-1] - log_t[-2])
    assert float(slope) == pytest.approx(solution.norm, rel=2e-2)


def test_conflicting_duplicates_have_no_margin():
    doubled = jnp.asarray([0, 0, *range(1, 8)])
    with pytest.raises(NotConverged, match="conflicting duplicates"):
        max_margin(THETA[doubled][:, doubled], Y, max_newton=30)


ALONG = jax.random.normal(jax.random.key(7), (9, 9)) / 20
ALONG = ALONG + ALONG.T


def moved(t):
    return max_margin(THETA + t * ALONG, Y, tolerance=1e-12)


def test_derivatives_are_those_of_the_primal_solved_by_scipy():
    labels, h = np.asarray(Y).argmax(1), 2e-3

    def logits(t):
        phi = np.linalg.cholesky(np.asarray(THETA + t * ALONG))
        return phi @ primal(phi, labels, 3).T

    for t in (-3 * h, 3 * h):  # or else they differ across a kink
        np.testing.assert_array_equal(moved(t).support, moved(0.0).support)
    _, slope = jax.jit(lambda t: jax.jvp(lambda t: moved(t).logits, (t,), (1.0,)))(0.0)
    one, two, three = ((logits(k * h) - logits(-k * h)) / (2 * k * h) for k in (1, 2, 3))
    wanted = 1.5 * one - 0.6 * two + 0.1 * three  # off by O(h⁶)
    np.testing.assert_allclose(slope, wanted, rtol=0, atol=1e-8 * np.max(np.abs(wanted)))


def test_derivatives_against_the_equations_of_the_active_constraints(solution):
    """G α = 1, with G the kernel of the differences e_c − e_j at the active pairs: dα = −G⁻¹ dG α, and
    ‖w‖² = 1ᵀα, so that its second derivative is 2·αᵀdG G⁻¹ dG α. In Θ, that of ‖w‖² is −AAᵀ."""
    points, others = np.nonzero(np.asarray(solution.support))
    pairs = np.asarray(Y)[points] - np.eye(3)[others]
    G, dG = (np.asarray(M)[np.ix_(points, points)] * (pairs @ pairs.T) for M in (THETA, ALONG))
    alpha = np.linalg.solve(G, np.ones(len(G)))
    change = -np.linalg.solve(G, dG @ alpha)
    wanted = np.zeros((9, 3))
    np.add.at(wanted, points, change[:, None] * pairs)

    @jax.jit
    def slopes(t):
        first = jax.grad(lambda Theta: max_margin(Theta, Y, tolerance=1e-12).norm ** 2)
        second = jax.grad(jax.grad(lambda t: moved(t).norm ** 2))
        return jax.jacfwd(lambda t: moved(t).coefficients)(t), first(THETA + t), second(t)

    by_direction, by_entry, second = slopes(0.0)
    np.testing.assert_allclose(by_direction, wanted, atol=1e-8)
    np.testing.assert_allclose(by_entry, -solution.coefficients @ solution.coefficients.T, atol=1e-8)
    assert float(second) == pytest.approx(-2 * change @ dG @ alpha, rel=1e-8)


def test_convergence_is_a_value_where_values_are_traced():
    found = jax.jit(lambda Theta, Y: max_margin(Theta, Y, max_newton=30).converged)
    assert bool(found(THETA, Y))
    assert not bool(found(THETA, 0.9 * Y + 0.1 / 3))
    doubled = jnp.asarray([0, 0, *range(1, 8)])
    assert not bool(found(THETA[doubled][:, doubled], Y))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: max_margin(THETA, 0.9 * Y + 0.1 / 3), "one-hot"),
        (lambda: max_margin(THETA[:8, :8], Y), r"shape \(8, 8\)"),
        (lambda: max_margin(THETA, Y[:, :1]), "single class"),
        (lambda: max_margin(THETA, Y, tolerance=0.0), "tolerance = 0.0"),
        (lambda: max_margin(THETA.at[0, 0].set(jnp.nan), Y), "NaN"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(InvalidInput, match=message):
        call()
