import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import binom
from sklearn.calibration import calibration_curve
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss

from ntkbook.bayes.bootstrap import bootstrap_interval, paired_interval
from ntkbook.bayes.calibration import (
    accuracy,
    brier_score,
    expected_calibration_error,
    log_score,
    reliability,
)
from ntkbook.errors import InvalidInput


def simulate(key, M, sharpen=1.0):
    """Labels drawn from p, and the prediction p^sharpen, normalized: calibrated iff sharpen = 1."""
    key_z, key_y = jax.random.split(key)
    z = 1.5 * jax.random.normal(key_z, (M, 3))
    Y = jax.nn.one_hot(jax.random.categorical(key_y, z), 3, dtype=float)
    return jax.nn.softmax(sharpen * z, axis=1), Y


def test_scores_match_scikit_learn():
    p, Y = simulate(jax.random.key(0), 200)
    labels = np.argmax(Y, axis=1)
    np.testing.assert_allclose(log_score(p, Y), log_loss(labels, p), rtol=1e-12)
    one_vs_rest = sum(brier_score_loss(labels == k, p[:, k]) for k in range(3))
    np.testing.assert_allclose(brier_score(p, Y), one_vs_rest, rtol=1e-12)


def test_reliability_matches_scikit_learn():
    p, Y = simulate(jax.random.key(1), 500)
    data = reliability(p, Y, bins=8)
    right = np.argmax(p, axis=1) == np.argmax(Y, axis=1)
    accuracy, confidence = calibration_curve(right, np.asarray(p.max(axis=1)), n_bins=8)
    filled = data.counts > 0
    np.testing.assert_allclose(data.accuracy[filled], accuracy, atol=1e-12)
    np.testing.assert_allclose(data.confidence[filled], confidence, atol=1e-12)
    assert data.counts.sum() == 500
    assert np.all(
        np.isnan(data.low[~filled]) & np.isnan(data.high[~filled]) & np.isnan(data.accuracy[~filled])
    )


def test_ece_is_the_weighted_gap_of_the_diagram():
    p, Y = simulate(jax.random.key(2), 400, sharpen=2.0)
    data = reliability(p, Y)
    gaps = np.nan_to_num(np.abs(data.accuracy - data.confidence))
    np.testing.assert_allclose(expected_calibration_error(p, Y), np.sum(data.counts * gaps) / 400, atol=1e-12)


def test_accuracy_is_scikit_learns():
    p, Y = simulate(jax.random.key(6), 300)
    np.testing.assert_allclose(accuracy(p, Y), accuracy_score(Y.argmax(axis=1), p.argmax(axis=1)))


