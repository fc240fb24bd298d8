import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ntkbook.data import digits, sphere
from ntkbook.errors import InvalidInput
from ntkbook.explicit import kernel_logistic_regression
from ntkbook.generalization import (
    MARGINS,
    _sphere_constant,
    generalization_bound,
    logit_margin,
    rademacher_bound,
    rademacher_complexity,
    ramp_loss,
    rkhs_norm,
)
from ntkbook.networks import mlp

N, K = 4, 2
DATA = sphere(jax.random.key(0), points=N, inputs=6, classes=K)
THETA = mlp(6, K, 16).kernel(DATA.X).ntk
LABELS = jnp.asarray([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])


def test_norm_is_that_of_the_parameters():
    """Θ = ΦΦᵀ: f = Φw with w = ΦᵀA, and ‖w‖ = √⟨A, ΘA⟩; the same for the Kronecker form."""
    A = jax.random.normal(jax.random.key(1), (N, K))
    root = jnp.linalg.cholesky(THETA)
    np.testing.assert_allclose(rkhs_norm(THETA, A), np.linalg.norm(root.T @ A), rtol=1e-12)
    np.testing.assert_allclose(rkhs_norm(jnp.kron(THETA, jnp.eye(K)), A), rkhs_norm(THETA, A), rtol=1e-12)


def exact_complexity(B):
    """For two classes the noise is ±(1, −1)/√2: all 2^N patterns."""
    signs = jnp.asarray(list(itertools.product([-1.0, 1.0], repeat=N)))
    patterns = signs[:, :, None] * jnp.array([1.0, -1.0]) / math.sqrt(2)
    return B / N * float(jnp.mean(jax.vmap(lambda s: rkhs_norm(THETA, s))(patterns)))


def test_simulated_complexity_matches_enumeration():
    simulated = rademacher_complexity(jax.random.key(2), THETA, 3.0, N, K, draws=20_000)
    np.testing.assert_allclose(simulated, exact_complexity(3.0), rtol=0.01)


# holds: error-bound
def test_bound_lies_between_the_complexity_and_sqrt_2_times_it():
    bound = float(rademacher_bound(THETA, 3.0, N, K))
    assert exact_complexity(3.0) <= bound <= math.sqrt(2) * exact_complexity(3.0)
    np.testing.assert_allclose(bound, 3 * math.sqrt((K - 1) * float(jnp.trace(THETA))) / N, rtol=1e-12)
    np.testing.assert_allclose(rademacher_bound(jnp.kron(THETA, jnp.eye(K)), 3.0, N, K), bound, rtol=1e-12)


def test_supremum_of_the_ball_is_the_norm():
    """No function of norm ≤ B correlates better with signs σ than Θ(·, X)σ, scaled to norm B."""
    sigma = jax.random.rademacher(jax.random.key(3), (N, K), dtype=float)
    best = float(rkhs_norm(THETA, sigma))
    for key in jax.random.split(jax.random.key(4), 200):
        A = jax.random.normal(key, (N, K))
        A = A / rkhs_norm(THETA, A)
        assert float(jnp.sum(sigma * (THETA @ A))) <= best + 1e-12
    A = sigma / best
    np.testing.assert_allclose(jnp.sum(sigma * (THETA @ A)), best, rtol=1e-12)


@pytest.mark.parametrize("d", [1, 2, 3, 7, 200])
def test_the_constant_of_the_sphere_is_an_integral(d):
    """c_d = 1/E|ξ₁|; a coordinate of the sphere of radius √d has a density ∝ (1 − u²/d)^{(d − 3)/2}."""
    c = _sphere_constant(d)
    assert 1 - 1e-12 <= c < math.sqrt(math.pi / 2)
    if d > 1:
        angles = (np.arange(200_000) + 0.5) * np.pi / 200_000  # u = √d cos: the density is ∝ sin^{d − 2}
        weights = np.sin(angles) ** (d - 2)
        mean = np.sum(weights * np.abs(np.cos(angles))) * math.sqrt(d) / np.sum(weights)
        np.testing.assert_allclose(c, 1 / mean, rtol=1e-6)


def noise(key, draws, classes):
    normal = jax.random.normal(key, (draws, N, classes))
    centred = normal - normal.mean(axis=2, keepdims=True)
    return math.sqrt(classes - 1) * centred / jnp.linalg.norm(centred, axis=2, keepdims=True)


