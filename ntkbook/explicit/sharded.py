"""Kernel logistic regression with a kernel that is spread over several devices."""

from collections.abc import Sequence
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook._given import takes_arrays
from ntkbook._kernel_product import check_train_kernel, offset
from ntkbook.explicit._refused import check_rows
from ntkbook.explicit.logistic import kernel_logistic_regression
from ntkbook.explicit.settings import Newton
from ntkbook.explicit.solution import Solution
from ntkbook.kernels import Device, chosen_devices, row_shardings


@takes_arrays
def sharded_logistic_regression(
    Theta: Float[Array, "rows rows"],
    Y: Float[Array, "N K"],
    f0: Float[Array, "N K"] | None = None,
    *,
    lam: float,
    weights: Float[Array, " N"] | None = None,
    devices: Sequence[Device] | None = None,
    newton: Newton = Newton(),
    check_targets: bool = True,
) -> Solution:
    """kernel_logistic_regression with the rows of Θ spread over the devices, for any number N of points.

    JAX spreads equal shares only, so the problem is filled up with points that Θ does not connect to anything: rows
    and columns of zeros, at targets 1/K, where softmax(0) = 1/K needs no coefficients. They are taken off again.
    The solution lies whole on every device, and on every host.

    Args:
        Theta: Θ, (N, N) or (NK, NK).
        Y: (N, K) targets.
        f0: (N, K) f₀(X), by default 0.
        lam: λ > 0.
        weights: (N,) as in kernel_logistic_regression.
        devices: by default all of JAX's.
        newton: as in kernel_logistic_regression.
        check_targets: as there.

    Raises:
        InvalidInput: for an empty list of devices, and as kernel_logistic_regression does.
        NotConverged: as there.

    Source:
        As kernel_logistic_regression; JAX's own sharding.

    Example:
        >>> Theta, Y = jnp.array([[2.0, 1.0], [1.0, 2.0]]), jnp.eye(2)
        >>> spread = nb.sharded_logistic_regression(Theta, Y, lam=0.1)
        >>> whole = nb.kernel_logistic_regression(Theta, Y, lam=0.1)
        >>> bool(jnp.allclose(spread.logits, whole.logits, atol=1e-10))
        True
    """
    check_rows(Y, on_simplex=check_targets)
    f0 = offset(f0, Y)
    N, K = Y.shape
    check_train_kernel(Theta, N, K)
    chosen = chosen_devices(devices)
    spread, everywhere = row_shardings(chosen)
    more = -N % len(chosen)
    filling = (0, more * (Theta.shape[0] // N))

    solution = kernel_logistic_regression(
        jax.device_put(np.pad(np.asarray(Theta), (filling, filling)), spread),
        jax.device_put(np.pad(np.asarray(Y), ((0, more), (0, 0)), constant_values=1 / K), everywhere),
        jax.device_put(np.pad(np.asarray(f0), ((0, more), (0, 0))), everywhere),
        lam=lam,
        weights=None if weights is None else jnp.pad(weights, (0, more), constant_values=1.0),
        newton=newton,
        check_targets=check_targets,
    )
    first = jax.jit(lambda rows: rows[:N], out_shardings=everywhere)
    return replace(solution, coefficients=first(solution.coefficients), logits=first(solution.logits))
