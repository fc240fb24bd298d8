"""Gradient flows of several networks from several initializations, in one call."""

from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float, Int, Key
from tqdm import tqdm

from ntkbook._log_clock import check_times
from ntkbook._training import ANCHORS, check_training, flat_apply, flows, test_inputs
from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.losses import Loss, cross_entropy
from ntkbook.networks import Network, Params


@dataclass(frozen=True)
class TrajectoryBatch:
    """What gradient flow did with W networks from S initializations each: a Trajectory's fields, stacked.

    widths: n of each network. t: the recorded times. params: θ at the last time, one tree a network, whose leaves
    have a leading axis S. steps: how many steps the solver took. All else as in Trajectory.
    """

    widths: Int[np.ndarray, " W"]
    t: Float[Array, " T"]
    logits: Float[Array, "W S T N K"]
    test_logits: Float[Array, "W S T M K"]
    value: Float[Array, "W S T"]
    residual_norm: Float[Array, "W S T"]
    radius: Float[Array, "W S T"]
    ntk_drift: Float[Array, "W S T"]
    params: tuple[Params, ...]
    steps: Int[Array, "W S"]


def gradient_flows(
    networks: Sequence[Network],
    keys: Key[Array, " S"],
    X: Float[Array, "N ..."],
    Y: Float[Array, "N K"],
    times: Float[Array, " T"],
    *,
    loss: Loss = cross_entropy,
    lam: float = 0.0,
    anchor: str = "init",
    X_test: Float[Array, "M ..."] | None = None,
    record_ntk: bool = True,
    rtol: float = 1e-7,
    atol: float = 1e-9,
    max_steps: int = 100_000,
    steady: float = 0.0,
    progress: bool = False,
) -> TrajectoryBatch:
    """gradient_flow of every network from θ₀ = init(key) for every key: [w, s] agrees with the single flow.

    networks: usually one architecture at several widths. keys: S of them, as from jax.random.split; the same for
    all networks. The S flows of a network run side by side, each in steps of its own, so that they are compiled
    once, and as long as the slowest takes; they hold S times the memory of one.
    steady: as in gradient_flow. progress: whether to show a bar.
    Raises InvalidInput as gradient_flow does, or for no networks or keys; NotConverged, with seed and width, if one
    flow does not reach the last time in `max_steps` steps.
    Source: as gradient_flow.

    The wider network drifts less from both initializations:

    >>> data = nb.sphere(jax.random.key(0), points=3)
    >>> nets = [nb.mlp(6, 3, width) for width in (8, 512)]
    >>> keys, times = jax.random.split(jax.random.key(1)), jnp.array([1.0])
    >>> runs = nb.gradient_flows(nets, keys, data.X, data.Y, times)
    >>> bool(jnp.all(runs.ntk_drift[1] < runs.ntk_drift[0]))
    True
    """
    times = check_times(times)
    if len(networks) == 0 or keys.ndim != 1 or keys.shape[0] == 0:
        raise InvalidInput(
            f"{len(networks)} networks and keys of shape {keys.shape}; expected one or more networks, and keys of "
            f"shape (S,) with S ≥ 1. Make keys by jax.random.split(jax.random.key(0), S)."
        )
    batches, ends = [], []
    for network in tqdm(networks, desc="networks", disable=not progress):
        starts = jax.vmap(network.init)(keys)
        one = jax.tree.map(lambda leaf: leaf[0], starts)
        check_training(network.apply, one, X, Y, loss, lam, anchor)
        unravel = ravel_pytree(one)[1]
        records, theta, steps, reached = flows(
            flat_apply(network.apply, unravel), loss, record_ntk, max_steps,
            jax.vmap(lambda params: ravel_pytree(params)[0])(starts),
            X, Y, test_inputs(X, X_test), times, lam, ANCHORS[anchor], rtol, atol, steady,
        )  # fmt: skip
        if not bool(jnp.all(reached)):
            s = int(jnp.argmin(reached))
            raise NotConverged(
                f"the flow from seed {s} (keys[{s}]) at width {network.width} ({network.name}) took {int(steps[s])} "
                f"steps without reaching t = {float(times[-1]):.3g} (rtol = {rtol:g}, λ = {lam:g}). Shorten `times`, "
                f"raise `max_steps`, or leave that network out."
            )
        batches.append(records | {"steps": steps})
        ends.append(jax.vmap(unravel)(theta))
    stacked = {name: jnp.stack([batch[name] for batch in batches]) for name in batches[0]}
    widths = np.asarray([network.width for network in networks])
    return TrajectoryBatch(widths=widths, t=times, params=tuple(ends), **stacked)
