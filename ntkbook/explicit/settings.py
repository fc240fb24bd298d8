"""What a Newton solver may spend, and what counts as solved."""

import math
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp

from ntkbook import _checks
from ntkbook._checks import Scalar


@dataclass(frozen=True)
class Newton:
    """How exactly kernel logistic regression is solved, and when it is given up.

    Args:
        tolerance: on max |softmax − Y + λA|; where λA is small, on its ratio to max |λA| as far as rounding allows.
        max_newton: Newton steps; None for 100, and two more for each e-fold of λ below 1.
        max_cg: steps of conjugate gradients within one of them.

    Raises:
        InvalidInput: for a tolerance that is not above 0, or fewer than one step.

    Source:
        Inexact Newton methods, Eisenstat & Walker 1996.

    Example:
        >>> nb.Newton(tolerance=1e-6).steps(lam=1.0)
        100
    """

    tolerance: float = 1e-10
    max_newton: int | None = None
    max_cg: int = 2_000

    def __post_init__(self) -> None:
        _checks.positive("tolerance", self.tolerance, "the tolerance on the residual")
        _checks.positive_integer("max_cg", self.max_cg, "the largest number of conjugate gradient steps")
        if self.max_newton is not None:
            _checks.positive_integer("max_newton", self.max_newton, "the largest number of Newton steps")

    def steps(self, lam: Scalar) -> Any:
        """The largest number of Newton steps at this λ.

        A first step may go as far as 1/λ, and later ones then halve A: 1.44 steps an e-fold.
        """
        if self.max_newton is not None:
            return self.max_newton
        if not _checks.known(lam):
            return 100 + jnp.ceil(2 * jnp.maximum(0.0, -jnp.log(lam))).astype(int)
        return 100 + math.ceil(2 * max(0.0, -math.log(lam)))
