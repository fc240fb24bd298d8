"""The chapter on calibration: its images, its predictors at small cost, its record, and its proposition."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from benchmarks.records import digest
from ntkbook import bayes
from ntkbook.chapters.calibration import measure
from ntkbook.chapters.calibration.measure import digit_doubt as module
from ntkbook.chapters.calibration.measure import rivals
from ntkbook.chapters.calibration.measure.scores import SCORES, scores
from ntkbook.chapters.calibration.measure.shifted_digits import (
    ANGLES,
    FACTORS,
    FAR,
    OUT,
    TEST,
    choose,
    rotate,
)
from ntkbook.chapters.calibration.measure.verdict import RECORD, RESAMPLES, VARIANCES, Means


def test_images_are_where_they_are_said_to_be():
    images = measure.shifted_digits()
    sizes = [len(images.Y), len(images.Y_test), OUT]
    turned, far = TEST * len(ANGLES), FAR * len(FACTORS)
    assert len(images.X) == sum(sizes) + turned + far == len(images.kernels.ntk)
    upright = images.X[images.turned[0]]
    np.testing.assert_array_equal(upright, images.X[images.test])
    np.testing.assert_allclose(images.X[images.far[-1]], 16 * images.X[images.out][:FAR])
    assert not np.isin(np.asarray(images.X[images.out]), np.asarray(images.X[images.test])).all(axis=1).any()


def test_a_quarter_turn_moves_every_pixel_to_its_place():
    pixels = np.arange(64.0)[None]
    turned = rotate(pixels, 90.0).reshape(8, 8)
    assert any(np.allclose(turned, np.rot90(pixels.reshape(8, 8), k)) for k in (1, -1))
    np.testing.assert_allclose(rotate(pixels, 0.0), pixels)


def test_map_is_the_predictor_of_theorem_d():
    images, said = measure.shifted_digits(), measure.doubt("map", 10.0)
    Theta, N = images.kernels.ntk, len(images.Y)
    fit = nb.kernel_logistic_regression(Theta[:N, :N], images.Y, lam=0.1)
    np.testing.assert_allclose(said.p[:N], jax.nn.softmax(fit.logits), atol=1e-8)
    assert np.all(said.information == 0)
    with pytest.raises(nb.InvalidInput, match="mcmc"):
        measure.doubt("mcmc", 1.0)


def test_laplace_draws_have_the_law_of_the_library():
    images, said = measure.shifted_digits(), measure.doubt("laplace", 1.0)
    law = bayes.laplace(images.kernels.ntk, images.Y, lam=1.0)
    exact = bayes.gaussian_probabilities(jax.random.key(3), law, draws=2000)
    assert np.max(np.abs(said.p - exact)) < 5 * 0.5 / np.sqrt(module.DRAWS)  # as many pairs
    assert said.information[images.out].mean() > said.information[images.test].mean()


# holds: scores-temperature.2
def test_temperature_keeps_answers_and_the_score_is_convex():
    images, p = measure.shifted_digits(), measure.doubt("map", 10.0).p
    p, Y = p[images.test], images.Y_test
    inverse = np.linspace(0.2, 6.0, 30)
    curve = np.array([bayes.log_score(measure.tempered(p, 1 / b), Y) for b in inverse])
    assert np.all(np.diff(curve, 2) > 0)
    np.testing.assert_array_equal(measure.tempered(p, 7.0).argmax(axis=1), p.argmax(axis=1))
    np.testing.assert_allclose(measure.tempered(p, 1.0), p, atol=1e-12)
    slope = (curve[1] - curve[0]) / (
        inverse[1] - inverse[0]
    )  # φ'(b) from the proof, at the middle of the step
    z, b = jnp.log(p), (inverse[0] + inverse[1]) / 2
    derived = jnp.mean(jnp.sum((jax.nn.softmax(b * z, axis=1) - Y) * z, axis=1))
    assert slope == pytest.approx(float(derived), rel=1e-2)


# holds: scores-temperature.1
def test_scores_split_into_calibration_and_sharpness():
    """Where predictions take two values only, q is a mean over groups, and the decomposition is exact."""
    p = jnp.repeat(jnp.array([[0.9, 0.1], [0.3, 0.7]]), 10, axis=0)
    Y = jnp.eye(2)[jnp.array([0] * 7 + [1] * 3 + [0] * 4 + [1] * 6)]
    q = jnp.repeat(jnp.array([[0.7, 0.3], [0.4, 0.6]]), 10, axis=0)
    parts = bayes.kl_divergence(q, p).mean() + bayes.entropy(q).mean()
    assert bayes.log_score(p, Y) == pytest.approx(float(parts))
    parts = jnp.mean(jnp.sum((p - q) ** 2, axis=1)) + jnp.mean(1 - jnp.sum(q**2, axis=1))
    assert bayes.brier_score(p, Y) == pytest.approx(float(parts))


def test_explorer_shows_the_library_s_numbers():
    images = measure.shifted_digits()
    arrays = module.explore_doubt("map", 10.0, 0.5)
    p = measure.doubt("map", 10.0).p
    cooled = measure.tempered(p[images.test], 0.5)
    diagram = bayes.reliability(cooled, images.Y_test, bins=module.BINS)
    np.testing.assert_array_equal(arrays["accuracy"], diagram.accuracy)
    assert arrays["scores"][1] == pytest.approx(float(bayes.log_score(cooled, images.Y_test)))
    assert arrays["entropy"][-1] == pytest.approx(float(bayes.entropy(cooled).max()))
    assert arrays["scores"][3] > 0.9
    sentence = module.describe_doubt({"method": "map", "variance": 10.0, "T": 0.5}, arrays)
    assert "MAP, s² = 10, T = 0.5" in sentence
    assert f"log score {arrays['scores'][1]:.3f}" in sentence


def test_auroc_counts_pairs():
    assert measure.auroc(jnp.array([0.0, 1.0]), jnp.array([2.0, 3.0])) == 1.0
    assert measure.auroc(jnp.array([1.0]), jnp.array([1.0])) == 0.5


def test_scores_of_many_predictions_are_those_of_the_library():
    key = jax.random.split(jax.random.key(1), 3)
    parts = {name: (2, m, 4) for name, m in {"test": 90, "out": 40, "turned": 90, "far": 20}.items()}
    p = {
        name: np.asarray(jax.nn.softmax(2 * jax.random.normal(key[0], shape)))
        for name, shape in parts.items()
    }
    labels = np.asarray(jax.random.randint(key[1], (2, 90), 0, 4))
    found = scores(p, labels)
    assert set(found) == set(SCORES)
    for b in range(2):
        q, Y = jnp.asarray(p["test"][b]), jnp.eye(4)[labels[b]]
        surest = sorted(range(90), key=lambda i, q=p["test"][b]: -q[i].max())
        errors = [float(p["test"][b, i].argmax() != labels[b, i]) for i in surest]
        expected = {
            "accuracy": 1 - np.mean(errors),
            "log": bayes.log_score(q, Y),
            "brier": ((p["test"][b] - np.asarray(Y)) ** 2).sum(axis=1).mean(),
            "ece": bayes.expected_calibration_error(q, Y),
            "confidence": p["test"][b].max(axis=1).mean(),
            "risk": np.mean([np.mean(errors[:m]) for m in range(1, 91)]),
            "auroc": measure.auroc(bayes.entropy(q), bayes.entropy(jnp.asarray(p["out"][b]))),
            "turned": -np.mean(np.log(p["turned"][b, range(90), labels[b]])),
            "far": p["far"][b].max(axis=1).mean(),
        }
        assert {name: float(found[name][b]) for name in SCORES} == pytest.approx(
            {name: float(value) for name, value in expected.items()}, rel=1e-6
        )


def test_draws_continued_to_new_images_have_the_law_of_the_process():
    """Members that are not trained have the prior's covariance at two new points; training adds Θ(x, X)A."""
    q = jnp.array([[2.0, 0.7, 1.1, 0.2], [0.7, 1.5, -0.3, 0.5], [1.1, -0.3, 2.2, 0.6], [0.2, 0.5, 0.6, 1.8]])
    start = jnp.einsum("ij,sjk->sik", jnp.linalg.cholesky(q[:2, :2]),
                       jax.random.normal(jax.random.key(0), (10_000, 2, 2)))  # fmt: skip
    across = jnp.linalg.solve(q[:2, :2], q[:2, 2:]).T
    root = jnp.linalg.cholesky(q[2:, 2:] - across @ q[:2, 2:])
    key, pull = jax.random.key(1), jnp.ones_like(start)
    plain = rivals._continued(key, across, root, start, 0 * pull, q[2:, :2])
    both = jnp.concatenate([start, plain], axis=1)
    np.testing.assert_allclose(jnp.einsum("sik,sjk->ij", both, both) / 20_000, q, atol=0.1)
    trained = rivals._continued(key, across, root, start, pull, q[2:, :2])
    expected = jnp.broadcast_to(q[2:, :2].sum(axis=1)[:, None], (2, 2))
    np.testing.assert_allclose((trained - plain)[0], expected, atol=1e-12)


