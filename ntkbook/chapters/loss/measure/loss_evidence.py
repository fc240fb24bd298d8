"""A measurement behind every cell of the table of losses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook.loss_table import LossRow
from ntkbook.losses import Loss

K = 3
LINKS: Mapping[str, Callable[[Array], Array]] = {
    "squared error": lambda m: m,
    "cross-entropy": jnp.log,
    "Brier": jnp.log,
    "Bernoulli": lambda m: jnp.log(m) - jnp.log1p(-m),
    "Poisson": jnp.log,
}  # mean parameters -> logits that have them
MIXED_IN = (1e-6, 1e-12)  # shares of an interior target, on the way to the infimum
FAR = 20.0


@dataclass(frozen=True)
class LossEvidence:
    """What a row of `nb.loss_table` looks like when it is measured.

    Args:
        curvature: least and largest eigenvalue of ∇²ℓ at random and at far logits.
        growth: by how much the logits grow while their mean parameters come a million times nearer to the target; about
            0 if inf ℓ is attained.
        ratio: the least PL ratio ‖∇ℓ‖²/2(ℓ − inf ℓ) at random logits, at far ones, and on the way to the infimum.
    """

    curvature: tuple[float, float]
    growth: float
    ratio: float


def loss_evidence(row: LossRow, *, draws: int = 300) -> LossEvidence:
    """Measure convexity, smoothness, whether the infimum is attained, and the PL ratio, of one row of the table.

    Args:
        row: one of `nb.loss_table`.
        draws: how many random logits (standard deviation 3), each with a target of the row's kind.
    """
    logit_key, target_key = jax.random.split(jax.random.key(0))
    centre, Y = _targets(row, target_key, draws)
    nearer, nearest = (LINKS[row.loss.name]((1 - share) * Y + share * centre) for share in MIXED_IN)
    z = 3 * jax.random.normal(logit_key, (draws, K))
    z = z.at[: 2 * K].set(FAR * jnp.concatenate([jnp.eye(K), -jnp.eye(K)]))
    eigenvalues = curvatures(row.loss, z, Y)
    growth = jnp.linalg.norm(nearest, axis=1) - jnp.linalg.norm(nearer, axis=1)
    ratios = jnp.concatenate([_ratio(row.loss, z, Y), _ratio(row.loss, nearer, Y)])
    return LossEvidence(
        curvature=(float(jnp.min(eigenvalues)), float(jnp.max(eigenvalues))),
        growth=float(jnp.max(jnp.abs(growth))),
        ratio=float(jnp.min(ratios)),
    )


def curvatures(loss: Loss, z: Float[Array, "M K"], Y: Float[Array, "M K"]) -> Float[Array, "M K"]:
    """The eigenvalues of ∇²ℓ at every point, from its products with the unit vectors.

    Args:
        loss: ℓ.
        z: (M, K) logits.
        Y: (M, K) targets.
    """
    columns = [loss.hessian_product(z, Y, jnp.broadcast_to(e, z.shape)) for e in jnp.eye(z.shape[1])]
    return jnp.linalg.eigvalsh(jnp.stack(columns, axis=-1))


def _targets(row: LossRow, key: Array, draws: int) -> tuple[float, Float[Array, "M K"]]:
    """(an interior target, random targets of the row's kind): interior ones keep away from the boundary."""
    if row.loss.name == "squared error":
        return 0.0, jax.random.normal(key, (draws, K))
    centre = {"Poisson": 1.0, "Bernoulli": 0.5}.get(row.loss.name, 1 / K)
    Y = centre * (0.4 + 1.2 * jax.random.uniform(key, (draws, K)))
    if row.targets == "degenerate":
        Y = Y.at[:, 0].set(0.0)
    on_simplex = row.loss.shift_invariant
    return centre, Y / jnp.sum(Y, axis=1, keepdims=True) if on_simplex else Y


def _ratio(loss: Loss, z: Float[Array, "M K"], Y: Float[Array, "M K"]) -> Float[Array, " M"]:
    return jnp.sum(loss.residual(z, Y) ** 2, axis=1) / (2 * (loss.value(z, Y) - loss.infimum(Y)))
