"""scikit-learn's estimators: they pass its own checks, and predict what the library's solvers do."""

import pickle
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import ntkbook as nb
from ntkbook import estimators

SIZES = (32, 320)  # the checks' many training sets are filled up to these: a size is compiled once
X, NEW = np.split(np.random.default_rng(0).normal(size=(17, 3)), [12])
LABELS = np.array(["b", "c", "a"])[np.arange(12) % 3]
Y = (LABELS[:, None] == np.array(["a", "b", "c"])).astype(float)
LAM = 0.1


def filled_up(solve):
    """A solver of the library, on the training set and points of weight 0."""

    def solved(Theta, Y, *, lam, weights=None):
        N, Y = len(Y), np.asarray(Y)
        weights = np.ones(N) if weights is None else weights
        if weights.shape != (N,):
            return solve(Theta, Y, lam=lam, weights=weights)
        more = next(size for size in SIZES if size >= N) - N
        larger = np.eye(N + more)
        larger[:N, :N] = Theta
        fit = solve(
            larger, np.pad(Y, ((0, more), (0, 0)), "edge"), lam=lam, weights=np.pad(weights, (0, more))
        )
        A, logits = (jnp.asarray(np.asarray(of)[:N]) for of in (fit.coefficients, fit.logits))
        return replace(fit, coefficients=A, logits=logits)

    return solved


@pytest.fixture
def few_programs(monkeypatch):
    for name in ("kernel_logistic_regression", "kernel_ridge_regression"):
        monkeypatch.setattr(estimators, name, filled_up(getattr(estimators, name)))


# A kernel of scikit-learn's own compiles nothing; that of an MLP is tried below.
@pytest.mark.filterwarnings("default")
@pytest.mark.usefixtures("few_programs", "as_a_reader")
@parametrize_with_checks([nb.NTKClassifier(kernel=RBF()), nb.NTKRegressor(kernel=RBF())])
def test_scikit_learns_own_checks_pass(estimator, check):
    check(estimator)


def kernels(**architecture):
    network = nb.mlp(3, 3, 8, **architecture)
    inputs, new = jnp.asarray(X), jnp.asarray(NEW)
    return network.kernel(inputs).ntk, network.kernel(new, inputs).ntk


