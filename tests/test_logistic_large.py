"""Kernel logistic regression: preconditioner, precision, limits in λ, batches, and what it refuses."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import root_scalar

from ntkbook._kernel_product import check_train_kernel
from ntkbook.data import sphere
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.explicit import (
    Newton,
    _prepared,
    kernel_logistic_regression,
    log_target_regression,
    regularization_path,
    solve_batch,
)
from ntkbook.explicit import batch as batch_module
from ntkbook.explicit._preconditioner import low_rank_inverse, nystrom
from ntkbook.losses import cross_entropy, smooth_labels


def one_hot(N, K):
    return jax.nn.one_hot(jnp.arange(N) % K, K, dtype=float)


def problem(N, K, seed=0, rank=None):
    """(Θ, Y, f₀) with Θ ⪰ 0 of the given rank, one-hot Y."""
    keys = jax.random.split(jax.random.key(seed), 2)
    features = jax.random.normal(keys[0], (N, rank or 2 * N)) / jnp.sqrt(rank or 2 * N)
    return features @ features.T, one_hot(N, K), jax.random.normal(keys[1], (N, K))


def kronecker(Theta, K):
    return jnp.kron(Theta, jnp.eye(K))


def dense_newton(Theta, Y, f0, lam):
    """The same A by an (NK, NK) matrix and nothing clever: plain Newton on softmax − Y + λA in NumPy."""
    (N, K), big = Y.shape, np.kron(Theta, np.eye(Y.shape[1]))
    A = np.zeros(N * K)
    for _ in range(60):
        z = np.asarray(f0) + (big @ A).reshape(N, K)
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        W = np.zeros((N * K, N * K))
        for i in range(N):
            W[i * K : i * K + K, i * K : i * K + K] = np.diag(p[i]) - np.outer(p[i], p[i])
        A = A - np.linalg.solve(lam * np.eye(N * K) + W @ big, (p - np.asarray(Y)).ravel() + lam * A)
    return A.reshape(N, K)


# --- the numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lam", [0.3, 1.0, 30.0])
def test_agrees_with_a_dense_newton(lam):
    Theta, Y, f0 = problem(25, 3)
    solution = kernel_logistic_regression(Theta, Y, f0, lam=lam)
    np.testing.assert_allclose(solution.coefficients, dense_newton(Theta, Y, f0, lam), atol=1e-10)


def test_single_precision_steps_lead_to_the_same_double_precision_answer(monkeypatch):
    Theta, Y, f0 = problem(200, 4)
    plain = kernel_logistic_regression(Theta, Y, f0, lam=0.5, newton=Newton(tolerance=1e-13))
    monkeypatch.setattr(_prepared, "SINGLE_FROM", 1)
    assert _prepared.prepare(Theta, 0.5).inner.dtype == jnp.float32
    assert _prepared.prepare(Theta, 0.5).Theta.dtype == jnp.float64
    assert _prepared.prepare(Theta, 1e-9).inner.dtype == jnp.float64  # too small a λ for single precision
    single = kernel_logistic_regression(Theta, Y, f0, lam=0.5, newton=Newton(tolerance=1e-13))
    np.testing.assert_allclose(single.coefficients, plain.coefficients, atol=1e-11)
    assert single.coefficients.dtype == jnp.float64


def test_a_thousand_points_take_some_dozens_of_products():
    X = sphere(jax.random.key(3), points=1000, inputs=4, classes=10, test_points=1).X
    Theta = 5 * jnp.exp(-0.5 * jnp.linalg.norm(X[:, None] - X[None], axis=-1))  # slowly decaying spectrum
    Y = one_hot(1000, 10)
    solution = kernel_logistic_regression(Theta, Y, lam=1.0)
    violation = jax.nn.softmax(Theta @ solution.coefficients, axis=1) - Y + solution.coefficients
    assert float(jnp.max(jnp.abs(violation))) <= 1e-10
    assert solution.residual == pytest.approx(float(jnp.max(jnp.abs(violation))), rel=0.5, abs=1e-15)
    assert solution.products < 80


@given(st.integers(0, 10**6), st.floats(-3, 3), st.sampled_from([2, 4]), st.sampled_from([1, 6]))
@settings(max_examples=15, deadline=None)
def test_dual_variables_stay_in_the_box_and_sum_to_zero(seed, log_lam, K, N):
    Theta, Y, f0 = problem(N, K, seed)
    lam = 10.0**log_lam
    A = kernel_logistic_regression(Theta, Y, f0, lam=lam).coefficients
    assert float(jnp.max(jnp.abs(lam * A))) <= 1 + 1e-9
    np.testing.assert_allclose(lam * A.sum(axis=1), 0, atol=1e-9)


def test_both_shapes_of_kernel_agree():
    Theta, Y, f0 = problem(12, 3)
    small, large = (kernel_logistic_regression(T, Y, f0, lam=0.1) for T in (Theta, kronecker(Theta, 3)))
    np.testing.assert_allclose(small.coefficients, large.coefficients, atol=1e-9)
    np.testing.assert_allclose(
        small.predict(Theta[:5], f0[:5]), large.predict(kronecker(Theta, 3)[:15], f0[:5]), atol=1e-9
    )


# --- limits and ill-conditioned kernels ------------------------------------------------------------------


@pytest.mark.parametrize("lam", [1e-12, 1e-8, 1e8])
def test_one_hot_targets_are_solved_to_relative_accuracy_at_any_strength(lam):
    Theta, Y, f0 = problem(12, 3)
    solution = kernel_logistic_regression(Theta, Y, f0, lam=lam)
    A = solution.coefficients
    violation = cross_entropy.residual(f0 + Theta @ A, Y) + lam * A
    assert float(jnp.max(jnp.abs(violation))) <= 1e-9 * min(1.0, lam * float(jnp.max(jnp.abs(A))))


def test_large_lambda_leaves_the_initial_residual():
    Theta, Y, f0 = problem(12, 3)
    A = kernel_logistic_regression(Theta, Y, f0, lam=1e8).coefficients
    np.testing.assert_allclose(1e8 * A, Y - jax.nn.softmax(f0, axis=1), atol=1e-7)


def test_small_lambda_tends_to_log_target_regression():
    Theta, Y, f0 = problem(12, 3)
    Y = smooth_labels(Y, 0.2)
    limit = log_target_regression(Theta, Y, f0).coefficients
    gaps = [
        float(jnp.max(jnp.abs(kernel_logistic_regression(Theta, Y, f0, lam=lam).coefficients - limit)))
        for lam in (1e-4, 1e-6)
    ]
    assert gaps[1] < 1e-3
    assert gaps[1] == pytest.approx(gaps[0] / 100, rel=0.1)  # the gap is O(λ)


@pytest.mark.parametrize("kind", ["rank-deficient", "duplicates", "condition 1e12"])
@pytest.mark.parametrize("lam", [1e-4, 1.0])
def test_ill_conditioned_kernels_are_solved(kind, lam):
    Theta, Y, f0 = problem(20, 3, rank=4 if kind == "rank-deficient" else None)
    if kind == "duplicates":
        Theta = Theta.at[:, 1].set(Theta[:, 0]).at[1, :].set(Theta[0, :]).at[1, 1].set(Theta[0, 0])
        f0 = f0.at[1].set(f0[0])  # labels conflict
    if kind == "condition 1e12":
        basis = jnp.linalg.qr(Theta)[0]
        Theta = basis @ jnp.diag(jnp.logspace(0, -12, 20)) @ basis.T
        Theta = (Theta + Theta.T) / 2
    solution = kernel_logistic_regression(Theta, Y, f0, lam=lam)
    violation = cross_entropy.residual(f0 + Theta @ solution.coefficients, Y) + lam * solution.coefficients
    assert float(jnp.max(jnp.abs(violation))) <= 1e-10
    if kind == "duplicates":
        np.testing.assert_allclose(solution.logits[0], solution.logits[1], atol=1e-8)


TWO = jnp.asarray([[2.0, 1.0], [1.0, 2.0]])  # with Y = I the gap m obeys λm/2 = σ(−m)
ROUTES = {
    "one": lambda lam, **more: kernel_logistic_regression(TWO, jnp.eye(2), lam=lam, **more).logits,
    "batch": lambda lam, **more: solve_batch(TWO, jnp.eye(2), jnp.zeros((1, 2, 2)), lam, **more).logits[0],
    "path": lambda lam, **more: regularization_path(TWO, jnp.eye(2), None, jnp.asarray([lam]), **more).logits[
        0
    ],
}


@pytest.mark.parametrize("route", ROUTES)
def test_a_tiny_strength_gives_the_right_margin(route):
    lam = 1e-40
    m = root_scalar(lambda m: np.log(lam * m / 2) + np.logaddexp(0, m), bracket=(1e-9, 1e3), xtol=1e-12).root
    z = ROUTES[route](lam)
    np.testing.assert_allclose(z[:, 0] - z[:, 1], [m, -m], rtol=1e-10)


@pytest.mark.parametrize("route", ROUTES)
def test_a_residual_that_is_small_only_because_lambda_is_does_not_pass(route):
    with pytest.raises(NotConverged, match=r"of max \|λA\| = .* after \d+ Newton steps"):
        ROUTES[route](1e-14, newton=Newton(max_newton=25))


# --- the preconditioner ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("margin", [1.0, 30.0])
def test_at_full_rank_the_preconditioner_is_the_inverse(shared, margin):
    Theta, Y, _ = problem(10, 3)
    Theta = Theta if shared else kronecker(Theta, 3) + 0.1 * problem(30, 3)[0]
    big = kronecker(Theta, 3) if shared else Theta
    p = jax.nn.softmax(margin * Y, axis=1)
    root = jnp.sqrt(p)
    blocks = [jnp.diag(r) @ (jnp.eye(3) - jnp.outer(r, r)) for r in root]
    B = jax.scipy.linalg.block_diag(*blocks)
    L, _ = nystrom(Theta, Theta.shape[0])
    apply = low_rank_inverse(
        L, p, jnp.asarray(0.7),
        lambda V: (B @ V.ravel()).reshape(V.shape), lambda V: (B.T @ V.ravel()).reshape(V.shape),
    )  # fmt: skip
    V = jax.random.normal(jax.random.key(4), Y.shape)
    expected = jnp.linalg.solve(0.7 * jnp.eye(30) + B.T @ big @ B, V.ravel()).reshape(V.shape)
    np.testing.assert_allclose(apply(V), expected, atol=1e-10)


def test_nystrom_is_exact_on_a_kernel_of_its_rank_and_never_above():
    low = problem(40, 2, rank=5)[0]
    L, _ = nystrom(low, 8)
    np.testing.assert_allclose(L @ L.T, low, atol=1e-10)
    full = problem(40, 2)[0]
    L, _ = nystrom(full, 8)
    assert float(jnp.linalg.eigvalsh(full - L @ L.T)[0]) > -1e-10


# --- batches ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stacked", ["Y", "f0", "both"])
def test_a_batch_is_its_members(stacked, monkeypatch):
    monkeypatch.setattr(batch_module, "BATCH_ENTRIES", 2 * 24**2)  # two members at a time, and one left over
    Theta, Y, f0 = problem(8, 3)
    Ys, f0s = jnp.stack([Y, smooth_labels(Y, 0.3), Y[::-1]]), jnp.stack([f0, 2 * f0, -f0])
    given_Y, given_f0 = (Ys if stacked != "f0" else Y), (f0s if stacked != "Y" else f0)
    batch = solve_batch(Theta, given_Y, given_f0, 0.5)
    for s in range(3):
        member = kernel_logistic_regression(
            Theta, Ys[s] if stacked != "f0" else Y, f0s[s] if stacked != "Y" else f0, lam=0.5
        )
        np.testing.assert_allclose(batch.coefficients[s], member.coefficients, atol=1e-9)
        np.testing.assert_allclose(batch.logits[s], member.logits, atol=1e-9)
        np.testing.assert_allclose(
            batch.predict(Theta[:2], f0[:2])[s], member.predict(Theta[:2], f0[:2]), atol=1e-9
        )
    assert batch.residual.shape == batch.iterations.shape == (3,)


def test_noisy_targets_are_taken_on_request_only():
    Theta, Y, f0 = problem(8, 3)
    noise = jax.random.normal(jax.random.key(7), Y.shape)
    noisy = Y + noise - noise.mean(axis=1, keepdims=True)
    with pytest.raises(InvalidInput, match="simplex"):
        kernel_logistic_regression(Theta, noisy, f0, lam=1.0)
    solution = kernel_logistic_regression(Theta, noisy, f0, lam=1.0, check_targets=False)
    np.testing.assert_allclose(solution.coefficients, dense_newton(Theta, noisy, f0, 1.0), atol=1e-9)
    batch = solve_batch(Theta, noisy[None], f0, 1.0, check_targets=False)
    np.testing.assert_allclose(batch.coefficients[0], solution.coefficients, atol=1e-9)


# --- what is refused -------------------------------------------------------------------------------------

THETA, TARGETS, F0 = problem(6, 3)
BAD_THETA = {
    "NaN": THETA.at[0, 0].set(jnp.nan),
    "infinite": THETA.at[0, 0].set(jnp.inf),
    "indefinite": THETA - 2 * jnp.eye(6),
    "negative": -THETA,
}


def solve(Theta=THETA, Y=TARGETS, lam=1.0, **options):
    return kernel_logistic_regression(Theta, Y, lam=lam, **options)


REFUSED = {
    "λ of zero": (lambda: solve(lam=0.0), "lam = 0.0"),
    "NaN kernel": (lambda: solve(BAD_THETA["NaN"]), "NaN"),
    "infinite kernel": (lambda: solve(BAD_THETA["infinite"]), "infinite"),
    "indefinite kernel": (lambda: solve(BAD_THETA["indefinite"]), "semidefinite"),
    "negative kernel": (lambda: solve(BAD_THETA["negative"]), "semidefinite"),
    "NaN start": (lambda: solve(start=jnp.nan * TARGETS), "start has"),
    "row sums off 1": (lambda: solve(Y=2 * TARGETS, check_targets=False), "sum to 1"),
    "no tolerance": (lambda: solve(newton=Newton(tolerance=0.0)), "tolerance = 0.0"),
    "no Newton steps": (lambda: solve(newton=Newton(max_newton=0)), "max_newton = 0"),
    "no members": (lambda: solve_batch(THETA, TARGETS, F0, 1.0), r"\(S, N, K\)"),
    "unequal batches": (
        lambda: solve_batch(THETA, TARGETS[None], jnp.stack([F0, F0]), 1.0),
        "as many of each",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_named(case):
    call, message = REFUSED[case]
    with pytest.raises(InvalidInput, match=message):
        call()


@pytest.mark.parametrize("row", [0, 255, 256, 299])
def test_a_fault_is_found_in_every_block_of_a_large_kernel(row):
    Theta, Y = jnp.eye(300), one_hot(300, 3)
    with pytest.raises(InvalidInput, match="1 entries that are NaN"):
        check_train_kernel(Theta.at[row, 7].set(jnp.nan), *Y.shape)
    with pytest.raises(InvalidInput, match="not symmetric"):
        check_train_kernel(Theta.at[row, 7].set(0.5), *Y.shape)
    check_train_kernel(Theta, *Y.shape)


def test_what_has_not_converged_is_withheld():
    with pytest.raises(NotConverged, match=r"after 1 Newton steps.*tolerance is 1e-10"):
        kernel_logistic_regression(THETA, TARGETS, F0, lam=1e-3, newton=Newton(max_newton=1))
    offsets = jnp.stack(
        [jnp.log(smooth_labels(TARGETS, 1e-3)), F0]
    )  # the first nearly solves the problem as it is
    enough = int(solve_batch(THETA, TARGETS, offsets[:1], 1.0).iterations[0])
    with pytest.raises(NotConverged, match="member 1 of the batch"):
        solve_batch(THETA, TARGETS, offsets, 1.0, newton=Newton(max_newton=enough))
