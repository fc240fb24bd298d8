"""The constants of the Jacobian lemma for one hidden layer: how large J_θ is on a ball, and how fast it can turn."""

import math
from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from ntkbook import _checks

_AT_ROOT_2 = math.exp(-1) / math.sqrt(2 * math.pi)  # the normal density at √2, where GELU is steepest
# activation -> (|φ(0)|, M₁ = sup|φ'|, M₂ = sup|φ''|); ReLU has no second derivative
SUPREMA = {
    "erf": (0.0, 2 / math.sqrt(math.pi), math.sqrt(8 / (math.pi * math.e))),
    "gelu": (0.0, (1 + math.erf(1)) / 2 + math.sqrt(2) * _AT_ROOT_2, math.sqrt(2 / math.pi)),
}


@dataclass(frozen=True)
class JacobianBounds:
    r"""What holds on the ball B(θ₀, R): the first two together with probability 1 − δ, the third with 1 − δ.

    .. math:: \|J_\theta\| \le K_1, \qquad
              \|J_\theta - J_{\theta'}\| \le \frac{K_2}{\sqrt n} \|\theta - \theta'\|, \qquad
              \|\Theta_\theta - \Theta_0\| \le \frac{K_3 R}{\sqrt n}

    Args:
        K1: K₁.
        K2: K₂.
        K3: K₃, which depends neither on n nor on R.
        width: R², the least n for which they are proven.
    """

    K1: float
    K2: float
    K3: float
    width: float


def jacobian_bounds(
    X: Float[Array, "N d"],
    classes: int,
    width: int,
    R: float,
    *,
    delta: float = 0.1,
    activation: str = "erf",
    sigma_w: float = 1.5,
    sigma_b: float = 0.1,
) -> JacobianBounds:
    r"""K₁, K₂ of the Jacobian lemma and K₃ of its corollary, for `mlp` with one hidden layer of n units, on all of X.

    .. math::
        \begin{aligned}
        K_1^2 &= \sum_x \Bigl( 2\sigma_w^2 \bigl( \varphi(0)^2 + M_1^2 (B + 1)^2 \|\tilde x\|^2 \bigr)
        + \sigma_b^2 + \sigma_w^2 M_1^2 (B + 1)^2 \|\tilde x\|^2 \Bigr) \\
        K_2^2 &= \sigma_w^2 \sum_x \|\tilde x\|^2 \bigl( 2 M_1 + M_2 \|\tilde x\| (\sqrt K m + R) \bigr)^2 \\
        K_3^2 &= \sigma_w^4 M_1^2 \sum_{x, x'} \Bigl( \|\tilde x\| A_{x'} + \|\tilde x'\| A_x \\
        &\qquad + |\tilde x \cdot \tilde x'|
        \bigl( M_1 (2B + 1) + Q M_2 (\|\tilde x\| + \|\tilde x'\|) \bigr) \Bigr)^2
        \end{aligned}

    Here x̃ = (σ_w x/√d, σ_b), M₁ = sup|φ'|, M₂ = sup|φ''|, B² = 2(d + 1 + K)/δ, m² = 2 log(2nK/δ),
    Q² = 2K(K + 2)/δ and A_x = |φ(0)| + M₁(B + 1)‖x̃‖.
    Bounds, and loose ones.

    Args:
        X: (N, d) training and test inputs together.
        classes: K.
        width: n.
        R: radius of the ball.
        delta: δ, between 0 and 1.
        activation: φ, "erf" or "gelu".
        sigma_w: σ_w, as in `mlp`.
        sigma_b: σ_b, as in `mlp`.

    Raises:
        InvalidInput: for sizes below 1, R < 0, δ outside (0, 1), another activation, σ_w ≤ 0 or σ_b < 0.

    Source:
        The book's Jacobian lemma.

    Example:
        The Jacobian turns the slower the wider the network: K₂ grows like a logarithm only.

        >>> X = jnp.ones((2, 3))
        >>> at = lambda n: nb.jacobian_bounds(X, classes=2, width=n, R=1.0)
        >>> at(10_000).K1 == at(100).K1, at(10_000).K2 < 1.3 * at(100).K2
        (True, True)
    """
    _checks.finite("X", X)
    _checks.positive_integer("classes", classes, "the number of outputs K")
    _checks.positive_integer("width", width, "the width n")
    _checks.non_negative("R", R, "the radius R of the ball")
    _checks.positive("delta", delta, "the failure probability δ")
    _checks.in_range("delta", delta, 0.0, 1.0, "the failure probability δ")
    _checks.choice("activation", activation, SUPREMA)
    _checks.positive("sigma_w", sigma_w, "the weight scale σ_w")
    _checks.non_negative("sigma_b", sigma_b, "the bias scale σ_b")
    at_0, M1, M2 = SUPREMA[activation]
    d, K = X.shape[1], classes
    squares = sigma_w**2 * jnp.sum(X**2, axis=1) / d + sigma_b**2  # ‖x̃‖²
    B, Q = math.sqrt(2 * (d + 1 + K) / delta), math.sqrt(2 * K * (K + 2) / delta)
    grown = M1**2 * (B + 1) ** 2
    largest = math.sqrt(K) * math.sqrt(2 * math.log(2 * width * K / delta)) + R  # bounds every ‖v_j‖
    K1 = jnp.sqrt(
        jnp.sum(2 * sigma_w**2 * (at_0**2 + grown * squares) + sigma_b**2 + sigma_w**2 * grown * squares)
    )
    K2 = sigma_w * jnp.sqrt(jnp.sum(squares * (2 * M1 + M2 * jnp.sqrt(squares) * largest) ** 2))
    lengths = jnp.sqrt(squares)
    active = at_0 + M1 * (B + 1) * lengths  # A_x
    inner = jnp.abs(sigma_w**2 * X @ X.T / d + sigma_b**2)
    both = lengths[:, None] * active + active[:, None] * lengths
    turned = M1 * (2 * B + 1) + Q * M2 * (lengths[:, None] + lengths)
    K3 = sigma_w**2 * M1 * jnp.linalg.norm(both + inner * turned)  # eq-k3
    return JacobianBounds(float(K1), float(K2), float(K3), R**2)
