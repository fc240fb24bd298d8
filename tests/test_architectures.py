"""CNN, ResNet and gelu networks: the infinite kernels against wide finite networks, and closed identities."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook.empirical import empirical_ntk_by_class
from ntkbook.errors import InvalidInput
from ntkbook.networks import cnn, mlp, resnet

IMAGES = jax.random.normal(jax.random.key(1), (3, 4, 4, 1))
NETWORKS = {
    "cnn pool": lambda width: cnn((4, 4, 1), 2, width),
    "cnn flatten": lambda width: cnn((4, 4, 1), 2, width, readout="flatten", activation="gelu"),
    "resnet pool": lambda width: resnet((4, 4, 1), 2, width, blocks=1),
    "resnet flatten": lambda width: resnet(
        (4, 4, 1), 2, width, blocks=1, readout="flatten", activation="erf"
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_kernels_are_limits_in_the_channels(name):
    """Mean of the finite NTK over initializations, and covariance of the logits, to four standard errors."""
    network = NETWORKS[name](96)
    limit = network.kernel(IMAGES)

    @jax.jit
    def sample(key):
        params = network.init(key)
        return network.apply(params, IMAGES), empirical_ntk_by_class(
            network.apply, params, IMAGES, classes=(0,)
        )[0]

    logits, ntk = jax.lax.map(sample, jax.random.split(jax.random.key(2), 48))
    error = np.std(ntk, axis=0) / np.sqrt(48) + 0.02 * float(jnp.max(limit.ntk))  # and O(1/n) of bias
    assert np.all(np.abs(ntk.mean(axis=0) - limit.ntk) < 4 * error)

    both = logits.transpose(0, 2, 1).reshape(-1, 3)  # the two logits are independent draws
    products = both[:, :, None] * both[:, None, :]
    error = np.std(products, axis=0) / np.sqrt(len(both))
    assert np.all(np.abs(products.mean(axis=0) - limit.nngp) < 4 * error)


def test_one_pixel_cnn_is_an_mlp():
    """With 1 × 1 images and filters a convolution is a dense layer."""
    pixels = IMAGES.reshape(3, 1, 1, 16)
    convolutional = cnn((1, 1, 16), 2, 8, hidden_layers=2, filter_size=1).kernel(pixels)
    dense = mlp(16, 2, 8, hidden_layers=2, activation="relu").kernel(pixels.reshape(3, 16))
    np.testing.assert_allclose(convolutional.ntk, dense.ntk, rtol=1e-7)  # ReLU: 1e-8 on the diagonal
    np.testing.assert_allclose(convolutional.nngp, dense.nngp, rtol=1e-10)


def convolved(h, W, b):
    """Filters of 3 × 3 as nine dense layers of shifted images, with zeros beyond the border."""
    padded = np.pad(h, ((0, 0), (1, 1), (1, 1), (0, 0)))
    shifted = [padded[:, i : i + 4, j : j + 4] @ W[i, j] for i in range(3) for j in range(3)]
    return 1.5 * sum(shifted) / np.sqrt(9 * h.shape[-1]) + 0.1 * b


@pytest.mark.parametrize("make", [cnn, resnet])
def test_networks_by_hand(make):
    def relu(h):
        return np.maximum(h, 0)

    network = make((4, 4, 1), 2, 5, **({"blocks": 1} if make is resnet else {}))
    params = network.init(jax.random.key(6))
    leaves = jax.tree.leaves(params)
    first, *inner, (W, b) = zip(leaves[::2], leaves[1::2], strict=True)
    h = stream = convolved(IMAGES, *first)
    for layer in inner:
        h = convolved(relu(h), *layer)
    pooled = relu(stream + h if make is resnet else h).mean(axis=(1, 2))
    np.testing.assert_allclose(
        network.apply(params, IMAGES), 1.5 * pooled @ W / np.sqrt(5) + 0.1 * b, rtol=1e-12
    )


# holds: pixel-blind.3
def test_pooling_with_filters_of_one_pixel_sees_no_positions():
    order = jax.random.permutation(jax.random.key(4), 16)
    shuffled = IMAGES.reshape(3, 16, 1)[:, order].reshape(IMAGES.shape)

    def change(filter_size):
        network = cnn((4, 4, 1), 2, 8, filter_size=filter_size)
        return float(jnp.max(jnp.abs(network.kernel(IMAGES).nngp - network.kernel(shuffled).nngp)))

    assert change(1) < 1e-12
    assert change(3) > 1e-3


@pytest.mark.parametrize("name", NETWORKS)
def test_weights_are_standard_normal_and_count_is_right(name):
    width = 32
    params = NETWORKS[name](width).init(jax.random.key(3))
    leaves = jax.tree.leaves(params)
    flat = jnp.concatenate([leaf.ravel() for leaf in leaves])
    assert abs(float(flat.mean())) < 4 / np.sqrt(flat.size)
    assert abs(float((flat**2).mean()) - 1) < 4 * np.sqrt(2 / flat.size)
    features = width * (16 if "flatten" in name else 1)
    convolutions = 9 * width * (1 + width * (2 if "resnet" in name else 1))
    biases = width * (3 if "resnet" in name else 2)
    assert flat.size == convolutions + biases + 2 * features + 2


def test_bias_free():
    assert all(
        leaf.ndim != 1 for leaf in jax.tree.leaves(cnn((4, 4, 1), 2, 4, sigma_b=0.0).init(jax.random.key(0)))
    )
    network = resnet((4, 4, 1), 2, 4, sigma_b=0.0)
    params = network.init(jax.random.key(0))
    np.testing.assert_allclose(
        network.apply(params, 2 * IMAGES), 2 * network.apply(params, IMAGES), rtol=1e-12
    )


@pytest.mark.parametrize(
    ("call", "given", "remedy"),
    [
        (lambda: cnn((4, 4), 2, 8), "(4, 4)", "(H, W, C)"),
        (lambda: cnn((4, 4, 0), 2, 8), "inputs = 0", "1 or above"),
        (lambda: cnn((4, 4, 1), 0, 8), "classes = 0", "1 or above"),
        (lambda: cnn((4, 4, 1), 2, 0), "width = 0", "1 or above"),
        (lambda: cnn((4, 4, 1), 2, 8, hidden_layers=0), "hidden_layers = 0", "1 or above"),
        (lambda: cnn((4, 4, 1), 2, 8, filter_size=0), "filter_size = 0", "1 or above"),
        (lambda: cnn((4, 4, 1), 2, 8, readout="max"), "'max'", "'pool'"),
        (lambda: resnet((4, 4, 1), 2, 8, activation="tanh"), "'tanh'", "'relu'"),
        (lambda: resnet((4, 4, 1), 2, 8, blocks=0), "blocks = 0", "1 or above"),
        (lambda: resnet((4, 4, 1), 2, 8, sigma_w=0.0), "sigma_w = 0.0", "above 0"),
        (lambda: resnet((4, 4, 1), 2, 8, sigma_b=-1.0), "sigma_b = -1.0", "0 or above"),
        (lambda: cnn((4, 4, 1), 2, 8).kernel(IMAGES[:, :3]), "(3, 3, 4, 1)", "(N, 4, 4, 1)"),
        (lambda: cnn((4, 4, 1), 2, 8).kernel(IMAGES, IMAGES[:0]), "(0, 4, 4, 1)", "N ≥ 1"),
    ],
)
def test_bad_input(call, given, remedy):
    with pytest.raises(InvalidInput) as error:
        call()
    assert given in str(error.value)
    assert remedy in str(error.value)


@pytest.mark.parametrize("dtype", ["float32", "float16", "int32", "uint8"])
@pytest.mark.parametrize("make", [cnn, resnet])
def test_images_come_in_any_real_type(make, dtype):
    net = make((4, 4, 1), classes=3, width=2)
    theta0 = net.init(jax.random.key(0))
    images = jnp.arange(32.0).reshape(2, 4, 4, 1)
    assert jnp.array_equal(net.apply(theta0, images.astype(dtype)), net.apply(theta0, images))
