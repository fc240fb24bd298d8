"""Normals of any shape without a program of their own a shape.

JAX computes the i-th word of a draw from the key and i alone, so the first numbers of a long draw are those of a
short one, bit for bit. A draw is made as long as the next of a few lengths, for which a program may be compiled
already: to compile one for float64 normals takes longer than to draw a million of them.
"""

from math import prod
from types import SimpleNamespace
from typing import Any

import jax
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook._checks import known

SHORT = 2**12  # what weights of a layer usually are below, and most of the others below
LONG = 2**16


def length(count: int) -> int:
    """The length of the draw that `count` numbers are taken from."""
    return next((size for size in (SHORT, LONG) if count <= size), 1 << (count - 1).bit_length())


def normal(key: PRNGKeyArray, shape: Any = (), dtype: Any = None) -> Float[Array, "..."]:
    """jax.random.normal(key, shape), to the last bit."""
    count = int(prod(shape))  # neural-tangents multiplies with NumPy
    # One in a program must be what it was; and the fact above is that of JAX's default generator.
    if not known(key) or dtype is not None or count == 0 or not jax.config.jax_threefry_partitionable:  # pyright: ignore[reportAttributeAccessIssue]
        return jax.random.normal(key, shape) if dtype is None else jax.random.normal(key, shape, dtype)
    drawn = np.asarray(jax.random.normal(key, (length(count),)))
    return jax.device_put(drawn[:count].reshape(shape))


# What neural-tangents' layers take for jax.random.
RANDOM = SimpleNamespace(
    **{name: getattr(jax.random, name) for name in jax.random.__dict__ if name[0] != "_"}
)
RANDOM.normal = normal
