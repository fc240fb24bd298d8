"""What the output layer and the hidden layers of a network do while it is trained on one-hot targets."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.linalg import helmert

from ntkbook import _records, laziness
from ntkbook.drift import operator_norm
from ntkbook.explicit import max_margin
from ntkbook.layers import LayerKernels, layer_kernels
from ntkbook.losses import cross_entropy
from ntkbook.networks import Apply, Params
from ntkbook.problem import Problem
from ntkbook.training import Trajectory

Over = Float[np.ndarray, " T"]


@dataclass(frozen=True)
class Watched:
    """What is recorded of θ.

    Args:
        kernels: k and T.
        output_norm: ‖ω‖ of the output layer's weights and biases.
    """

    kernels: LayerKernels
    output_norm: Float[Array, ""]


_records.register(Watched, static=())


def watch(apply: Apply, X: Float[Array, "N ..."]) -> Callable[[Params], Watched]:
    """The function of θ that gradient_flow is to observe.

    Args:
        apply: f_θ, of layers.
        X: (N, …) the training inputs.
    """

    def observe(params: Params) -> Watched:
        weights = jax.tree.leaves(params[-1])
        return Watched(
            layer_kernels(apply, params, X), jnp.sqrt(sum(jnp.sum(weight**2) for weight in weights))
        )

    return observe


@dataclass(frozen=True)
class TwoLayers:
    """A trajectory on one-hot targets, layer by layer; norms and eigenvalues on vectors of zero class sums.

    Args:
        log_t: (T,) log t.
        margin: (T,) m.
        margin_bound: (T,) γ(k_t)‖ω_t‖, which m cannot exceed.
        speed: (T,) ‖θ̇_t‖.
        speed_bound: (T,) qγ(Θ_t), below which it cannot fall.
        gamma: (T,) γ(Θ_t).
        output_gamma: (T,) γ(k_t).
        output_drift: (T,) ‖k_t − k₀‖.
        hidden_drift: (T,) ‖T_t − T₀‖.
        least: (T,) λ_min(T_t).
        initial: γ(Θ₀), γ(k₀) and τ = λ_min(T₀).
        output_norm: ‖ω₀‖.
        pairs: N' = N(K − 1)/K.
    """

    log_t: Over
    margin: Over
    margin_bound: Over
    speed: Over
    speed_bound: Over
    gamma: Over
    output_gamma: Over
    output_drift: Over
    hidden_drift: Over
    least: Over
    initial: tuple[float, float, float]
    output_norm: float
    pairs: float

    @property
    def tau(self) -> float:
        """τ, the least eigenvalue of the hidden part at the start."""
        return self.initial[2]

    @property
    def drift_bound(self) -> float:
        r"""What max(‖k_t − k₀‖, ‖T_t − T₀‖) passes or comes arbitrarily close to, again and again.

        .. math:: \tau / (2N' + 2)
        """
        return self.tau / (2 * self.pairs + 2)

    @property
    def both_drifts(self) -> Over:
        r"""What τ is held against.

        .. math:: \lVert T_t - T_0\rVert + (2N' + 1)\lVert k_t - k_0\rVert
        """
        return self.hidden_drift + (2 * self.pairs + 1) * self.output_drift  # eq-both-drifts

    def latest_exit(self, delta: float) -> float:
        r"""The log t by which ‖k_t − k₀‖ or ‖T_t − T₀‖ has reached δ, but for the additive constant (η = c₂ = 0).

        .. math:: \frac{\gamma_2\lVert\omega_0\rVert}{1 - \gamma_2/\gamma_1}, \qquad
            \gamma_1^2 = \gamma(k_0)^2 + \frac{\tau - 2\delta}{N'}, \quad \gamma_2^2 = \gamma(k_0)^2 + 2\delta

        Args:
            delta: δ, positive and below drift_bound.

        Source:
            The book's Theorem J.
        """
        of_output = self.initial[1] ** 2
        gamma_1 = np.sqrt(of_output + (self.tau - 2 * delta) / self.pairs)
        gamma_2 = np.sqrt(of_output + 2 * delta)
        return float(gamma_2 * self.output_norm / (1 - gamma_2 / gamma_1))  # eq-no-longer


def two_layers(problem: Problem, path: Trajectory, labels: Float[Array, "N K"]) -> TwoLayers:
    """Margins, drifts and the inequalities between them, along a flow that was watched.

    Args:
        problem: what was trained.
        path: its flow, with `watch(problem.apply, problem.X)` observed.
        labels: (N, K) one-hot.
    """
    Y, (N, K) = labels, labels.shape
    at_start = watch(problem.apply, problem.X)(problem.theta0)
    start = at_start.kernels
    k, T = path.observed.kernels.output, path.observed.kernels.hidden

    def gamma(kernels: Float[Array, "T NK NK"]) -> Over:
        return np.array([max_margin(kernel, Y).margin for kernel in kernels])

    output_gamma, whole = gamma(k), gamma(k + T)
    residual = jax.vmap(lambda z: cross_entropy.residual(z, problem.Y))(path.logits)
    wrong = -jnp.sum(residual * Y, axis=(1, 2))  # q = Σ_i (1 − p_{i c_i})
    flat = residual.reshape(len(residual), N * K)
    least = jax.vmap(lambda kernel: jnp.linalg.eigvalsh(kernel)[0])
    return TwoLayers(
        log_t=np.log(path.t),
        margin=np.asarray(laziness.logit_gap(path.logits, Y)),
        margin_bound=output_gamma * np.asarray(path.observed.output_norm),
        speed=np.sqrt(np.einsum("ti,tij,tj->t", flat, k + T, flat)),
        speed_bound=np.asarray(wrong) * whole,
        gamma=whole,
        output_gamma=output_gamma,
        output_drift=np.asarray(jax.vmap(operator_norm)(_zero_sums(k - start.output, K))),
        hidden_drift=np.asarray(jax.vmap(operator_norm)(_zero_sums(T - start.hidden, K))),
        least=np.asarray(least(_zero_sums(T, K))),
        initial=(
            float(gamma((start.output + start.hidden)[None])[0]),
            float(gamma(start.output[None])[0]),
            float(least(_zero_sums(start.hidden[None], K))[0]),
        ),
        output_norm=float(at_start.output_norm),
        pairs=N * (K - 1) / K,
    )


@functools.partial(jax.jit, static_argnums=1)
def _zero_sums(kernels: Float[Array, "T NK NK"], K: int) -> Float[Array, "T m m"]:
    """In an orthonormal basis of the vectors whose K entries at each point add up to zero."""
    basis = jnp.kron(jnp.eye(kernels.shape[1] // K), jnp.asarray(helmert(K)))
    return basis @ kernels @ basis.T
