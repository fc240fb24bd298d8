"""Under `jit`, `vmap` and `grad`: what the reference's table says is so; derivatives against closed forms."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from bookkit.sources.project import ROOT
from ntkbook import bayes
from tests._public_calls import CALLS, F0, INTERIOR, ONE_HOT, THETA
from tests.test_given import numbers

LAM = 0.1
WEIGHTS = jnp.asarray([1.0, 2.0, 0.5])
PROBLEM = {"Theta": THETA, "Y": INTERIOR, "f0": F0, "lam": jnp.asarray(LAM), "weights": WEIGHTS}
DIRECTIONS = {
    "Theta": jnp.asarray([[0.3, 0.1, -0.2], [0.1, -0.4, 0.3], [-0.2, 0.3, 0.5]]),
    "Y": jnp.asarray([[0.1, -0.1], [0.2, -0.2], [-0.3, 0.3]]),
    "f0": jnp.cos(F0),
    "lam": jnp.asarray(1.0),
    "weights": jnp.asarray([0.3, -0.2, 0.1]),
}


def logistic(problem):
    return nb.kernel_logistic_regression(**problem, newton=nb.Newton(tolerance=1e-14)).coefficients


def ridge(problem):
    return nb.kernel_ridge_regression(**problem).coefficients


def dense(problem, A, *, curved):
    """dA in the direction of DIRECTIONS of one argument, from the whole (NK, NK) system and g's partial derivatives."""
    Theta, Y, f0, lam, w = (np.asarray(problem[name]) for name in PROBLEM)
    z = f0 + Theta @ A
    mean = np.asarray(jax.nn.softmax(z)) if curved else z
    H = np.zeros((3, 2, 3, 2))
    for i in range(3):
        W = w[i] * (np.diag(mean[i]) - np.outer(mean[i], mean[i]) if curved else np.eye(2))
        for j in range(3):
            H[i, :, j] = W * Theta[i, j] + (lam * np.eye(2) if i == j else 0)
    by_point = np.stack(
        [w[i] * (np.diag(mean[i]) - np.outer(mean[i], mean[i]) if curved else np.eye(2)) for i in range(3)]
    )
    moved = {
        "Theta": np.einsum("ikl,il->ik", by_point, DIRECTIONS["Theta"] @ A),
        "Y": -w[:, None] * np.asarray(DIRECTIONS["Y"]),
        "f0": np.einsum("ikl,il->ik", by_point, DIRECTIONS["f0"]),
        "lam": np.asarray(A),
        "weights": np.asarray(DIRECTIONS["weights"])[:, None] * (mean - Y),
    }
    return {name: -np.linalg.solve(H.reshape(6, 6), g.ravel()).reshape(3, 2) for name, g in moved.items()}


@pytest.mark.parametrize(("solve", "curved"), [(logistic, True), (ridge, False)])
def test_derivatives_of_solutions(solve, curved):
    wanted = dense(PROBLEM, np.asarray(solve(PROBLEM)), curved=curved)
    probe = jnp.sin(jnp.arange(6.0)).reshape(3, 2)
    slopes = jax.jit(jax.grad(lambda problem: jnp.sum(probe * solve(problem))))(PROBLEM)
    for name, direction in DIRECTIONS.items():
        np.testing.assert_allclose(
            jnp.sum(slopes[name] * direction), np.sum(probe * wanted[name]), rtol=1e-8, err_msg=name
        )


def test_second_derivatives():
    """In λ, against differences of the first; at λ = 0.1 these are right to 1e-8 of themselves."""

    def norm(lam):
        return jnp.sum(logistic(PROBLEM | {"lam": lam}) ** 2)

    slope, h = jax.jit(jax.grad(norm)), 1e-5
    second = jax.jit(jax.grad(jax.grad(norm)))(LAM)
    np.testing.assert_allclose(second, (slope(LAM + h) - slope(LAM - h)) / (2 * h), rtol=1e-6)


