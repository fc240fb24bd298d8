import hypothesis.strategies as st
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression

from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.explicit import (
    Newton,
    kernel_logistic_regression,
    kernel_ridge_regression,
    log_target_regression,
)
from ntkbook.losses import center, smooth_labels

N, K, M, FEATURES = 6, 3, 4, 9
keys = jax.random.split(jax.random.key(0), 6)
PHI, PHI_X = jax.random.normal(keys[0], (N, FEATURES)), jax.random.normal(keys[1], (M, FEATURES))
THETA, THETA_X = PHI @ PHI.T, PHI_X @ PHI.T  # an explicit feature space for the infinite-width shape
J, J_X = jax.random.normal(keys[2], (N * K, 40)) / 3, jax.random.normal(keys[3], (M * K, 40)) / 3
FINITE, FINITE_X = J @ J.T, J_X @ J.T  # a kernel without Kronecker structure
F0, F0_X = jax.random.normal(keys[4], (N, K)), jax.random.normal(keys[5], (M, K))
ONE_HOT = jax.nn.one_hot(jnp.asarray([0, 1, 2, 2, 0, 1]), K, dtype=float)
SMOOTH = smooth_labels(ONE_HOT, 0.1)
UNEVEN = jnp.asarray(
    [[0.7, 0.2, 0.1], [1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.2, 0.3, 0.5], [1 / 3] * 3, [0.0, 0.0, 1.0]]
)

KERNELS = pytest.mark.parametrize(
    ("Theta", "Theta_x"), [(THETA, THETA_X), (FINITE, FINITE_X)], ids=["(N, N)", "(NK, NK)"]
)


def full(Theta):
    return np.asarray(Theta) if Theta.shape[1] == N * K else np.kron(Theta, np.eye(K))


# --- squared error -----------------------------------------------------------------------------------------


@KERNELS
@pytest.mark.parametrize("lam", [0.0, 0.3])
def test_kernel_ridge_regression_is_the_formula(Theta, Theta_x, lam):
    solution = kernel_ridge_regression(Theta, SMOOTH, F0, lam=lam)
    A = np.linalg.solve(full(Theta) + lam * np.eye(N * K), np.ravel(SMOOTH - F0))
    np.testing.assert_allclose(np.ravel(solution.coefficients), A, atol=1e-9)
    expected = F0_X + (full(Theta_x) @ A).reshape(M, K)
    np.testing.assert_allclose(solution.predict(Theta_x, F0_X), expected, atol=1e-9)
    np.testing.assert_allclose(solution.predict(Theta, F0), solution.logits, atol=1e-10)
    assert solution.residual < 1e-9
    assert solution.iterations == 0


def test_kernel_ridge_regression_against_scikit_learn():
    theirs = KernelRidge(alpha=0.3, kernel="precomputed").fit(THETA, ONE_HOT).predict(THETA_X)
    np.testing.assert_allclose(
        kernel_ridge_regression(THETA, ONE_HOT, lam=0.3).predict(THETA_X), theirs, atol=1e-10
    )


# holds: regression-gp.1
def test_kernel_ridge_regression_is_the_mean_of_a_posterior():
    """f(x) given Y under GP(m, Θ) with noise of variance λ, from the precision of both together."""
    lam, N = 0.3, len(THETA)
    offset, offset_x = np.linspace(-1, 1, N)[:, None], 0.7 * np.ones((len(THETA_X), 1))
    for row, at_x in zip(np.asarray(THETA_X), offset_x, strict=True):
        joint = np.block([[np.array([[10.0]]), row[None]], [row[:, None], THETA + lam * np.eye(N)]])
        precision = np.linalg.inv(joint)
        expected = at_x - precision[0, 1:] @ (np.asarray(ONE_HOT) - offset) / precision[0, 0]
        found = kernel_ridge_regression(
            THETA, ONE_HOT, jnp.asarray(np.broadcast_to(offset, ONE_HOT.shape)), lam=lam
        ).predict(jnp.asarray(row[None]), jnp.broadcast_to(jnp.asarray(at_x), (1, ONE_HOT.shape[1])))
        np.testing.assert_allclose(found[0], expected, atol=1e-9)


