"""Ensembles and Bayes: the identity of Theorem H by another route, the comparison with MCMC, the maps."""

import jax
import jax.flatten_util
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import minimize

import ntkbook as nb
from benchmarks.records import digest
from ntkbook import bayes
from ntkbook.bayes.laplace import hessian_root
from ntkbook.chapters._shared.measure import many_networks, side_by_side
from ntkbook.chapters.bayes import measure
from ntkbook.chapters.bayes.measure import importance
from ntkbook.chapters.bayes.measure import maps as maps
from ntkbook.chapters.bayes.measure import plane as module
from ntkbook.chapters.bayes.measure.noise_laws import PROBLEMS, RECORD
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
    p, q = (one.predictions[name].probabilities for name in ("noisy", "mcmc"))
    np.testing.assert_allclose(one.distance("noisy"), 0.5 * np.abs(p - q).sum(axis=1), atol=1e-12)
    assert scan.at_data["noisy"][0] == pytest.approx(one.distance("noisy")[:N].mean())
    assert scan.in_square["map"][0] == pytest.approx(one.distance("map")[N:].mean())
    assert scan.spread["ensemble"][0] < 0.6 < scan.spread["laplace"][0] < 1.0 < scan.spread["noisy"][0]
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
    assert len(said) == 6
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
    kernel = side_by_side.circle_mlp(1).kernel(side_by_side.circle_points()).ntk
    f0 = side_by_side.train_side_by_side(128, "ntk", many_networks.labels(), 1e6, 3, 0)[0]
    np.testing.assert_allclose(solved, f0 + jnp.einsum("pn,snk->spk", kernel[:, :4], residual), atol=1e-8)


# holds: theorem-h.6
def test_networks_trained_on_noise_or_on_resampled_labels_approach_the_explicit_predictor():
    """Both noises, the same for all widths, and each network beside f_λ of infinite width from its own f₀."""
    data, off = nb.sphere(jax.random.key(0), points=4), {}
    kernel = nb.mlp(6, 3, 1, sigma_b=1.0).kernel(data.X).ntk
    mode = nb.kernel_logistic_regression(kernel, data.Y, lam=1.0).logits
    for n in (32, 512):
        net = nb.mlp(6, 3, n, sigma_b=1.0)
        back = jax.flatten_util.ravel_pytree(net.init(jax.random.key(1)))[1]

        def objective(theta, start, xi, net=net, back=back):
            z = net.apply(back(theta), data.X)
            return nb.total(nb.cross_entropy, z, data.Y) - jnp.sum(xi * z) + jnp.sum((theta - start) ** 2) / 2

        step = jax.jit(jax.value_and_grad(objective))
        for law in ("gaussian", "labels"):
            gaps = []
            for seed in range(2):
                xi = bayes.target_noise(jax.random.key(seed), mode, law=law)
                theta0 = jax.flatten_util.ravel_pytree(net.init(jax.random.key(seed)))[0]
                end = minimize(step, theta0, args=(theta0, xi), jac=True, method="L-BFGS-B", tol=1e-8).x
                f0, f = (net.apply(back(jnp.asarray(theta)), data.X) for theta in (theta0, end))
                exact = nb.kernel_logistic_regression(kernel, data.Y + xi, f0, lam=1.0, check_targets=False)
                gaps.append(float(jnp.linalg.norm(f - exact.logits)))
            off[n, law] = float(np.mean(gaps))
    for law in ("gaussian", "labels"):
        assert off[512, law] < off[32, law] / 2  # n^(-1/2) makes it a quarter