def test_a_classifier_predicts_by_kernel_logistic_regression():
    model = nb.NTKClassifier(LAM, hidden_layers=2, sigma_b=0.5).fit(X.tolist(), LABELS.tolist())
    Theta, across = kernels(hidden_layers=2, sigma_b=0.5)
    logits = nb.kernel_logistic_regression(Theta, Y, lam=LAM).predict(across)
    np.testing.assert_allclose(model.decision_function(NEW), logits, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(model.predict_proba(NEW), jax.nn.softmax(logits), rtol=1e-10)
    assert "".join(model.predict(NEW)) == "".join("abc"[i] for i in np.argmax(logits, axis=1))


def test_of_two_classes_one_logit_stands_for_both():
    model = nb.NTKClassifier(LAM, kernel=RBF()).fit([[0.0], [1.0], [3.0]], ["a", "b", "b"])
    p = model.predict_proba([[-1.0], [2.0]])
    np.testing.assert_allclose(model.decision_function([[-1.0], [2.0]]), np.log(p[:, 1] / p[:, 0]), rtol=1e-9)


def test_a_regressor_predicts_by_ridge_regression():
    targets = np.sin(X[:, :2])
    Theta, across = kernels(sigma_w=2.0)
    wanted = nb.kernel_ridge_regression(Theta, targets, lam=LAM).predict(across)
    model = nb.NTKRegressor(LAM, sigma_w=2.0)
    np.testing.assert_allclose(model.fit(X, targets).predict(NEW), wanted, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(model.fit(X, targets[:, 0]).predict(NEW), wanted[:, 0], rtol=1e-10, atol=1e-10)


def test_the_law_of_a_regressor_is_the_posterior_of_a_gaussian_process():
    """As scikit-learn has it, with noise of variance 1; and with a point twice, as one of weight 2."""
    targets = np.sin(X[:, 0])
    weights = np.ones(12)
    weights[0] = 2
    twice = (np.concatenate([X, X[:1]]), np.concatenate([targets, targets[:1]]))
    process = GaussianProcessRegressor(ConstantKernel(1 / LAM) * RBF(), alpha=1.0, optimizer=None)
    for inputs, given, options in ((X, targets, {}), (*twice, {"sample_weight": weights})):
        mean, covariance = process.fit(inputs, given).predict(NEW, return_cov=True)
        law = nb.NTKRegressor(LAM, kernel=RBF()).fit(X, targets, **options).predict_law(NEW)
        np.testing.assert_allclose(law.mean[:, 0], mean, rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(law.covariance(), covariance, rtol=1e-9, atol=1e-9)


def test_the_law_of_a_classifier_is_laplaces():
    """q(x, x') − q(x, X)W(I + qW)⁻¹q(X, x'), with W as a matrix, around the logits."""
    model = nb.NTKClassifier(LAM, kernel=RBF()).fit(X, LABELS)
    law = model.predict_law(NEW)
    np.testing.assert_allclose(law.mean, model.decision_function(NEW), rtol=1e-9, atol=1e-9)
    p, N = model.predict_proba(X), len(X)
    q = np.kron(RBF()(np.concatenate([X, NEW])) / LAM, np.eye(3))
    W = np.zeros((3 * N, 3 * N))
    for i in range(N):
        W[3 * i : 3 * i + 3, 3 * i : 3 * i + 3] = np.diag(p[i]) - np.outer(p[i], p[i])
    on, across = q[: 3 * N, : 3 * N], q[3 * N :, : 3 * N]
    explained = across @ W @ np.linalg.solve(np.eye(3 * N) + on @ W, across.T)
    np.testing.assert_allclose(law.covariance(), q[3 * N :, 3 * N :] - explained, rtol=1e-8, atol=1e-8)


@pytest.mark.usefixtures("few_programs")
def test_a_search_over_lambda_in_a_pipeline():
    """Labels that scaling alone reveals; the best λ is then fitted as by hand."""
    scales = np.array([1.0, 1e3, 1.0])
    labels = np.where(X[:, 0] > 0, "up", "down")
    grid = {"ntkclassifier__lam": [1e-3, 1e-1, 1e3]}
    pipeline = make_pipeline(StandardScaler(), nb.NTKClassifier(kernel=RBF()))
    search = GridSearchCV(pipeline, grid, cv=2, scoring="neg_log_loss").fit(X * scales, labels)
    lam = search.best_params_["ntkclassifier__lam"]
    assert lam < 1e3
    by_hand = nb.NTKClassifier(lam, kernel=RBF()).fit((X - X.mean(0)) / X.std(0), labels)
    wanted = by_hand.predict_proba((NEW - X.mean(0)) / X.std(0))
    np.testing.assert_allclose(search.predict_proba(NEW * scales), wanted, rtol=1e-8)
    assert search.score(X * scales, labels) > np.log(0.5)


def test_copies_and_order_and_later_changes():
    given = X.copy()
    model = nb.NTKClassifier(LAM).fit(given, LABELS)
    wanted = model.predict_proba(NEW)
    given[:] = 0.0
    np.testing.assert_array_equal(model.predict_proba(NEW), wanted)
    copy = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(copy.predict_proba(NEW), wanted)
    with pytest.raises(NotFittedError, match="fit"):
        clone(model).predict(NEW)
    order = np.random.default_rng(1).permutation(12)
    again = clone(model).fit(X[order], LABELS[order])
    np.testing.assert_allclose(again.predict_proba(NEW), wanted, rtol=1e-8)
    model.set_params(lam=7.0, sigma_w=3.0)  # for the next fit
    np.testing.assert_array_equal(model.predict_proba(NEW), wanted)


def test_a_known_kernel_is_looked_up():
    Theta = RBF()(np.concatenate([X, NEW]))

    def looked_up(a, b):
        return Theta[np.ix_(a[:, 0].astype(int), b[:, 0].astype(int))]

    rows = np.arange(17)[:, None]
    known, computed = (nb.NTKClassifier(LAM, kernel=kernel) for kernel in (looked_up, RBF()))
    np.testing.assert_allclose(
        known.fit(rows[:12], LABELS).predict_proba(rows[12:]),
        computed.fit(X, LABELS).predict_proba(NEW),
        rtol=1e-10,
    )


REFUSED = {
    "one class": (lambda: nb.NTKClassifier().fit(X, ["a"] * 12), "one class, .*'a'"),
    "no λ": (lambda: nb.NTKClassifier(0.0).fit(X, LABELS), "lam = 0.0"),
    "an activation": (lambda: nb.NTKRegressor(activation="tanh").fit(X, X[:, 0]), "'tanh' is not known"),
    "a kernel's diagonal": (
        lambda: nb.NTKRegressor(kernel=lambda a, b: np.ones(len(a))).fit(X, X[:, 0]),
        r"shape \(12,\) between 12 and 12 inputs",
    ),
    "both kernels": (
        lambda: nb.NTKClassifier(kernel=lambda a, b: nb.Kernels(*2 * [jnp.asarray(a @ b.T)])).fit(X, LABELS),
        "both kernels",
    ),
    "a law without λ": (
        lambda: nb.NTKRegressor(0.0, kernel=RBF()).fit(X, X[:, 0]).predict_law(NEW),
        "lam = 0.0",
    ),
    "no weight": (lambda: nb.NTKRegressor(kernel=RBF()).fit(X, X[:, 0], np.zeros(12)), "from 0 to 0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused(case):
    attempt, told = REFUSED[case]
    with pytest.raises(nb.InvalidInput, match=told):
        attempt()
