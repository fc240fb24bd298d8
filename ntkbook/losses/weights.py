"""A loss that counts some points more than others."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook.errors import InvalidInput
from ntkbook.losses._loss import Loss


@takes_arrays
def weighted(loss: Loss, weights: Float[Array, " N"]) -> Loss:
    r"""The loss in which point i counts w_i times: for training and the linearized flow on merged duplicates.

    .. math:: C(z) = \sum_i w_i\, \ell(z_i; y_i)

    Args:
        loss: ℓ.
        weights: (N,) w_i > 0, one for each point that the loss will be given.

    Raises:
        InvalidInput: for weights that are not one row of finite numbers above 0.

    Source:
        The book's Theorem E, Corollary 2.

    Example:
        >>> z, Y = jnp.zeros((2, 2)), jnp.eye(2)
        >>> loss = nb.weighted(nb.squared_error, jnp.array([3.0, 1.0]))
        >>> float(nb.total(loss, z, Y))
        2.0
    """
    if weights.ndim != 1 or (
        _checks.known(weights) and not np.all(np.isfinite(weights) & (np.asarray(weights) > 0))
    ):
        raise InvalidInput(
            f"weights = {weights}; expected (N,) finite numbers above 0, one a point, such as the counts of "
            "nb.merge_duplicates. Leave out points that are not to count."
        )
    w, rows, least, most = weights, weights[:, None], jnp.min(weights), jnp.max(weights)
    pl = loss.pl
    return replace(
        loss,
        name=f"weighted {loss.name}",
        value=lambda z, y: w * loss.value(z, y),
        residual=lambda z, y: rows * loss.residual(z, y),
        hessian_product=lambda z, y, v: rows * loss.hessian_product(z, y, v),
        infimum=lambda y: w * loss.infimum(y),
        smoothness=loss.smoothness * (float(most) if _checks.known(most) else most),
        # ‖w∇ℓ‖² ≥ w²·2μ(ℓ − inf ℓ), and w(ℓ − inf ℓ) ≤ V₀ leaves ℓ − inf ℓ ≤ V₀/min w
        pl=None if pl is None else (lambda y, V: w * pl(y, V / least)),
    )
