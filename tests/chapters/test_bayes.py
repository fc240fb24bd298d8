"""Ensembles and Bayes: the identity of Theorem H by another route, the comparison with MCMC, the maps."""

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import minimize

import ntkbook as nb
from ntkbook import bayes
from ntkbook.bayes.laplace import hessian_root
from ntkbook.chapters._shared.measure import many_networks
from ntkbook.chapters.bayes import measure
from ntkbook.chapters.bayes.measure import maps as maps
from ntkbook.chapters.bayes.measure import plane as module
from ntkbook.chapters.bayes.measure.plane import N


@pytest.fixture(scope="module", autouse=True)
def small():
    """Few draws and a small square: what is tested does not depend on them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "CHAINS", bayes.Chains(draws=1_000, warmup=400))
        patch.setattr(module, "MEMBERS", 500)
        module.compare_methods.cache_clear()
        yield
        module.compare_methods.cache_clear()


# holds: theorem-h.4
def test_the_identity_holds_to_first_order_and_its_error_has_slope_one():
    scan = measure.covariance_identity((1e-3, 1e-2), pairs=300)
    for error in (scan.plain, scan.noisy):
        assert error[1] < 0.05
        assert nb.fitted_slope(scan.variances, error) == pytest.approx(1, abs=0.12)
    Theta, Y = measure.plane_problem()
    limit = np.linalg.norm(Theta[:N, :N] @ Theta[:N, :N], 2) / Y.shape[1]  # ‖ΘΘ ⊗ P/K‖
    assert scan.correction[0] == pytest.approx(limit, rel=0.05)


# holds: eq-noisy-radius
@pytest.mark.parametrize("s", [0.3, 3.0])
def test_networks_travel_no_further_than_their_radius(s):
    """Where F has its minimum, with and without noise; K₁ is the largest ‖J‖ on the way."""
    data, net = nb.sphere(jax.random.key(0), points=6), nb.mlp(6, 3, 64)
    flat, back = jax.flatten_util.ravel_pytree(net.init(jax.random.key(1)))
    B = hessian_root(jnp.zeros((6, 3)))
    for noise in (0.0, 1.0):
        xi = noise * jnp.einsum("ikl,il->ik", B, jax.random.normal(jax.random.key(2), (6, 3)))

        def f(theta):
            return net.apply(back(theta), data.X)

        def objective(theta, xi=xi):
            z = s * f(theta)
            return nb.total(nb.cross_entropy, z, data.Y) - jnp.sum(xi * z) + jnp.sum((theta - flat) ** 2) / 2

        end = minimize(jax.jit(jax.value_and_grad(objective)), flat, jac=True, method="L-BFGS-B", tol=1e-12).x
        r = float(np.linalg.norm(end - flat))
        steps = np.linspace(0, 1, 9)[:, None] * (end - flat) + flat
        K1 = max(np.linalg.norm(jax.jacobian(f)(one).reshape(18, -1), 2) for one in steps)
        V0, push = float(nb.total(nb.cross_entropy, s * f(flat), data.Y)), s * K1 * float(jnp.linalg.norm(xi))
        assert 0.1 * (push + np.sqrt(push**2 + 2 * V0)) < r < push + np.sqrt(push**2 + 2 * V0)


# holds: theorem-h.1
def test_the_linear_part_is_the_derivative_of_training():
    """Σ(q⁻¹f₀ + ξ), dense, against a finite difference of the solver."""
    Theta, Y = (part[:N] for part in measure.plane_problem())
    T, lam, step = Theta[:, :N], 0.5, 1e-5
    f0, xi = (jax.random.normal(jax.random.key(seed), Y.shape) for seed in (0, 1))
    xi = nb.center(xi)

    def train(t):
        return nb.kernel_logistic_regression(
            T, Y + t * xi, t * f0, lam=lam, newton=nb.Newton(tolerance=1e-13), check_targets=False
        ).logits

    measured = (train(step) - train(-step)) / (2 * step)
    Sigma, q = bayes.laplace(T, Y, lam=lam).covariance(), jnp.kron(T / lam, jnp.eye(3))
    expected = Sigma @ (jnp.linalg.solve(q, f0.ravel()) + xi.ravel())
    np.testing.assert_allclose(measured.ravel(), expected, atol=1e-5)


def test_methods_are_compared_with_mcmc():
    scan = measure.method_scan((1.0,))
    one = scan.compared[0]
    assert one.rhat < 1.01
    assert one.divergences == 0
    p, q = (one.predictions[name].probabilities for name in ("noisy", "mcmc"))
    np.testing.assert_allclose(one.distance("noisy"), 0.5 * np.abs(p - q).sum(axis=1), atol=1e-12)
    assert scan.at_data["noisy"][0] == pytest.approx(one.distance("noisy")[:N].mean())
    assert scan.in_square["map"][0] == pytest.approx(one.distance("map")[N:].mean())
    np.testing.assert_allclose(one.distance("mcmc"), 0, atol=1e-12)
    assert scan.spread["ensemble"][0] < 0.6 < scan.spread["laplace"][0] < 1.0 < scan.spread["noisy"][0]
    assert scan.at_data["ensemble"][0] < scan.at_data["laplace"][0]
    Theta, Y = measure.plane_problem()
    law = bayes.laplace(Theta, Y)
    flat = np.asarray(law.covariance()).reshape(len(Theta), 3, len(Theta), 3)[0, :, 0]
    P = np.eye(3) - 1 / 3
    assert float(one.predictions["laplace"].variance[0]) == pytest.approx(np.trace(P @ flat @ P) / 3)
    f = law.sample(jax.random.key(2), 2)[:, :1]
    kept = module._summary(f)
    variance = kept.predictions.variance[0]
    np.testing.assert_allclose(variance, np.asarray(nb.center(f)).var(axis=0).mean(), atol=1e-12)
    first, second = jax.nn.softmax(f, axis=-1)
    np.testing.assert_allclose(kept.predictions.probabilities, (first + second) / 2, atol=1e-12)
    np.testing.assert_allclose(kept.sampling_error, bayes.total_variation(first, second) / 2, atol=1e-12)


def test_other_problems_are_other_problems():
    (Theta, Y), (other, labels) = measure.plane_problem(), measure.plane_problem(1)
    assert Theta.shape == other.shape
    assert not np.allclose(Theta[:N, :N], other[:N, :N])
    assert np.all(np.asarray(Y).sum(axis=0) == np.asarray(labels).sum(axis=0))
    np.testing.assert_allclose(Theta[N:, N:], other[N:, N:])


def test_maps_say_what_they_show():
    said = set()
    for method in module.METHODS:
        arrays = maps.bayes_maps(method, 1.0)
        compared = module.compare_methods(1.0, 0)
        assert arrays["doubt"].shape == arrays["spread"].shape == arrays["distance"].shape == (225,)
        ours = compared.predictions[method]
        entropy = -(ours.probabilities * jnp.log(ours.probabilities)).sum(axis=1) / np.log(3)
        np.testing.assert_allclose(arrays["doubt"], entropy[N:], atol=6e-4)
        assert np.all(arrays["spread"] <= 1.05)
        said.add(maps.describe_maps({"method": method, "variance": 1.0}, arrays))
        if method not in ("map", "mcmc"):
            assert f"{arrays['share'][0]:.2f} times" in maps.describe_maps(
                {"method": method, "variance": 1.0}, arrays
            )
    assert len(said) == 5
    assert maps.bayes_maps("map", 1.0)["spread"].max() == 0


def test_exercises_judge_answers():
    for name, answer in {"share-kept": 0.1, "plain-variance": 0.16}.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"


# holds: theorem-h.6
def test_regularized_networks_approach_the_explicit_predictor_and_start_where_they_say():
    errors = []
    for n in (8, 128):
        networks, solved = measure.regularized_networks(n, lam=1.0, seeds=3)
        assert networks.shape == solved.shape == (3, 8, 3)
        errors.append(float(jnp.sqrt(jnp.mean((networks - solved) ** 2))))
    assert errors[1] < errors[0] / 2
    residual = many_networks.labels() - jax.nn.softmax(solved[:, :4], axis=-1)
    kernel = many_networks.circle_mlp(1).kernel(many_networks.circle_points()).ntk
    started = many_networks._started(128, "ntk", 3, 0)
    apply = many_networks._side_by_side(many_networks.circle_mlp(128).apply, 3)
    f0 = apply(started[0], started[1].reshape(-1, 5)).reshape(3, 8, 3)
    np.testing.assert_allclose(solved, f0 + jnp.einsum("pn,snk->spk", kernel[:, :4], residual), atol=1e-8)
