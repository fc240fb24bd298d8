"""The chapter on monitoring: someone else's network and loop, and what the monitor makes of them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters.monitoring import measure
from ntkbook.chapters.monitoring.measure import monitored as module
from ntkbook.chapters.monitoring.show import monitored_table

SMALL = {"width": 4, "steps": 15}


@pytest.mark.parametrize("how", [{}, {"momentum": 0.5}, {"batch": 20}], ids=str)
def test_a_step_of_the_loop_is_gradient_descent(how):
    data = measure.monitored_images()
    apply, params, linear = measure.start("mlp", 4, 1.0)
    seen = []
    lam, rate, rest = 0.5, 1e-3, {"momentum": 0.0, "batch": 60} | how
    module_settings = {"steps": 2, "learning_rate": rate, "lam": lam, **how}
    last = measure.train_own(
        apply,
        params,
        data.X,
        data.Y,
        linear=linear,
        after_step=lambda *seen_now: seen.append(seen_now),
        **module_settings,
    )
    assert [step for _, step, _ in seen] == [1, 2]
    draw = np.random.default_rng(0)
    batches = [draw.choice(60, rest["batch"], replace=False) for _ in range(2)]

    def trained(model):
        theta, velocity = params, jax.tree.map(jnp.zeros_like, params)
        for batch in batches:

            def objective(theta, batch=batch):
                squares = jax.tree.map(lambda a, b: jnp.sum((a - b) ** 2), theta, params)
                some = nb.total(nb.cross_entropy, model(theta, data.X[batch]), data.Y[batch])
                return 60 / len(batch) * some + lam / 2 * sum(jax.tree.leaves(squares))

            velocity = jax.tree.map(
                lambda v, g: rest["momentum"] * v + g, velocity, jax.grad(objective)(theta)
            )
            theta = jax.tree.map(lambda t, v: t - rate * v, theta, velocity)
        return jax.tree.leaves(theta)

    for ours, theirs in ((last, trained(apply)), (seen[-1][2], trained(linear))):
        for one, other in zip(jax.tree.leaves(ours), theirs, strict=True):
            np.testing.assert_allclose(one, other, atol=2e-6)


def test_looks_are_fifteen_different_steps():
    for steps in (15, 60, 300):
        looks = module.look_steps(steps)
        assert len(set(looks.tolist())) == 15
        assert (looks[0], looks[-1]) == (1, steps)


def test_larger_initial_weights_keep_training_lazier():
    own, library = (measure.monitored_run("mlp", gain=gain, width=32, steps=20) for gain in (module.HE, 1.0))
    np.testing.assert_array_equal(own.trace("step"), module.look_steps(20))
    assert library.trace("drift")[-1] > 2 * own.trace("drift")[-1] > 0


def test_every_way_of_training_is_another_one():
    ends = [
        measure.monitored_run("mlp", **SMALL, **how).records[-1].radius for how in module.TRAININGS.values()
    ]
    assert len(set(np.round(ends, 4))) == len(ends) == 8


def test_predictions_part_at_the_first_look_beyond_the_tolerance():
    run = measure.monitored_run("mlp", **SMALL)
    gaps = run.trace("probability_gap")
    assert measure.parted(run, 2.0) is None
    assert measure.parted(run, gaps.max() * 0.999) == run.records[int(gaps.argmax())].step


def test_traces_of_what_diverges_end(monkeypatch):
    monkeypatch.setattr(
        module, "monitored_run", lambda *_, **how: measure.monitored_run("mlp", **SMALL, **how)
    )
    monkeypatch.setitem(module.TRAININGS, "fast", {"rate": 1e30})
    arrays = module.monitor_traces("mlp", "fast")
    assert np.isnan(arrays["gap"]).any()
    assert np.isfinite(arrays["step"]).all()
    assert "diverges" in module.describe_traces({"network": "mlp", "holder": "fast"}, arrays)


@pytest.mark.parametrize(
    ("gap", "words"), [([0.0, 0.05, 0.02], "never above 0.1"), ([0.0, 0.3, 0.2], "first above 0.1 at step 5")]
)
def test_the_sentence_follows_the_traces(gap, words):
    arrays = dict.fromkeys(("gap", "drift", "radius"), np.zeros(3))
    arrays |= {"step": np.array([2.0, 5.0, 9.0]), "probability_gap": np.array(gap)}
    assert words in module.describe_traces({"network": "cnn", "holder": "lam"}, arrays)


# holds: two-trainings
def test_what_is_certified_bounds_what_happens():
    data = nb.sphere(jax.random.key(0), points=3)
    problem = nb.Problem.of(nb.mlp(6, 3, 8), jax.random.key(1), data.X, data.Y)
    found = measure.certified(problem, (3, 30), 0.1, data.X_test)
    for truth, bound in (("parameters", "E"), ("gap", "bound")):
        assert (found[truth] > 0).all()
        assert (found[truth] <= found[bound]).all()


def test_a_twin_costs_less_than_twice_the_network():
    assert 1 < measure.work_of_a_twin("mlp") < 2


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
    run = measure.monitored_run("mlp", **SMALL)
    table = monitored_table({"small": run}, "One run")
    when = measure.parted(run)
    assert table.rows[0][1] == f"{run.trace('gap').max():.2f}"
    assert table.rows[0][4] == ("never" if when is None else f"step {when}")


def test_exercises_judge_answers():
    for name, answer in {
        "ten-per-cent": 200,
        "products-for-ninety": 46,
        "held-out-for-ninety-nine": 299,
    }.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"
    assert "power of two" in nb.check("too-fast", 5).message