def _three_classes(s2, Y, m):
    """One point, K = 3, by Gauss–Hermite quadrature in the plane of centred logits: (E f, Cov f, E p) by method."""
    U = np.linalg.svd(np.eye(3) - 1 / 3)[0][:, :2]
    x, w = np.polynomial.hermite_e.hermegauss(20)
    X, w = np.stack(np.meshgrid(x, x), -1).reshape(-1, 2), np.outer(w, w).ravel() / w.sum() ** 2

    def softmax(a):
        e = np.exp(a @ U.T)
        return e / e.sum(axis=1, keepdims=True)

    def hessian(a):
        p = softmax(a)
        return np.einsum("ka,sk,kb->sab", U, p, U) - np.einsum("sa,sb->sab", p @ U, p @ U)

    def solve(e):
        a = np.array(e)
        for _ in range(30):
            r = a - e - s2 * (Y - softmax(a)) @ U
            a = a - np.linalg.solve(np.eye(2) + s2 * hessian(a), r[..., None])[..., 0]
        return a

    def moments(a, w):
        mean = w @ a
        return mean, np.einsum("s,sa,sb->ab", w, a - mean, a - mean), w @ softmax(a)

    mode = solve((m @ U)[None])
    W, p = hessian(mode)[0], softmax(mode)[0]
    Sigma = np.linalg.inv(np.eye(2) / s2 + W)
    near, f0 = mode + X @ np.linalg.cholesky(Sigma).T, m @ U + s2**0.5 * X
    plain = solve(f0)
    log_w = np.log(softmax(near)) @ Y - ((near - m @ U) ** 2).sum(axis=1) / (2 * s2) + (X**2).sum(axis=1) / 2
    posterior = w * np.exp(log_w - log_w.max())

    def labels(p):
        starts = [f0 + s2 * (np.eye(3)[k] - p) @ U for k in range(3)]
        return solve(np.concatenate(starts)), np.concatenate([w * p[..., k] for k in range(3)])

    return {
        "map": moments(mode, np.ones(1)),
        "laplace": moments(near, w),
        "ensemble": moments(plain, w),
        "noisy": moments(solve(m @ U + X @ np.linalg.cholesky(s2 * np.eye(2) + s2**2 * W).T), w),
        "labels": moments(*labels(p)),
        "own": moments(*labels(softmax(plain))),
        "posterior": moments(near, posterior / posterior.sum()),
        "Sigma": Sigma,
        "U": U,
    }


# holds: eq-balance, theorem-h-prime.1, theorem-h-prime.2, theorem-h-prime.3, theorem-h-prime.4, theorem-h-prime.6
def test_orders_of_the_errors_with_three_classes_and_a_prior_mean():
    Y, m = np.array([0.9, 0.1, 0.0]), np.array([0.9, -0.7, -0.2])
    small, large = (_three_classes(s2, Y, m) for s2 in (0.02, 0.04))

    def slope(method, part):
        errors = [np.abs(one[method][part] - one["posterior"][part]).max() for one in (small, large)]
        return np.log2(errors[1] / errors[0])

    for method, order in {"map": 1, "laplace": 2, "ensemble": 2, "noisy": 3, "labels": 3}.items():
        assert slope(method, 2) == pytest.approx(order, abs=0.15), method
        if method != "laplace":  # whose mean is that of MAP, and in no balance
            assert slope(method, 0) == pytest.approx(order + 1, abs=0.15), method
    for method, order in {"laplace": 3, "ensemble": 2, "noisy": 3, "labels": 3, "own": 4}.items():
        assert slope(method, 1) == pytest.approx(order, abs=0.15), method
    for method in ("posterior", "ensemble", "noisy", "labels", "own"):
        mean, _, p = small[method]
        np.testing.assert_allclose(mean, (m + 0.02 * (Y - p)) @ small["U"], atol=1e-12)
    off = {method: small[method][1] - small["posterior"][1] for method in ("noisy", "laplace")}
    np.testing.assert_allclose(off["noisy"], -off["laplace"], rtol=0.2, atol=1e-9)


# holds: theorem-h-prime.5
def test_leading_errors_of_a_prior_without_mean():
    s2, Y = 0.005, np.array([0.9, 0.1, 0.0])
    one = _three_classes(s2, Y, np.zeros(3))
    true, off = one["posterior"], Y - 1 / 3
    np.testing.assert_allclose((true[2] - one["laplace"][2]) * 27 / s2**3, off, rtol=0.03)
    np.testing.assert_allclose((one["ensemble"][2] - true[2]) * 27 / s2**3, off / 2, rtol=0.03)  # (4 − K)/2
    np.testing.assert_allclose(one["U"] @ (true[0] - one["map"][0]) * 9 / s2**3, off, rtol=0.03)
    np.testing.assert_allclose((true[1] - one["Sigma"]) * 9 / s2**3, np.eye(2), atol=0.03)
    np.testing.assert_allclose((one["noisy"][1] - one["Sigma"]) * 9 / s2**3, 2 * np.eye(2), atol=0.06)


