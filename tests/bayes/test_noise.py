"""Noise of the curvature's covariance, and what wide priors make of it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit

from ntkbook import bayes
from ntkbook.errors import InvalidInput
from ntkbook.explicit import kernel_logistic_regression, solve_batch
from ntkbook.losses import cross_entropy, squared_error, total

N, K = 4, 3


def test_labels_are_drawn_from_the_softmax_and_have_its_curvature_as_covariance():
    """Every draw is one of K vectors; over these the mean is 0 and the covariance ∇²ℓ, exactly; their shares fit."""
    logits = 2 * jax.random.normal(jax.random.key(0), (N, K))
    p, S = np.asarray(jax.nn.softmax(logits, axis=1)), 4_000
    xi = np.asarray(bayes.target_noise(jax.random.key(1), jnp.broadcast_to(logits, (S, N, K)), law="labels"))
    for i in range(N):
        possible = np.eye(K) - p[i]
        shares = [(np.abs(xi[:, i] - one).max(axis=1) < 1e-12).mean() for one in possible]
        assert sum(shares) == pytest.approx(1)
        np.testing.assert_allclose(shares, p[i], atol=5 * 0.5 / S**0.5)
        np.testing.assert_allclose(p[i] @ possible, 0, atol=1e-12)
        W = jax.hessian(lambda z: total(cross_entropy, z[None], jnp.eye(K)[:1]))(logits[i])
        np.testing.assert_allclose(np.einsum("k,ka,kb->ab", p[i], possible, possible), W, atol=1e-12)


def test_each_member_can_have_noise_of_its_own():
    """The noise follows the logits that it is asked at, and a certain prediction leaves none."""
    logits = jnp.asarray([[[0.0, 0.0]], [[60.0, 0.0]]])
    for law in ("gaussian", "labels"):
        xi = bayes.target_noise(jax.random.key(2), logits, law=law)
        assert abs(float(xi[0, 0, 0])) > 1e-3 > float(jnp.abs(xi[1]).max())
        np.testing.assert_allclose(xi.sum(axis=-1), 0, atol=1e-12)


# --- the book's Theorem H.7 ------------------------------------------------------------------------------


def onto_simplices(T: np.ndarray, Theta: np.ndarray) -> np.ndarray:
    """Π(T) by projected gradient steps, certified: p* maximizes ⟨·, g*⟩ over the simplices up to 1e-9."""
    v, step = np.full_like(T, 1 / T.shape[1]), 1 / np.linalg.norm(Theta, 2)
    momentum, before = v, v
    for k in range(20_000):
        before, v = v, sort_onto_simplex(momentum + step * Theta @ (T - momentum))
        momentum = v + k / (k + 3) * (v - before)
        g = Theta @ (T - v)
        if float((g.max(axis=1) - (v * g).sum(axis=1)).max()) < 1e-9:
            return v
    raise AssertionError("no certificate")


def sort_onto_simplex(rows: np.ndarray) -> np.ndarray:
    """The nearest point of the simplex, row by row, in the Euclidean norm (Held, Wolfe & Crowder 1974)."""
    ordered = -np.sort(-rows, axis=1)
    excess = (np.cumsum(ordered, axis=1) - 1) / np.arange(1, rows.shape[1] + 1)
    support = (ordered > excess).sum(axis=1) - 1
    return np.maximum(rows - excess[np.arange(len(rows)), support][:, None], 0)


def size(v: np.ndarray, Theta: np.ndarray) -> float:
    """|v| of the theorem: √⟨v, Θ⁻¹v⟩."""
    return float(np.sqrt(np.sum(v * np.linalg.solve(Theta, v))))


def random_problem(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Θ, targets of which some are hard, h and ξ."""
    root = rng.standard_normal((N, N + 1))
    Y = np.where(rng.random((N, 1)) < 0.5, np.eye(K)[rng.integers(0, K, N)], rng.dirichlet(np.ones(K), N))
    Theta = root @ root.T + 0.1 * np.eye(N)
    h = np.linalg.cholesky(Theta) @ rng.standard_normal((N, K))
    xi = rng.standard_normal((N, K)) * rng.choice([0.2, 1.0, 3.0])
    return Theta, Y, h, xi


# holds: theorem-h7.1
@pytest.mark.parametrize("seed", range(6))
def test_a_member_is_within_its_bound_of_the_projection(seed):
    Theta, Y, h, xi = random_problem(np.random.default_rng(seed))
    T = Y + xi - xi.mean(axis=1, keepdims=True)
    grown = Theta @ (T - onto_simplices(T, Theta))
    largest = 0.0
    for s in (0.1, 1.0, 10.0, 300.0):
        f = solve_batch(jnp.asarray(Theta), jnp.asarray(T)[None], s * h, 1 / s**2, check_targets=False)
        off = size(np.asarray(f.logits[0]) - s**2 * grown, Theta)
        bound = s * (size(h, Theta) + np.sqrt(N * np.log(K)))
        assert off <= bound
        largest = max(largest, off / bound)
    assert largest > 0.25  # an inequality with constants that are felt


