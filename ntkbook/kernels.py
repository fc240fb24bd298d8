"""Infinite-width kernels of many points, in tiles over all devices; and products with them."""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.multihost_utils import process_allgather
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook._kernel_product import kernel_product
from ntkbook._progress import progress_bar
from ntkbook.errors import InvalidInput
from ntkbook.networks import Kernels, Network
from ntkbook.networks._network import refuse_overflow

Device = Any  # one of jax.devices()
DTYPES = ("float32", "float64")


@takes_arrays
def kernel_in_tiles(
    network: Network,
    X1: Float[Array, "N1 ..."],
    X2: Float[Array, "N2 ..."] | None = None,
    *,
    tile: int = 256,
    dtype: str = "float64",
    devices: Sequence[Device] | None = None,
    progress: bool = False,
) -> Kernels:
    """The kernels of a network on many points, network.kernel(X₁, X₂), computed tile by tile.

    Each device works on one tile at a time, so that its work space does not grow with N.
    Where x = x', the NTK of ReLU is accurate to about 1e-8 only, as in neural-tangents: an angle of 0 is
    found as the root of a rounding error.

    Args:
        network: whose kernels.
        X1: (N₁, …) inputs.
        X2: (N₂, …) inputs; None means X₂ = X₁, and then only tiles on and below the diagonal are computed, and
            mirrored.
        tile: points on a side.
        dtype: "float64", or "float32" for half the memory.
        devices: by default all of JAX's.
        progress: whether to show a progress bar.

    Returns:
        𝒦 and Θ as two arrays of shape (N₁, N₂).

    Raises:
        InvalidInput: for empty inputs, unknown names, or kernels that overflow.

    Source:
        Novak et al. 2020.

    Example:
        >>> net, X = nb.mlp(inputs=2, classes=3, width=8), jnp.eye(2)
        >>> in_tiles = nb.kernel_in_tiles(net, X, tile=1)
        >>> bool(jnp.allclose(in_tiles.ntk, net.kernel(X).ntk))
        True
    """
    _checks.positive_integer("tile", tile, "the number of points on the side of a tile")
    _checks.choice("dtype", dtype, DTYPES)
    for name, X in (("X1", X1), ("X2", X2)):
        if X is None:
            continue
        if X.shape[0] == 0:
            raise InvalidInput(f"{name} has shape {X.shape}: no points. Give at least one input.")
        _checks.finite(name, X)
    rows, columns = np.asarray(X1, dtype), np.asarray(X1 if X2 is None else X2, dtype)
    tile = min(tile, max(len(rows), len(columns)))
    corners = [
        (a, b)
        for a in range(0, len(rows), tile)
        for b in range(0, len(columns), tile)
        if X2 is not None or b <= a
    ]
    nngp, ntk = (np.empty((len(rows), len(columns)), dtype) for _ in range(2))
    tiles = _tiles(network, rows, columns, corners, tile, chosen_devices(devices))
    for (a, b), computed in progress_bar(
        tiles, "kernel tiles", total=len(corners), show=progress, leave=True
    ):
        for matrix, values in zip((nngp, ntk), computed, strict=True):
            part = matrix[a : a + tile, b : b + tile]
            part[...] = values[: part.shape[0], : part.shape[1]]
            if X2 is None:
                matrix[b : b + tile, a : a + tile] = (part + part.T) / 2 if a == b else part.T
    kernels = Kernels(nngp=jnp.asarray(nngp), ntk=jnp.asarray(ntk))
    refuse_overflow(kernels)  # within a tile, values were not known
    return kernels


