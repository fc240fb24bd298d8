"""The chapter on handwritten digits, against independent routes and at small sizes."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from sklearn import datasets
from sklearn.datasets import load_digits

import ntkbook as nb
from ntkbook import bayes
from ntkbook.chapters.digits import measure
from ntkbook.chapters.digits.measure import candidates as module
from ntkbook.chapters.digits.measure import explorer as digit_explorer
from ntkbook.chapters.digits.measure import kernels as digit_kernels
from ntkbook.chapters.digits.measure import small_cnn
from ntkbook.chapters.digits.measure.comparison import compare


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


def test_kernel_candidate_is_logistic_regression_on_features():
    """An explicit predictor with Θ = XXᵀ is scikit-learn's logistic regression without intercept, C = 1/λ."""
    from sklearn.linear_model import LogisticRegression

    images = measure.all_digits()
    X, Y = images.X[:60], images.Y[:60]
    entry = module.candidates(X, Y, {"linear": X @ X.T}, images=False)["linear kernel"]
    ours = entry.fit(0.5, np.arange(40), np.arange(40, 60))
    model = LogisticRegression(C=2.0, fit_intercept=False, tol=1e-10, max_iter=5000)
    theirs = model.fit(np.asarray(X[:40]), np.asarray(Y[:40].argmax(axis=1))).predict_proba(
        np.asarray(X[40:])
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-4)


def test_tuning_sees_training_rows_only_and_refits_to_all_of_them():
    Y, seen = jnp.eye(2)[jnp.arange(20) % 2], []

    def fit(setting, fitted, new):
        seen.append((setting, sorted(fitted), sorted(new)))
        return jnp.where(Y[new] > 0, setting, 1 - setting)

    train, test = np.arange(10), np.arange(10, 20)
    p = module.tuned(module.Candidate(fit, (0.6, 0.9, 0.2)), Y, train, test)
    assert bayes.log_score(p, Y[test]) == pytest.approx(-np.log(0.9))
    assert seen[-1] == (0.9, list(train), list(test))
    for _, fitted, held in seen[:-1]:
        assert sorted([*fitted, *held]) == list(train)


def test_comparison_counts_what_is_right():
    Y = jnp.eye(2)[jnp.arange(10) % 2]
    always_first = module.Candidate(lambda *_: jnp.tile(jnp.array([0.8, 0.2]), (4, 1)), (None,))
    result = compare({"first": always_first}, Y, 6, 3)
    for seed in range(3):
        test = jax.random.permutation(jax.random.key(seed), 10)[6:]
        share = float(Y[test, 0].mean())
        assert result.accuracy[0, seed] == pytest.approx(share)
        expected = -share * np.log(0.8) - (1 - share) * np.log(0.2)
        assert result.of("first", result.log_score)[seed] == pytest.approx(expected)


def test_the_kernels_price_is_added_on_every_split():
    Y = jnp.eye(2)[jnp.arange(10) % 2]
    entry = module.Candidate(lambda *_: jnp.full((4, 2), 0.5), (None,))
    priced = compare({"kernel": entry, "tool": entry}, Y, 6, 2, {"kernel": 1000.0})
    assert (priced.of("kernel", priced.seconds) > 1000).all()
    assert (priced.of("tool", priced.seconds) < 1000).all()
    whole, few = digit_kernels.timed_kernel("MLP")[0], measure.all_digits().X[:5]
    np.testing.assert_allclose(whole[:5, :5], measure.kernel_of("MLP", few), rtol=1e-6)


def test_the_gaussian_process_and_one_kernel_see_the_same_few_points():
    images = measure.all_digits()
    X, Y = images.X[:300], images.Y[:300]
    entries = module.candidates(X, Y, {"CNN": X @ X.T}, images=True)
    few, more, new = np.arange(module.FEW), np.arange(260), np.arange(260, 300)
    for name in (module.SAME_POINTS, "GP classifier"):
        fit, setting = entries[name].fit, entries[name].settings[-1]
        np.testing.assert_array_equal(fit(setting, few, new), fit(setting, more, new))


def test_split_interval_is_wider_than_for_independent_values():
    values = np.array([0.9, 0.92, 0.94])
    mean, half = measure.split_interval(values, (50, 50))
    assert mean == pytest.approx(0.92)
    assert half == pytest.approx(4.30265 * 0.02 * np.sqrt(1 / 3 + 1), rel=1e-5)  # t of two degrees of freedom


def test_small_cnn_convolves_and_learns(monkeypatch):
    images = measure.all_digits()
    h = jax.random.normal(jax.random.key(0), (2, 8, 8, 3))
    w = jax.random.normal(jax.random.key(1), (27, 5))
    direct = jax.lax.conv_general_dilated(
        h, w.reshape(3, 3, 3, 5), (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    ours = small_cnn._convolution(h, w, jnp.full(5, 0.1))
    np.testing.assert_allclose(ours, jax.nn.relu(direct + 0.1), atol=1e-10)
    monkeypatch.setattr(small_cnn, "STEPS", 60)
    params = small_cnn.small_cnn(images.X[:100], images.Y[:100], np.arange(50), 1e-2)
    read = small_cnn.logits(params, images.X[:50].astype(jnp.float32)).argmax(axis=1)
    assert np.mean(np.asarray(read == images.Y[:50].argmax(axis=1))) > 0.9
    assert abs(sum(leaf.size for leaf in jax.tree.leaves(params)) - 10_000) < 100


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
