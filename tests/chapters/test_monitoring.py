"""The chapter on monitoring: someone else's network and loop, and what the monitor makes of them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters.monitoring import measure
from ntkbook.chapters.monitoring.measure import monitored as module
from ntkbook.chapters.monitoring.show import monitored_table


def test_a_step_of_the_loop_is_gradient_descent():
    data = measure.monitored_images()
    apply, params = measure.cnn_of(4, 3)
    seen = []
    lam, rate = 0.5, 1e-3
    settings = {"steps": 2, "learning_rate": rate, "lam": lam}
    last = measure.train_own(
        apply, params, data.X, data.Y, after_step=lambda params, step: seen.append((step, params)), **settings
    )
    assert [step for step, _ in seen] == [1, 2]

    def objective(theta):
        squares = jax.tree.map(lambda a, b: jnp.sum((a - b) ** 2), theta, params)
        return nb.total(nb.cross_entropy, apply(theta, data.X), data.Y) + lam / 2 * sum(
            jax.tree.leaves(squares)
        )

    by_hand = params
    for _ in range(2):
        by_hand = jax.tree.map(lambda t, g: t - rate * g, by_hand, jax.grad(objective)(by_hand))
    for ours, theirs in zip(jax.tree.leaves(last), jax.tree.leaves(by_hand), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-6)


def test_looks_are_fifteen_different_steps():
    for steps in (15, 60, 300):
        looks = module.look_steps(steps)
        assert len(set(looks.tolist())) == 15
        assert (looks[0], looks[-1]) == (1, steps)


def test_larger_initial_weights_keep_training_lazier():
    own, library = (measure.monitored_run(4, gain=gain, steps=20) for gain in (module.HE, 1.0))
    np.testing.assert_array_equal(own.trace("step"), module.look_steps(20))
    assert library.trace("drift")[-1] > 2 * own.trace("drift")[-1] > 0


def test_traces_carry_the_bound_only_with_a_regularizer(monkeypatch):
    monkeypatch.setattr(module, "monitored_run", lambda *a, **k: measure.monitored_run(4, steps=15, **k))
    held, free = (module.monitor_traces(4, 1.0, holder) for holder in ("lam", "epsilon"))
    lam = module.kernel_norm(4, module.HE) / module.POINTS
    monitor = measure.monitored_run(4, steps=15, epsilon=0.0, lam=1.0, rate=1.0)
    np.testing.assert_allclose(held["bound"], np.sqrt(2 * monitor.problem.V0 / lam), rtol=1e-9)
    assert held["radius"].max() <= held["bound"][0]
    assert np.isnan(free["bound"]).all()
    assert set(free["tolerance"]) == {module.TOLERANCE}


@pytest.mark.parametrize(
    ("drift", "words"),
    [
        ([0.1, 0.1, 0.1], "has stayed lazy"),
        ([0.3, 0.3, 0.1], "is lazy again"),
        ([0.1, 0.3, 0.3], "left the lazy regime at step 5"),
        ([0.3, 0.3, 0.3], "left the lazy regime at step 2"),
        ([0.1, 0.3, np.nan], "diverges"),
    ],
)
def test_the_sentence_follows_the_traces(drift, words):
    arrays = dict.fromkeys(("relative_gap", "alignment", "radius", "logit_gap"), np.zeros(3))
    arrays |= {"step": np.array([2.0, 5.0, 9.0]), "drift": np.array(drift)}
    assert words in module.describe_traces({"channels": 8, "rate": 1.0, "holder": "lam"}, arrays)


# holds: monitor-sees.1
def test_parts_of_the_kernel_never_move_more_than_the_whole():
    share, drift = measure.drift_on_points(4, (2, 10, 60), sort=True, steps=10)
    assert np.all(np.diff(share) > 0)
    assert share[-1] == pytest.approx(1, rel=1e-6)
    assert drift[-1] > 0


def test_sets_of_points_see_the_shares_that_are_drawn():
    """Against all 10 sets of two among five points, each as likely."""
    half = jax.random.normal(jax.random.key(0), (10, 10))
    D = half + half.T
    whole, seen = measure.seen_by_sets(jax.random.key(1), D, 2, classes=2)
    rows = [[2 * i, 2 * i + 1, 2 * j, 2 * j + 1] for i in range(5) for j in range(i)]
    by_hand = np.array([jnp.sum(D[jnp.ix_(jnp.array(each), jnp.array(each))] ** 2) for each in rows])
    assert whole == pytest.approx(float(jnp.sum(D**2)))
    np.testing.assert_allclose(np.unique(seen.round(8)), np.sort(by_hand).round(8))
    assert seen.mean() == pytest.approx(by_hand.mean(), abs=4 * by_hand.std() / 2000**0.5)


def test_the_table_says_who_left():
    runs = {"lazy": measure.monitored_run(4, gain=module.HE, steps=15)}
    table = monitored_table(runs, "One run")
    left = runs["lazy"].left_lazy_regime()
    assert table.rows[0][1] == ("lazy" if left is None else f"left at {left}")


def test_exercises_judge_answers():
    for name, answer in {"ten-per-cent": 200, "products-for-ninety": 46}.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"
    assert "power of two" in nb.check("too-fast", 5).message
