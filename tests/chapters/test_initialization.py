"""The law of random networks: exact moments, an independent route to the same law, and what the scans report."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters.initialization import measure
from ntkbook.chapters.initialization.measure import layer_by_layer as lbl
from ntkbook.chapters.initialization.measure.outputs import two_inputs


def test_layer_by_layer_has_the_law_of_the_network():
    """Two routes: n × n weights, or n Gaussian vectors a layer. Compared: covariance and fourth moment."""
    network = nb.mlp(2, 1, 8, hidden_layers=2, activation="erf")
    direct = measure.initial_outputs(network, two_inputs(), seeds=20_000, key=jax.random.key(0))[:, :, 0]
    layered = lbl.layered_outputs(
        jax.random.key(1), two_inputs(), width=8, hidden_layers=2, activation="erf", draws=20_000
    )
    np.testing.assert_allclose(np.cov(direct.T), np.cov(layered.T), atol=0.04)
    moments = [float(jnp.mean(f[:, 0] ** 4)) for f in (direct, layered)]
    assert moments[0] == pytest.approx(moments[1], rel=0.08)


# holds: nngp-theorem.1
def test_one_hidden_unit_has_the_limit_covariance():
    network = nb.mlp(2, 1, 1, activation="erf")
    f = measure.initial_outputs(network, two_inputs(), seeds=20_000, key=jax.random.key(3))[:, :, 0]
    np.testing.assert_allclose(np.cov(f.T), network.kernel(two_inputs()).nngp, atol=0.05)


def test_depth_over_width_decides_the_kurtosis():
    """Bias-free ReLU: 3((1 + 5/n)^L − 1), at n = 32, L = 3."""
    f = lbl.layered_outputs(
        jax.random.key(0),
        two_inputs(),
        width=32,
        hidden_layers=3,
        activation="relu",
        draws=40_000,
        sigma_b=0.0,
    )
    assert measure.excess_kurtosis(f[:, 0]) == pytest.approx(3 * ((1 + 5 / 32) ** 3 - 1), rel=0.15)


def test_kurtosis_constant_of_relu_is_five_without_biases():
    for kernel in (0.3, 2.0):
        v = measure.kurtosis_constant(kernel, activation="relu", sigma_b=0.0)
        assert v == pytest.approx(5.0, rel=1e-3)
    with pytest.raises(nb.InvalidInput, match="activation"):
        measure.kurtosis_constant(1.0, activation="sine")


def test_kolmogorov_distance_knows_its_law():
    draws = np.asarray(jax.random.normal(jax.random.key(0), (20_000,)))
    assert measure.kolmogorov_distance(draws) < 1.36 / np.sqrt(20_000)
    # N(0, 2²) against N(0, 1): sup |Φ(s/2) − Φ(s)| at s² = 8 log 2 / 3
    s = np.sqrt(8 * np.log(2) / 3)
    expected = float(jax.scipy.stats.norm.cdf(s) - jax.scipy.stats.norm.cdf(s / 2))
    assert measure.kolmogorov_distance(2 * draws) == pytest.approx(expected, abs=0.01)
    assert measure.kolmogorov_distance(2 * draws, 2.0) == pytest.approx(
        measure.kolmogorov_distance(draws), abs=1e-12
    )


def test_kolmogorov_distance_of_a_single_point_mass():
    assert measure.kolmogorov_distance(np.zeros(10)) == pytest.approx(0.5)


def test_gaussianity_scan_measures_the_network():
    scan = measure.gaussianity_scan((4,), seeds=2000)
    network = nb.mlp(2, 1, 4, activation="relu")
    f = measure.initial_outputs(network, two_inputs()[:1], seeds=2000, key=jax.random.key(4))[:, 0, 0]
    assert scan.kurtosis[0] == pytest.approx(measure.excess_kurtosis(f))
    assert scan.exact[0] / scan.bound[0] == pytest.approx(3.0)
    assert scan.floor[0] == pytest.approx(1.36 / np.sqrt(2000))


def test_feature_kernel_is_the_conditional_covariance():
    """Against the formula, with the hidden layer computed by hand."""
    network = nb.mlp(2, 1, 16)
    theta = network.init(jax.random.key(0))
    (W, b), _, _ = theta
    h = jax.scipy.special.erf(1.5 * two_inputs() @ W / np.sqrt(2) + 0.1 * b)
    expected = 1.5**2 * h @ h.T / 16 + 0.1**2
    np.testing.assert_allclose(
        measure.feature_kernel(network, theta, two_inputs()), expected, rtol=1e-10, atol=1e-12
    )
    with pytest.raises(nb.InvalidInput, match="output layer"):
        measure.feature_kernel(network, theta[:-1], two_inputs())


# holds: nngp-theorem.2, kernel-at-initialization
def test_concentration_scan_compares_with_both_limits():
    points = nb.sphere(jax.random.key(3), points=3, inputs=5, classes=2).X
    scan = measure.concentration_scan(lambda n: nb.mlp(5, 2, n), points, (16, 1024), seeds=2)
    network = nb.mlp(5, 2, 16)
    theta, limit = network.init(jax.random.key(1000 + 16)), network.kernel(points)
    Theta = jnp.kron(limit.ntk, jnp.eye(2))
    expected = nb.relative_drift(nb.empirical_ntk(network.apply, theta, points), Theta)
    assert scan.ntk[0, 1] == pytest.approx(float(expected), rel=1e-9)
    assert scan.nngp[1].max() < scan.nngp[0].min()
    assert scan.ntk[1].max() < scan.ntk[0].min()


def test_heavy_tails_leave_the_hidden_layers_alone():
    network = nb.mlp(2, 1, 8)
    theta, heavy = (made.init(jax.random.key(0)) for made in (network, measure.heavy_tailed(network)))
    assert jax.tree.all(jax.tree.map(jnp.array_equal, theta[:-1], heavy[:-1]))
    assert not jnp.allclose(theta[-1][0], heavy[-1][0])


def test_explorer_says_what_it_shows():
    setting = {"n": 16, "hidden_layers": 2, "activation": "relu"}
    arrays = lbl.output_law(**setting)
    assert np.nansum(arrays["density"]) * (arrays["s"][1] - arrays["s"][0]) == pytest.approx(1.0, abs=0.02)
    on_ellipse = np.stack([arrays["ellipse_1"], arrays["ellipse_2"]])
    assert np.abs(on_ellipse).max() == pytest.approx(np.sqrt(-2 * np.log(0.1)), rel=0.01)
    sentence = lbl.describe_law(setting, arrays)
    assert "16 units in each of 2 hidden layers" in sentence
    assert f"{arrays['distance'][0]:.4f}" in sentence
    wide = lbl.output_law(256, 1, "erf")
    assert wide["distance"][0] < arrays["distance"][0]


def test_exercises_judge_answers():
    right = {"nngp-by-hand": 1.3842, "wide-enough": 1500, "too-deep": 4}
    for name, answer in right.items():
        assert nb.check(name).status == "open"
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, answer // 2).status == nb.check(name, 2 * answer).status == "not yet"
    assert nb.check("too-deep", 2.5).status == "not yet"
