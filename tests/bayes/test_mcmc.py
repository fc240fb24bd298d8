import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import norm, rankdata

from ntkbook.bayes import mcmc
from ntkbook.bayes._coordinates import laplace_coordinates, moved, moved_back, shared_coordinates
from ntkbook.bayes.distances import total_variation
from ntkbook.bayes.laplace import laplace
from ntkbook.bayes.mcmc import Chains, gp_posterior
from ntkbook.bayes.predictive import gaussian_probabilities, sample_probabilities
from ntkbook.errors import InvalidInput, NotConverged

Y = jnp.asarray([[1.0, 0.0], [0.3, 0.7]])
THETA = jnp.asarray(
    [[3.0, 1.0, 1.5], [1.0, 2.0, -0.5], [1.5, -0.5, 2.5]]
)  # two training points and a new one
LAM = 0.5


@pytest.fixture(scope="module")
def posterior():
    return gp_posterior(jax.random.key(0), THETA, Y, lam=LAM, chains=Chains(draws=2_000), progress=False)


@pytest.fixture(scope="module")
def exact():
    """Means of σ(d) at the three points, and the covariance of d at two, by quadrature: d = z_0 − z_1 ~ GP(0, 2Θ/λ)."""
    q = 2 * np.asarray(THETA) / LAM
    axis = np.linspace(-30, 30, 1201)
    d = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    y = np.asarray(Y)[:, 0]
    log_density = -0.5 * np.einsum("gi,ij,gj->g", d, np.linalg.inv(q[:2, :2]), d)
    log_density += (y * np.log(sigmoid(d)) + (1 - y) * np.log(sigmoid(-d))).sum(1)
    weights = np.exp(log_density - log_density.max())
    weights /= weights.sum()
    A = q[2, :2] @ np.linalg.inv(q[:2, :2])
    nodes, hermite = np.polynomial.hermite_e.hermegauss(60)
    at_new = (d @ A)[:, None] + np.sqrt(q[2, 2] - A @ q[:2, 2]) * nodes
    new = sigmoid(at_new) @ hermite / hermite.sum()
    means = np.array([weights @ sigmoid(d[:, 0]), weights @ sigmoid(d[:, 1]), weights @ new])
    return means, np.cov(d.T, aweights=weights, ddof=0)


def test_predictive_probabilities_match_quadrature(posterior, exact):
    p = sample_probabilities(posterior.logits)
    # Five standard errors of a probability, at the least effective sample size.
    np.testing.assert_allclose(p[:, 0], exact[0], atol=5 * 0.4 / posterior.ess**0.5)


def test_covariance_matches_quadrature(posterior, exact):
    d = np.asarray(posterior.logits[:, :2, 0] - posterior.logits[:, :2, 1])
    np.testing.assert_allclose(np.cov(d.T), exact[1], atol=8 * exact[1].max() * (2 / posterior.ess) ** 0.5)


def test_both_coordinates_describe_one_density():
    """Up to a constant, at the same functions; and the shared ones are nearly those of Laplace at a weak signal."""
    train, targets, lam = THETA[:2, :2], Y, 20.0
    L = jnp.linalg.cholesky(train / lam)
    laplaces = laplace_coordinates(train, L, targets, lam)
    shared = shared_coordinates(jax.random.key(2), train, L, targets, lam)
    densities = []
    for mode, R in (laplaces, shared):
        v = jax.random.normal(jax.random.key(3), (5, 2, 2))
        u = jax.vmap(lambda one, mode=mode, R=R: moved_back(R, one - mode))(v)
        again = mode + jax.vmap(lambda one, R=R: moved(R, one, 2))(u)
        np.testing.assert_allclose(again, v, atol=1e-12)
        densities.append(jax.vmap(lambda one, mode=mode, R=R: mcmc._log_density(one, L, targets, mode, R))(u))
    np.testing.assert_allclose(densities[0] - densities[0][0], densities[1] - densities[1][0], atol=1e-12)
    covariance = laplaces[1] @ laplaces[1].T
    difference = jnp.kron(jnp.eye(2), jnp.array([[1.0, -1.0]])) / 2**0.5
    gap = difference @ covariance @ difference.T
    np.testing.assert_allclose(shared[1] @ shared[1].T, gap, atol=0.02)


def test_shifts_keep_their_prior_law(posterior):
    """Cross-entropy cannot see the class mean: its posterior is its prior, GP(0, Θ/(λK)), at every point."""
    mean = np.asarray(posterior.logits.mean(-1))
    prior = np.asarray(THETA) / (LAM * 2)
    np.testing.assert_allclose(np.cov(mean.T), prior, atol=8 * prior.max() * (2 / posterior.ess) ** 0.5)


def test_diagnostics_are_those_of_the_draws(posterior):
    """R-hat and effective sample size of the training logits, by rank-normalized halves of chains and batch means."""
    assert posterior.logits.shape == (8_000, 3, 2)
    flat = np.asarray(posterior.logits[:, :2]).reshape(8_000, 4)
    z = norm.ppf((rankdata(flat, axis=0) - 3 / 8) / (8_000 + 1 / 4))
    halves = z.reshape(8, 1_000, 4)  # two of each chain
    within = halves.var(axis=1, ddof=1).mean(axis=0)
    between = halves.mean(axis=1).var(axis=0, ddof=1)
    assert posterior.rhat == pytest.approx(np.sqrt(0.999 + between / within).max(), abs=2e-3)
    batches = z.reshape(80, 100, 4).mean(axis=1)
    by_batches = z.var(axis=0) / batches.var(axis=0, ddof=1) * 80
    assert 0.3 * by_batches.min() < posterior.ess < 1.5 * by_batches.min()  # tails may be worth less


def test_laplace_beats_the_map_against_quadrature(exact):
    """In total variation at the training points and the new one."""
    law = laplace(THETA, Y, lam=LAM)
    truth = jnp.stack([jnp.asarray(exact[0]), 1 - jnp.asarray(exact[0])], axis=1)
    by_laplace = gaussian_probabilities(jax.random.key(1), law, draws=20_000)
    by_map = jax.nn.softmax(law.mean, axis=1)
    assert float(total_variation(by_laplace, truth).mean()) < 0.8 * float(
        total_variation(by_map, truth).mean()
    )


def test_an_unconverged_chain_is_refused():
    with pytest.raises(NotConverged, match=r"effective sample size.*Chains\(draws="):
        gp_posterior(
            jax.random.key(0), THETA, Y, lam=LAM, chains=Chains(draws=2_000, min_ess=1e5), progress=False
        )
    with pytest.raises(NotConverged, match="R-hat"):
        gp_posterior(
            jax.random.key(0), THETA, Y, lam=LAM, chains=Chains(draws=2_000, max_rhat=0.99), progress=False
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": 1}, "number = 1"),
        ({"number": 0}, "number = 0"),
        ({"draws": 0}, "draws = 0"),
        ({"warmup": 0}, "warmup = 0"),
    ],
)
def test_chains_that_are_none(change, words):
    with pytest.raises(InvalidInput, match=words):
        Chains(**change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lam": 0.0}, "lam = 0.0"),
        ({"Theta": jnp.eye(1)}, "training points first"),
        ({"Theta": -jnp.eye(3)}, "not positive semidefinite"),
        ({"Y": 2 * Y}, "leave the simplex"),
    ],
)
def test_bad_input(change, words):
    with pytest.raises(InvalidInput, match=words):
        gp_posterior(jax.random.key(0), **({"Theta": THETA, "Y": Y} | change))
