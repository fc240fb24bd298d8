import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize

from ntkbook.bayes.distances import loewner_gap
from ntkbook.bayes.laplace import first_order_law, hessian_root, laplace, laplace_marginals
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.explicit import Newton, kernel_logistic_regression

N, M, K = 5, 3, 3
LAM = 0.7


def dense(problem, lam):
    """(mode, W, Σ, q) on the training points, by dense textbook formulas."""
    mode = kernel_logistic_regression(problem.Theta[:N, :N], problem.Y, lam=lam).logits
    p = np.asarray(jax.nn.softmax(mode, axis=1))
    W = np.zeros((N * K, N * K))
    for i in range(N):
        W[i * K : (i + 1) * K, i * K : (i + 1) * K] = np.diag(p[i]) - np.outer(p[i], p[i])
    q = np.kron(problem.Theta, np.eye(K)) / lam
    Sigma = np.linalg.inv(np.linalg.inv(q[: N * K, : N * K]) + W)
    return np.asarray(mode), W, Sigma, q


def test_hessian_root_is_a_root():
    z = jax.random.normal(jax.random.key(0), (4, 5)) * 3
    p = jax.nn.softmax(z, axis=1)
    B = hessian_root(z)
    np.testing.assert_allclose(
        B @ B.transpose(0, 2, 1), jax.vmap(lambda p: jnp.diag(p) - jnp.outer(p, p))(p), atol=1e-14
    )
    np.testing.assert_allclose(B.sum(axis=1), 0, atol=1e-14)


@pytest.mark.parametrize("lam", [0.05, 1.0, 10.0])
def test_training_covariance_is_the_inverse_hessian(problem, lam):
    mode, _, Sigma, _ = dense(problem, lam)
    law = laplace(problem.Theta, problem.Y, lam=lam)
    np.testing.assert_allclose(law.mean[:N], mode, atol=1e-9)
    np.testing.assert_allclose(law.covariance()[: N * K, : N * K], Sigma, atol=1e-8 * np.abs(Sigma).max())


def test_new_points_follow_rasmussen_and_williams(problem):
    """Eq. 3.44: cov at x = q(x, x) − q(x, X)q⁻¹q(X, x) + q(x, X)q⁻¹ Σ q⁻¹q(X, x);
    the mean is q(x, X)(Y − softmax(f̂)).
    """
    mode, _, Sigma, q = dense(problem, LAM)
    law = laplace(problem.Theta, problem.Y, lam=LAM)
    A = q[N * K :, : N * K] @ np.linalg.inv(q[: N * K, : N * K])
    expected = q[N * K :, N * K :] - A @ q[: N * K, N * K :] + A @ Sigma @ A.T
    np.testing.assert_allclose(law.covariance()[N * K :, N * K :], expected, atol=1e-9)
    residual = problem.Y - jax.nn.softmax(mode, axis=1)
    np.testing.assert_allclose(law.mean[N:], problem.Theta[N:, :N] @ residual / LAM, atol=1e-8)


def test_marginals_alone_are_those_of_the_law(problem):
    mean, covariances = laplace_marginals(problem.Theta, problem.Y, lam=LAM)
    law = laplace(problem.Theta, problem.Y, lam=LAM)
    np.testing.assert_allclose(mean, law.mean, atol=1e-12)
    np.testing.assert_allclose(covariances, law.marginals(), atol=1e-12)


