"""What the linearized model costs beside the network, and how far the two part against what a certificate allows."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ntkbook._training import advance, plain_descent
from ntkbook.chapters.monitoring.measure.monitored import WIDTHS, monitored_images, start
from ntkbook.drift import operator_norm
from ntkbook.empirical import empirical_ntk
from ntkbook.losses import cross_entropy, total
from ntkbook.problem import Problem
from ntkbook.two_trainings import certificate


def work_of_a_twin(network: str) -> float:
    """Operations of a gradient of the linearized model, over those of a gradient of the network.

    Args:
        network: "mlp", "cnn" or "transformer", as it is monitored.

    Source:
        The count of XLA, before it optimizes.
    """
    apply, params, linear = start(network, WIDTHS[network], 1.0)
    data = monitored_images()
    counted = []
    for model in (linear, apply):
        slope = jax.grad(lambda theta, X, model=model: total(cross_entropy, model(theta, X), data.Y))
        analysis = jax.jit(slope).lower(params, data.X).cost_analysis()
        assert analysis is not None  # XLA can count on every platform that the book runs on
        counted.append(analysis["flops"])
    return counted[0] / counted[1]


def certified(
    problem: Problem,
    steps: tuple[int, ...],
    learning_rate: float,
    x: Float[Array, "M ..."],
    batches: Int[Array, "S b"] | None = None,
) -> dict[str, Float[np.ndarray, " T"]]:
    """Both sides of the proposition on two trainings, each of them run once, after so many steps of descent.

    Args:
        problem: what is trained, and its linearized model alike.
        steps: the numbers k of steps, increasing.
        learning_rate: η.
        x: (M, …) inputs at which the two are compared.
        batches: as in gradient_descent.

    Returns:
        parameters: ‖θ_k − θ'_k‖; E: its bound; gap: max_x ‖f_k(x) − f'_k(x)‖; bound: that of the proposition.

    Source:
        The book's proposition on two trainings.
    """
    E = certificate(problem, jnp.array(steps), learning_rate=learning_rate, batches=batches)
    root = np.sqrt([operator_norm(empirical_ntk(problem.apply, problem.theta0, one[None])) for one in x])
    found: dict[str, list[float]] = {"parameters": [], "E": E.tolist(), "gap": [], "bound": []}
    flat, _ = problem.flat()
    update = plain_descent(learning_rate)
    theta = twin = flat.theta0
    state = update.init(theta)
    for first, k, allowed in zip((0, *steps), steps, found["E"], strict=False):
        theta, _ = advance(flat, update, first, k, theta, state, batches)
        twin, _ = advance(flat.linear, update, first, k, twin, state, batches)
        f, f_lin, f_twin = flat.apply(theta, x), flat.linear.apply(theta, x), flat.linear.apply(twin, x)
        found["parameters"].append(float(jnp.linalg.norm(theta - twin)))
        found["gap"].append(float(jnp.linalg.norm(f - f_twin, axis=1).max()))
        found["bound"].append(float((jnp.linalg.norm(f - f_lin, axis=1) + root * allowed).max()))
    return {name: np.array(values) for name, values in found.items()}
