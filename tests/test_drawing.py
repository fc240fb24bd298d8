"""Initial weights come without a program for each shape, and are what JAX draws."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jax._src import monitoring

import ntkbook as nb
from ntkbook._drawing import LONG, SHORT, normal

NETWORKS = {
    "mlp": lambda width: nb.mlp(5, 3, width, hidden_layers=2),
    "without biases": lambda width: nb.mlp(5, 3, width, sigma_b=0.0),
    "cnn": lambda width: nb.cnn((6, 6, 1), 3, width),
    "resnet": lambda width: nb.resnet((6, 6, 1), 3, width),
}


@given(
    st.lists(st.integers(0, 40), max_size=3).map(tuple),
    st.integers(0, 2**32 - 1),
)
def test_a_draw_of_any_shape_is_jax_s(shape: tuple[int, ...], seed: int) -> None:
    key = jax.random.key(seed)
    np.testing.assert_array_equal(normal(key, shape), jax.random.normal(key, shape))


@pytest.mark.parametrize("count", [1, SHORT, SHORT + 1, LONG, LONG + 1, 3 * LONG])
def test_so_is_one_at_the_ends_of_the_lengths(count: int) -> None:
    key = jax.random.key(7)
    np.testing.assert_array_equal(normal(key, (count,)), jax.random.normal(key, (count,)))


@pytest.mark.parametrize("width", [1, 17])
@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
def test_weights_are_those_of_the_program_that_draws_many(make, width: int) -> None:
    network, key = make(width), jax.random.key(width)
    alone, among = network.init(key), jax.vmap(network.init)(key[None])
    for one, many in zip(jax.tree.leaves(alone), jax.tree.leaves(among), strict=True):
        np.testing.assert_array_equal(one, many[0])


def test_a_draw_in_single_precision_is_jax_s() -> None:
    key = jax.random.key(3)
    single = normal(key, (5,), jnp.float32)
    assert single.dtype == jnp.float32
    np.testing.assert_array_equal(single, jax.random.normal(key, (5,), jnp.float32))


def test_another_width_compiles_nothing() -> None:
    compiled: list[str] = []
    nb.mlp(6, 3, 64).init(jax.random.key(0))
    monitoring.register_event_duration_secs_listener(lambda name, *_, **__: compiled.append(name))
    try:
        for width in (65, 100, 512, 513):
            nb.mlp(6, 3, width).init(jax.random.key(0))
        assert not [name for name in compiled if "backend_compile" in name]
        jax.jit(lambda x: x + 17)(1.0)  # which is how one would be seen
        assert [name for name in compiled if "backend_compile" in name]
    finally:
        monitoring.unregister_event_duration_listener(monitoring._event_duration_secs_listeners[-1])