# holds: theorem-h7.1
def test_neither_constant_of_the_bound_can_be_halved():
    """One point: a large h on the right side; and, with h = 0, a hard label among many classes."""
    h = 400 * (np.eye(2)[:1] - 0.5)
    f = kernel_logistic_regression(jnp.eye(1), jnp.eye(2)[:1], jnp.asarray(h), lam=1.0).logits
    assert size(np.asarray(f), np.eye(1)) > 0.99 * size(h, np.eye(1))
    many, gaps = 1e9, np.linspace(1, 30, 2_000)  # f = s²(1 − p)(e₁ − 1/K …): s² from the gap u = f₁ − f_k
    p = 1 / (1 + (many - 1) * np.exp(-gaps))
    variance = gaps / (1 - p) * (many - 1) / many
    reached = gaps * np.sqrt((many - 1) / many) / np.sqrt(variance * np.log(many))
    assert 0.85 < reached.max() < 1


# holds: theorem-h7.2
def test_gaussian_noise_grows_with_the_square_of_the_prior_variance():
    """One point, two classes: share of targets outside the simplex, and Cov/s⁴ against the projection's variance."""
    y, s2 = np.array([0.7, 0.3]), 1e4
    batch = bayes.ensemble(
        jax.random.key(3), jnp.eye(1), jnp.asarray(y)[None], lam=1 / s2, members=20_000, noisy_targets=True
    )
    t = np.asarray(batch.targets[:, 0, 0])
    assert ((t < 0) | (t > 1)).mean() >= 0.317 - 0.01
    gap = np.asarray(batch.logits[:, 0, 0] - batch.logits[:, 0, 1])
    grown = 2 * (t - np.clip(t, 0, 1))
    assert gap.var() / s2**2 == pytest.approx(grown.var(), rel=0.02)
    eta = np.linspace(-9, 9, 20_001)
    w = np.exp(-(eta**2) / 2) / np.exp(-(eta**2) / 2).sum()
    limit = 0.7 + np.sqrt(0.21) * eta
    limit = 2 * (limit - np.clip(limit, 0, 1))
    assert grown.var() == pytest.approx(w @ limit**2 - (w @ limit) ** 2, rel=0.06)


# holds: label-resampling, theorem-h7.5
@pytest.mark.parametrize("s2", [1.0, 1000.0])
def test_resampled_labels_stay_within_their_bound_where_gaussian_noise_does_not(problem, s2):
    Theta, Y = problem.Theta[:5, :5], problem.smooth
    beyond = {}
    for noise in ("gaussian", "labels"):
        batch = bayes.ensemble(
            jax.random.key(4), Theta, Y, lam=1 / s2, members=200, noisy_targets=True, noise=noise
        )
        s, c = s2**0.5, 2 * np.sqrt(Y.shape[0] * np.log(Y.shape[1]))
        sizes = [
            size(f, Theta) / (s * (size(f0, Theta) / s + c))
            for f, f0 in zip(np.asarray(batch.logits), np.asarray(batch.initial), strict=True)
        ]
        beyond[noise] = max(sizes)
    assert beyond["labels"] <= 1
    if s2 == 1000.0:
        assert beyond["gaussian"] > 1


# holds: label-resampling
def test_resampling_is_training_on_drawn_labels_from_an_initial_function_moved_by_the_map(problem):
    Theta, Y = problem.Theta[:5, :5], problem.smooth
    batch = bayes.ensemble(jax.random.key(5), Theta, Y, members=8, noisy_targets=True, noise="labels")
    mode = kernel_logistic_regression(Theta, Y, lam=1.0).logits
    labels = jnp.round(batch.targets - Y + jax.nn.softmax(mode, axis=1))
    np.testing.assert_array_equal(jnp.sort(labels, axis=-1)[..., -1], 1)
    again = solve_batch(Theta, labels, batch.initial + mode, 1.0)  # these targets are in the simplex
    np.testing.assert_allclose(again.logits, batch.logits, atol=1e-7)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"noise": "cauchy"}, "is not known"),
        ({"noise": "labels"}, "labels are drawn anew only"),
        ({"noise": "labels", "noisy_targets": True, "loss": squared_error}, "labels are drawn anew only"),
    ],
)
def test_bad_input(problem, change, words):
    with pytest.raises(InvalidInput, match=words):
        bayes.ensemble(jax.random.key(0), problem.Theta, problem.Y, **change)
    with pytest.raises(InvalidInput, match="is not known"):
        bayes.target_noise(jax.random.key(0), problem.Y, law="cauchy")


# holds: theorem-h-prime.3
def test_the_third_derivative_of_the_loss_is_the_third_cumulant_of_a_label():
    z = jnp.asarray([0.3, -1.0, 0.6])
    T = jax.jacfwd(jax.hessian(jax.nn.logsumexp))(z)
    p = jax.nn.softmax(z)
    centred = np.eye(3) - np.asarray(p)
    np.testing.assert_allclose(np.einsum("k,ka,kb,kc->abc", p, centred, centred, centred), T, atol=1e-12)


