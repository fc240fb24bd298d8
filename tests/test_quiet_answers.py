"""What would be answered wrongly without a word is refused, or right."""

import re

import equinox as eqx
import flax.linen
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb

KEY = jax.random.key(0)


X = jax.random.normal(jax.random.key(1), (4, 3))
Y = jax.nn.one_hot(jnp.arange(4) % 2, 2, dtype=float)


def flax_network(layer):
    class Model(flax.linen.Module):
        @flax.linen.compact
        def __call__(self, x):
            x = layer()(flax.linen.Dense(8, param_dtype=jnp.float64)(x))
            return flax.linen.Dense(2, param_dtype=jnp.float64)(x)

    rngs = {"dropout": KEY}
    variables = Model().init({"params": KEY, **rngs}, X)
    rest = {name: value for name, value in variables.items() if name != "params"}

    def apply(params, X):
        return Model().apply({"params": params, **rest}, X, rngs=rngs, mutable=["batch_stats"])[0]

    return apply, variables["params"]


MIXING = {
    "batch norm": lambda: flax.linen.BatchNorm(use_running_average=False, param_dtype=jnp.float64),
    "dropout": lambda: flax.linen.Dropout(0.5, deterministic=False),
}


@pytest.mark.parametrize("layer", MIXING)
def test_networks_that_mix_points_are_refused(layer):
    apply, params = flax_network(MIXING[layer])
    for call in (
        lambda: nb.empirical_ntk(apply, params, X),
        lambda: nb.jacobian(apply, params, X),
        lambda: nb.ntk_product(apply, params, X, Y),
        lambda: nb.Problem(apply, params, X, Y),
    ):
        with pytest.raises(
            nb.InvalidInput, match=r"mixes points.*of outputs up to \d.*use_running_average=True"
        ):
            call()


def test_batch_norm_in_evaluation_is_a_network_as_any_other():
    apply, params = flax_network(
        lambda: flax.linen.BatchNorm(use_running_average=True, param_dtype=jnp.float64)
    )
    J = nb.jacobian(apply, params, X)
    np.testing.assert_allclose(nb.empirical_ntk(apply, params, X), J @ J.T, rtol=1e-10, atol=1e-12)


def linear(params, X):
    return X @ params["w"]


PARAMETERS = {
    "a counter": ({"w": jnp.ones((3, 2)), "steps": jnp.asarray(3)}, r"params\['steps'\] is of type int"),
    "a module": (eqx.nn.MLP(3, 2, 4, 1, key=KEY), r"params\.activation is <.*no array"),
}


@pytest.mark.parametrize("case", PARAMETERS)
@pytest.mark.usefixtures("as_a_reader")
def test_parameters_that_cannot_be_moved_are_named(case):
    params, told = PARAMETERS[case]
    apply = linear if case == "a counter" else (lambda module, X: jax.vmap(module)(X))
    for call in (
        lambda: nb.jacobian(apply, params, X),
        lambda: nb.ntk_product(apply, params, X, Y),
        lambda: nb.Problem(apply, params, X, Y),
    ):
        with pytest.raises(nb.InvalidInput, match=told) as raised:
            call()
        assert "eqx.partition" in str(raised.value)


@pytest.mark.usefixtures("as_a_reader")
def test_a_counter_adds_nothing_to_a_kernel():
    params, _ = PARAMETERS["a counter"]
    np.testing.assert_allclose(
        nb.empirical_ntk(linear, params, X), np.kron(X @ X.T, np.eye(2)), rtol=1e-12, atol=1e-14
    )


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"v": jnp.ones((3, 2))}, "params['w'] is missing, and at the initialization of shape (3, 2)"),
        (
            {"w": jnp.ones((2, 3))},
            "params['w'] is of shape (2, 3), and at the initialization of shape (3, 2)",
        ),
        ({"w": [jnp.ones((3, 2))]}, "params['w'] is missing, and at the initialization of shape (3, 2)"),
    ],
)
def test_wrongly_nested_parameters_are_told_where(params, told):
    monitor = nb.LazinessMonitor(nb.Problem(linear, {"w": jnp.zeros((3, 2))}, X, Y), share=1)
    with pytest.raises(nb.InvalidInput, match=re.escape(told)):
        monitor(params, 1)


def test_a_monitor_is_saved_and_goes_on(tmp_path):
    network = nb.mlp(3, 2, 16)
    start = nb.Problem.of(network, KEY, X, Y)
    moved = jax.tree.map(lambda leaf: leaf + 0.1, start.theta0)
    whole = nb.LazinessMonitor(start, share=1)
    whole(moved, 1)
    whole.save(tmp_path / "monitor.npz")
    resumed = nb.LazinessMonitor.load(tmp_path / "monitor.npz", start.replace(theta0=moved), share=1)
    assert resumed.records == whole.records
    later = jax.tree.map(lambda leaf: leaf + 0.2, start.theta0)
    assert resumed(later, 2) == whole(later, 2)
    with pytest.raises(nb.InvalidInput, match="the problem that was monitored"):
        nb.LazinessMonitor.load(tmp_path / "monitor.npz", nb.Problem.of(nb.mlp(3, 2, 8), KEY, X, Y))


THETA = jnp.asarray([[2.0, 1.0, 0.5], [1.0, 2.0, 1.0], [0.5, 1.0, 2.0]])
TINY = {  # targets, and their logits at λ = 1e-15 by Newton's method with 60 digits (mpmath)
    "face": (
        [[0.5, 0.5, 0], [0.25, 0.25, 0.5], [0, 0, 1]],
        [
            [10.401645978, 10.401645978, -20.8032919559],
            [-0.231049060187, -0.231049060187, 0.462098120373],
            [-10.8567184191, -10.8567184191, 21.7134368382],
        ],
    ),
    "interior": (
        [[0.5, 0.25, 0.25], [0.25, 0.25, 0.5], [0.125, 0.125, 0.75]],
        [
            [0.462098120373, -0.231049060187, -0.231049060187],
            [-0.231049060187, -0.231049060187, 0.462098120373],
            [-0.597253156409, -0.597253156409, 1.19450631282],
        ],
    ),
    "one": (
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [
            [21.6792547207, -10.2251697097, -11.454085011],
            [-10.6762497337, 21.3524994675, -10.6762497337],
            [-11.454085011, -10.2251697097, 21.6792547207],
        ],
    ),
}


@pytest.mark.parametrize("targets", TINY)
def test_a_tiny_regularizer_leaves_all_digits(targets):
    Y, wanted = map(jnp.asarray, TINY[targets])
    fit = nb.kernel_logistic_regression(THETA, Y, lam=1e-15)
    np.testing.assert_allclose(fit.logits, wanted, rtol=1e-9)


def test_an_indefinite_kernel_beyond_a_thousand_rows_is_refused():
    """One eigenvalue of −1e-6 of the largest among a thousand above it, which a few products would miss."""
    Theta = jnp.diag(jnp.linspace(-1e-6, 1.0, 1_001))
    with pytest.raises(nb.InvalidInput, match="not positive semidefinite"):
        nb.kernel_logistic_regression(Theta, jnp.eye(2)[jnp.arange(1_001) % 2], lam=0.1)
