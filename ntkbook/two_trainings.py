"""How far the parameters of two trainings can part, network and linearization, without training the second."""

import math
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from ntkbook import _checks
from ntkbook._given import takes_arrays
from ntkbook._training import check_batches, check_record_steps, gradient
from ntkbook.errors import InvalidInput
from ntkbook.problem import Problem


@takes_arrays
def certificate(
    problem: Problem,
    record_steps: Int[Array, " T"],
    *,
    learning_rate: float,
    batches: Int[Array, "S b"] | None = None,
) -> Float[Array, " T"]:
    r"""A bound on ‖θ_k − θ'_k‖ for descent on a network, θ_k, and on its linearized model, θ'_k, with the same batches.

    .. math:: E_{k+1} = cE_k + \eta\lVert\nabla F_k(\theta_k) - \nabla F_k^{\mathrm{lin}}(\theta_k)\rVert, \qquad
              E_0 = 0, \qquad c = \max(|1 - \eta\lambda|,\, |1 - \eta(\lambda + \beta\lVert\Theta_0\rVert)|)

    With batches, β is that of the batch's loss, N/b times the loss's own. Above η = 2/(λ + β‖Θ₀‖) c exceeds 1, and the
    bound, though true, grows without end. Each step costs the gradient of the linearized model beside the network's.

    Args:
        problem: what is trained, from θ₀, with either anchor.
        record_steps: (T,) increasing whole numbers k ≥ 0.
        learning_rate: η > 0, of plain descent.
        batches: (S, b) numbers of the points that each step sees, as in gradient_descent.

    Returns:
        (T,) the E_k.

    Raises:
        InvalidInput: for a loss that is not convex and smooth, and for what gradient_descent refuses.

    Source:
        The book's proposition on two trainings.

    Example:
        A linear model is its own linearization:

        >>> w, X = jnp.zeros((2, 2)), jnp.eye(2)
        >>> problem = nb.Problem(lambda w, X: X @ w, w, X, Y=jnp.eye(2))
        >>> E = nb.certificate(problem, jnp.array([0, 10]), learning_rate=1)
        >>> E.tolist()
        [0.0, 0.0]
    """
    _checks.positive("learning_rate", learning_rate, "the learning rate η")
    counts = check_record_steps(record_steps)
    beta, points = problem.loss.smoothness, problem.Y.shape[0]
    if not (problem.loss.convex and math.isfinite(beta)):
        raise InvalidInput(
            f"the loss is {problem.loss.name!r}; steps of the linearized model are known to bring parameters together "
            f"for convex losses of bounded curvature only. Train both instead (problem.linear)."
        )
    if batches is not None:
        check_batches(batches, counts[-1], points)
        beta *= points / batches.shape[1]
    learning_rate = float(learning_rate)
    norm = jnp.linalg.eigvalsh(problem.Theta0)[-1]
    ends = [1 - learning_rate * problem.lam, 1 - learning_rate * (problem.lam + beta * norm)]
    contraction = jnp.max(jnp.abs(jnp.stack(ends)))
    flat, _ = problem.flat()
    done, carry, kept = 0, (flat.theta0, jnp.zeros((), flat.theta0.dtype)), []
    for count in counts:
        carry = _advance(flat, flat.linear, learning_rate, contraction, batches, done, count, carry)
        done = count
        kept.append(carry[1])
    return jnp.stack(kept)


@jax.jit
def _advance(
    problem: Problem,
    linear: Problem,
    learning_rate: Any,
    contraction: Any,
    batches: Int[Array, "S b"] | None,
    first: Any,
    last: Any,
    carry: tuple[Float[Array, " p"], Float[Array, ""]],
) -> tuple[Float[Array, " p"], Float[Array, ""]]:
    """(θ, E) after the steps from number `first` to before `last`."""

    def one_step(number: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        theta, E = carry
        batch = None if batches is None else batches[number]
        ours, theirs = (gradient(one, theta, batch) for one in (problem, linear))
        E = contraction * E + learning_rate * jnp.linalg.norm(ours - theirs)  # eq-certificate
        return theta - learning_rate * ours, E

    return jax.lax.fori_loop(first, last, one_step, carry)
