"""The chapter on the trained predictor, against independent routes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters.trained_predictor import measure
from ntkbook.chapters.trained_predictor.measure import predictor as module
from ntkbook.chapters.trained_predictor.measure.two_limits import ANGLES, LABELS, on_circle

STRENGTHS = (0.3, 1e-2, 1e-4, 1e-6)


def test_the_formula_is_where_the_linearized_flow_ends():
    run, network = measure.trained(32, "lam", 0.3), module.circle_network(32)
    theta0 = network.init(jax.random.key(1))
    X, Y, inside = module.circle_and_square()
    f0 = network.apply(theta0, X)
    Theta = nb.empirical_ntk(network.apply, theta0, X)
    flow = nb.linearized_flow(Theta, f0, Y, jnp.array([1e3]), lam=0.3)
    Theta_x = nb.empirical_ntk(network.apply, theta0, inside, X)
    logits = flow.predict(Theta_x, network.apply(theta0, inside))[-1]
    np.testing.assert_allclose(run.formula, logits[:, 1] - logits[:, 0], atol=1e-6)
    assert run.radius[1] == pytest.approx(float(flow.radius[-1]), rel=1e-6)
    dual = Y - jax.nn.softmax(flow.logits[-1])
    np.testing.assert_allclose(run.alpha, dual[:, 1], atol=1e-6)
    np.testing.assert_array_equal(run.alpha > 0, run.classes == 1)


def test_smoothing_holds_the_gaps_at_their_plateau():
    """On the training points network and formula both end at ±log((1 − ε/2)/(ε/2))."""
    run = measure.trained(32, "epsilon", 0.4)
    log_targets = np.log(0.8 / 0.2) * (2 * module.CLASSES - 1)
    network = module.circle_network(32)
    theta0 = network.init(jax.random.key(1))
    X, _, _ = module.circle_and_square()
    Theta = nb.empirical_ntk(network.apply, theta0, X)
    f0 = network.apply(theta0, X)
    logits = f0 + (Theta @ np.kron(run.alpha, [-1.0, 1.0])).reshape(f0.shape)
    np.testing.assert_allclose(logits[:, 1] - logits[:, 0], log_targets, atol=1e-8)
    arrays = module.predictor(32, "epsilon", 0.4)
    np.testing.assert_allclose(arrays["difference"], arrays["network"] - arrays["formula"], atol=2e-4)
    setting = {"n": 32, "holder": "epsilon", "strength": 0.4}
    largest = np.abs(arrays["difference"]).max()
    assert f"differ by {largest:.3f}" in module.describe_predictor(setting, arrays)


def test_width_brings_the_network_nearer_to_the_formula():
    points = nb.sphere(jax.random.key(3), points=4, inputs=5, classes=2, test_points=3)
    scan = measure.predictor_scan(points, (16, 1024), epsilon=0.5, seeds=2)
    assert scan.own.shape == scan.limit.shape == (2, 2)
    assert scan.own[1].mean() < scan.own[0].mean() / 4
    assert np.all(scan.own[1] < scan.limit[1])


# holds: theorem-d.4, theorem-d.5
def test_two_limits_part_company():
    two = measure.two_limits(STRENGTHS)
    assert np.all(np.diff(two.margin_lam) > 0)
    assert two.margin_lam[-1] > 0.999
    np.testing.assert_allclose(two.margin_eps, two.margin_eps[0], atol=1e-9)
    assert two.margin_eps[-1] < 0.98
    np.testing.assert_allclose(two.least_squares, 1, atol=1e-9)

    Theta, Y = on_circle(ANGLES, LABELS)
    centred = nb.center(Y)
    gap = np.log((1 - 1e-6 / 2) / (1e-6 / 2))  # P log y = gap · P onehot
    norm = gap * np.sqrt(np.sum(centred * np.linalg.solve(Theta, centred)))
    assert two.radius_eps[-1] == pytest.approx(norm, rel=1e-9)
    assert np.diff(two.radius_lam)[-1] / np.log(100) == pytest.approx(two.inverse_margin, rel=0.2)


def test_even_alternating_points_have_one_limit():
    even = 2 * np.pi * np.arange(6) / 6
    two = measure.two_limits(STRENGTHS, angles=tuple(even), labels=(0, 1, 0, 1, 0, 1))
    np.testing.assert_allclose([two.margin_lam[-1], two.margin_eps[-1]], 1, atol=1e-6)


def test_exercises_judge_answers():
    for name, answer in {"gap-of-smoothing": np.log(91), "fixed-point": 0.675}.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"