def test_derivatives_along_a_path_against_differences():
    """All strengths, in no order, and all arguments at once: radii against paths that are not traced, solutions
    against the whole system of each."""
    lams, h = jnp.asarray([0.3, 1.0, 0.05]), 2e-3

    def path(t):
        Theta, Y, f0, weights = (
            PROBLEM[name] + t * DIRECTIONS[name] for name in ("Theta", "Y", "f0", "weights")
        )
        return nb.regularization_path(
            Theta, Y, f0, lams * (1 + t), weights=weights, newton=nb.Newton(tolerance=1e-13)
        )

    def traced(t):
        found = path(t)
        return found.radius, found.coefficients

    _, (radius, slopes) = jax.jvp(traced, (0.0,), (1.0,))
    one, two, three = ((path(k * h).radius - path(-k * h).radius) / (2 * k * h) for k in (1, 2, 3))
    np.testing.assert_allclose(radius, 1.5 * one - 0.6 * two + 0.1 * three, rtol=1e-8)  # off by O(h⁶)
    for lam, A, slope in zip(lams, path(0.0).coefficients, slopes, strict=True):
        parts = dense(PROBLEM | {"lam": lam}, np.asarray(A), curved=True)
        wanted = sum(parts.values()) + (lam - 1) * parts["lam"]
        np.testing.assert_allclose(slope, wanted, rtol=1e-8, atol=1e-10)


LAWS = {
    "laplace": lambda Theta, lam: bayes.laplace(Theta, ONE_HOT[:2], lam=lam).marginals(),
    "first order": lambda Theta, lam: bayes.first_order_law(Theta, ONE_HOT[:2], lam=lam).marginals(),
    "trained law": lambda Theta, lam: bayes.trained_law(Theta, INTERIOR[:2], lam * Theta).marginals(),
    "log-targets": lambda Theta, lam: (
        lam * nb.log_target_regression(Theta, INTERIOR).logits @ F0.T @ THETA
        + nb.log_target_regression(Theta + lam * THETA @ THETA, INTERIOR).coefficients @ F0.T
    ),
}


@pytest.mark.parametrize("name", LAWS)
def test_derivatives_of_laws_against_differences(name):
    law, h = LAWS[name], 1e-4
    step = DIRECTIONS["Theta"]

    @jax.jit
    def along(t):
        return law(THETA + t * step, 0.5 + t)

    _, slope = jax.jvp(along, (0.0,), (1.0,))
    differences = (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)  # off by O(h⁴)
    np.testing.assert_allclose(slope, differences, rtol=1e-8, atol=1e-8 * float(jnp.max(jnp.abs(slope))))


def test_convergence_is_a_value_where_values_are_traced():
    def converged(lam, newton):
        return nb.kernel_logistic_regression(THETA, ONE_HOT, lam=lam, newton=newton).converged

    assert bool(jax.jit(lambda lam: converged(lam, nb.Newton()))(LAM))
    assert not bool(jax.jit(lambda lam: converged(lam, nb.Newton(max_newton=1)))(1e-6))
    singular = jnp.ones((3, 3))
    assert not bool(jax.jit(lambda Theta: nb.log_target_regression(Theta, INTERIOR).converged)(singular))


TABLE = (
    (ROOT / "book" / "reference.md")
    .read_text(encoding="utf-8")
    .partition("## Under JAX's transformations")[2]
)
ROWS = {
    name: row
    for row in re.findall(r"^\| `.*", TABLE, re.MULTILINE)
    for name in re.findall(r"`(?:bayes\.)?(\w+)`", row.split("|")[1])
}


def test_the_table_has_every_function():
    assert CALLS.keys() <= ROWS.keys()


@pytest.mark.parametrize("name", [name for name in ROWS if "yes" in ROWS[name].split("|")[2]])
def test_the_table_is_right(name):
    """All arrays are traced: by `jit` and `vmap` at once, and, where the table names them, by `grad`."""
    function, arrays, rest = CALLS[name]

    def all_numbers(arrays):
        return numbers(function(**arrays, **rest))

    twice = jax.tree.map(lambda x: jnp.stack([x, x]), arrays)
    wanted, got = all_numbers(arrays), jax.jit(jax.vmap(all_numbers))(twice)
    for a, b in zip(wanted, got, strict=True):
        np.testing.assert_allclose(b[1], a, rtol=1e-9, atol=1e-10)
    if "yes" in ROWS[name].split("|")[3]:
        slopes = jax.grad(lambda arrays: sum(jnp.sum(x) for x in all_numbers(arrays)[:1]))(arrays)
        assert all(bool(jnp.all(jnp.isfinite(slope))) for slope in slopes.values())