# --- the orders, by quadrature: two classes, whose gaps u = z₁ − z₂ have the prior covariance 2q ------------------


def gaps(initial, prior, target):
    """What members with these initial gaps (…, N) are trained to: u = u₀ + 2q(y − σ(u)), by Newton's method."""
    u = initial.copy()
    for _ in range(30):
        p = expit(u)
        slope = np.eye(len(prior)) + prior * (p * (1 - p))[..., None, :]
        u -= np.linalg.solve(slope, (u - initial - (target - p) @ prior)[..., None])[..., 0]
    return u


def normals(dimensions, nodes=24):
    """Nodes (S, d) and weights (S,) for the standard normal law."""
    x, w = np.polynomial.hermite_e.hermegauss(nodes)
    places = np.stack(np.meshgrid(*[x] * dimensions, indexing="ij"), axis=-1).reshape(-1, dimensions)
    weights = np.prod(np.meshgrid(*[w / w.sum()] * dimensions, indexing="ij"), axis=0).ravel()
    return places, weights


# holds: theorem-h-prime.3
def test_third_cumulants_are_one_three_three_and_two_times_the_same():
    y, m, v = 0.9, 1.0, 0.01
    prior = np.array([[v]])
    mode = gaps(np.array([[m]]), prior, y)[0, 0]
    p = expit(mode)
    Sigma, T3 = 1 / (1 / v + p * (1 - p)), p * (1 - p) * (1 - 2 * p)
    (x, weights), own = normals(2), np.sqrt(v)
    u0, eta = m + own * x[:, :1], x[:, 1:]
    free = gaps(u0, prior, y)
    q = expit(free)

    def drawn(p):
        """Both labels that may be drawn, with their probabilities."""
        return ((1 - p, p), (-p, 1 - p))

    samples = {
        "plain": [(free, weights)],
        "noisy": [(gaps(u0, prior, y + np.sqrt(p * (1 - p)) * eta), weights)],
        "labels": [(gaps(u0, prior, y + xi), weights * chance) for xi, chance in drawn(p)],
        "own noise": [(gaps(u0, prior, y + np.sqrt(q * (1 - q)) * eta), weights)],
        "own labels": [(gaps(u0, prior, y + xi), weights * chance[:, 0]) for xi, chance in drawn(q)],
    }
    u, around = mode + np.sqrt(Sigma) * x[:, :1], x[:, 0]
    density = np.exp(
        y * u - np.logaddexp(0, u) - (u - m) ** 2 / (2 * v) - y * mode + np.logaddexp(0, mode)
        + (mode - m) ** 2 / (2 * v) + around[:, None] ** 2 / 2
    )[:, 0]  # fmt: skip
    samples["posterior"] = [(u, weights * density / (weights @ density))]

    def third(parts):
        u, w = (np.concatenate(each) for each in zip(*((u[:, 0], w) for u, w in parts), strict=True))
        return w @ (u - w @ u) ** 3 / (T3 * Sigma**3)

    found = {name: third(parts) for name, parts in samples.items()}
    wanted = {"posterior": -1, "plain": -3, "noisy": -3, "labels": -2, "own noise": 0, "own labels": 1}
    assert found == pytest.approx(wanted, abs=0.05)


# holds: theorem-h-prime.5
def test_the_leading_errors_of_two_points_that_know_each_other():
    """With m = 0: those of Laplace's and the plain ensemble's probabilities, and of the posterior's covariance."""
    s2, y, Theta = 0.002, np.array([1.0, 0.2]), np.array([[2.0, 0.9], [0.9, 1.0]])
    prior = 2 * s2 * Theta
    x, weights = normals(2)
    root, inverse = np.linalg.cholesky(prior), np.linalg.inv(prior)
    mode = gaps(np.zeros((1, 2)), prior, y)[0]
    p = expit(mode)
    Sigma = np.linalg.inv(inverse + np.diag(p * (1 - p)))

    u = mode + x @ np.linalg.cholesky(Sigma).T

    def energy(u):
        return (np.logaddexp(0, u) - y * u).sum(-1) + np.einsum("sj,jk,sk->s", u, inverse, u) / 2

    density = weights * np.exp(-energy(u) + energy(mode[None]) + 0.5 * (x**2).sum(axis=1))
    density /= density.sum()
    true, mean = density @ expit(u), density @ u
    cov = (u - mean).T @ (density[:, None] * (u - mean))
    laplace, plain = weights @ expit(u), weights @ expit(gaps(x @ root.T, prior, y))

    D, D2 = np.diag(np.diag(Theta)), np.diag(np.diag(Theta @ Theta))
    np.testing.assert_allclose((cov - Sigma) / s2**3, Theta @ D @ Theta / 2, rtol=0.06)
    np.testing.assert_allclose((laplace - true) / s2**3, -Theta @ D @ Theta @ (y - 0.5) / 8, rtol=0.06)
    np.testing.assert_allclose((plain - true) / s2**3, D2 @ Theta @ (y - 0.5) / 8, rtol=0.06)
