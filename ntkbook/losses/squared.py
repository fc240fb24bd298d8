"""Squared error: ℓ(z; y) = ½‖z − y‖²."""

import jax.numpy as jnp

from ntkbook import _checks
from ntkbook.losses._loss import Loss

squared_error = Loss(
    name="squared error",
    value=lambda z, y: 0.5 * jnp.sum((z - y) ** 2, axis=-1),
    residual=lambda z, y: z - y,
    hessian_product=lambda _z, _y, v: v,
    infimum=lambda y: jnp.zeros(y.shape[:-1]),
    nondegenerate=lambda y: jnp.ones(y.shape[:-1], dtype=bool),
    check_targets=_checks.finite_targets,
    smoothness=1.0,
    convex=True,
    shift_invariant=False,
    pl=lambda y, _: jnp.ones(y.shape[:-1]),
    doc=r"""Squared error, for every finite y.

    .. math:: \ell(z; y) = \tfrac12 \|z - y\|^2, \qquad \nabla\ell = z - y, \qquad \nabla^2\ell = I

    Source:
        The book's chapter on regression.
    """,
)
