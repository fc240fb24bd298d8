"""The tangent kernel in two parts: against finite differences, Euler's identity, and what a flow observes of them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize

import ntkbook as nb
from ntkbook.chapters.one_hot.two_layers import two_layers, watch
from ntkbook.errors import InvalidInput

DATA = nb.sphere(jax.random.key(5), points=4, inputs=3, classes=3, test_points=2)
DEEP = nb.mlp(3, 3, 7, hidden_layers=2)
THETA = DEEP.init(jax.random.key(2))


def differenced(apply, params, part):
    """J in the parameters of params[part], column by column, by central differences."""
    leaves, structure = jax.tree.flatten(params)
    chosen = jax.tree.map(lambda _: False, params)
    chosen = list(chosen)
    chosen[part] = jax.tree.map(lambda _: True, params[part])
    columns = []
    for place, moves in enumerate(jax.tree.leaves(chosen)):
        if not moves:
            continue
        for entry in np.ndindex(leaves[place].shape):
            ends = []
            for step in (1e-5, -1e-5):
                moved = [*leaves]
                moved[place] = leaves[place].at[entry].add(step)
                ends.append(np.asarray(apply(jax.tree.unflatten(structure, moved), DATA.X)).ravel())
            columns.append((ends[0] - ends[1]) / 2e-5)
    return np.stack(columns, axis=1)


def test_both_parts_are_those_of_finite_differences():
    parts = nb.layer_kernels(DEEP.apply, THETA, DATA.X)
    last = len(THETA) - 1
    J = [differenced(DEEP.apply, THETA, layer) for layer in range(last + 1) if jax.tree.leaves(THETA[layer])]
    np.testing.assert_allclose(parts.output, J[-1] @ J[-1].T, atol=1e-8)
    np.testing.assert_allclose(parts.hidden, J[0] @ J[0].T + J[1] @ J[1].T, atol=1e-8)


def test_the_output_layer_is_linear_and_its_kernel_does_not_know_its_weights():
    """z = J^ω ω, bias included; and k = k̂ ⊗ I_K stays as it is when ω is doubled."""
    J = differenced(DEEP.apply, THETA, len(THETA) - 1)
    omega = np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(THETA[-1])])
    np.testing.assert_allclose(J @ omega, np.ravel(DEEP.apply(THETA, DATA.X)), atol=1e-8)
    doubled = [*THETA[:-1], jax.tree.map(lambda leaf: 2 * leaf, THETA[-1])]
    before, after = (nb.layer_kernels(DEEP.apply, theta, DATA.X) for theta in (THETA, doubled))
    np.testing.assert_allclose(after.output, before.output, atol=1e-13)
    np.testing.assert_allclose(before.output, np.kron(before.output[::3, ::3], np.eye(3)), atol=1e-13)
    np.testing.assert_allclose(after.hidden, 4 * before.hidden, atol=1e-12)


def pairs(Y):
    """G: columns e_{i,c_i} − e_{i,j}, in the order of the logits."""
    N, K = Y.shape
    columns = []
    for i, c in enumerate(np.argmax(Y, axis=1)):
        for j in set(range(K)) - {int(c)}:
            column = np.zeros((N, K))
            column[i, c], column[i, j] = 1, -1
            columns.append(column.ravel())
    return np.stack(columns, axis=1)


# holds: eq-margin-of-kernel
@pytest.mark.parametrize("seed", range(3))
def test_the_margin_of_a_kernel_is_the_least_norm_over_the_simplex(seed):
    """min_α ‖K^{1/2}Gα‖ by SciPy's SLSQP, against the max-margin solver; 1/N' ≤ ‖Gα‖² ≤ 2."""
    root = np.random.default_rng(seed).normal(size=(12, 9))
    kernel, G = root @ root.T, pairs(np.asarray(DATA.Y))
    Q = G.T @ kernel @ G
    pairs_number = G.shape[1]
    least = scipy.optimize.minimize(
        lambda a: a @ Q @ a,
        np.full(pairs_number, 1 / pairs_number),
        jac=lambda a: 2 * Q @ a,
        bounds=[(0, 1)] * pairs_number,
        constraints={"type": "eq", "fun": lambda a: a.sum() - 1, "jac": np.ones_like},
        options={"ftol": 1e-14, "maxiter": 500},
    )
    if least.fun < 1e-10:
        pytest.skip("nothing separates")
    margin = nb.max_margin(jnp.asarray(kernel), DATA.Y).margin
    assert margin == pytest.approx(np.sqrt(least.fun), rel=1e-5)
    alphas = np.random.default_rng(seed).dirichlet(np.full(pairs_number, 0.3), size=200)
    squares = np.sum((alphas @ G.T) ** 2, axis=1)
    bound = 1 / (4 * 2 / 3)
    assert (squares >= bound - 1e-12).all()
    assert (squares <= 2 + 1e-12).all()
    even = np.full(pairs_number, 1 / pairs_number)
    assert np.sum((G @ even) ** 2) == pytest.approx(bound)  # the bound is attained


def test_a_flow_observes_what_it_is_asked_for():
    problem = nb.Problem(DEEP.apply, THETA, DATA.X, DATA.Y)
    run = nb.gradient_flow(problem, jnp.array([0.5, 2.0]), observe=lambda theta: (theta, theta[-1][0].sum()))
    tree, total = run.observed
    for seen, last in zip(jax.tree.leaves(tree), jax.tree.leaves(run.params), strict=True):
        np.testing.assert_array_equal(seen[-1], last)
    assert total.shape == (2,)
    assert float(total[1]) == pytest.approx(float(run.params[-1][0].sum()))
    assert nb.gradient_flow(problem, jnp.array([0.5])).observed is None


# holds: theorem-c.4, eq-two-margins, eq-both-drifts
@pytest.mark.parametrize(
    "network", [nb.mlp(3, 3, 12), nb.mlp(3, 3, 12, hidden_layers=2)], ids=lambda n: n.name
)
def test_no_network_is_lazy_for_ever(network):
    """The steps of the proof at every time, and both conclusions at the end: with biases, one and two layers deep."""
    problem = nb.Problem.of(network, jax.random.key(1), DATA.X, DATA.Y)
    times = jnp.exp(jnp.linspace(-2.0, 80.0, 12))
    rough = nb.Integration(rtol=1e-6, atol=1e-8)
    path = nb.gradient_flow(problem, times, integration=rough, observe=watch(network.apply, DATA.X))
    seen = two_layers(problem, path, DATA.Y)
    assert (seen.margin <= seen.margin_bound * (1 + 1e-9)).all()
    assert seen.margin[-1] > 0.9 * seen.margin_bound[-1]
    assert (seen.speed >= seen.speed_bound * (1 - 1e-9)).all()
    assert (seen.speed < 1.02 * seen.speed_bound)[-4:].all()
    split = seen.output_gamma**2 + seen.least / seen.pairs
    assert (seen.gamma**2 >= split * (1 - 1e-9)).all()
    assert seen.output_gamma[-1] > 0.9 * seen.gamma[-1] > seen.output_gamma[-1] * 0.9
    assert seen.output_gamma[0] < 0.8 * seen.gamma[0]
    assert seen.both_drifts[-1] > seen.tau > 0
    assert max(seen.output_drift[-1], seen.hidden_drift[-1]) > seen.drift_bound


@pytest.mark.parametrize(
    "params",
    [THETA[0], {"a": jnp.ones(2)}, [THETA[-1]], [*THETA, ()], [(), THETA[-1]]],
    ids=["a layer of arrays", "a dictionary", "one layer", "no parameters last", "none before"],
)
def test_what_has_no_output_layer_is_refused(params):
    if params is THETA[0]:
        params = jnp.ones(3)
    with pytest.raises(InvalidInput, match="layer by layer"):
        nb.layer_kernels(DEEP.apply, params, DATA.X)