def test_ece_by_hand():
    p = jnp.asarray([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6]])
    Y = jnp.asarray([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    np.testing.assert_allclose(
        expected_calibration_error(p, Y, bins=5), (abs(1 - 1.8) + abs(1 - 0.6)) / 3, atol=1e-12
    )


def test_a_bin_holds_its_upper_edge():
    """Confidences ¾ and 0.7 share the third of four bins, (½, ¾]; ½ lies in the second, 1 in the last."""
    p = jnp.asarray([[0.75, 0.25], [0.7, 0.3], [0.5, 0.5], [1.0, 0.0]])
    Y = jnp.asarray([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    assert reliability(p, Y, bins=4).counts.tolist() == [0, 1, 2, 1]
    error = (abs(1 - 0.75 - 0.7) + 0.5) / 4
    np.testing.assert_allclose(expected_calibration_error(p, Y, bins=4), error, atol=1e-12)


# holds: calibrated
def test_calibrated_predictions_have_small_ece_and_sharpened_ones_do_not():
    assert float(expected_calibration_error(*simulate(jax.random.key(3), 20_000))) < 0.02
    assert float(expected_calibration_error(*simulate(jax.random.key(3), 20_000, sharpen=3.0))) > 0.1


def test_intervals_are_clopper_pearson():
    """The defining property: at the ends of the interval, the observed count has a tail of just (1 − level)/2."""
    p, Y = simulate(jax.random.key(4), 300)
    data = reliability(p, Y, bins=5, level=0.9)
    for b in np.flatnonzero(data.counts):
        n, right = int(data.counts[b]), round(data.accuracy[b] * data.counts[b])
        if 0 < right < n:
            np.testing.assert_allclose(binom.sf(right - 1, n, data.low[b]), 0.05, atol=1e-9)
            np.testing.assert_allclose(binom.cdf(right, n, data.high[b]), 0.05, atol=1e-9)
        assert data.low[b] <= data.accuracy[b] <= data.high[b]


def test_intervals_at_no_and_all_successes():
    right = reliability(jnp.asarray([[0.9, 0.1]] * 4), jnp.asarray([[1.0, 0.0]] * 4))
    wrong = reliability(jnp.asarray([[0.9, 0.1]] * 4), jnp.asarray([[0.0, 1.0]] * 4))
    filled = right.counts > 0
    np.testing.assert_allclose([right.low[filled][0], right.high[filled][0]], [0.025**0.25, 1], atol=1e-9)
    np.testing.assert_allclose([wrong.low[filled][0], wrong.high[filled][0]], [0, 1 - 0.025**0.25], atol=1e-9)


def test_bootstrap_interval_has_the_width_of_the_normal_one():
    p, Y = simulate(jax.random.key(5), 2_000)
    interval = bootstrap_interval(jax.random.key(6), brier_score, p, Y, resamples=2_000)
    each = np.sum(np.asarray(p - Y) ** 2, axis=1)
    half = 1.96 * each.std() / 2_000**0.5
    np.testing.assert_allclose(
        [interval.low, interval.high], [each.mean() - half, each.mean() + half], atol=0.2 * half
    )


def test_bootstrap_interval_holds_its_level():
    """Of 12 points with 4 hits, resamples have binomially many; the ends are quantiles of that law."""
    Y = jnp.eye(2)[jnp.arange(12) // 8]  # the hits are the last points, none of which may be left out
    p = jnp.zeros((12, 2)).at[:, 1].set(1.0)
    interval = bootstrap_interval(jax.random.key(8), accuracy, p, Y, level=0.8, resamples=4_000)
    ends = binom.ppf([0.1, 0.9], 12, 1 / 3) / 12
    np.testing.assert_allclose([interval.low, interval.high], ends, atol=1e-12)


def test_paired_interval_is_that_of_the_differences_and_narrower_than_either():
    p, Y = simulate(jax.random.key(5), 2_000)
    q = 0.95 * p + 0.05 / 3
    paired = paired_interval(jax.random.key(6), brier_score, q, p, Y, resamples=2_000)
    each = np.sum(np.asarray(q - Y) ** 2 - np.asarray(p - Y) ** 2, axis=1)
    half = 1.96 * each.std() / 2_000**0.5
    expected = [each.mean() - half, each.mean() + half]
    np.testing.assert_allclose([paired.low, paired.high], expected, atol=0.2 * half)
    alone = bootstrap_interval(jax.random.key(6), brier_score, p, Y, resamples=2_000)
    assert paired.high - paired.low < 0.2 * (alone.high - alone.low)


def test_the_true_probabilities_score_best():
    """Both scores are proper: sharpening or flattening calibrated probabilities costs."""
    for score in (brier_score, log_score):
        true, sharp, flat = (float(score(*simulate(jax.random.key(7), 20_000, s))) for s in (1.0, 1.5, 0.6))
        assert true < sharp
        assert true < flat


P, Y2 = jnp.full((2, 2), 0.5), jnp.eye(2)


@pytest.mark.parametrize("function", [brier_score, log_score, expected_calibration_error, reliability])
@pytest.mark.parametrize(
    ("p", "Y", "words"),
    [(P, jnp.eye(3), "one-hot"), (2 * P, Y2, "leave the simplex"), (P, 0 * Y2, "leave the simplex")],
)
def test_bad_input(function, p, Y, words):
    with pytest.raises(InvalidInput, match=words):
        function(p, Y)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: reliability(P, Y2, bins=0), "bins = 0"),
        (lambda: reliability(P, Y2, level=1.5), "level = 1.5"),
        (lambda: expected_calibration_error(P, Y2, bins=-1), "bins = -1"),
        (lambda: bootstrap_interval(jax.random.key(0), brier_score, P, Y2, resamples=0), "resamples = 0"),
        (lambda: bootstrap_interval(jax.random.key(0), brier_score, P, Y2, level=-0.1), "level = -0.1"),
        (lambda: paired_interval(jax.random.key(0), brier_score, P, P, jnp.eye(3)), "one-hot"),
        (lambda: paired_interval(jax.random.key(0), brier_score, P, 2 * P, Y2), "leave the simplex"),
    ],
)
def test_bad_settings(call, words):
    with pytest.raises(InvalidInput, match=words):
        call()
