import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook.bayes.ensembles import sample_functions
from ntkbook.bayes.law import trained_law
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.explicit import log_target_regression
from ntkbook.losses import center
from ntkbook.networks import mlp

N, M, K = 5, 3, 3


def test_zero_prior_leaves_the_mean_alone(problem):
    law = trained_law(problem.Theta, problem.smooth)
    weights = np.linalg.solve(problem.Theta[:N, :N], center(jnp.log(problem.smooth)))
    np.testing.assert_allclose(law.mean, problem.Theta[:, :N] @ weights, atol=1e-10)
    np.testing.assert_allclose(law.covariance(), 0, atol=1e-12)


# holds: theorem-g.2
@pytest.mark.parametrize("prior", ["nngp", "Theta"])
def test_training_points_are_met_exactly(problem, prior):
    law = trained_law(problem.Theta, problem.smooth, getattr(problem, prior))
    np.testing.assert_allclose(law.mean[:N], center(jnp.log(problem.smooth)), atol=1e-10)
    np.testing.assert_allclose(law.marginals()[:N], 0, atol=1e-10)
    assert float(jnp.min(law.kernel[N:, N:].diagonal())) > 0.1


# holds: theorem-g.3
def test_ntk_prior_is_noise_free_gp_regression_on_log_targets(problem):
    """The posterior of GP regression by conditioning the joint Gaussian, written out class by class."""
    Theta = np.asarray(problem.Theta)
    law = trained_law(problem.Theta, problem.smooth, problem.Theta)
    schur = Theta[N:, N:] - Theta[N:, :N] @ np.linalg.inv(Theta[:N, :N]) @ Theta[:N, N:]
    P = np.eye(K) - 1 / K
    new = np.asarray(law.covariance()).reshape(N + M, K, N + M, K)[N:, :, N:]
    np.testing.assert_allclose(new, np.einsum("xy,kl->xkyl", schur, P), atol=1e-10)


# holds: theorem-g.1, eq-law, eq-spread
@pytest.mark.parametrize("prior", ["nngp", "Theta"])
def test_the_law_is_that_of_solving_from_every_initial_function(problem, prior):
    """The trained predictor is affine in f₀: pushing the columns of a root of the prior through the solver
    gives the
    covariance without any sampling."""
    q = getattr(problem, prior)
    law = trained_law(problem.Theta, problem.smooth, q)

    def trained(f0):
        return center(
            log_target_regression(problem.Theta[:N, :N], problem.smooth, f0[:N]).predict(
                problem.Theta[:, :N], f0
            )
        )

    root = jnp.linalg.cholesky(q)
    rest = trained(jnp.zeros((N + M, K)))
    columns = jnp.stack(
        [
            (trained(jnp.outer(root[:, j], jnp.eye(K)[k])) - rest).ravel()
            for j in range(N + M)
            for k in range(K)
        ],
        axis=1,
    )
    np.testing.assert_allclose(law.mean, rest, atol=1e-10)
    np.testing.assert_allclose(law.covariance(), columns @ columns.T, atol=1e-9)


def test_samples_have_the_stated_moments(problem):
    law = trained_law(problem.Theta, problem.smooth, problem.nngp)
    draws = law.sample(jax.random.key(0), 20_000)
    spread = float(jnp.max(law.marginals()))
    np.testing.assert_allclose(draws.mean(0), law.mean, atol=5 * (spread / 20_000) ** 0.5)
    covariance = np.cov(np.asarray(draws).reshape(20_000, -1).T)
    np.testing.assert_allclose(covariance, law.covariance(), atol=5 * spread * (2 / 20_000) ** 0.5)
    np.testing.assert_allclose(draws.sum(-1), 0, atol=1e-6)


# holds: theorem-g.6
def test_wide_networks_follow_the_law(problem):
    """Trained (linearized) networks of width 256 over 150 initializations, against the infinite-width law."""
    network, members = mlp(6, K, 256), 150

    @jax.jit
    def kernel_and_output(key):
        params = network.init(key)
        return empirical_ntk(network.apply, params, problem.X, problem.X[:N]), network.apply(
            params, problem.X
        )

    finals = []
    for key in jax.random.split(jax.random.key(3), members):
        Theta0, f0 = kernel_and_output(key)
        trained = log_target_regression(Theta0[: N * K], problem.smooth, f0[:N])
        finals.append(center(trained.predict(Theta0, f0))[N:])
    finals = np.asarray(finals)
    law = trained_law(problem.Theta, problem.smooth, problem.nngp)
    deviation = np.sqrt(np.asarray(law.marginals())[N:].diagonal(axis1=1, axis2=2))
    # Four standard errors of a mean and of a variance ratio, and 10 % for the finite width.
    assert np.max(np.abs(finals.mean(0) - law.mean[N:]) / deviation) < 4 / members**0.5 + 0.1
    assert np.max(np.abs(finals.var(0) / deviation**2 - 1)) < 4 * (2 / members) ** 0.5 + 0.1


def test_functions_at_initialization_have_the_kernel_as_covariance(problem):
    draws = np.asarray(sample_functions(jax.random.key(1), problem.nngp, members=20_000, classes=2))
    flat = draws.transpose(0, 2, 1).reshape(20_000, -1)  # classes first
    np.testing.assert_allclose(np.cov(flat.T), np.kron(np.eye(2), problem.nngp), atol=0.1)
    assert abs(float(flat.mean())) < 0.03


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: (p.Theta, p.Y, p.nngp), "probability is 0"),
        (lambda p: (p.Theta[:4, :4], p.smooth, None), "training points first"),
        (lambda p: (p.Theta[:, :6], p.smooth, None), "training points first"),
        (lambda p: (p.Theta, p.smooth, p.nngp[:4, :4]), "prior has shape"),
        (lambda p: (p.Theta.at[0, 0].set(jnp.nan), p.smooth, None), "NaN"),
        (lambda p: (p.Theta.at[0, 1].add(1.0), p.smooth, None), "not symmetric"),
        (lambda p: (p.Theta, 2 * p.smooth, None), "leave the simplex"),
    ],
)
def test_bad_input(problem, change, words):
    with pytest.raises(InvalidInput, match=words):
        trained_law(*change(problem))


def test_singular_kernel_is_refused(problem):
    with pytest.raises(NotConverged, match="singular or too ill-conditioned"):
        trained_law(jnp.ones_like(problem.Theta), problem.smooth)


def test_indefinite_prior_is_refused(problem):
    with pytest.raises(InvalidInput, match="not positive semidefinite"):
        sample_functions(jax.random.key(0), problem.nngp - 2 * jnp.eye(N + M), members=2, classes=K)


def test_singular_prior_is_sampled():
    draws = sample_functions(jax.random.key(0), jnp.ones((4, 4)), members=3, classes=2)
    np.testing.assert_allclose(draws - draws[:, :1], 0, atol=1e-3)
