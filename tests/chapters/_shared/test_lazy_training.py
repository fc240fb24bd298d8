"""The training that the landing page and the chapter on regularizers show, against independent routes."""

import jax
import numpy as np
import pytest

from ntkbook import data, explicit, losses
from ntkbook.chapters._shared.measure import lazy_training as lt
from ntkbook.chapters._shared.measure import sphere
from ntkbook.empirical import empirical_ntk
from ntkbook.laziness import logit_gap
from ntkbook.networks import mlp

POINTS = sphere.points()


@pytest.fixture(scope="module")
def held():
    return lt.lazy_training(64, 0.3, 0.1, log_times=np.linspace(-2.0, 7.0, 19))


def test_arrays_share_the_times(held):
    assert {array.shape for array in held.values()} == {(19,)}
    np.testing.assert_array_equal(held["log_t"], np.linspace(-2.0, 7.0, 19))


# holds: theorem-b.1
def test_radius_stays_within_theorem_b(held):
    network = mlp(6, 3, 64)
    theta0 = network.init(jax.random.key(1))
    Y = losses.smooth_labels(POINTS.Y, 0.1)
    V0 = losses.excess(losses.cross_entropy, network.apply(theta0, POINTS.X), Y)
    np.testing.assert_allclose(held["radius_bound"], np.sqrt(2 * float(V0) / 0.3), rtol=1e-12)
    assert np.all(held["radius"] <= held["radius_bound"])
    assert np.all(np.diff(held["radius"]) > -1e-3)


def test_linearized_curve_ends_at_the_explicit_solution(held):
    network = mlp(6, 3, 64)
    theta0 = network.init(jax.random.key(1))
    X, Y = POINTS.X, losses.smooth_labels(POINTS.Y, 0.1)
    solution = explicit.kernel_logistic_regression(
        empirical_ntk(network.apply, theta0, X), Y, network.apply(theta0, X), lam=0.3
    )
    assert held["linear_gap"][-1] == pytest.approx(float(logit_gap(solution.logits, POINTS.Y)), abs=1e-7)


@pytest.mark.parametrize(
    ("drift", "verdict"), [(0.01, "lazy"), (0.1, "nearly lazy; try a wider network"), (2.0, "not lazy")]
)
def test_verdicts(drift, verdict):
    assert lt.verdict(np.array([0.0, drift])) == verdict


def test_points_are_the_books():
    again = data.sphere(jax.random.key(0))
    np.testing.assert_array_equal(again.X, POINTS.X)