@takes_arrays
def sharded_product(
    Theta: Float[Array, "rows columns"], *, devices: Sequence[Device] | None = None
) -> Callable[[Float[Array, "N K"]], Float[Array, "M K"]]:
    """The map A ↦ ΘA with the rows of Θ spread over the devices; each computes its rows of the product.

    Args:
        Theta: (M, N) for infinite width, or (MK, NK).
        devices: by default all of JAX's.

    Returns:
        the map from (N, K) to (M, K). It agrees with the product on one device and can be used inside jit, as in
        conjugate gradients; it raises InvalidInput for an A that does not fit Θ.

    Raises:
        InvalidInput: for an empty list of devices.

    Source:
        JAX's own sharding.

    Example:
        >>> Theta = jnp.array([[2.0, 1.0], [1.0, 2.0]])
        >>> product = nb.sharded_product(Theta)
        >>> product(jnp.eye(2)).tolist()
        [[2.0, 1.0], [1.0, 2.0]]
    """
    chosen = chosen_devices(devices)
    rows = Theta.shape[0]
    padding = -rows % len(chosen)  # JAX spreads equal shares only
    spread, everywhere = row_shardings(chosen)
    padded = jax.device_put(jnp.pad(Theta, ((0, padding), (0, 0))), spread)

    @functools.partial(jax.jit, out_shardings=everywhere)  # a process can only read what lies on its devices
    def multiply(padded: Array, A: Array) -> Array:
        columns = A.reshape(padded.shape[1], -1)  # (N, K) for Θ ⊗ I_K, (NK, 1) for a finite network's kernel
        return (padded @ columns)[:rows].reshape(-1, A.shape[1])

    def product(A: Float[Array, "N K"]) -> Float[Array, "M K"]:
        jax.eval_shape(kernel_product, jax.ShapeDtypeStruct(Theta.shape, Theta.dtype), A)  # checks the shapes
        return multiply(padded, jax.device_put(A, everywhere))

    return product


# --- tiles -----------------------------------------------------------------------------------------------


def _tiles(
    network: Network,
    rows: np.ndarray,
    columns: np.ndarray,
    corners: list[tuple[int, int]],
    tile: int,
    devices: tuple[Device, ...],
) -> Iterator[tuple[tuple[int, int], tuple[np.ndarray, np.ndarray]]]:
    """((a, b), (𝒦, Θ) of the tile with that corner), as many tiles at a time as there are devices."""
    compute = _one_tile_a_device(network, devices)
    spread = NamedSharding(Mesh(np.asarray(devices), ("tiles",)), PartitionSpec("tiles"))
    for start in range(0, len(corners), len(devices)):
        batch = corners[start : start + len(devices)]
        filled = batch + batch[:1] * (len(devices) - len(batch))  # every device gets a tile, some for nothing
        first = np.stack([points_of(rows, a, tile) for a, _ in filled])
        second = np.stack([points_of(columns, b, tile) for _, b in filled])
        nngp, ntk = compute(jax.device_put(first, spread), jax.device_put(second, spread))
        # every process gets all tiles, also those computed on other hosts
        gathered = (np.asarray(process_allgather(values, tiled=True)) for values in (nngp, ntk))
        yield from zip(batch, zip(*gathered, strict=True), strict=False)


@functools.lru_cache(maxsize=16)  # compiled once for a network on these devices
def _one_tile_a_device(network: Network, devices: tuple[Device, ...]) -> Callable[..., tuple[Array, Array]]:
    def one(first: Array, second: Array) -> tuple[Array, Array]:
        kernels = network.kernel(first[0], second[0])
        return kernels.nngp[None], kernels.ntk[None]

    mesh, axis = Mesh(np.asarray(devices), ("tiles",)), PartitionSpec("tiles")
    return jax.jit(jax.shard_map(one, mesh=mesh, in_specs=axis, out_specs=(axis, axis), check_vma=False))


def points_of(X: Any, start: int, tile: int) -> Any:
    """X[start : start + tile], the last point repeated where X ends, so that all tiles have one shape."""
    return X[np.minimum(np.arange(start, start + tile), len(X) - 1)]


def chosen_devices(devices: Sequence[Device] | None) -> tuple[Device, ...]:
    chosen = tuple(jax.devices() if devices is None else devices)
    if not chosen:
        raise InvalidInput("devices is empty; give at least one of jax.devices(), or None for all of them.")
    return chosen


def row_shardings(devices: tuple[Device, ...]) -> tuple[NamedSharding, NamedSharding]:
    """(rows spread over the devices, a copy on each of them)."""
    mesh = Mesh(np.asarray(devices), ("rows",))
    return NamedSharding(mesh, PartitionSpec("rows", None)), NamedSharding(mesh, PartitionSpec())