def test_the_record_of_noise_laws_on_a_problem_solved_in_another_way():
    """Its digest and size; for two classes, logit gaps by importance sampling and Newton in NumPy, from other draws."""
    record, name = measure.noise_laws(), "sphere, 8 points, K = 2, mixed"
    assert digest(list(record.rows)) == record.digest
    assert RECORD.stat().st_size < 200_000
    assert {row["problem"] for row in record.rows} == set(PROBLEMS)
    assert all(row["draws"] == 6_000 and row["balance"] < 0.6 for row in record.rows)
    (row,) = (row for row in record.rows if row["problem"] == name and row["variance"] == 1.0)
    q, y = (np.asarray(part) for part in PROBLEMS[name]())
    q, y, rng, S = 2 * q, y[:, 0], np.random.default_rng(0), 20_000  # of u = z₁ − z₂ at s² = 1
    root, eye = np.linalg.cholesky(q), np.eye(len(y))

    def solve(u0, targets):
        u = np.array(u0)
        for _ in range(40):
            p = 1 / (1 + np.exp(-u))
            jacobian = eye + q * (p * (1 - p))[:, None, :]
            step = np.linalg.solve(jacobian, (u - u0 - (targets - p) @ q)[..., None])[..., 0]
            u -= step * np.minimum(1, 2 / np.maximum(np.abs(step).max(axis=1, keepdims=True), 1e-9))
        assert np.abs(step).max() < 1e-8
        return u

    mode = solve(np.zeros((1, len(y))), y)
    p = 1 / (1 + np.exp(-mode[0]))
    precision = np.linalg.inv(q) + np.diag(p * (1 - p))
    x = rng.standard_normal((S, len(y)))
    u = mode + 1.15 * x @ np.linalg.cholesky(np.linalg.inv(precision)).T
    log_w = u @ y - np.logaddexp(0, u).sum(axis=1) - (u * np.linalg.solve(q, u.T).T).sum(axis=1) / 2
    w = np.exp(log_w + (x**2).sum(axis=1) / 2 - (log_w + (x**2).sum(axis=1) / 2).max())
    w /= w.sum()
    assert 1 / (S * w @ w) > 0.3
    np.testing.assert_allclose(np.asarray(row["reference"])[:, 0], w @ (1 / (1 + np.exp(-u))), atol=0.03)
    true = (w @ u**2 - (w @ u) ** 2).sum()
    few = rng.standard_normal((4_000, len(y)))
    noises = {
        "ensemble": np.zeros_like(few),
        "noisy": np.sqrt(p * (1 - p)) * rng.standard_normal(few.shape),
        "labels": (rng.random(few.shape) < p) - p,
    }
    for method, xi in noises.items():
        share = solve(few @ root.T, y + xi).var(axis=0).sum() / true
        assert share == pytest.approx(row["share"][method][0], rel=0.08), method


# holds: eq-weight
def test_importance_weights_are_exact_on_one_point():
    """Against the posterior by quadrature, at a prior variance where the ensemble itself is far off."""
    y, s2 = jnp.array([[1.0, 0.0]]), 3.0
    f = bayes.ensemble(jax.random.key(0), jnp.eye(1), y, lam=1 / s2, members=4_000, noisy_targets=True).logits
    mode = nb.kernel_logistic_regression(jnp.eye(1), y, lam=1 / s2).logits
    q, B = s2 * jnp.eye(2), hessian_root(mode)[0]
    w = jax.nn.softmax(jax.vmap(lambda f: importance._log_weight(f, y, q, q + q @ B @ B.T @ q))(f))
    gap = f[:, 0, 0] - f[:, 0, 1]
    spread = float(w @ gap**2 - (w @ gap) ** 2)
    exact = measure.one_point((s2,), 1.0).spread
    assert spread == pytest.approx(exact["posterior"][0], rel=0.06)
    assert exact["noisy"][0] > 1.2 * exact["posterior"][0]


# holds: theorem-h7.2, theorem-h7.6
def test_on_one_point_gaussian_noise_grows_like_s2_log_s_and_own_labels_like_a_logarithm():
    variances = np.array([1e3, 1e4, 1e5, 1e6])
    hard = measure.one_point(tuple(variances), 1.0).spread["noisy"] / (variances * np.log(variances))
    assert np.abs(np.diff(hard[1:]) / hard[1]).max() < 0.02
    own = measure.one_point(tuple(variances), 0.7).spread["own"] / np.log(variances) ** 2
    assert 0.4 < own.min() < own.max() < 0.8
