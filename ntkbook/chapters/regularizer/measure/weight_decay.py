"""Weight decay towards zero, (λ/2)‖θ‖², shrinks the tangent kernel of a homogeneous network."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ntkbook.data import Data
from ntkbook.drift import operator_norm, relative_drift
from ntkbook.empirical import empirical_ntk
from ntkbook.networks import mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow


@dataclass(frozen=True)
class DecayLaw:
    """A bias-free ReLU network with L hidden layers under weight decay towards zero, at T times.

    Args:
        t: (T,) times.
        shrinkage: (T,) ‖Θ_t‖/‖Θ₀‖.
        predicted: (T,) e^{−2Lλt}.
        error: (T,) ‖Θ_t − e^{−2Lλt}Θ₀‖ / (e^{−2Lλt}‖Θ₀‖).
    """

    t: Float[np.ndarray, " T"]
    shrinkage: Float[np.ndarray, " T"]
    predicted: Float[np.ndarray, " T"]
    error: Float[np.ndarray, " T"]


def decay_law(
    points: Data, n: int, *, lam: float, hidden_layers: int, duration: float, times: int = 9, seed: int = 0
) -> DecayLaw:
    r"""Train on C(f_θ(X)) + (λ/2)‖θ‖² for a while, and compare Θ_t with the law of a homogeneous network.

    .. math:: \Theta_t = e^{-2L\lambda t}\,\Theta_0

    f_{cθ} = c^{L+1} f_θ, so J scales as c^L and Θ as c^{2L}; decay alone gives θ_t = e^{−λt}θ₀.

    Args:
        points: training data.
        n: width.
        lam: λ.
        hidden_layers: the number L.
        duration: the last time.
        times: T, evenly spaced from 0 on.
        seed: of the initialization.
    """
    network = mlp(
        points.X.shape[1], points.Y.shape[1], n, hidden_layers=hidden_layers, activation="relu",
        sigma_w=float(np.sqrt(2)), sigma_b=0.0,
    )  # fmt: skip
    theta = network.init(jax.random.key(seed + 1))
    t = np.linspace(0.0, duration, times)
    kernels = [empirical_ntk(network.apply, theta, points.X)]
    # With the anchor at 0 the flow is autonomous: it goes on from where it stopped.
    for interval in np.diff(t):
        span = jnp.asarray([interval])
        problem = Problem(network.apply, theta, points.X, points.Y, lam=lam, anchor="zero")
        theta = gradient_flow(problem, span, record_ntk=False).params
        kernels.append(empirical_ntk(network.apply, theta, points.X))
    predicted = np.exp(-2 * hidden_layers * lam * t)
    norms = np.array([float(operator_norm(kernel)) for kernel in kernels])
    errors = [
        float(relative_drift(kernel, p * kernels[0])) for kernel, p in zip(kernels, predicted, strict=True)
    ]
    return DecayLaw(t=t, shrinkage=norms / norms[0], predicted=predicted, error=np.array(errors))