def test_mode_and_curvature_by_an_independent_optimizer(problem):
    """BFGS and finite differences on the log posterior itself, which share no code with the solver."""
    Theta, Y = np.asarray(problem.Theta[:N, :N]), np.asarray(problem.Y)
    inverse = np.linalg.inv(Theta) * LAM

    def gradient(flat):
        z = flat.reshape(N, K)
        p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
        return (p - Y + inverse @ z).ravel()

    def value(flat):
        z = flat.reshape(N, K)
        return np.sum(np.log(np.exp(z).sum(1))) - np.sum(Y * z) + 0.5 * np.sum(z * (inverse @ z))

    found = scipy.optimize.minimize(
        value, np.zeros(N * K), jac=gradient, method="BFGS", options={"gtol": 1e-9}
    )
    law = laplace(problem.Theta, problem.Y, lam=LAM)
    np.testing.assert_allclose(law.mean[:N].ravel(), found.x, atol=1e-6)
    step = 1e-5 * np.eye(N * K)
    hessian = np.stack([(gradient(found.x + h) - gradient(found.x - h)) / 2e-5 for h in step])
    np.testing.assert_allclose(law.covariance()[: N * K, : N * K] @ hessian, np.eye(N * K), atol=1e-6)


def test_marginals_are_blocks_of_the_covariance(problem):
    for law in (laplace(problem.Theta, problem.Y), first_order_law(problem.Theta, problem.Y, problem.nngp)):
        joint = np.asarray(law.covariance()).reshape(N + M, K, N + M, K)
        np.testing.assert_allclose(law.marginals(), np.einsum("xkxl->xkl", joint), atol=1e-12)


# holds: theorem-h.2
def test_ensemble_is_under_dispersed_by_exactly_sigma_w_sigma(problem):
    _, W, Sigma, _ = dense(problem, LAM)
    law = first_order_law(problem.Theta, problem.Y, lam=LAM)
    train = law.covariance()[: N * K, : N * K]
    np.testing.assert_allclose(train, Sigma - Sigma @ W @ Sigma, atol=1e-9)
    assert (
        float(loewner_gap(laplace(problem.Theta, problem.Y, lam=LAM).covariance(), law.covariance())) > -1e-10
    )
    assert np.trace(Sigma @ W @ Sigma) > 0.05 * np.trace(Sigma)


# holds: theorem-h.3
def test_noisy_targets_restore_laplace_at_every_point(problem):
    law = first_order_law(problem.Theta, problem.Y, lam=LAM, noisy_targets=True)
    expected = laplace(problem.Theta, problem.Y, lam=LAM)
    np.testing.assert_allclose(law.covariance(), expected.covariance(), atol=1e-9)
    np.testing.assert_allclose(law.mean, expected.mean, atol=1e-12)


# holds: theorem-h.1
@pytest.mark.parametrize("prior", ["nngp", "Theta"])
@pytest.mark.parametrize("noisy", [False, True])
def test_first_order_law_is_the_derivative_of_the_trained_predictor(problem, prior, noisy):
    """Differences of the solver in every direction of f₀ and of the target noise, against the formula."""
    q = getattr(problem, prior)
    law = first_order_law(problem.Theta, problem.Y, q, lam=LAM, noisy_targets=noisy)
    mode, *_ = dense(problem, LAM)
    size, h = (N + M) * K, 1e-4

    def trained(f0, Y):
        solution = kernel_logistic_regression(
            problem.Theta[:N, :N], Y, f0[:N], lam=LAM, newton=Newton(tolerance=1e-13), check_targets=False
        )
        return np.asarray(solution.predict(problem.Theta[:, :N], f0)).ravel()

    zero = jnp.zeros((N + M, K))
    root = np.linalg.cholesky(np.kron(q, np.eye(K)))
    columns = []
    for column in root.T:
        f0 = jnp.asarray(column.reshape(N + M, K))
        columns.append((trained(h * f0, problem.Y) - trained(-h * f0, problem.Y)) / (2 * h))
    if noisy:
        for column in np.asarray(jax.scipy.linalg.block_diag(*hessian_root(jnp.asarray(mode)))).T:
            xi = jnp.asarray(column.reshape(N, K))
            columns.append((trained(zero, problem.Y + h * xi) - trained(zero, problem.Y - h * xi)) / (2 * h))
    D = np.stack(columns, axis=1)
    assert D.shape[0] == size
    np.testing.assert_allclose(law.covariance(), D @ D.T, atol=1e-5)


