"""The chapter on a generalization bound: samples, errors and bounds, against what is computed by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters.generalization import measure
from ntkbook.chapters.generalization.measure import explorer, network, samples
from ntkbook.chapters.generalization.measure.larger_images import SEEDS, SIZES, bounds_over_sizes
from ntkbook.generalization import MARGINS


def test_the_population_is_all_images_of_its_digits():
    data, kernel = measure.population()
    assert data.X.shape == (1082, 64)
    assert kernel.shape == (1082, 1082)
    np.testing.assert_allclose(kernel[:5, :5], nb.mlp(64, 2, 8).kernel(data.X[:5]).ntk, rtol=1e-12)
    # 178 + 181 + 181 images of 0, 4 and 6; 182 + 177 + 183 of 1, 2 and 3
    assert data.Y.sum(axis=0).tolist() == [540, 542]


def test_a_sample_has_its_labels_or_coins():
    data, _ = measure.population()
    clean, noisy, coins = (samples.draw(1000, noise, seed=3) for noise in (0.0, 0.4, 1.0))
    np.testing.assert_array_equal(clean.drawn, coins.drawn)
    np.testing.assert_array_equal(clean.labels, data.Y[clean.drawn])
    wrong = [float(jnp.mean(jnp.any(s.labels != clean.labels, axis=1))) for s in (noisy, coins)]
    np.testing.assert_allclose(wrong, [0.2, 0.5], atol=0.05)
    held = len(np.unique(samples.draw(1600, 0.0).drawn)) / 1082  # with replacement
    assert held == pytest.approx(1 - (1 - 1 / 1082) ** 1600, abs=0.03)


def test_what_no_function_can_fit_is_counted_by_hand():
    labels = jnp.eye(2)[jnp.array([0, 0, 1, 1, 0, 1])]
    sample = samples.DrawnSample(jnp.array([3, 3, 3, 7, 7, 9]), labels)
    assert samples.unavoidable(sample) == pytest.approx(2 / 6)
    run = measure.bounded_error(100, 1.0, 1e-3, seed=2)
    assert run.bound.training_error == pytest.approx(run.unavoidable, abs=1e-6)
    assert run.unavoidable > 0


def test_the_error_knows_the_coins():
    data, _ = measure.population()
    assert samples.error(data.Y, 0.0) == 0
    assert samples.error(data.Y, 0.4) == pytest.approx(0.2)
    assert samples.error(-data.Y, 0.4) == pytest.approx(0.8)
    assert samples.error(0 * data.Y, 0.0) == 1  # a tie counts as wrong


def test_parts_add_up_to_the_bound():
    run = measure.bounded_error(30, 0.0, 1.0)
    best = MARGINS.index(run.bound.margin)
    np.testing.assert_allclose(run.at_margin[:, best].sum(), run.bound.total, rtol=1e-12)
    assert run.at_margin.sum(axis=0).min() == pytest.approx(run.bound.total)
    assert 0 < run.error < 0.2 < run.bound.total


# holds: pac-bayes
def test_ball_and_law_are_of_one_predictor():
    run = measure.both_bounds(100, 0.1, 3.0, seed=2)
    assert run.ball == measure.bounded_error(100, 0.1, 3.0, seed=2).bound
    assert run.error < run.law.total < run.ball.total


def test_random_labels_take_a_larger_ball():
    lams = (0.1, 1.0)
    true, coins = (measure.norm_against_fit(30, noise, lams) for noise in (0.0, 1.0))
    assert np.all(np.diff(true[0]) > 0)
    assert np.all(np.diff(true[1]) < 0)
    assert coins[1][0] > 1.5 * true[1][0]
    assert coins[0][0] > true[0][0]
    assert true[1][1] == pytest.approx(measure.bounded_error(30, 0.0, 1.0).bound.norm, rel=1e-8)


# holds: network-owes
def test_a_narrow_network_leaves_its_ball_and_owes_more(monkeypatch):
    monkeypatch.setattr(network, "STEPS", 500)
    narrow, wide = (measure.network_bound(n, points=12, lam=0.5) for n in (8, 256))
    assert wide.least_norm == pytest.approx(wide.radius, rel=0.05)
    assert wide.radius == pytest.approx(wide.linear_norm, rel=0.02)
    assert narrow.least_norm > 1.1 * narrow.radius
    assert narrow.extra > 5 * wide.extra > 0
    for run in (narrow, wide):
        assert run.error <= run.ramp <= run.linear_ramp + run.extra


def test_a_kernel_that_has_seen_the_labels_breaks_the_bound():
    Y = jax.nn.one_hot(jnp.arange(1600) % 2, 2, dtype=float)
    c = Y[:, 0] - Y[:, 1]
    A = 2 / 1600 * jnp.stack([c, -c], axis=1)
    assert (
        nb.generalization_bound(jnp.outer(c, c), A, jnp.outer(c, 2 * jnp.array([1.0, -1.0])), Y).total < 0.4
    )


def test_the_sentence_says_when_the_bound_says_nothing():
    setting = {"points": 200, "noise": 0.0, "lam": 1.0, "margin": 3.0}
    for total, words in ((1.2, "says nothing"), (0.8, "says something")):
        named = {"here_total": total, "here_error": 0.01, "norm": 3.0, "alone": 1.3}
        arrays = {name: np.array([value]) for name, value in named.items()}
        assert words in explorer.describe_bound(setting, arrays)


def test_exercises_judge_answers():
    for name, answer in {"halve-the-bound": 4, "held-out": 0.1224, "no-error": 0.0559}.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"
    assert "power of two" in nb.check("enough-points", 1000).message
    assert nb.check("enough-points", 128).status == "right"


# holds: error-bound, pac-bayes
def test_the_record_of_larger_images_is_made_as_the_page_makes_its_numbers():
    data, kernel = measure.population()
    (row,) = bounds_over_sizes(kernel, data.Y, sizes=(100,), seeds=(2,))
    run = measure.both_bounds(100, 0.0, 10.0, seed=2)
    assert (row["ball"], row["law"], row["error"]) == (
        [round(run.ball.total, 5)],
        [round(run.law.total, 5)],
        [round(run.error, 5)],
    )
    rows = measure.larger_images().rows
    assert [row["points"] for row in rows] == list(SIZES)
    assert all(len(row[name]) == len(SEEDS) for row in rows for name in ("ball", "law", "error"))
