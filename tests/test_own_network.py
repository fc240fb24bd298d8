"""The empirical kernel of networks of the book, of Flax, of Equinox and of one's own, by other routes."""

import equinox as eqx
import flax.linen
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx
from jax.flatten_util import ravel_pytree

from ntkbook._neural_tangents import nt
from ntkbook._pieces import factors
from ntkbook.empirical import empirical_ntk, empirical_ntk_by_class, jacobian, ntk_product
from ntkbook.errors import InvalidInput
from ntkbook.networks import cnn, mlp, resnet

KEY = jax.random.key(0)


def flax_linen():
    class Model(flax.linen.Module):
        @flax.linen.compact
        def __call__(self, x):
            x = flax.linen.tanh(flax.linen.Dense(8, param_dtype=jnp.float64)(x))
            x = flax.linen.LayerNorm(param_dtype=jnp.float64)(x)
            return flax.linen.Dense(3, param_dtype=jnp.float64)(x)

    model = Model()
    return model.apply, model.init(KEY, jnp.ones((1, 6)))


def flax_nnx():
    class Model(nnx.Module):
        def __init__(self, rngs):
            self.first = nnx.Linear(6, 8, param_dtype=jnp.float64, rngs=rngs)
            self.second = nnx.Linear(8, 3, param_dtype=jnp.float64, rngs=rngs)

        def __call__(self, x):
            return self.second(nnx.relu(self.first(x)))

    definition, state = nnx.split(Model(nnx.Rngs(0)))
    return lambda state, X: nnx.merge(definition, state)(X), state


def equinox_mlp():
    params, static = eqx.partition(eqx.nn.MLP(6, 3, 8, 2, key=KEY), eqx.is_inexact_array)
    return lambda params, X: jax.vmap(eqx.combine(params, static))(X), params


def awkward():
    """Shared weights, scaled and transposed matrices, products of parameters, nested jit, scan, slice."""
    k = jax.random.split(KEY, 6)
    params = {
        "shared": jax.random.normal(k[0], (6, 6)),
        "out": jax.random.normal(k[1], (3, 6)),
        "gain": jax.random.normal(k[2], (6,)),
        "both": jax.random.normal(k[3], (2, 6)),
        "minus": jax.random.normal(k[4], (3,)),
        "rest": jax.random.normal(k[5], (6, 3)),
        "unused": jnp.ones(4),
    }

    @jax.jit
    def layer(W, h):
        return jnp.tanh(h @ (W / 2.0).T)

    def apply(params, X):
        h = layer(params["shared"], layer(params["shared"], X)) * params["gain"]
        h = jax.lax.scan(lambda h, row: (jnp.sin(h + row), None), h, params["both"])[0]
        h = h + params["both"][0] * params["gain"]
        return 0.7 * (h @ (3.0 * params["out"]).T) - params["minus"] / 4.0 + h**2 @ params["rest"]

    return apply, params


def of_the_book(network):
    return network.apply, network.init(KEY)


def flattened():
    network = mlp(6, 3, 8, hidden_layers=2)
    theta, unravel = ravel_pytree(network.init(KEY))
    return lambda theta, X: network.apply(unravel(theta), X), theta


MODELS = {
    "mlp": lambda: of_the_book(mlp(6, 3, 8, hidden_layers=2, activation="gelu")),
    "mlp without biases": lambda: of_the_book(mlp(6, 3, 8, sigma_b=0.0)),
    "flattened parameters": flattened,
    "flax linen": flax_linen,
    "flax nnx": flax_nnx,
    "equinox": equinox_mlp,
    "awkward": awkward,
}
X = jax.random.normal(jax.random.key(1), (5, 6))


@pytest.fixture(params=MODELS, scope="module")
def model(request):
    return MODELS[request.param]()


def close(a, b):
    np.testing.assert_allclose(a, b, rtol=0, atol=1e-10 * float(jnp.max(jnp.abs(b))))


def plain(apply, params, X1, X2):
    """J(X₁)J(X₂)ᵀ from one Jacobian of the whole batch, an independent route."""

    def rows(X):
        leaves = jax.tree.leaves(jax.jacrev(apply)(params, X))
        return jnp.concatenate([leaf.reshape(3 * len(X), -1) for leaf in leaves], axis=1)

    return rows(X1) @ rows(X2).T