def test_singular_kernels_are_no_obstacle(problem):
    """Duplicate inputs: Θ⁻¹ does not exist, and none is formed."""
    twice = jnp.concatenate([jnp.arange(N), jnp.arange(N)])
    Theta = problem.Theta[jnp.ix_(twice, twice)]
    law = laplace(Theta, jnp.concatenate([problem.Y, problem.Y]))
    assert bool(jnp.all(jnp.isfinite(law.covariance())))
    np.testing.assert_allclose(law.marginals()[:N], law.marginals()[N:], atol=1e-9)


def test_strong_regularization_returns_the_prior(problem):
    law = laplace(problem.Theta, problem.Y, lam=1e6)
    np.testing.assert_allclose(
        law.covariance() * 1e6, np.kron(problem.Theta, np.eye(K)), rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: (p.Theta[:4, :4], p.Y, 1.0), "training points first"),
        (lambda p: (p.Theta, p.Y, 0.0), "lam = 0.0"),
        (lambda p: (p.Theta, p.Y, -1.0), "lam = -1.0"),
        (lambda p: (p.Theta, p.Y[:, :1], 1.0), "single class"),
        (lambda p: (p.Theta, p.Y * 2, 1.0), "leave the simplex"),
        (lambda p: (p.Theta.at[1, 1].set(jnp.inf), p.Y, 1.0), "NaN or infinite"),
    ],
)
def test_bad_input(problem, change, words):
    Theta, Y, lam = change(problem)
    for function in (laplace, first_order_law):
        with pytest.raises(InvalidInput, match=words):
            function(Theta, Y, lam=lam)
    with pytest.raises(InvalidInput, match="prior has shape"):
        first_order_law(problem.Theta, problem.Y, problem.nngp[:N, :N])


@pytest.mark.parametrize("lam", [1e-2, 1e-6, 1e-10, 1e-14])
def test_noise_keeps_its_variance_however_small_the_regularizer(lam):
    """Separate points, f₀ of order 1: each varies by 1/(1 + qw)² + q²w/(1 + qw)² where W has the eigenvalue w."""
    targets = jnp.array([[0.8, 0.2], [0.2, 0.8]])
    law = first_order_law(jnp.eye(2), targets, jnp.eye(2), lam=lam, noisy_targets=True)
    p = jax.nn.softmax(law.mean, axis=1)
    q, w = 1 / lam, 2 * p[:, 0] * p[:, 1]
    difference = jnp.array([1.0, -1.0]) / np.sqrt(2)
    found = jnp.einsum("k,xkl,l->x", difference, law.marginals(), difference)
    np.testing.assert_allclose(found, (1 + q**2 * w) / (1 + q * w) ** 2, rtol=1e-7)


@pytest.mark.parametrize("law", [laplace, first_order_law, laplace_marginals])
def test_variances_that_rounding_has_taken_are_refused(law):
    targets = jnp.array([[0.8, 0.2], [0.2, 0.8]])
    law(jnp.eye(2) + 1, targets, lam=1e-6)
    with pytest.raises(NotConverged, match="larger λ"):
        law(jnp.eye(2) + 1, targets, lam=1e-13)


@pytest.mark.parametrize("seed", range(20))
def test_no_law_has_a_negative_variance(seed):
    keys = jax.random.split(jax.random.key(seed), 3)
    X = jax.random.normal(keys[0], (6, 2))
    Theta = jnp.exp(-((X[:, None] - X) ** 2).sum(-1) / 2)
    targets = jax.nn.softmax(2 * jax.random.normal(keys[1], (4, 3)), axis=1)
    lam = 10.0 ** jax.random.uniform(keys[2], minval=-14, maxval=2)
    for prior, noisy in ((None, False), (None, True), (Theta / 2, False), (Theta / 2, True)):
        try:
            law = first_order_law(Theta, targets, prior, lam=lam, noisy_targets=noisy)
        except NotConverged:
            assert lam < 1e-6
        else:
            assert float(jnp.linalg.eigvalsh(law.marginals()).min()) > -1e-4
