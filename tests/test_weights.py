"""A training set with copies, and the same set merged with counts for weights, have one answer."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook import bayes

INPUTS = jnp.asarray([[1.0, 0.5], [-0.5, 2.0], [0.25, 1.0]])
WHICH = jnp.asarray([0, 1, 0, 2, 0, 1])
X = INPUTS[WHICH]
Y = jax.nn.one_hot(jnp.asarray([0, 1, 2, 1, 0, 1]), 3, dtype=float)
MERGED = nb.merge_duplicates(X, Y)
WEIGHTS = MERGED.counts.astype(float)
NEW = jnp.asarray([[2.0, 1.0], [0.0, 0.3]])


def kernel(X1, X2=None):
    return nb.mlp(2, 3, 8).kernel(X1, X2).ntk


def predictions(X, Y, weights):
    """What every solver says of new inputs."""
    Theta, across = kernel(X), kernel(NEW, X)
    f0 = jnp.sin(jnp.arange(3.0)) * X[:, :1]
    lams, newton = jnp.asarray([0.1, 1e-3]), nb.Newton(tolerance=1e-12)
    solved = {
        "logistic": nb.kernel_logistic_regression(Theta, Y, f0, lam=1e-3, weights=weights, newton=newton),
        "ridge": nb.kernel_ridge_regression(Theta, Y, f0, lam=0.1, weights=weights),
        "path": nb.regularization_path(Theta, Y, f0, lams, weights=weights, newton=newton),
        "batch": nb.solve_batch(Theta, Y[None], f0, 0.1, weights=weights),
        "sharded": nb.sharded_logistic_regression(Theta, Y, f0, lam=0.1, weights=weights),
        "own kernel": nb.kernel_logistic_regression(
            jnp.kron(Theta, jnp.eye(3)), Y, f0, lam=0.1, weights=weights
        ),
    }
    said = {
        name: one.predict(jnp.kron(across, jnp.eye(3)) if name == "own kernel" else across)
        for name, one in solved.items()
    }
    together = kernel(jnp.concatenate([X, NEW]))
    for name, law in {
        "laplace": bayes.laplace(together, Y, lam=0.1, weights=weights),
        "first order": bayes.first_order_law(together, Y, lam=0.1, weights=weights),
    }.items():
        said |= {f"{name}, mean": law.mean[-2:], f"{name}, covariance": law.marginals()[-2:]}
    return said


def test_solvers_and_laws():
    whole, merged = predictions(X, Y, None), predictions(MERGED.X, MERGED.Y, WEIGHTS)
    for name, wanted in whole.items():
        size = max(1.0, float(jnp.max(jnp.abs(wanted))))  # covariances are of the order of Θ/λ
        np.testing.assert_allclose(merged[name], wanted, rtol=0, atol=1e-10 * size, err_msg=name)


def test_training_and_the_linearized_flow():
    network, key, times = nb.mlp(2, 3, 8), jax.random.key(0), jnp.asarray([0.5, 2.0])
    precise = nb.Integration(rtol=1e-12, atol=1e-13)
    loss = nb.weighted(nb.cross_entropy, WEIGHTS)
    whole = nb.Problem.of(network, key, X, Y, lam=0.1)
    merged = nb.Problem.of(network, key, MERGED.X, MERGED.Y, loss=loss, lam=0.1)
    runs = [nb.gradient_flow(one, times, record_ntk=False, integration=precise) for one in (whole, merged)]
    np.testing.assert_allclose(runs[1].logits[:, MERGED.members], runs[0].logits, rtol=0, atol=1e-10)
    np.testing.assert_allclose(runs[1].value, runs[0].value, rtol=1e-10)
    flows = [
        nb.linearized_flow(kernel(X), 0 * Y, Y, times, lam=0.1),
        nb.linearized_flow(kernel(MERGED.X), 0 * MERGED.Y, MERGED.Y, times, loss=loss, lam=0.1),
    ]
    np.testing.assert_allclose(flows[1].logits[:, MERGED.members], flows[0].logits, rtol=0, atol=1e-7)


@pytest.mark.parametrize("loss", nb.LOSSES.values(), ids=lambda loss: loss.name)
def test_a_weighted_loss_is_what_its_parts_say(loss):
    """Residual and Hessian by differentiation of the value; the PL ratio above its bound."""
    z = jax.random.normal(jax.random.key(1), (3, 3))
    y = jax.nn.softmax(jax.random.normal(jax.random.key(2), (3, 3)))
    one = nb.weighted(loss, jnp.asarray([1.0, 3.0, 0.5]))
    v = jnp.cos(z)

    def total(z):
        return one.value(z, y).sum()

    np.testing.assert_allclose(one.residual(z, y), jax.grad(total)(z), rtol=1e-9, atol=1e-12)
    product = jax.jvp(jax.grad(total), (z,), (v,))[1]
    np.testing.assert_allclose(one.hessian_product(z, y, v), product, rtol=1e-9, atol=1e-12)
    if one.pl is not None:
        bound = nb.pl_bound(one, y, nb.excess(one, z, y))
        assert 0 < bound <= nb.pl_ratio(one, z, y)


def test_constants_of_a_weighted_loss():
    """w times a loss at one point has w times its PL constant; the largest weight bounds the curvature, and attains it
    for squared error."""
    Y, z = jnp.asarray([[0.7, 0.3]]), jnp.asarray([[-2.0, 1.0]])
    V0 = float(nb.excess(nb.cross_entropy, z, Y))
    for w in (0.2, 5.0):
        one = nb.weighted(nb.cross_entropy, jnp.asarray([w]))
        np.testing.assert_allclose(
            nb.pl_bound(one, Y, w * V0), w * nb.pl_bound(nb.cross_entropy, Y, V0), rtol=1e-12
        )
    assert nb.weighted(nb.squared_error, jnp.asarray([1.0, 3.0, 0.5])).smoothness == 3.0


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ([1.0, 2.0], r"\(2,\).*merge_duplicates"),
        ([1.0, -1.0, 2.0], "weight 0"),
        ([0.0, 0.0, 0.0], "one above"),
    ],
)
@pytest.mark.usefixtures("as_a_reader")
def test_bad_weights(weights, told):
    with pytest.raises(nb.InvalidInput, match=told):
        nb.kernel_logistic_regression(kernel(INPUTS), MERGED.Y, lam=0.1, weights=weights)
    with pytest.raises(nb.InvalidInput, match=r"\(N,\) finite numbers above 0"):
        nb.weighted(nb.cross_entropy, [*weights, -1.0])


def test_a_point_of_weight_zero_is_not_there():
    Theta, weights = kernel(INPUTS), jnp.asarray([1.0, 2.0, 0.0])
    for solve in (nb.kernel_logistic_regression, nb.kernel_ridge_regression):
        fit = solve(Theta, MERGED.Y, lam=0.1, weights=weights)
        without = solve(Theta[:2, :2], MERGED.Y[:2], lam=0.1, weights=weights[:2])
        np.testing.assert_allclose(fit.logits[:2], without.logits, rtol=0, atol=1e-10)


def test_conflicting_copies_that_are_not_solved_are_told_of_merging():
    stopped = nb.Newton(max_newton=1)
    with pytest.raises(nb.NotConverged, match=r"nb\.merge_duplicates.*`weights`"):
        nb.kernel_logistic_regression(kernel(X), Y, lam=1e-9, newton=stopped)