# --- cross-entropy without a regularizer -------------------------------------------------------------------


# holds: eq-own-kernel
@KERNELS
def test_log_target_regression_fits_the_targets_with_zero_sum_coefficients(Theta, Theta_x):
    solution = log_target_regression(Theta, SMOOTH, F0)
    np.testing.assert_allclose(softmax(solution.logits, axis=1), SMOOTH, atol=1e-10)
    np.testing.assert_allclose(solution.coefficients.sum(1), 0, atol=1e-12)
    assert solution.residual < 1e-9
    assert solution.predict(Theta_x, F0_X).shape == (M, K)


# holds: theorem-d.1, eq-log-targets
def test_log_target_regression_is_the_closed_form_of_the_infinite_width():
    """f_∞ = f₀ + Θ(x, X)Θ⁻¹(ζ − P f₀(X)), ζ = P log Y."""
    zeta = np.log(SMOOTH) - np.log(SMOOTH).mean(1, keepdims=True)
    centred = F0 - F0.mean(1, keepdims=True)
    expected = F0_X + THETA_X @ np.linalg.solve(THETA, zeta - centred)
    np.testing.assert_allclose(
        log_target_regression(THETA, SMOOTH, F0).predict(THETA_X, F0_X), expected, atol=1e-9
    )


def test_log_target_regression_is_the_minimum_norm_solution_for_a_finite_kernel():
    projector = np.kron(np.eye(N), np.eye(K) - 1 / K)
    target = projector @ np.ravel(jnp.log(SMOOTH) - F0)
    A = np.linalg.pinv(projector @ FINITE @ projector) @ target
    solution = log_target_regression(FINITE, SMOOTH, F0)
    np.testing.assert_allclose(np.ravel(solution.coefficients), A, atol=1e-9)
    np.testing.assert_allclose(
        solution.predict(FINITE_X, F0_X), F0_X + (FINITE_X @ A).reshape(M, K), atol=1e-9
    )


def test_both_kernel_shapes_agree():
    large, large_x = jnp.kron(THETA, jnp.eye(K)), jnp.kron(THETA_X, jnp.eye(K))
    for solve in (
        lambda Theta: kernel_ridge_regression(Theta, SMOOTH, F0, lam=0.2),
        lambda Theta: log_target_regression(Theta, SMOOTH, F0),
        lambda Theta: kernel_logistic_regression(Theta, ONE_HOT, F0, lam=0.2),
    ):
        small = solve(THETA)
        np.testing.assert_allclose(solve(large).coefficients, small.coefficients, atol=1e-9)
        np.testing.assert_allclose(
            solve(large).predict(large_x, F0_X), small.predict(THETA_X, F0_X), atol=1e-9
        )


# --- cross-entropy with a regularizer ----------------------------------------------------------------------


# holds: theorem-d.2, eq-representer
@KERNELS
@pytest.mark.parametrize("Y", [ONE_HOT, SMOOTH, UNEVEN], ids=["one-hot", "smooth", "uneven"])
@pytest.mark.parametrize("lam", [1e-3, 1.0, 100.0])
def test_kernel_logistic_regression_meets_its_fixed_point(Theta, Theta_x, Y, lam):
    """f_λ(x) = f₀(x) + (1/λ)Θ(x, X)(Y − softmax(f_λ(X)))."""
    solution = kernel_logistic_regression(Theta, Y, F0, lam=lam)
    dual = Y - softmax(solution.logits, axis=1)
    np.testing.assert_allclose(lam * solution.coefficients, dual, atol=2e-10)
    np.testing.assert_allclose(
        solution.logits, F0 + (full(Theta) @ np.ravel(solution.coefficients)).reshape(N, K), atol=1e-10
    )
    expected = F0_X + (full(Theta_x) @ np.ravel(solution.coefficients)).reshape(M, K)
    np.testing.assert_allclose(solution.predict(Theta_x, F0_X), expected, atol=1e-10)
    assert float(jnp.abs(lam * solution.coefficients).max()) <= 1 + 1e-9
    assert solution.residual <= 1e-10


