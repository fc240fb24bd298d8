"""Theorem I and its lemma, step by step: no unit goes far, first-order terms are odd, drift and gap fall like 1/n."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb

DATA = nb.sphere(jax.random.key(5), points=3, inputs=6, classes=2, test_points=3)
WIDTHS = (128, 1024)
TIMES = jnp.exp(jnp.linspace(-2.0, 6.0, 9))


SEEDS = 8  # a single network's drift is a random multiple of 1/n


def moved(theta0, theta):
    """max_j √n‖Δ_j‖/m_j over the units of each of S networks."""
    (U0, b0), _, (V0, _) = theta0
    (U, b), _, (V, _) = theta
    n = U0.shape[-1]
    m = 1 + jnp.sqrt(jnp.sum(U0**2, 1) + b0[:, 0] ** 2 + jnp.sum(V0**2, 2))
    squares = jnp.sum((U - U0) ** 2, 1) + (b - b0)[:, 0] ** 2 + jnp.sum((V - V0) ** 2, 2)
    return jnp.max(jnp.sqrt(n * squares) / m, axis=1)


def measured(n, case):
    """(max_j √n‖Δ_j‖/m_j at the end, largest drift, largest gap on training and on test points), of every seed."""
    network = nb.mlp(6, 2, n)
    Y = nb.smooth_labels(DATA.Y, 0.4 if case == "A" else 0.0)
    first = nb.Problem.of(network, jax.random.key(0), DATA.X, Y, lam=0.0 if case == "A" else 1.0)
    row = [first.replace(theta0=network.init(key)) for key in jax.random.split(jax.random.key(n), SEEDS)]
    rough = nb.Integration(rtol=1e-7, atol=1e-9)
    runs = nb.gradient_flows([row], TIMES, X_test=DATA.X_test, integration=rough)
    starts = jax.tree.map(lambda *leaves: jnp.stack(leaves), *(problem.theta0 for problem in row))
    gaps = []
    for seed, problem in enumerate(row):
        linear = nb.linearized_flow(problem.Theta0, problem.z0, Y, TIMES, lam=problem.lam)
        test = linear.predict(problem.kernel(DATA.X_test), problem.f0(DATA.X_test))
        pairs = ((runs.logits[0, seed], linear.logits), (runs.test_logits[0, seed], test))
        gaps.append([nb.linearization_gap(*pair).max() for pair in pairs])
    drifts = runs.ntk_drift[0].max(axis=1)
    return np.stack([moved(starts, runs.params[0]), drifts, *np.transpose(gaps)])


# holds: theorem-i.1, theorem-i.2, odd-terms, eq-unit-moves, eq-odd-drift
@pytest.mark.parametrize("case", ["A", "B"])
def test_drift_and_gap_fall_like_one_over_n(case):
    """The mean of eight networks: its slope scatters by 0.15, so that 1/√n is excluded."""
    found = np.stack([measured(n, case) for n in WIDTHS])
    units, *rates = np.moveaxis(found, 1, 0)
    assert units.max() < 5  # free of the width, where ‖Δ_j‖ alone falls like 1/√n
    for rate in rates:
        slope = nb.fitted_slope(np.asarray(WIDTHS, float), rate.mean(axis=1))
        assert -1.4 < slope < -0.6


@pytest.mark.parametrize("activation", ["erf", "gelu"])
def test_what_is_summed_is_odd_in_the_output_weights(activation):
    """The directional derivative of Θ along a unit's frozen move changes its sign with v, and has mean zero; at
    one-sided output weights it has not, unless φ is odd, which is a second coin."""
    network = nb.mlp(6, 2, 512, activation=activation)
    theta0 = network.init(jax.random.key(0))
    A = jax.random.normal(jax.random.key(1), DATA.Y.shape)

    def first_order(V):
        (U, b), hidden, (_, c) = theta0
        theta = [(U, b), hidden, (V, c)]
        _, pull = jax.vjp(lambda theta: network.apply(theta, DATA.X), theta)
        (move,) = pull(A)  # J₀ᵀA, the frozen move
        (mU, mb), _, (mV, mc) = move
        return jax.jvp(
            lambda theta: nb.empirical_ntk(network.apply, theta, DATA.X),
            (theta,),
            ([(mU, mb), hidden, (mV, mc)],),
        )[1]

    V = theta0[-1][0]
    fair, mirrored, one_sided = (first_order(each) for each in (V, -V, jnp.abs(V)))
    np.testing.assert_allclose(mirrored, -fair, atol=1e-12)
    ratio = float(jnp.linalg.norm(one_sided) / jnp.linalg.norm(fair))
    assert ratio < 3 if activation == "erf" else ratio > 5


def cocoercive_sides(seed):
    z, other = np.random.default_rng(seed).normal(scale=4, size=(2, 3, 4))
    difference = jax.nn.softmax(z, axis=1) - jax.nn.softmax(other, axis=1)
    return float(np.sum((z - other) * difference)), 2 * float(np.sum(difference**2))


def test_the_gradient_of_cross_entropy_is_cocoercive():
    sides = np.array([cocoercive_sides(seed) for seed in range(200)])
    assert (sides[:, 0] >= sides[:, 1]).all()
    # the factor 2 is 1/β and sharp at K = 2, z = 0
    small = jnp.array([1e-4, -1e-4])
    difference = jax.nn.softmax(small) - 0.5
    assert float(small @ difference / (difference @ difference)) == pytest.approx(2, rel=1e-6)
