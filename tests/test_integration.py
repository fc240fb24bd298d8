import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook.errors import InvalidInput
from ntkbook.integration import Integration, check_times, integrate


def run(velocity, start, times, steady=0.0, max_steps=4000):
    settings = Integration(rtol=1e-10, atol=1e-13, max_steps=max_steps, steady=steady)
    return integrate(velocity, jnp.asarray(start), check_times(times), settings)


def test_times_count_from_zero_in_ordinary_time():
    times = np.array([0.0, 0.3, 2.0, 9.0])
    states, _, reached = run(lambda y: -y, [2.0], times)
    np.testing.assert_allclose(states[:, 0], 2 * np.exp(-times), atol=1e-9)
    assert bool(reached)


def test_a_logarithmic_flow_reaches_huge_times_in_few_steps():
    """ẏ = e^{−y}, y₀ = 0: y = log(1 + t), which is the clock itself."""
    times = np.exp(np.array([0.0, 50.0, 300.0]))
    states, steps, _ = run(lambda y: jnp.exp(-y), [0.0], times)
    np.testing.assert_allclose(states[:, 0], np.log1p(times), rtol=1e-9)
    assert int(steps) < 500


def test_a_converged_flow_stops_and_repeats_its_last_record():
    times = np.array([1.0, 50.0, 1e6, 1e9])
    states, steps, reached = run(lambda y: 3.0 - y, [0.0], times, steady=1e-6)
    assert bool(reached)
    assert int(steps) < 500
    np.testing.assert_allclose(states[0], 3 * (1 - np.exp(-1)), rtol=1e-8)
    np.testing.assert_allclose(states[1:], 3.0, rtol=1e-6)
    np.testing.assert_array_equal(states[2], states[3])


def test_a_start_at_rest_is_converged_at_once():
    states, _, reached = run(lambda y: 0 * y, [1.5], np.array([1.0, 1e9]), steady=1e-6)
    assert bool(reached)
    np.testing.assert_array_equal(states, [[1.5], [1.5]])


def test_too_few_steps_and_infinite_values_are_told():
    assert not bool(run(lambda y: -y, [2.0], np.array([1e6]), max_steps=10)[-1])
    assert not bool(run(lambda y: jnp.full_like(y, jnp.nan), [2.0], np.array([1.0]), max_steps=10)[-1])


@pytest.mark.parametrize(
    "times", [[], [1.0, 1.0], [2.0, 1.0], [-1.0, 1.0], [0.0, np.inf], [np.nan], [[0.0, 1.0]]], ids=repr
)
def test_times_that_are_no_times_are_refused(times):
    with pytest.raises(InvalidInput, match=r"times = .*strictly increasing"):
        check_times(times)
