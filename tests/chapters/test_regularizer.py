"""A regularizer towards θ₀ or towards 0, and the law of weight decay, at small sizes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters.regularizer import measure
from ntkbook.chapters.regularizer.measure import explorer

POINTS = nb.sphere(jax.random.key(3), points=4, inputs=5, classes=2, test_points=3)


def test_decay_towards_zero_is_not_lazy_and_has_no_bound():
    setting = {"n": 256, "lam": 0.3, "anchor": "zero"}
    arrays = explorer.regularizer(**setting)
    assert arrays["drift"].max() > 0.9
    assert np.all(np.isnan(arrays["radius_bound"]))
    assert np.all(np.isnan(arrays["linear_gap"]))
    assert explorer.describe(setting, arrays).endswith("no bound holds: not lazy.")


def test_sentence_holds_the_numbers_shown():
    setting = {"n": 64, "lam": 0.3, "anchor": "init"}
    held = explorer.regularizer(**setting)
    sentence = explorer.describe(setting, held)
    assert f"travel {held['radius'].max():.2f}" in sentence
    assert f"bound {held['radius_bound'][-1]:.2f}" in sentence
    assert f"{100 * held['drift'].max():.0f} %" in sentence


# holds: decay-law
@pytest.mark.parametrize("hidden_layers", [1, 2])
def test_decay_law_is_exact_without_data(hidden_layers):
    """With λ so large that data terms vanish beside it, Θ_t = e^{−2Lλt}Θ₀; and the exponent knows L."""
    law = measure.decay_law(POINTS, 64, lam=1e5, hidden_layers=hidden_layers, duration=1e-5, times=3)
    np.testing.assert_allclose(law.predicted, np.exp(-2 * hidden_layers * 1e5 * law.t), rtol=1e-12)
    np.testing.assert_allclose(law.shrinkage, law.predicted, rtol=1e-3)
    assert law.error.max() < 1e-3


def test_exercises_judge_answers():
    right = {"halve-the-radius": 4, "two-radii": 40, "half-life": 2.31}
    for name, answer in right.items():
        assert nb.check(name).status == "open"
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"
        assert nb.check(name, "many").status == nb.check(name, float("nan")).status == "not yet"
    with pytest.raises(nb.InvalidInput, match="halve-the-radius"):
        nb.check("no such exercise", 1)
    assert "power of two" in nb.check("two-per-cent", 1000).message


# holds: theorem-b.3
def test_a_loss_that_is_smooth_on_the_ball_only_needs_its_own_slope_at_the_start():
    """One Poisson count y = 1000 from z₀ = 0, K₁ = 1, λ = 10⁷: √(2βV₀) + βK₁R is not a bound of ‖∇C‖ on the ball."""
    y, lam, K1 = jnp.array([[1000.0]]), 1e7, 1.0
    z0 = jnp.zeros((1, 1))
    slope = abs(float(nb.poisson.residual(z0, y)[0, 0]))
    V0 = float(nb.poisson.value(z0, y)[0] - nb.poisson.infimum(y)[0])
    R = float(nb.radius_regularized(V0, lam))
    beta = np.exp(K1 * R)
    assert slope**2 == pytest.approx(998_001)
    assert 2 * beta * V0 == pytest.approx(12_231, abs=1)
    assert slope > np.sqrt(2 * beta * V0) + beta * K1 * R  # what smoothness everywhere would give
    ball = jnp.linspace(-K1 * R, K1 * R, 101)[:, None]
    largest = float(jnp.abs(nb.poisson.residual(ball, jnp.full_like(ball, 1000.0))).max())
    assert slope < largest <= slope + beta * K1 * R
