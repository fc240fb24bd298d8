"""The landing page: what holds the logits, and what happens where nothing does."""

import numpy as np
import pytest

from ntkbook.chapters._shared.measure import sphere
from ntkbook.chapters.index import measure


def test_smoothed_targets_reach_their_plateau():
    """Without a regularizer every gap tends to log((1 − ε + ε/K)/(ε/K)), for network and linearization alike."""
    epsilon, K = 0.1, sphere.points().Y.shape[1]
    arrays = measure.lazy_switch(256, epsilon, 0.0)
    plateau = np.log((1 - epsilon + epsilon / K) / (epsilon / K))
    assert arrays["gap"][-1] == pytest.approx(plateau, abs=1e-3)
    assert arrays["linear_gap"][-1] == pytest.approx(plateau, abs=1e-6)


def test_hard_targets_are_not_held():
    """Gap and radius go on growing: about one unit of gap a unit of log t."""
    arrays = measure.lazy_switch(256, 0.0, 0.0)
    late = arrays["log_t"] > 20
    slope = np.polyfit(arrays["log_t"][late], arrays["gap"][late], 1)[0]
    assert slope == pytest.approx(1.0, abs=0.1)
    assert np.all(np.diff(arrays["radius"][late]) > 0)
    assert np.all(np.isnan(arrays["radius_bound"]))
    assert "Nothing holds" in measure.describe({"n": 256, "epsilon": 0.0, "lam": 0.0}, arrays)
