"""Squared error, the base case: networks, their linearizations in closed form, and the GP posterior."""

from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ntkbook import bounds, laziness
from ntkbook._kernel_product import kernel_product
from ntkbook._movable_points import MovablePoints
from ntkbook._progress import progress_bar
from ntkbook.chapters._shared.measure.circle import circle
from ntkbook.chapters._shared.measure.widths import WidthScan
from ntkbook.data import Data
from ntkbook.explicit import kernel_ridge_regression
from ntkbook.integration import Integration
from ntkbook.losses import squared_error
from ntkbook.networks import Network, mlp
from ntkbook.problem import Problem
from ntkbook.training import gradient_flow

__all__ = [
    "approaching_inputs",
    "regression_path",
    "regression_scan",
    "three_predictors",
]


def regression_path(
    Theta: Float[Array, "rows rows"],
    residual: Float[Array, "N K"],
    times: Float[Array, " T"],
    *,
    lam: float = 0.0,
) -> Float[Array, "T N K"]:
    r"""The coefficients A_t of the linearized flow on squared error, so that f_lin,t(x) = f₀(x) + Θ(x, X)A_t.

    .. math:: A_t = (\Theta + \lambda I)^{-1}\bigl(I - e^{-t(\Theta + \lambda I)}\bigr)(Y - f_0(X))

    By eigenvectors, (1 − e^{−ts})/s being read as t where s = 0.

    Args:
        Theta: (NK, NK), or (N, N) for the same kernel in every output.
        residual: (N, K) Y − f₀(X).
        times: (T,) t.
        lam: λ ≥ 0.

    Source:
        The book's chapter on regression.
    """
    values, vectors = jnp.linalg.eigh(Theta)
    s = jnp.maximum(values, 0.0) + lam
    columns = vectors.T @ residual.reshape(len(Theta), -1)
    times = jnp.asarray(times)[:, None]
    weights = jnp.where(s > 0, -jnp.expm1(-times * s) / jnp.where(s > 0, s, 1.0), times)
    return jnp.einsum("ij,tj,jk->tik", vectors, weights, columns).reshape(-1, *residual.shape)


# --- over widths -----------------------------------------------------------------------------------------


def regression_scan(
    points: Data, Y: Float[Array, "N K"], widths: Sequence[int], *, lam: float = 0.0, seeds: int = 2
) -> WidthScan:
    """Train one-hidden-layer erf networks of every width on ½‖z − Y‖² + (λ/2)‖θ − θ₀‖², until e⁶, and compare.

    The record's bound is R = 2√(V₀/κ) for λ = 0, else √(2V₀/λ).

    Args:
        points: training and test inputs.
        Y: (N, K) targets.
        widths: values of n.
        lam: λ ≥ 0.
        seeds: initializations a width.
    """
    rows = []
    for n in progress_bar(widths, "widths"):
        network = mlp(points.X.shape[1], Y.shape[1], n)
        rows.append([_one_run(network, points, Y, lam, seed) for seed in range(seeds)])
    columns = np.array(rows).transpose(2, 0, 1)
    return WidthScan(np.asarray(widths, dtype=float), *columns)


def _one_run(
    network: Network, points: Data, Y: Float[Array, "N K"], lam: float, seed: int
) -> tuple[float, ...]:
    """drift, gap_train, gap_test, radius, bound."""
    key = jax.random.key(1000 * seed + network.width)
    problem = Problem.of(network, key, points.X, Y, loss=squared_error, lam=lam)
    times = jnp.exp(jnp.linspace(-4.0, 6.0, 41))
    precise = Integration(rtol=1e-9, atol=1e-11, steady=1e-5)
    path = gradient_flow(problem, times, X_test=points.X_test, integration=precise)
    A = regression_path(problem.Theta0, Y - problem.z0, times, lam=lam)
    at_times = jax.vmap(kernel_product, (None, 0))
    linear = problem.z0 + at_times(problem.Theta0, A)
    linear_test = problem.f0(points.X_test) + at_times(problem.kernel(points.X_test), A)
    if lam > 0:
        bound = bounds.radius_regularized(problem.V0, lam)
    else:
        bound = bounds.radius_nondegenerate(problem.V0, mu=1.0, kappa=problem.kappa)
    return (
        float(jnp.max(path.ntk_drift)),
        float(jnp.max(laziness.linearization_gap(path.logits, linear))),
        float(jnp.max(laziness.linearization_gap(path.test_logits, linear_test))),
        float(jnp.max(path.radius)),
        float(bound),
    )


# --- two inputs that approach each other -------------------------------------------------------------------