# holds: error-bound
@pytest.mark.parametrize(("classes", "draws"), [(2, 0), (3, 20_000)])
def test_vector_contraction_holds_on_the_ramp_loss(classes, draws):
    """E sup Σ σ_i ramp(f(x_i)) ≤ c (√2/h) E sup Σ ⟨ξ_i, f(x_i)⟩, over one finite set of functions; for two classes with
    all signs, and functions of margins between 0 and h, for which it is an equality."""
    margin, labels = 0.7, jax.nn.one_hot(jnp.arange(N) % 2, classes, dtype=float)
    A = jax.random.normal(jax.random.key(5), (300, N, classes))
    A = A if draws else A[:, :, :1] * jnp.array([1.0, -1.0])
    functions = jnp.einsum("ij,sjk->sik", THETA, A)
    if not draws:
        functions = (margin / 8) * functions / jnp.abs(functions).max() + (labels - 1 / 2) * margin / 2
    losses = jax.vmap(lambda z: ramp_loss(z, labels, margin))(functions)
    signs = jnp.asarray(list(itertools.product([-1.0, 1.0], repeat=N)))
    xi = (
        noise(jax.random.key(6), draws, classes)
        if draws
        else signs[:, :, None] * jnp.array([1.0, -1.0]) / 2**0.5
    )
    left = float(jnp.mean(jnp.max(signs @ losses.T, axis=1)))
    right = float(jnp.mean(jnp.max(jnp.einsum("mik,sik->ms", xi, functions), axis=1)))
    promised = _sphere_constant(classes - 1) * math.sqrt(2) / margin * right
    assert left <= promised * (1.01 if draws else 1 + 1e-12)
    assert draws or left == pytest.approx(promised)


logits = arrays(float, (N, 3), elements=st.floats(-50, 50)).map(jnp.asarray)


# holds: ramp
@settings(deadline=None, max_examples=40)  # the first example compiles
@given(z=logits, w=logits, margin=st.sampled_from(MARGINS))
def test_ramp_loss_is_lipschitz_and_counts_errors(z, w, margin):
    labels = jax.nn.one_hot(jnp.arange(N) % 3, 3, dtype=float)
    m = logit_margin(z, labels)
    ramp = ramp_loss(z, labels, margin)
    assert np.all(ramp >= (m <= 0))
    assert np.all(ramp <= (m < margin))
    distance = jnp.linalg.norm(z - w, axis=1)
    assert np.all(jnp.abs(ramp - ramp_loss(w, labels, margin)) <= math.sqrt(2) / margin * distance + 1e-9)


def test_margin_by_hand():
    z = jnp.asarray([[3.0, 1.0, -5.0], [0.0, 2.0, 2.0]])
    np.testing.assert_allclose(logit_margin(z, jnp.asarray([[1.0, 0, 0], [0, 1.0, 0]])), [2.0, 0.0])
    np.testing.assert_allclose(ramp_loss(z, jnp.asarray([[1.0, 0, 0], [0, 1.0, 0]]), 4.0), [0.5, 1.0])


def bound_of(Theta, labels, lam=1.0):
    solution = kernel_logistic_regression(Theta, labels, lam=lam)
    return generalization_bound(Theta, solution.coefficients, solution.logits, labels), solution


# holds: eq-error-bound
def test_every_part_follows_its_formula():
    bound, solution = bound_of(THETA, LABELS)
    B = math.sqrt(float(jnp.sum(solution.coefficients * (THETA @ solution.coefficients))))
    j = max(0, math.ceil(4 * math.log2(B)))
    np.testing.assert_allclose(bound.norm_bound, 2 ** (j / 4), rtol=1e-12)
    assert B <= bound.norm_bound < 2**0.25 * max(B, 1)
    np.testing.assert_allclose(bound.norm, B, rtol=1e-12)
    np.testing.assert_allclose(
        bound.complexity,
        2 * math.sqrt(2) * 2 ** (j / 4) * math.sqrt((K - 1) * float(jnp.trace(THETA))) / (bound.margin * N),
        rtol=1e-12,
    )
    delta = 0.05 / ((j + 1) * (j + 2) * len(MARGINS))
    np.testing.assert_allclose(bound.confidence, 3 * math.sqrt(math.log(2 / delta) / (2 * N)), rtol=1e-12)
    np.testing.assert_allclose(
        bound.empirical, ramp_loss(solution.logits, LABELS, bound.margin).mean(), rtol=1e-12
    )
    assert bound.total == bound.empirical + bound.complexity + bound.confidence
    assert bound.training_error == 0.0


