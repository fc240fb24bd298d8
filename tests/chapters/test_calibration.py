"""The chapter on calibration: its images, its four predictors at small cost, and its proposition."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook import bayes
from ntkbook.chapters.calibration import measure
from ntkbook.chapters.calibration.measure import digit_doubt as module
from ntkbook.chapters.calibration.measure.shifted_digits import ANGLES, FACTORS, FAR, OUT, TEST, rotate


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


def test_exercises_judge_answers():
    for name, answer in {"one-bin-error": 0.2, "best-temperature": 2 / np.log(3)}.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"