def approaching_inputs(angle: float, *, points: int = 6, inputs: int = 6) -> Float[Array, "N d"]:
    """Points on the sphere of radius √d, the second at the given angle from the first.

    Args:
        angle: in radians; 0 makes a duplicate.
        points: the number N.
        inputs: their dimension d.
    """
    X = jax.random.normal(jax.random.key(0), (points, inputs))
    X = X / jnp.linalg.norm(X, axis=1, keepdims=True)
    aside = X[1] - (X[1] @ X[0]) * X[0]
    second = jnp.cos(angle) * X[0] + jnp.sin(angle) * aside / jnp.linalg.norm(aside)
    return jnp.sqrt(inputs) * X.at[1].set(second)


# --- the explorer ----------------------------------------------------------------------------------------

LAM = 0.1
ANGLES = np.linspace(-180.0, 180.0, 61)
DATA_ANGLES = np.array([-150.0, -90.0, -50.0, 20.0, 80.0, 130.0])
TARGETS = np.array([-1.0, 1.0, 0.5, -1.0, 1.0, 0.0])
GIVEN = MovablePoints.of(np.stack([DATA_ANGLES, TARGETS], axis=1), ((-180.0, 180.0), (-2.0, 2.0)))


def three_predictors(
    n: int, t: float, seed: int = 2, points: str = GIVEN.text
) -> dict[str, Float[np.ndarray, "..."]]:
    """One hidden layer of n erf units trained up to time t on six points of a circle, λ = 0.1.

    Args:
        n: width.
        t: time > 0.
        seed: of the initialization.
        points: angles, in degrees, and targets, as `MovablePoints` reads them.

    Returns:
        named arrays. angle; network f_t; linear f_lin,t; posterior, the mean of the GP with prior mean f₀, kernel Θ of
        infinite width and noise variance λ, with lower and upper two standard deviations away; data_angle, data; gap,
        the largest |f_t − f_lin,t|; distance, the largest |f_t − posterior|.
    """
    network = mlp(2, 1, n)
    data_angles, targets = GIVEN.read(points)[0].T
    X, along = circle(np.deg2rad(data_angles)), circle(np.deg2rad(ANGLES))
    Y = jnp.asarray(targets)[:, None]
    key, times = jax.random.key(1000 * seed + n), jnp.array([float(t)])
    problem = Problem.of(network, key, X, Y, loss=squared_error, lam=LAM)
    path = gradient_flow(problem, times, X_test=along, record_ntk=False, integration=Integration(steady=1e-4))
    f0, f0_along = problem.z0, problem.f0(along)
    A = regression_path(problem.Theta0, Y - f0, times, lam=LAM)[0]
    linear = (f0_along + problem.kernel(along) @ A)[:, 0]

    on_train, across, variance = (np.asarray(kernel) for kernel in _limits(X, along))
    solution = kernel_ridge_regression(jnp.asarray(on_train), Y, f0, lam=LAM)
    posterior = np.asarray(solution.predict(jnp.asarray(across), f0_along))[:, 0]
    explained = np.einsum("mn,nm->m", across, np.linalg.solve(on_train + LAM * np.eye(len(X)), across.T))
    deviation = np.sqrt(variance - explained)
    trained = np.asarray(path.test_logits[0, :, 0])
    return {
        "angle": ANGLES,
        "network": trained,
        "linear": np.asarray(linear),
        "posterior": posterior,
        "lower": posterior - 2 * deviation,
        "upper": posterior + 2 * deviation,
        "data_angle": GIVEN.padded(data_angles),
        "data": GIVEN.padded(targets),
        "gap": np.array([np.max(np.abs(trained - np.asarray(linear)))]),
        "distance": np.array([np.max(np.abs(trained - posterior))]),
    }


def _limits(X: Float[Array, "N 2"], along: Float[Array, "M 2"]) -> tuple[Array, Array, Array]:
    """Θ on the training points, Θ(x, X) along the circle, Θ(x, x)."""
    kernel = mlp(2, 1, 1).kernel
    return kernel(X).ntk, kernel(along, X).ntk, jnp.diag(kernel(along).ntk)


def describe_predictors(
    setting: Mapping[str, float | int | str], arrays: Mapping[str, Float[np.ndarray, "..."]]
) -> str:
    """What the picture shows, in words."""
    gap, distance = float(arrays["gap"][0]), float(arrays["distance"][0])
    return (
        f"At width {setting['n']} and time {setting['t']:g} the network is at most {gap:.2g} away from its "
        f"linearization, and {distance:.2g} from the mean of the GP posterior."
    )
