"""Moves of one length: where they lead, how fast the kernel follows, and what the scans report."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import ntkbook as nb
from ntkbook.chapters.tangent_kernel import measure
from ntkbook.chapters.tangent_kernel.measure import kernel_circle as kc
from ntkbook.chapters.tangent_kernel.measure.ball import DIRECTIONS, moves

POINTS = nb.sphere(jax.random.key(3), points=4, inputs=5, classes=2, test_points=1)


@pytest.fixture(scope="module")
def start():
    network = nb.mlp(5, 2, 32)
    theta0 = network.init(jax.random.key(0))
    return network, theta0, nb.empirical_ntk(network.apply, theta0, POINTS.X)


def _moved(start, radius):
    network, theta0, Theta0 = start
    key = jax.random.key(1)
    return moves(network.apply, theta0, Theta0, POINTS.X, POINTS.Y, radius, key)


def test_moves_have_the_length_asked_for(start):
    flat0 = ravel_pytree(start[1])[0]
    for name, theta in _moved(start, 0.7).items():
        assert name in DIRECTIONS
        assert float(jnp.linalg.norm(ravel_pytree(theta)[0] - flat0)) == pytest.approx(0.7, rel=1e-10)


def test_training_direction_is_that_of_the_flow(start):
    """A short flow on cross-entropy goes the same way."""
    network, theta0, _ = start
    problem = nb.Problem(network.apply, theta0, POINTS.X, POINTS.Y)
    fine = nb.Integration(rtol=1e-8, atol=1e-16)
    path = nb.gradient_flow(problem, jnp.array([1e-6]), record_ntk=False, integration=fine)
    flat0 = ravel_pytree(theta0)[0]
    flow = ravel_pytree(path.params)[0] - flat0
    step = ravel_pytree(_moved(start, 1.0)["training"])[0] - flat0
    assert float(flow @ step / jnp.linalg.norm(flow)) == pytest.approx(1.0, abs=1e-5)


def test_the_eigenvalue_direction_moves_the_top_eigenvalue_most(start):
    """To first order no direction of the same length changes wᵀΘw more."""
    network, _, Theta0 = start
    top = jnp.linalg.eigh(Theta0)[1][:, -1]
    gain = {
        name: float(top @ (nb.empirical_ntk(network.apply, theta, POINTS.X) - Theta0) @ top)
        for name, theta in _moved(start, 1e-4).items()
    }
    assert gain["eigenvalue"] > 0
    assert gain["eigenvalue"] > 3 * max(abs(gain["random"]), abs(gain["training"]))


# holds: two-rates
def test_ball_scan_measures_the_drift(start):
    scan = measure.ball_scan(lambda n: nb.mlp(5, 2, n), POINTS.X, POINTS.Y, (32, 2048), radius=1.0, seeds=1)
    network = start[0]
    key = jax.random.key(32)
    theta0 = network.init(key)
    Theta0 = nb.empirical_ntk(network.apply, theta0, POINTS.X)
    moved = moves(network.apply, theta0, Theta0, POINTS.X, POINTS.Y, 1.0, jax.random.fold_in(key, 1))
    Theta = nb.empirical_ntk(network.apply, moved["eigenvalue"], POINTS.X)
    assert scan.eigenvalue[0, 0] == pytest.approx(float(nb.relative_drift(Theta, Theta0)), rel=1e-9)
    # 64 times wider: the eigenvalue's direction gains about 8, the others about 64.
    assert 4 < scan.eigenvalue[0, 0] / scan.eigenvalue[1, 0] < 16
    assert scan.training[0, 0] / scan.training[1, 0] > 20
    assert scan.random[0, 0] / scan.random[1, 0] > 20
    with pytest.raises(nb.InvalidInput, match="radius"):
        measure.ball_scan(lambda n: nb.mlp(5, 2, n), POINTS.X, POINTS.Y, (32,), radius=0.0)


# holds: jacobian-lemma
def test_jacobian_scan_looks_at_the_same_moves():
    """J₀ and J_θ against Θ₀ = J₀J₀ᵀ and Θ_θ, at the moves of ball_scan; the Jacobian gains √64, not 64."""
    scan = measure.jacobian_scan(
        lambda n: nb.mlp(5, 2, n), POINTS.X, POINTS.Y, (32, 2048), radius=1.0, seeds=1
    )
    network, key = nb.mlp(5, 2, 32), jax.random.key(32)
    theta0 = network.init(key)
    Theta0 = nb.empirical_ntk(network.apply, theta0, POINTS.X)
    moved = moves(network.apply, theta0, Theta0, POINTS.X, POINTS.Y, 1.0, jax.random.fold_in(key, 1))
    assert scan.size[0, 0] ** 2 == pytest.approx(float(jnp.linalg.eigvalsh(Theta0)[-1]), rel=1e-9)
    for name in ("eigenvalue", "training"):
        between = nb.jacobian(network.apply, moved[name], POINTS.X) - nb.jacobian(
            network.apply, theta0, POINTS.X
        )
        turned = getattr(scan, name)
        assert turned[0, 0] == pytest.approx(float(jnp.linalg.norm(between, 2)), rel=1e-9)
        assert 4 < turned[0, 0] / turned[1, 0] < 16
    with pytest.raises(nb.InvalidInput, match="radius"):
        measure.jacobian_scan(lambda n: nb.mlp(5, 2, n), POINTS.X, POINTS.Y, (32,), radius=0.0)


def test_mean_field_radius_is_at_least_what_the_outputs_demand():
    scan = measure.mean_field_scan(POINTS.X, POINTS.Y, (64,))
    assert scan.value[0] < 1e-6
    assert scan.radius[0] > 0.5 * np.sqrt(64)
    assert scan.drift[0] > 0.3


def test_explorer_draws_the_kernel_it_names():
    setting = {"n": 64, "R": 2.0, "direction": "eigenvalue"}
    arrays = kc.kernel_circle(**setting)
    network = nb.mlp(2, 2, 64)
    theta0 = network.init(jax.random.key(64))
    at_zero = nb.empirical_ntk(network.apply, theta0, kc.four_points()[0][:1])[0, 0]
    zero = np.flatnonzero(arrays["angle"] == 0)[0]
    assert arrays["initial"][zero] == pytest.approx(float(at_zero), rel=1e-9)
    assert arrays["limit"][zero] == pytest.approx(
        float(network.kernel(kc.four_points()[0][:1]).ntk[0, 0]), rel=1e-9
    )
    assert arrays["here_drift"][0] == arrays["drift"][0]
    assert f"{100 * arrays['here_drift'][0]:.2g} %" in kc.describe_circle(setting, arrays)


def test_exercises_judge_answers():
    for name, answer in {"width-for-the-bound": 1_440_000, "layers-add-up": 4, "a-third": 8}.items():
        assert nb.check(name).status == "open"
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 2 * answer).status == "not yet"
    assert "power of two" in nb.check("a-third", 3).message