@pytest.mark.parametrize("block", [None, 2])
def test_full_kernel(model, block):
    apply, params = model
    close(empirical_ntk(apply, params, X, block=block), plain(apply, params, X, X))
    close(empirical_ntk(apply, params, X, X[:3], block=block), plain(apply, params, X, X[:3]))


def test_by_class(model):
    apply, params = model
    blocks = plain(apply, params, X, X[:4]).reshape(5, 3, 4, 3)
    for classes in (None, (2,), (2, 0)):
        ours = empirical_ntk_by_class(apply, params, X, X[:4], classes=classes, block=2)
        close(ours, jnp.stack([blocks[:, k, :, k] for k in classes or range(3)]))
    close(empirical_ntk_by_class(apply, params, X)[1], plain(apply, params, X, X)[1::3, 1::3])


@pytest.mark.parametrize("block", [None, 2])
def test_matrix_free_product(model, block):
    apply, params = model
    V = jax.random.normal(jax.random.key(2), (4, 3))
    close(
        ntk_product(apply, params, X, V, X[:4], block=block).ravel(),
        plain(apply, params, X, X[:4]) @ V.ravel(),
    )


def test_under_jit_and_in_float32(model):
    apply, params = model
    close(jax.jit(lambda p: empirical_ntk(apply, p, X))(params), plain(apply, params, X, X))
    single = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), params)
    kernel = empirical_ntk(apply, single, X.astype(jnp.float32))
    np.testing.assert_allclose(kernel, plain(apply, params, X, X), rtol=0, atol=1e-4 * float(jnp.max(kernel)))


@pytest.mark.parametrize("make", [cnn, resnet])
def test_images_against_the_jacobian_and_neural_tangents(make):
    network = make((4, 4, 2), 3, 4)
    params, images = network.init(KEY), jax.random.normal(KEY, (3, 4, 4, 2))
    J = jacobian(network.apply, params, images)
    ours = empirical_ntk(network.apply, params, images, block=2)
    close(ours, J @ J.T)
    theirs = nt.empirical_ntk_fn(network.apply, trace_axes=())(images, None, params)
    close(ours, jnp.swapaxes(theirs, 1, 2).reshape(9, 9))


def test_dense_layers_never_form_their_jacobian():
    """The point of it all: numbers a point grow with fan-in plus fan-out, not with their product."""
    for apply, params in (MODELS["mlp"](), MODELS["flattened parameters"](), MODELS["equinox"]()):
        shares = factors(apply, params, X)
        assert [share.slopes.shape[2] for share in shares].count(8) == 2
        # One share a layer, its bias included as one more input.
        assert sorted(share.inputs.shape[1] for share in shares) == [7, 9, 9]


@pytest.mark.parametrize(
    ("call", "given", "remedy"),
    [
        (lambda a, p: empirical_ntk(a, p, X[:0]), "(0, 6)", "at least one input"),
        (lambda a, p: empirical_ntk(a, p, X, X[:0]), "(0, 6)", "at least one input"),
        (lambda a, p: empirical_ntk(a, p, X, block=0), "block = 0", "1 or above"),
        (lambda a, p: empirical_ntk(lambda p, X: a(p, X)[:, 0], p, X), "(5,)", "one row of K logits"),
        (lambda a, p: empirical_ntk_by_class(a, p, X, classes=(3,)), "(3,)", "from 0 to 2"),
        (lambda a, p: empirical_ntk_by_class(a, p, X, classes=()), "()", "one or more"),
        (lambda a, p: ntk_product(a, p, X, jnp.ones((4, 3))), "(4, 3)", "(5, 3)"),
        (lambda a, p: ntk_product(a, p, X, jnp.ones((5, 3)), block=0), "block = 0", "1 or above"),
    ],
)
def test_bad_input(call, given, remedy):
    with pytest.raises(InvalidInput) as error:
        call(*MODELS["mlp"]())
    assert given in str(error.value)
    assert remedy in str(error.value)
