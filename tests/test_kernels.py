"""Kernels in tiles against the kernel in one piece; products; and both on eight devices."""

import os
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from ntkbook._kernel_product import kernel_product
from ntkbook.errors import InvalidInput
from ntkbook.explicit import sharded_logistic_regression
from ntkbook.kernels import kernel_in_tiles, sharded_product
from ntkbook.networks import cnn, mlp

X = jax.random.normal(jax.random.key(1), (13, 16))
ERF, CNN = mlp(16, 3, 8), cnn((4, 4, 1), 3, 8, hidden_layers=1, activation="erf", readout="flatten")


@pytest.mark.parametrize("tile", [1, 5, 13, 100])
def test_tiles_make_the_whole(tile):
    whole = ERF.kernel(X)
    tiled = kernel_in_tiles(ERF, X, tile=tile)
    np.testing.assert_allclose(tiled.ntk, whole.ntk, rtol=0, atol=1e-12)
    np.testing.assert_allclose(tiled.nngp, whole.nngp, rtol=0, atol=1e-12)
    assert bool(jnp.all(tiled.ntk == tiled.ntk.T))
    across = kernel_in_tiles(ERF, X[:4], X[2:], tile=tile)
    np.testing.assert_allclose(across.ntk, whole.ntk[:4, 2:], rtol=0, atol=1e-12)
    np.testing.assert_allclose(across.nngp, whole.nngp[:4, 2:], rtol=0, atol=1e-12)


def test_images_and_single_precision():
    images = X.reshape(13, 4, 4, 1)
    whole = CNN.kernel(images)
    np.testing.assert_allclose(kernel_in_tiles(CNN, images, tile=6).ntk, whole.ntk, rtol=0, atol=1e-12)
    single = kernel_in_tiles(CNN, images, tile=6, dtype="float32")
    assert single.ntk.dtype == single.nngp.dtype == jnp.float32
    np.testing.assert_allclose(single.ntk, whole.ntk, rtol=1e-5)


def test_relu_off_the_diagonal_is_exact_and_on_it_good_to_eight_digits():
    network = mlp(16, 3, 8, activation="relu")
    difference = np.abs(kernel_in_tiles(network, X, tile=4).ntk - network.kernel(X).ntk)
    assert np.max(difference) < 1e-7
    np.fill_diagonal(difference, 0)
    assert np.max(difference) < 1e-12


def test_each_tile_below_the_diagonal_once_and_with_progress(capsys):
    kernel_in_tiles(ERF, X, tile=5, progress=True)
    assert "6/6" in capsys.readouterr().err  # of 3 × 3 tiles
    kernel_in_tiles(ERF, X, X, tile=5, progress=True)
    assert "9/9" in capsys.readouterr().err
    kernel_in_tiles(ERF, X, tile=5)
    assert capsys.readouterr().err == ""


def test_sharded_product_on_one_device():
    shapes = [(13, 3), (7, 13), (6, 39)]
    A, cross, full = (jax.random.normal(jax.random.key(s), shape) for s, shape in enumerate(shapes))
    for Theta in (cross, full):
        np.testing.assert_allclose(sharded_product(Theta)(A), kernel_product(Theta, A), rtol=0, atol=1e-12)


ON_EIGHT = """
import jax, numpy as np
import ntkbook as nb
from ntkbook.kernels import chosen_devices, kernel_in_tiles, row_shardings, sharded_product
from ntkbook._kernel_product import kernel_product
from ntkbook.networks import mlp, resnet

devices = jax.devices()
assert len(devices) == 8
X = jax.random.normal(jax.random.key(1), (19, 16))
for network, points in ((mlp(16, 3, 8), X), (resnet((4, 4, 1), 3, 8, blocks=1), X[:7].reshape(7, 4, 4, 1))):
    one, all_of_them = (kernel_in_tiles(network, points, tile=3, devices=d) for d in (devices[:1], devices))
    for kind in ("nngp", "ntk"):
        np.testing.assert_allclose(getattr(one, kind), getattr(all_of_them, kind), rtol=0, atol=1e-10)
whole = mlp(16, 3, 8).kernel(X)
np.testing.assert_allclose(kernel_in_tiles(mlp(16, 3, 8), X, tile=3).ntk, whole.ntk, rtol=0, atol=1e-10)

A, Theta = jax.random.normal(jax.random.key(2), (19, 3)), whole.ntk
full = jax.random.normal(jax.random.key(3), (21, 57))
for kernel in (Theta, full):
    multiply = sharded_product(kernel)
    np.testing.assert_allclose(multiply(A), kernel_product(kernel, A), rtol=0, atol=1e-10)

Y, exact = jax.nn.softmax(A), {"lam": 0.1, "newton": nb.Newton(tolerance=1e-13)}
for kernel in (Theta, np.kron(Theta, np.eye(3)) + 0.1):  # 19 points and 57 rows on 8 devices
    one = nb.kernel_logistic_regression(jax.numpy.asarray(kernel), Y, A, **exact)
    solution = nb.sharded_logistic_regression(jax.numpy.asarray(kernel), Y, A, **exact)
    for field in ("coefficients", "logits"):
        np.testing.assert_allclose(getattr(solution, field), getattr(one, field), rtol=0, atol=1e-10)
        assert len(getattr(solution, field).sharding.device_set) == 8
sixteen = jax.device_put(Theta[:16, :16], row_shardings(chosen_devices(None))[0])  # and as its rows lie
assert {shard.data.shape for shard in sixteen.addressable_shards} == {(2, 16)}
solution = nb.kernel_logistic_regression(sixteen, Y[:16], **exact)
one = nb.kernel_logistic_regression(Theta[:16, :16], Y[:16], **exact)
np.testing.assert_allclose(solution.logits, one.logits, rtol=0, atol=1e-10)
print("agreed")
"""


def test_eight_devices_give_the_numbers_of_one():
    environment = os.environ | {
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": "--xla_force_host_platform_device_count=8",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ON_EIGHT],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "agreed"


@pytest.mark.parametrize(
    ("call", "given", "remedy"),
    [
        (lambda: kernel_in_tiles(ERF, X[:0]), "(0, 16)", "at least one input"),
        (lambda: kernel_in_tiles(ERF, X, X[:0]), "(0, 16)", "at least one input"),
        (lambda: kernel_in_tiles(ERF, X.at[0, 0].set(jnp.nan)), "1 entries", "upstream"),
        (lambda: kernel_in_tiles(ERF, X[:, :3]), "(13, 3)", "(N, 16)"),
        (lambda: kernel_in_tiles(ERF, X, tile=0), "tile = 0", "1 or above"),
        (lambda: kernel_in_tiles(ERF, X, dtype="float16"), "'float16'", "'float32'"),
        (lambda: kernel_in_tiles(ERF, X, devices=[]), "empty", "jax.devices()"),
        (lambda: sharded_logistic_regression(jnp.eye(5), jnp.ones((4, 2)) / 2, lam=1.0), "(5, 5)", "(4, 4)"),
        (
            lambda: sharded_logistic_regression(jnp.eye(2), jnp.eye(2), lam=1.0, devices=[]),
            "empty",
            "jax.devices()",
        ),
        (lambda: sharded_product(jnp.ones((4, 5)))(jnp.ones((3, 2))), "(4, 5)", "(M, 3)"),
    ],
)
def test_bad_input(call, given, remedy):
    with pytest.raises(InvalidInput) as error:
        call()
    assert given in str(error.value)
    assert remedy in str(error.value)