def test_errors_over_draws_are_those_of_a_mean():
    p = np.random.default_rng(0).dirichlet(np.ones(3), size=(400, 2)).astype(np.float32)
    split = rivals.Split(jnp.eye(1), jnp.eye(1), {}, {"test": slice(0, 1), "out": slice(1, 2)})
    means = Means(split, p, 1).resampled((1, 0))
    assert means["test"].shape == (RESAMPLES, 1, 3)
    np.testing.assert_allclose(means["test"].std(axis=0), p[:, :1].std(axis=0) / 20, rtol=0.25)
    # Neighbours that are equal tell no more than one of them.
    alike = Means(split, np.repeat(p, 4, axis=0), 4).resampled((1, 0))
    np.testing.assert_allclose(alike["test"], means["test"], rtol=1e-5)


def test_splits_do_not_share_images_between_their_parts():
    chosen = choose(3)
    parts = [chosen.train, chosen.test, chosen.validation, chosen.out]
    assert len(np.unique(np.concatenate(parts))) == sum(map(len, parts))


def test_the_record_is_whole_and_its_map_is_found_again():
    (same, *splits), images = measure.verdict().rows, measure.shifted_digits()
    assert digest([same, *splits]) == measure.verdict().digest
    assert RECORD.stat().st_size < 100_000
    assert [row["split"] for row in splits] == list(range(len(splits)))
    assert len(splits) >= 4
    for row in (same, *splits):
        variances = VARIANCES["nuts"] if row["same"] is None else (row["same"],)
        assert [chain["variance"] for chain in row["chains"]] == list(variances)
        for chain in row["chains"]:
            assert chain["rhat"] <= 1.01
            assert chain["ess"] >= 400
            assert chain["divergences"] == 0
            assert chain["balance"] < 0.5
    for row in splits:
        for m, found in row["validation"].items():
            assert row["variance"][m] == VARIANCES[m][int(np.argmin(found))]
    p = measure.doubt("map", same["same"]).p
    parts = {"test": images.test, "out": images.out, "turned": images.turned[-1], "far": images.far[-1]}
    labels = np.asarray(images.Y_test.argmax(axis=1))[None]
    found = scores({name: np.asarray(p[rows])[None] for name, rows in parts.items()}, labels)
    for name in SCORES:
        assert same["scores"]["map"][name][0] == pytest.approx(found[name][0], rel=2e-3), name
    posterior = np.asarray(same["p"])
    assert same["scores"]["nuts"]["log"][0] == pytest.approx(
        -np.log(posterior[np.arange(len(posterior)), labels[0]]).mean(), abs=2e-3
    )
    assert same["tv"]["map"] == pytest.approx(
        0.5 * np.abs(posterior - p[images.test]).sum(axis=1).mean(), abs=2e-3
    )


def test_exercises_judge_answers():
    for name, answer in {"one-bin-error": 0.2, "best-temperature": 2 / np.log(3)}.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"
