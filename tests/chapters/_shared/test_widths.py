"""Scans over widths, at small ones."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters._shared.measure.widths import width_scan

POINTS = nb.sphere(jax.random.key(3), points=4, inputs=5, classes=2, test_points=3)


def test_width_scan_reports_the_largest_values_of_each_flow():
    scan = width_scan(POINTS, (16, 32), lam=0.5, seeds=2)
    assert scan.drift.shape == scan.gap_test.shape == (2, 2)
    network = nb.mlp(5, 2, 32)
    theta0 = network.init(jax.random.key(1000 + 32))
    times = jnp.exp(jnp.linspace(-2.0, 7.0, 73))
    problem = nb.Problem(network.apply, theta0, POINTS.X, POINTS.Y, lam=0.5)
    path = nb.gradient_flow(problem, times, integration=nb.Integration(rtol=1e-9, atol=1e-11, steady=1e-4))
    assert scan.drift[1, 1] == pytest.approx(float(path.ntk_drift.max()), rel=1e-9)
    assert scan.radius[1, 1] == pytest.approx(float(path.radius.max()), rel=1e-9)
    assert np.all(scan.radius <= scan.bound)
    assert np.all(scan.gap_train > 0)


def test_width_scan_with_decay_claims_no_bound_and_no_linearization():
    scan = width_scan(POINTS, (16,), lam=0.5, seeds=1, anchor="zero")
    assert np.isnan(scan.bound).all()
    assert np.isnan(scan.gap_train).all()
    assert scan.drift[0, 0] > 0.3
