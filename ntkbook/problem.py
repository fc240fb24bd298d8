"""The training problem as one record: flow, descent, linearization, bounds and monitor all speak of the same F(θ)."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ntkbook import _checks, _records
from ntkbook._apply import check_parameters, check_separate, outputs
from ntkbook._checks import Scalar
from ntkbook._flat import flattened
from ntkbook._given import INPUTS, NUMBERS, as_array
from ntkbook.empirical import empirical_ntk
from ntkbook.errors import InvalidInput
from ntkbook.linearized import linearization
from ntkbook.losses import Loss, cross_entropy, excess
from ntkbook.networks import Apply, Network, Params

ANCHORS = {"init": 1.0, "zero": 0.0}  # name -> a


@dataclass(frozen=True, eq=False)
class Problem:
    r"""What is trained, from where, and on what: a network, its initialization, data, loss and regularizer.

    .. math:: F(\theta) = C(f_\theta(X)) + \tfrac\lambda2\lVert\theta - a\theta_0\rVert^2,
              \qquad C(z) = \sum_i \ell(z_i; y_i)

    Checked when it is made, so that what starts from it need not check again.

    Args:
        apply: f as a function apply(θ, X) -> (N, K): a network's, or any JAX function that does not mix points.
        theta0: θ₀, any tree of arrays.
        X: (N, …) inputs, one row a point.
        Y: (N, K) targets.
        loss: ℓ, one of `nb.LOSSES` or your own; a sum over points, not a mean.
        lam: λ ≥ 0, strength of the regularizer.
        anchor: what it pulls towards, "init" (a = 1) or "zero" (a = 0, weight decay).

    Raises:
        InvalidInput: for targets that the loss does not take or that do not fit the network's outputs, inputs that
            are not finite, λ < 0, an unknown anchor.

    Source:
        The objective of the book's Theorems A and B.

    Example:
        The excess loss V₀ = C(z₀) − C* of two points at z₀ = 0:

        >>> w, X = jnp.zeros((2, 2)), jnp.eye(2)
        >>> problem = nb.Problem(lambda w, X: X @ w, w, X, Y=jnp.eye(2))
        >>> bool(jnp.isclose(problem.V0, 2 * jnp.log(2)))
        True
    """

    apply: Apply
    theta0: Params
    X: Float[Array, "N ..."]
    Y: Float[Array, "N2 K"]
    loss: Loss = cross_entropy
    lam: Scalar = 0.0
    anchor: str = "init"

    def __post_init__(self) -> None:
        for name, kind in (("X", INPUTS), ("Y", NUMBERS)):
            object.__setattr__(self, name, as_array(name, getattr(self, name), kind))
        self.loss.check_targets(self.Y)
        _checks.finite("X", self.X)
        check_parameters(self.theta0, real=True)
        _checks.non_negative("lam", self.lam, "the regularization strength λ")
        _checks.choice("anchor", self.anchor, ANCHORS)
        output = jax.eval_shape(self.apply, self.theta0, self.X)
        if output.shape != self.Y.shape:
            raise InvalidInput(
                f"the network maps X of shape {self.X.shape} to {output.shape}, but the targets Y have shape "
                f"{self.Y.shape}; both must be (N, K). Give one row of K targets a point."
            )
        check_separate(self.apply, self.theta0, self.X)

    @classmethod
    def of(
        cls,
        network: Network,
        key: PRNGKeyArray,
        X: Float[Array, "N ..."],
        Y: Float[Array, "N K"],
        **rest: Any,
    ) -> "Problem":
        """The problem of one of the book's networks, from the initialization that a key draws.

        Args:
            network: gives apply, and θ₀ from the key.
            key: a JAX random key; the same key gives the same θ₀.
            X: (N, …) inputs, one row a point.
            Y: (N, K) targets.
            rest: loss, lam and anchor, as above.

        Raises:
            InvalidInput: as above.
        """
        return cls(network.apply, network.init(key), X, Y, **rest)

    def replace(self, **changes: Any) -> "Problem":
        """The same problem with another λ, other data, and so on; checked like a new one."""
        return replace(self, **changes)

    @property
    def a(self) -> float:
        """1 where the regularizer pulls towards θ₀, 0 where it pulls towards 0."""
        return ANCHORS[self.anchor]

    @functools.cached_property
    def z0(self) -> Float[Array, "N K"]:
        """z₀ = f_θ₀(X), the logits at initialization."""
        return outputs(self.apply, self.theta0, self.X)

    @functools.cached_property
    def Theta0(self) -> Float[Array, "NK NK"]:  # noqa: N802  (the book's symbol)
        """Θ₀, the empirical tangent kernel of the inputs at initialization."""
        return empirical_ntk(self.apply, self.theta0, self.X)

    @functools.cached_property
    def V0(self) -> float:  # noqa: N802
        """V₀ = C(z₀) − C*, the initial excess."""
        return float(excess(self.loss, self.z0, self.Y))

    @functools.cached_property
    def kappa(self) -> float:
        """κ = λ_min(Θ₀), the least eigenvalue of the kernel."""
        return float(np.asarray(jnp.linalg.eigvalsh(self.Theta0))[0])

    def f0(self, x: Float[Array, "M ..."]) -> Float[Array, "M K"]:
        """f₀(x) = f_θ₀(x) at M new inputs."""
        return outputs(self.apply, self.theta0, x)

    def kernel(self, x: Float[Array, "M ..."]) -> Float[Array, "MK NK"]:
        """Θ₀(x, X) between M new inputs and the training inputs."""
        return empirical_ntk(self.apply, self.theta0, x, self.X)

    @functools.cached_property
    def linear(self) -> "Problem":
        """The same problem for the linearized model, which starts at θ₀ too: what is trained beside the network."""
        return _unchecked(self, apply=linearization(self.apply, self.theta0))

    def flat(self) -> tuple["Problem", Callable[[Float[Array, " p"]], Params]]:
        """(the same problem for θ ∈ R^p, the parameters in one row; the way back to their tree)."""
        row, unravel = flattened(self.theta0)
        return _unchecked(self, apply=_flat_apply(self.apply, unravel), theta0=row), unravel

    def starting_at(self, theta0: Params) -> "Problem":
        """The same problem from another θ₀ of the same shapes, which may be traced."""
        return _unchecked(self, theta0=theta0)


_records.register(Problem, static=("apply", "loss", "anchor"))


def _unchecked(problem: Problem, **changes: Any) -> Problem:
    """`dataclasses.replace` without the checks: what is changed describes the same network."""
    one = object.__new__(Problem)
    for field in fields(Problem):
        object.__setattr__(one, field.name, changes.get(field.name, getattr(problem, field.name)))
    return one


@functools.lru_cache(maxsize=64)  # the same network gives the same function object, hence one compilation
def _flat_apply(apply: Apply, unravel: Callable[[Array], Params]) -> Apply:
    """f as a function of θ ∈ R^p."""
    return lambda theta, X: apply(unravel(theta), X)
