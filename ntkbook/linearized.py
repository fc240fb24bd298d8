"""The linearized model f_lin(x; θ) = f₀(x) + J₀(x)(θ − θ₀): as a network of its own, and trained by its kernel."""

import functools
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook._kernel_product import check_train_kernel, kernel_product, offset
from ntkbook._spectrum import spectrum, square_roots
from ntkbook.errors import NotConverged
from ntkbook.integration import Integration, check_times, integrate, raised
from ntkbook.losses import Loss, cross_entropy
from ntkbook.networks import Apply, Params

PRECISE = Integration(rtol=1e-9, atol=1e-11, steady=1e-10)


def linearization(apply: Apply, theta0: Params) -> Apply:
    r"""The linearized model as a network of its own: any loop, optimizer and batches train it like the network.

    .. math:: f_{\mathrm{lin}}(x; \theta) = f_{\theta_0}(x) + J_{\theta_0}(x)(\theta - \theta_0)

    Its Jacobian is never formed. A gradient is one product with J₀ and one with J₀ᵀ, of about 5/3 of the operations of
    the network's own.

    Args:
        apply: f, as apply(θ, X) -> (N, K).
        theta0: θ₀, where the model starts too.

    Returns:
        f_lin, as a function of (θ, X) like `apply`; it raises what `apply` raises.

    Source:
        Lee et al. 2019.

    Example:
        The tangent of θ² at 1 is 2θ − 1:

        >>> linear = nb.linearization(lambda w, X: w**2 * X, jnp.array(1.0))
        >>> linear(jnp.array(3.0), jnp.ones((1, 1))).tolist()
        [[5.0]]
    """

    def linear(theta: Params, X: Float[Array, "N ..."]) -> Float[Array, "N K"]:
        step = jax.tree.map(jnp.subtract, theta, theta0)
        f0, change = jax.jvp(lambda theta: apply(theta, X), (theta0,), (step,))
        return f0 + change

    return linear


@dataclass(frozen=True)
class LinearTrajectory:
    r"""The linearized model over time, in dual coordinates: θ_t − θ₀ = J₀ᵀA_t.

    Args:
        t: (T,) the recorded times.
        coefficients: (T, N, K) A_t.
        logits: (T, N, K) z_t = z₀ + Θ₀A_t.
        radius: (T,) ‖θ_t − θ₀‖ = √⟨A_t, Θ₀A_t⟩.
    """

    t: Float[Array, " T"]
    coefficients: Float[Array, "T N K"]
    logits: Float[Array, "T N K"]
    radius: Float[Array, " T"]

    @takes_arrays
    def predict(
        self, Theta_x: Float[Array, "rows columns"], f0_x: Float[Array, "M K"]
    ) -> Float[Array, "T M K"]:
        """f_lin,t(x) = f₀(x) + Θ₀(x, X)A_t at M new points, for every recorded time."""
        return f0_x + jax.vmap(functools.partial(kernel_product, Theta_x))(self.coefficients)


@takes_arrays
def linearized_flow(
    Theta: Float[Array, "rows rows"],
    f0: Float[Array, "N K"],
    Y: Float[Array, "N K"],
    times: Float[Array, " T"],
    *,
    loss: Loss = cross_entropy,
    lam: float = 0.0,
    integration: Integration = PRECISE,
) -> LinearTrajectory:
    r"""The gradient flow of the linearized model, by its kernel alone.

    .. math:: \dot A = -\nabla C(f_0 + \Theta A) - \lambda A, \quad A_0 = 0,
              \qquad\text{hence}\qquad \dot z = -\Theta\nabla C(z) - \lambda(z - z_0)

    Integrated implicitly in the clock s = log(1 + t): late times cost little on a kernel of moderate condition.
    On one of condition 1e8 or worse, the budget of steps may run out long before a late time, and the flow is
    refused; the end point then comes from `ntkbook.explicit`.
    By default the flow is held once it would move by less than 1e-10 of its whole path while t grows e-fold.
    A direction that contributes less than that to the path may not have begun to move by then,
    as with Θ = diag(1, 1e-12) and residuals 1e6 and 1: such components of the logits mean nothing.

    Args:
        Theta: Θ on the training set, (N, N) for infinite width or (NK, NK) for a finite network's Θ₀.
        f0: (N, K) f₀(X).
        Y: (N, K) targets.
        times: (T,) increasing, ≥ 0.
        loss: ℓ.
        lam: λ ≥ 0, anchored at θ₀.
        integration: tolerances, the budget of steps, and when the flow is held; by default nb.Integration(rtol=1e-9,
            atol=1e-11, steady=1e-10).

    Raises:
        InvalidInput: for a kernel that does not fit or is not positive semidefinite.
        NotConverged: if the last time is not reached.

    Source:
        Lee et al. 2019; the book's Theorem B.

    Example:
        With squared error, z_t − Y = e^{−Θt}(z₀ − Y):

        >>> f0, Y = jnp.zeros((1, 1)), jnp.ones((1, 1))
        >>> times = jnp.array([0.5, 1.0])
        >>> flow = nb.linearized_flow(
        ...     2 * jnp.eye(1), f0, Y, times, loss=nb.squared_error
        ... )
        >>> bool(jnp.allclose(flow.logits.ravel(), 1 - jnp.exp(-2 * times)))
        True
    """
    loss.check_targets(Y)
    check_train_kernel(Theta, *Y.shape)
    f0 = offset(f0, Y)
    _checks.non_negative("lam", lam, "the regularization strength λ")
    times = check_times(times)
    coefficients, logits, radius, reached = _flow(loss, *spectrum(Theta), f0, Y, times, lam, integration)
    if not bool(reached):
        raise NotConverged(
            f"the linearized flow did not reach t = {float(times[-1]):.3g} within {integration.max_steps} steps. "
            f"Shorten `times`, {raised(integration)}, or solve for the end point (ntkbook.explicit)."
        )
    return LinearTrajectory(t=times, coefficients=coefficients, logits=logits, radius=radius)


@functools.partial(jax.jit, static_argnums=0)
def _flow(
    loss: Loss,
    values: Float[Array, " rows"],
    vectors: Float[Array, "rows rows"],
    f0: Float[Array, "N K"],
    Y: Float[Array, "N K"],
    times: Float[Array, " T"],
    lam: Any,
    settings: Integration,
) -> tuple[Float[Array, "T N K"], Float[Array, "T N K"], Float[Array, " T"], Array]:
    """(A_t, z_t, ‖θ_t − θ₀‖, whether the last time was reached), from Θ = U diag(values) Uᵀ.

    What flows is u with z_t = f₀ + Ru_t and ‖u_t‖ = ‖θ_t − θ₀‖, in an orthonormal basis of the directions that
    matter. In A itself, weak directions of Θ grow so large that their rounding errors drown the strong ones.
    """
    rounding = values.size * jnp.finfo(values.dtype).eps * values[-1]
    root, inverse_root = square_roots(values, vectors, least=rounding)

    def velocity(u: Float[Array, "N K"]) -> Float[Array, "N K"]:
        """u̇ = −Rᵀ∇C(f₀ + Ru) − λu."""
        residual = loss.residual(f0 + kernel_product(root, u), Y)
        return -(kernel_product(root.T, residual) + lam * u)

    u, _, reached = integrate(velocity, jnp.zeros_like(f0), times, settings, stiff=True)
    at_all_times = jax.vmap(kernel_product, in_axes=(None, 0))
    radius = jnp.linalg.norm(u, axis=(1, 2))
    return at_all_times(inverse_root.T, u), f0 + at_all_times(root, u), radius, reached
