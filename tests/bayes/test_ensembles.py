import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook.bayes.ensembles import ensemble
from ntkbook.bayes.laplace import first_order_law, laplace
from ntkbook.errors import InvalidInput
from ntkbook.explicit import kernel_logistic_regression, kernel_ridge_regression
from ntkbook.losses import bernoulli, squared_error

N, M, K = 5, 3, 3


@pytest.fixture(scope="module")
def members(problem):
    return ensemble(jax.random.key(0), problem.Theta, problem.Y, problem.nngp, lam=0.5, members=64)


@pytest.fixture(scope="module")
def noisy(problem):
    return ensemble(jax.random.key(0), problem.Theta, problem.Y, lam=0.5, members=64, noisy_targets=True)


def test_every_member_is_trained(problem, members, noisy):
    """The optimality condition, at all points: f = f₀ + (1/λ)Θ(x, X)(y − softmax f(X))."""
    for batch in (members, noisy):
        residual = batch.targets - jax.nn.softmax(batch.logits[:, :N], axis=-1)
        expected = batch.initial + jnp.einsum("pn,snk->spk", problem.Theta[:, :N], residual) / 0.5
        np.testing.assert_allclose(batch.logits, expected, atol=1e-8)


def test_members_equal_single_solves(problem, members):
    for s in (0, 17, 63):
        f0 = members.initial[s]
        one = kernel_logistic_regression(problem.Theta[:N, :N], problem.Y, f0[:N], lam=0.5)
        np.testing.assert_allclose(members.logits[s], one.predict(problem.Theta[:, :N], f0), atol=1e-8)


# holds: noisy-target-ensemble
def test_noise_has_the_covariance_of_the_hessian_at_the_mode(problem):
    batch = ensemble(jax.random.key(4), problem.Theta, problem.Y, lam=0.5, members=4_000, noisy_targets=True)
    noise = np.asarray(batch.targets - problem.Y)
    np.testing.assert_allclose(noise.sum(-1), 0, atol=1e-12)  # on average and in every draw, W1 = 0
    assert noise.min() < -0.1  # the targets do leave the simplex
    p = np.asarray(
        jax.nn.softmax(kernel_logistic_regression(problem.Theta[:N, :N], problem.Y, lam=0.5).logits, axis=1)
    )
    for i in range(N):
        W = np.diag(p[i]) - np.outer(p[i], p[i])
        np.testing.assert_allclose(np.cov(noise[:, i].T), W, atol=0.03)
    np.testing.assert_allclose(batch.targets.mean(0), problem.Y, atol=0.05)


# holds: theorem-h.1
def test_small_initial_functions_follow_the_first_order_law(problem):
    """Shrinking the prior makes the first order exact: the covariance over prior s², divided by s², tends to it."""
    s2 = 1e-4
    batch = ensemble(jax.random.key(5), problem.Theta, problem.Y, s2 * problem.nngp, lam=0.5, members=4_000)
    law = first_order_law(problem.Theta, problem.Y, s2 * problem.nngp, lam=0.5)
    spread = float(jnp.max(law.marginals()))
    sampled = np.cov(np.asarray(batch.logits).reshape(4_000, -1).T)
    np.testing.assert_allclose(sampled, law.covariance(), atol=5 * spread * (2 / 4_000) ** 0.5)
    np.testing.assert_allclose(batch.logits.mean(0), law.mean, atol=6 * (spread / 4_000) ** 0.5)


# holds: regression-gp.2, theorem-h.5
def test_squared_error_noisy_targets_draw_from_the_gp_posterior_exactly(problem):
    """Members are affine in (f₀, ξ), so the columns of their roots give the covariance with no sampling error."""
    Theta, lam = problem.Theta, 0.5
    q = np.asarray(Theta) / lam
    batch = ensemble(
        jax.random.key(6), Theta, problem.Y, lam=lam, members=3, noisy_targets=True, loss=squared_error
    )
    for f0, targets, f in zip(batch.initial, batch.targets, batch.logits, strict=True):
        one = kernel_ridge_regression(Theta[:N, :N], targets, f0[:N], lam=lam)
        np.testing.assert_allclose(f, one.predict(Theta[:, :N], f0), atol=1e-10)

    gain = q[:, :N] @ np.linalg.inv(q[:N, :N] + np.eye(N))
    root = np.linalg.cholesky(q)
    columns = np.concatenate([root - gain @ root[:N], gain], axis=1)  # responses to f₀ and to ξ ~ N(0, I)
    posterior = q - gain @ q[:N]
    np.testing.assert_allclose(columns @ columns.T, posterior, atol=1e-10)
    sampled = ensemble(
        jax.random.key(8), Theta, problem.Y, lam=lam, members=8_000, noisy_targets=True, loss=squared_error
    ).logits
    np.testing.assert_allclose(sampled.mean(0), gain @ problem.Y, atol=6 * (posterior.max() / 8_000) ** 0.5)
    for k in range(K):
        covariance = np.cov(np.asarray(sampled)[:, :, k].T)
        np.testing.assert_allclose(covariance, posterior, atol=6 * posterior.max() * (2 / 8_000) ** 0.5)


# holds: regression-gp.2
def test_without_noise_squared_error_keeps_the_mean_and_loses_variance(problem):
    plain = ensemble(jax.random.key(9), problem.Theta, problem.Y, members=2_000, loss=squared_error).logits
    noisy = ensemble(
        jax.random.key(9), problem.Theta, problem.Y, members=2_000, noisy_targets=True, loss=squared_error
    ).logits
    assert float(plain[:, :N].var(0).sum()) < 0.6 * float(noisy[:, :N].var(0).sum())


def test_dispersion_is_ordered_as_theorem_h_says(problem):
    plain = ensemble(jax.random.key(1), problem.Theta, problem.Y, members=4_000).logits[:, :N].var(0).sum()
    noisy = ensemble(jax.random.key(1), problem.Theta, problem.Y, members=4_000, noisy_targets=True)
    posterior = jnp.trace(laplace(problem.Theta, problem.Y).covariance()[: N * K, : N * K])
    assert float(plain) < 0.95 * float(posterior)
    assert float(noisy.logits[:, :N].var(0).sum()) > 1.05 * float(plain)


def test_same_key_same_members(problem, noisy):
    again = ensemble(jax.random.key(0), problem.Theta, problem.Y, lam=0.5, members=64, noisy_targets=True)
    np.testing.assert_array_equal(again.logits, noisy.logits)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lam": 0.0}, "lam = 0.0"),
        ({"members": 0}, "members = 0"),
        ({"loss": bernoulli}, "is not known"),
        ({"prior": jnp.eye(4)}, "prior has shape"),
        ({"prior": -jnp.eye(N + M)}, "not positive semidefinite"),
        ({"Y": jnp.ones((N, K))}, "leave the simplex"),
        ({"Y": jnp.eye(9)}, "training points first"),
    ],
)
def test_bad_input(problem, change, words):
    arguments = {"Theta": problem.Theta, "Y": problem.Y, "members": 2} | change
    with pytest.raises(InvalidInput, match=words):
        ensemble(jax.random.key(0), **arguments)
