"""Inputs that the training set holds several times, with conflicting one-hot labels: Corollary 2 on real networks.

Four points of a sphere, three copies of each, and for each copy another class: no point is ever interpolated, so
the labels are hard but the mean label of every input is uniform. What varies: how many copies are relabelled, so
that their input is never seen with one of the classes; and how far the copies are moved apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import data, sharp
from ntkbook._progress import progress_bar
from ntkbook.chapters._shared.measure.both_flows import PICTURE
from ntkbook.networks import mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow

INPUTS, COPIES, CLASSES = 4, 3, 3
# A tied pair of classes makes later times stiff for an explicit solver.
LOG_TIMES = np.linspace(-2.0, 6.0, 33)


@dataclass(frozen=True)
class CopiesFlow:
    """One network trained on conflicting copies, over T times.

    Args:
        log_t: (T,) log t.
        drift: (T,) ‖Θ_t − Θ₀‖/‖Θ₀‖.
        radius: (T,) ‖θ_t − θ₀‖.
        end: ‖θ_∞ − θ₀‖ of the linearized model (NaN if a direction separates, so that it has no end).
    """

    log_t: Float[np.ndarray, " T"]
    drift: Float[np.ndarray, " T"]
    radius: Float[np.ndarray, " T"]
    end: float


@dataclass(frozen=True)
class CopiesScan:
    """The same as CopiesFlow for W widths and S initializations.

    Args:
        widths: (W,) n.
        log_t: (T,) as in CopiesFlow.
        drift: (W, S, T) as there.
        radius: (W, S, T) as there.
    """

    widths: Float[np.ndarray, " W"]
    log_t: Float[np.ndarray, " T"]
    drift: Float[np.ndarray, "W S T"]
    radius: Float[np.ndarray, "W S T"]


def copies(relabelled: int = 0, apart: float = 0.0) -> tuple[Float[Array, "N d"], Float[Array, "N K"]]:
    """Four inputs on a sphere, three copies of each with the classes 0, 1, 2.

    Args:
        relabelled: at this many inputs, one copy takes the class of another.
        apart: distance of the copies from their input, as a share of ‖x‖ (about); 0 makes them exact duplicates.

    Returns:
        X; Y.
    """
    X = jnp.repeat(data.sphere(jax.random.key(0), points=INPUTS).X, COPIES, axis=0)
    length = jnp.sqrt(X.shape[1])
    away = jax.random.normal(jax.random.key(1), X.shape)
    X = X + apart * length * away / jnp.linalg.norm(away, axis=1, keepdims=True)
    X = X / jnp.linalg.norm(X, axis=1, keepdims=True) * length
    labels = np.tile(np.arange(CLASSES), INPUTS)
    for point in range(relabelled):
        labels[COPIES * point + point % CLASSES] = (point + 1) % CLASSES
    return X, jax.nn.one_hot(jnp.asarray(labels), CLASSES, dtype=float)


def copies_flow(n: int, relabelled: int = 0, apart: float = 0.0, *, seed: int = 0) -> CopiesFlow:
    """The gradient flow of cross-entropy, without a regularizer, on conflicting copies of four inputs, three of each.

    Args:
        n: width.
        relabelled: at this many inputs, one copy takes the class of another.
        apart: distance of the copies from their input, as a share of ‖x‖ (about); 0 makes them exact duplicates.
        seed: of the initialization.
    """
    X, Y = copies(relabelled, apart)
    problem = Problem.of(mlp(X.shape[1], CLASSES, n), jax.random.key(seed + 1), X, Y)
    path = gradient_flow(problem, jnp.exp(jnp.asarray(LOG_TIMES)), integration=PICTURE)
    answer = sharp.separability(problem.Theta0, Y, problem.z0)
    return CopiesFlow(
        log_t=LOG_TIMES,
        drift=np.asarray(path.ntk_drift),
        radius=np.asarray(path.radius),
        end=answer.radius if isinstance(answer, sharp.Bounded) else np.nan,
    )


def copies_scan(widths: Sequence[int], *, seeds: int = 3) -> CopiesScan:
    """Conflicting exact duplicates at every width.

    Args:
        widths: W values of n.
        seeds: S, initializations a width.
    """
    rows = [[copies_flow(n, seed=seed) for seed in range(seeds)] for n in progress_bar(widths, "widths")]
    return CopiesScan(
        widths=np.asarray(widths, dtype=float),
        log_t=LOG_TIMES,
        drift=np.asarray([[flow.drift for flow in row] for row in rows]),
        radius=np.asarray([[flow.radius for flow in row] for row in rows]),
    )


# --- the explorer ----------------------------------------------------------------------------------------


def conflicts(n: int, relabelled: int) -> dict[str, Float[np.ndarray, " T"]]:
    """Exact duplicates, some of them relabelled, followed to log t = 6; `end` is constant in time.

    Args:
        n: width.
        relabelled: as in copies.
    """
    flow = copies_flow(n, relabelled)
    return {
        "log_t": flow.log_t,
        "drift": flow.drift,
        "radius": flow.radius,
        "end": np.full(len(flow.log_t), flow.end),
    }


def describe_conflicts(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, " T"]]
) -> str:
    """What the explorer of conflicting copies shows."""
    drift, radius = 100 * arrays["drift"], arrays["radius"]
    late = int(np.searchsorted(arrays["log_t"], 4.0))
    growth = radius[-1] - radius[late]
    if setting["relabelled"] == 0:
        held = f"the parameters stop at {radius[-1]:.3f}, the NTK at a drift of {drift.max():.2g} %"
        return f"Every input is seen with every class, so no direction separates: {held}."
    lost = f"{setting['relabelled']} of {INPUTS} inputs are never seen with one of the classes"
    moved = f"from log t = 4 to 6 the radius grows by {growth:.2f}, and the drift is at {drift[-1]:.2g} %"
    return f"A direction separates, since {lost}: {moved}."
