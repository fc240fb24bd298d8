"""What cannot stay, of Theorem C: the kernel of a network whose activation has no flat place."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters.one_hot.two_layers import two_layers, watch

DATA = nb.sphere(jax.random.key(5), points=3, inputs=3, classes=2, test_points=2)
SIGMA_W, SIGMA_B, N_UNITS = 1.5, 0.5, 8


def steep(theta, X):
    """One hidden layer of φ(s) = s + erf(s)/2, so that φ' ≥ 1."""
    (U, b), (V, c) = theta
    a = SIGMA_W / np.sqrt(X.shape[1]) * X @ U + SIGMA_B * b
    h = a + jax.scipy.special.erf(a) / 2
    return SIGMA_W / np.sqrt(N_UNITS) * h @ V + SIGMA_B * c


@pytest.fixture(scope="module")
def run():
    keys = jax.random.split(jax.random.key(3), 4)
    shapes = (((3, N_UNITS), (N_UNITS,)), ((N_UNITS, 2), (2,)))
    drawn = iter(keys)
    theta0 = tuple(tuple(jax.random.normal(next(drawn), shape) for shape in layer) for layer in shapes)
    problem = nb.Problem(steep, theta0, DATA.X, DATA.Y)
    rough = nb.Integration(rtol=1e-6, atol=1e-8)
    times = jnp.exp(jnp.linspace(0.0, 40.0, 6))
    path = nb.gradient_flow(problem, times, integration=rough, observe=watch(steep, DATA.X))
    return problem, path, two_layers(problem, path, DATA.Y)


# holds: what-cannot-stay.2
def test_where_the_slope_is_bounded_below_the_sum_leaves(run):
    problem, path, _ = run
    norm = np.linalg.norm(problem.Theta0, 2)
    assert path.value[-1] < 1e-15
    assert problem.kappa > 0.01
    assert norm * path.ntk_drift.max() >= problem.kappa
    # the step of the proof: the last hidden biases alone, and the output weights alone
    Theta = path.observed.kernels.output + path.observed.kernels.hidden
    (_, _), (V, _) = path.params
    assert np.linalg.norm(Theta[-1], 2) >= (SIGMA_W * SIGMA_B) ** 2 * np.linalg.norm(V, 2) ** 2 / N_UNITS


# holds: what-cannot-stay.1
def test_the_hidden_part_is_bounded_by_what_the_output_part_lacks(run):
    """λ_min(T_t) ≤ N'(γ(Θ_t)² − γ(k_t)²), which the proof sends to zero."""
    *_, seen = run
    lacking = seen.pairs * (seen.gamma**2 - seen.output_gamma**2)
    assert (seen.least <= lacking * (1 + 1e-9)).all()
    assert (seen.least > 0).all()
