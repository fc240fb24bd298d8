"""One small, well-conditioned problem for all of this folder: N = 5 training and M = 3 new points, K = 3."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import pytest
from jaxtyping import Array

from ntkbook import _config as _config
from ntkbook.data import sphere
from ntkbook.losses import smooth_labels
from ntkbook.networks import mlp

N, M, K = 5, 3, 3


class Problem(NamedTuple):
    X: Array
    Y: Array  # one-hot
    smooth: Array  # non-degenerate
    Theta: Array
    nngp: Array


@pytest.fixture(scope="session")
def problem() -> Problem:
    data = sphere(jax.random.key(7), points=N, inputs=6, classes=K, test_points=M)
    X = jnp.concatenate([data.X, data.X_test])
    kernels = mlp(6, K, 16).kernel(X)
    return Problem(X, data.Y, smooth_labels(data.Y, 0.2), kernels.ntk, kernels.nngp)