@pytest.mark.parametrize("lam", [0.05, 2.0])
def test_kernel_logistic_regression_minimizes_the_primal(lam):
    """SciPy minimizes C(f₀ + Jw) + (λ/2)‖w‖² over the parameters, knowing nothing of kernels."""

    def primal(w):
        z = np.asarray(F0) + (np.asarray(J) @ w).reshape(N, K)
        gradient = np.asarray(J).T @ np.ravel(softmax(z, axis=1) - np.asarray(UNEVEN)) + lam * w
        return -np.sum(np.asarray(UNEVEN) * log_softmax(z, axis=1)) + lam / 2 * w @ w, gradient

    best = minimize(
        primal, np.zeros(J.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 2000}
    )
    solution = kernel_logistic_regression(FINITE, UNEVEN, F0, lam=lam)
    np.testing.assert_allclose(solution.logits, np.asarray(F0) + (J @ best.x).reshape(N, K), atol=1e-6)
    value, _ = primal(np.asarray(J).T @ np.ravel(solution.coefficients))
    assert value <= best.fun + 1e-10


def test_kernel_logistic_regression_against_scikit_learn():
    lam, labels = 0.4, np.argmax(ONE_HOT, axis=1)
    theirs = LogisticRegression(C=1 / lam, fit_intercept=False, tol=1e-12, max_iter=10_000).fit(PHI, labels)
    ours = kernel_logistic_regression(THETA, ONE_HOT, lam=lam).predict(THETA_X)
    np.testing.assert_allclose(softmax(ours, axis=1), theirs.predict_proba(PHI_X), atol=1e-6)


@settings(deadline=None, max_examples=15, derandomize=True, database=None)
@given(seed=st.integers(0, 10**6), log_lam=st.floats(-4, 3))
def test_kernel_logistic_regression_converges_from_anywhere(seed, log_lam):
    one, two = jax.random.split(jax.random.key(seed))
    features = jax.random.normal(one, (N, FEATURES)) * 3
    far = 10 * jax.random.normal(two, (N, K))
    solution = kernel_logistic_regression(features @ features.T, ONE_HOT, far, lam=10.0**log_lam)
    assert solution.residual <= 1e-10


def test_a_start_near_the_solution_saves_steps_and_changes_nothing():
    cold = kernel_logistic_regression(THETA, ONE_HOT, F0, lam=0.01)
    warm = kernel_logistic_regression(THETA, ONE_HOT, F0, lam=0.01, start=cold.coefficients)
    assert warm.iterations < cold.iterations
    np.testing.assert_allclose(warm.logits, cold.logits, atol=1e-7)


# holds: theorem-d.3
@KERNELS
def test_without_regularizer_it_tends_to_log_target_regression_linearly_in_lambda(Theta, Theta_x):
    limit = center(log_target_regression(Theta, SMOOTH, F0).predict(Theta_x, F0_X))
    gaps = []
    for lam in (1e-5, 1e-6):
        predicted = kernel_logistic_regression(Theta, SMOOTH, F0, lam=lam).predict(Theta_x, F0_X)
        gaps.append(float(jnp.abs(center(predicted) - limit).max()))
    assert gaps[0] < 0.05
    assert gaps[0] / gaps[1] == pytest.approx(10, rel=0.1)


def test_a_strong_regularizer_leaves_the_initial_function():
    """To first order in 1/λ: f = f₀ + (1/λ)Θ(Y − softmax f₀)."""
    lam = 1e5
    expected = F0 + THETA @ (ONE_HOT - softmax(F0, axis=1)) / lam
    np.testing.assert_allclose(
        kernel_logistic_regression(THETA, ONE_HOT, F0, lam=lam).logits, expected, atol=1e-6
    )