# holds: eq-error-bound
def test_a_trace_known_beforehand_saves_a_step():
    solution = kernel_logistic_regression(THETA, LABELS, lam=1.0)
    arguments = (THETA, solution.coefficients, solution.logits, LABELS)
    plain, tau = generalization_bound(*arguments), float(jnp.diag(THETA).max())
    known = generalization_bound(*arguments, trace_bound=2 * tau)
    j = 4 * math.log2(known.norm_bound)
    delta = 0.05 / ((j + 1) * (j + 2) * len(MARGINS))
    np.testing.assert_allclose(known.confidence, math.sqrt(math.log(1 / delta) / (2 * N)), rtol=1e-12)
    np.testing.assert_allclose(
        known.complexity * known.margin,
        2 * math.sqrt(2) * known.norm_bound * math.sqrt(2 * tau / N),
        rtol=1e-12,
    )
    assert known.norm_bound == plain.norm_bound
    alone = generalization_bound(*arguments, trace_bound=2 * tau, margins=(known.margin,))
    np.testing.assert_allclose(
        known.confidence**2 - alone.confidence**2, math.log(len(MARGINS)) / (2 * N), rtol=1e-12
    )
    assert alone.complexity == known.complexity
    with pytest.raises(InvalidInput, match="at least one h"):
        generalization_bound(*arguments, margins=())
    with pytest.raises(InvalidInput, match="a training point has"):
        generalization_bound(*arguments, trace_bound=0.9 * tau)


def test_larger_norms_pay_more_confidence():
    small, _ = bound_of(THETA, LABELS, lam=1.0)
    large, _ = bound_of(THETA, LABELS, lam=1e-6)
    assert large.norm_bound >= 4 * small.norm_bound
    assert large.confidence > small.confidence


def test_a_predictor_that_did_not_move_has_the_smallest_ball():
    bound = generalization_bound(THETA, jnp.zeros((N, K)), jnp.zeros((N, K)), LABELS)
    assert (bound.norm, bound.norm_bound, bound.training_error, bound.empirical) == (0.0, 1.0, 1.0, 1.0)


# holds: error-bound
def test_it_holds_on_digits_and_tells_true_from_random_labels():
    data = digits(jax.random.key(0), classes=(0, 1), points=150, test_points=150)
    network = mlp(64, 2, 16)
    Theta = network.kernel(data.X).ntk
    shuffled = jax.random.permutation(jax.random.key(1), data.Y)
    true, solution = bound_of(Theta, data.Y, lam=0.1)
    random, _ = bound_of(Theta, shuffled, lam=0.1)
    z_test = solution.predict(network.kernel(data.X_test, data.X).ntk)
    assert float(jnp.mean(logit_margin(z_test, data.Y_test) <= 0)) <= true.total
    assert random.norm > 1.5 * true.norm
    assert random.total > true.total


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"labels": 0.9 * LABELS + 0.05}, "one-hot"),
        ({"labels": 2 * LABELS}, "leave the simplex"),
        ({"A": jnp.zeros((3, K))}, "all must be"),
        ({"logits": jnp.full((N, K), jnp.nan)}, "NaN"),
        ({"delta": 0.0}, "delta = 0.0"),
        ({"delta": 1.0}, "delta = 1.0"),
        ({"Theta": jnp.eye(3)}, "training kernel has shape"),
    ],
)
def test_bad_input(change, words):
    arguments = {
        "Theta": THETA,
        "A": jnp.zeros((N, K)),
        "logits": jnp.zeros((N, K)),
        "labels": LABELS,
    } | change
    with pytest.raises(InvalidInput, match=words):
        generalization_bound(**arguments)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rademacher_bound(THETA, -1.0, N, K), "B = -1.0"),
        (lambda: rademacher_bound(THETA, 1.0, 0, K), "points = 0"),
        (lambda: rademacher_bound(THETA, 1.0, N, 1), "classes = 1"),
        (lambda: rademacher_complexity(jax.random.key(0), THETA, 1.0, N, K, draws=0), "draws = 0"),
        (lambda: rademacher_complexity(jax.random.key(0), THETA, 1.0, 7, K), "training kernel has shape"),
        (lambda: ramp_loss(LABELS, LABELS, 0.0), "margin = 0.0"),
    ],
)
def test_bad_settings(call, words):
    with pytest.raises(InvalidInput, match=words):
        call()
