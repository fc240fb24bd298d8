"""Kernel logistic regression on the span of centres: against the whole kernel, and against SciPy on its definition."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

import ntkbook as nb
from ntkbook import _low_rank
from ntkbook._low_rank import LowRank
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.explicit import nystrom

N, K, LAM = 60, 3, 0.2
KEYS = jax.random.split(jax.random.key(16), 3)
X = jax.random.normal(KEYS[0], (N, 2))
Y = nb.smooth_labels(jax.nn.one_hot(jnp.arange(N) % K, K, dtype=float), 0.1)
F0 = jax.random.normal(KEYS[1], (N, K))
NEW = jax.random.normal(KEYS[2], (7, 2))
WEIGHTS = jnp.asarray([2.0, 1.0, 2.0, 0.0, 0.0] * (N // 5))  # N in all


def kernel(X1, X2):
    """exp(−‖x − x'‖/2), whose spectrum decays slowly."""
    return jnp.exp(-0.5 * jnp.linalg.norm(X1[:, None] - X2[None], axis=-1))


def fit(X=X, Y=Y, f0=F0, centres=X[:9], lam=LAM, kernel=kernel, **rest):
    return nb.nystrom_logistic_regression(kernel, X, Y, f0, centres=centres, lam=lam, **rest)


def objective(A, weights, centres):
    """(C(f₀ + Θ(X, Z)A) + (λ/2)⟨A, Θ(Z, Z)A⟩, its gradient) as they are defined."""
    A, across, between = A.reshape(-1, K), *(np.asarray(kernel(points, centres)) for points in (X, centres))
    z = np.asarray(F0) + across @ A
    value = -np.sum(weights[:, None] * np.asarray(Y) * log_softmax(z, axis=1)) + LAM / 2 * np.sum(
        A * (between @ A)
    )
    slope = across.T @ (weights[:, None] * (softmax(z, axis=1) - np.asarray(Y))) + LAM * between @ A
    return value, slope.ravel()


def test_with_all_points_as_centres_it_is_kernel_logistic_regression():
    full = nb.kernel_logistic_regression(kernel(X, X), Y, F0, lam=LAM)
    few = fit(centres=X)
    np.testing.assert_allclose(few.logits, full.logits, atol=1e-8)
    np.testing.assert_allclose(few.coefficients, full.coefficients, atol=1e-8)
    np.testing.assert_allclose(few.predict(NEW, 0.5), full.predict(kernel(NEW, X), 0.5), atol=1e-8)


def found(weights, centres):
    """Coefficients by SciPy."""
    start, options = np.zeros(len(centres) * K), {"gtol": 1e-9}
    by = minimize(objective, start, (np.asarray(weights), centres), jac=True, method="BFGS", options=options)
    return by.x.reshape(-1, K)


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_it_is_what_scipy_finds_on_the_definition(weights):
    solution = fit(weights=weights)
    expected = found(np.ones(N) if weights is None else weights, X[:9])
    np.testing.assert_allclose(solution.coefficients, expected, atol=1e-7)
    np.testing.assert_allclose(solution.logits, F0 + kernel(X, X[:9]) @ solution.coefficients, atol=1e-11)


def test_the_objective_rises_alike_on_both_sides():
    A, h = np.asarray(fit().coefficients).ravel(), 1e-5
    for direction in np.random.default_rng(0).normal(size=(5, len(A))):
        left, middle, right = (objective(A + t * direction, np.ones(N), X[:9])[0] for t in (-h, 0, h))
        curvature = (left - 2 * middle + right) / h**2
        assert curvature > 0
        assert abs(right - left) / (2 * h) < 1e-5 * curvature


def test_weights_are_repeated_points():
    often = jnp.repeat(jnp.arange(N), WEIGHTS.astype(int))
    repeated = fit(X[often], Y[often], F0[often])
    np.testing.assert_allclose(fit(weights=WEIGHTS).coefficients, repeated.coefficients, atol=1e-8)


def test_centres_that_repeat_one_another_change_nothing():
    twice, once = fit(centres=jnp.concatenate([X[:5], X[:4]])), found(np.ones(N), X[:5])
    np.testing.assert_allclose(twice.logits, F0 + kernel(X, X[:5]) @ once, atol=1e-7)
    np.testing.assert_allclose(twice.predict(NEW), kernel(NEW, X[:5]) @ once, atol=1e-7)


def test_the_kernel_is_never_asked_for_more_than_a_tile_of_points():
    asked = []

    def told(X1, X2):
        asked.append((len(X1), len(X2)))
        return kernel(X1, X2)

    in_tiles = fit(kernel=told, tile=13)
    assert set(asked) == {(9, 9), (13, 9)}
    np.testing.assert_allclose(in_tiles.coefficients, fit().coefficients, atol=1e-10)
    np.testing.assert_allclose(in_tiles.predict(X), fit().predict(X), atol=1e-10)
    assert in_tiles.predict(X[:0]).shape == (0, K)


def test_features_in_single_precision_move_logits_by_their_rounding():
    single = fit(dtype="float32")
    assert single.logits.dtype == single.coefficients.dtype == jnp.float64
    np.testing.assert_allclose(single.logits, fit().logits, atol=3e-6)
    assert single.residual <= 1e-10


@pytest.mark.parametrize("rows", [7, 8, 30])
def test_products_with_narrow_features_add_up_in_double(rows, monkeypatch):
    monkeypatch.setattr(_low_rank, "BLOCK", 8)
    Phi, A = np.asarray(kernel(X[:rows], X[:5]), np.float32), np.asarray(F0[:rows])
    wide = Phi.astype(float)
    low = LowRank(jnp.asarray(Phi), jnp.dtype(float))
    np.testing.assert_allclose(low @ jnp.asarray(A), wide @ (wide.T @ A), rtol=1e-13)
    assert low.astype(jnp.float32).features is low.features
    assert (low.astype(jnp.float32) @ jnp.asarray(A, jnp.float32)).dtype == jnp.float32


def test_what_is_not_solved_is_withheld():
    with pytest.raises(NotConverged, match="after 1 Newton steps"):
        fit(lam=1e-4, newton=nb.Newton(max_newton=1))


def test_more_than_the_memory_holds_is_refused_before_anything_is_computed(monkeypatch):
    monkeypatch.setattr(nystrom, "granted", lambda: 2.0**20)
    monkeypatch.setattr(nystrom, "held", lambda: 0)

    many, even = jnp.zeros((50_000, 2)), jnp.full((50_000, 2), 0.5)
    with pytest.raises(InvalidInput, match=r"N = 50000 .* M = 200 .* GiB in 32 bits.*fewer centres"):
        fit(many, even, even, many[:200], kernel=lambda *_: pytest.fail("computed"), dtype="float32")