def test_one_point_and_two_classes_solve_a_scalar_equation():
    """With f₀ = 0 the gap m obeys λm = 2Θσ(−m)."""
    Theta, lam = 0.8, 0.3
    solution = kernel_logistic_regression(jnp.full((1, 1), Theta), jnp.asarray([[1.0, 0.0]]), lam=lam)
    m = float(solution.logits[0, 0] - solution.logits[0, 1])
    assert lam * m == pytest.approx(2 * Theta / (1 + np.exp(m)), rel=1e-9)


# --- refusals ----------------------------------------------------------------------------------------------

TWINS = jnp.asarray([0, 0, 1, 2, 3, 4])  # the first input twice
SINGULAR = (PHI[TWINS] @ PHI[TWINS].T) + 0.0
INDEFINITE = THETA - 30 * jnp.eye(N)
DIRECT = pytest.mark.parametrize(
    "solve", [kernel_ridge_regression, log_target_regression], ids=lambda f: f.__name__
)


@DIRECT
def test_direct_solvers_refuse_what_rounding_has_ruined(solve):
    with pytest.raises(
        NotConverged, match=r"singular or too ill-conditioned.*Remove duplicate.*or regularize"
    ):
        solve(SINGULAR, SMOOTH, F0)


@DIRECT
def test_direct_solvers_refuse_an_indefinite_kernel(solve):
    with pytest.raises(InvalidInput, match=r"eigenvalues from -.*not positive semidefinite"):
        solve(INDEFINITE, SMOOTH, F0)


def test_a_ridge_does_not_hide_an_indefinite_kernel():
    with pytest.raises(InvalidInput, match="not positive semidefinite"):
        kernel_ridge_regression(INDEFINITE, SMOOTH, F0, lam=100.0)


def test_logistic_regression_takes_conflicting_duplicates():
    """The two copies share their logits; together they have the mean of their targets."""
    f0 = F0[TWINS]
    solution = kernel_logistic_regression(SINGULAR, ONE_HOT, f0, lam=0.1)
    np.testing.assert_allclose(solution.logits[0], solution.logits[1], atol=1e-9)


def test_logistic_regression_refuses_a_budget_that_is_too_small():
    with pytest.raises(NotConverged, match=r"residual .*tolerance.*raise `max_newton`.*newton=nb\.Newton"):
        kernel_logistic_regression(THETA, ONE_HOT, 20 * F0, lam=1e-4, newton=Newton(max_newton=1))


@pytest.mark.parametrize(
    "solve", [kernel_ridge_regression, log_target_regression, kernel_logistic_regression]
)
def test_a_kernel_with_nan_is_refused(solve):
    options = {"lam": 0.1} if solve is kernel_logistic_regression else {}
    with pytest.raises(InvalidInput, match="training kernel has 1 entries that are NaN"):
        solve(THETA.at[0, 0].set(jnp.nan), SMOOTH, F0, **options)


def test_log_target_regression_refuses_degenerate_targets():
    with pytest.raises(InvalidInput, match=r"least target probability is 0.*smooth_labels.*λ > 0"):
        log_target_regression(THETA, ONE_HOT, F0)


@pytest.mark.parametrize("gap", [400.0, 1400.0])
def test_a_hard_label_that_is_certain_already_is_left_alone(gap):
    """The gradient at the start is e^{−gap}, whose square is no double; at 1,400 it is none itself."""
    f0 = gap * jnp.array([[0.5, -0.5]])
    solution = kernel_logistic_regression(jnp.eye(1), jnp.array([[1.0, 0.0]]), f0, lam=1.0)
    np.testing.assert_allclose(solution.logits, f0)
    np.testing.assert_allclose(solution.coefficients, np.exp(-gap) * np.array([[1.0, -1.0]]), rtol=1e-9)
