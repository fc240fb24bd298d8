"""Networks of one hidden layer, their kernels and their flows are ntkbook's."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Array, Float
from numpy.testing import assert_allclose

import ntkbook as nb
from ntkbook.linearized import linearized_flow
from ntkbook.networks import Params
from tests.compute._node import Page, numbers

HERE = "../../tests/compute/flows"  # beside front/ntkbook


def in_a_row(params: Params) -> Float[np.ndarray, " p"]:
    """θ in the page's order: unit by unit the weights, the bias and the outgoing weights, then the last biases."""
    (W, b), (V, c) = ([np.atleast_2d(leaf) for leaf in layer] for layer in (params[0], params[-1]))
    return np.concatenate([np.concatenate([W, b.reshape(1, -1), V.T]).T.ravel(), c.ravel()])


def random(seed: int, *shape: int) -> Float[np.ndarray, "..."]:
    return np.random.default_rng(seed).normal(size=shape)


@given(
    seed=st.integers(0, 2**32 - 1),
    d=st.integers(1, 5),
    K=st.integers(1, 4),
    n=st.integers(1, 40),
    points=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    scale=st.sampled_from([0.1, 1.0, 5.0]),
)
@settings(max_examples=12)
def test_outputs_derivatives_and_kernels(
    page_of_ntkbook: Page, seed: int, d: int, K: int, n: int, points: tuple[int, int], scale: float
) -> None:
    N, M = points
    X1, X2, r = scale * random(seed, N, d), scale * random(seed + 1, M, d), random(seed + 2, N, K)
    network = nb.mlp(d, K, n, sigma_w=1.2, sigma_b=0.7)
    theta, v = (network.init(jax.random.key(s)) for s in (seed, seed // 2 + 1))
    shape = {"d": d, "K": K, "n": n, "sigmaW": 1.2, "sigmaB": 0.7}
    found = page_of_ntkbook.call(HERE, "derivatives", seed, shape, X1, X2, r, in_a_row(v))

    def f(theta: Params) -> Float[Array, "N K"]:
        return network.apply(theta, jnp.asarray(X1))

    expected = {
        "theta": in_a_row(theta),
        "f": f(theta),
        "pulled": in_a_row(jax.vjp(f, theta)[1](jnp.asarray(r))[0]),
        "pushed": jax.jvp(f, (theta,), (v,))[1],
        "own": nb.empirical_ntk(network.apply, theta, jnp.asarray(X1)),
        "between": nb.empirical_ntk(network.apply, theta, jnp.asarray(X1), jnp.asarray(X2)),
    }
    for name, value in expected.items():
        size = np.max(np.abs(value))
        assert_allclose(numbers(found[name]), np.ravel(value), rtol=1e-13, atol=1e-13 * size, err_msg=name)


PROBLEMS = [
    {"lam": 0.0, "anchor": "init"},
    {"lam": 0.3, "anchor": "init"},
    {"lam": 2.0, "anchor": "zero"},
    {"lam": 0.0, "anchor": "init", "epsilon": 0.2},
    {"lam": 0.1, "anchor": "init", "loss": nb.squared_error},
]


@pytest.mark.parametrize("case", PROBLEMS, ids=str)
def test_flows_of_networks(page_of_ntkbook: Page, case: dict[str, Any]) -> None:
    loss, anchor = case.get("loss", nb.cross_entropy), case["anchor"]
    data = nb.sphere(jax.random.key(3), points=5, inputs=4, classes=3, test_points=3)
    Y = nb.smooth_labels(data.Y, case.get("epsilon", 0.0))
    integration = nb.Integration(rtol=1e-8, atol=1e-10, steady=1e-3)
    problem = nb.Problem.of(
        nb.mlp(4, 3, 50), jax.random.key(7), data.X, Y, loss=loss, lam=case["lam"], anchor=anchor
    )
    times = np.exp(np.linspace(-2, 12, 30))
    path = nb.gradient_flow(problem, jnp.asarray(times), X_test=data.X_test, integration=integration)

    shape = {"d": 4, "K": 3, "n": 50}
    held = {"lam": case["lam"], "anchor": int(anchor == "init")}
    of = {"seed": 7, "shape": shape, "X": np.asarray(data.X), "Y": np.asarray(Y), "loss": loss.name, **held}
    start = page_of_ntkbook.call(HERE, "start", of)
    assert_allclose(numbers(start["z0"]), np.ravel(problem.z0), rtol=1e-12, atol=1e-13)
    assert_allclose(numbers(start["Theta0"]), np.ravel(problem.Theta0), rtol=1e-13, atol=1e-13)
    assert_allclose(start["V0"], problem.V0, rtol=1e-13)

    options = {"rtol": 1e-8, "atol": 1e-10, "steady": 1e-3}
    found = page_of_ntkbook.call(HERE, "trained", of, times, np.asarray(data.X_test), options)
    assert abs(found["steps"] - path.steps) <= 2
    expected = {
        "logits": path.logits,
        "testLogits": path.test_logits,
        "radius": path.radius,
        "drift": path.ntk_drift,
    }
    for name, over_time in expected.items():
        own = np.array([np.array(moment[name], dtype=float).ravel() for moment in found["moments"]])
        assert_allclose(own, np.reshape(over_time, own.shape), rtol=1e-6, atol=1e-7, err_msg=name)
    assert_allclose(numbers(found["theta"]), in_a_row(path.params), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("lam", "epsilon", "end"), [(0, 0, 100), (0.3, 0, 12), (0, 0.1, 30), (1e-6, 0.5, 20)]
)
def test_flows_of_linearizations(page_of_ntkbook: Page, lam: float, epsilon: float, end: float) -> None:
    N, K = 5, 3
    Y = nb.smooth_labels(jnp.eye(K)[jnp.arange(N) % K], epsilon)
    root = random(1, N * K, N * K)
    Theta, f0, times = root @ root.T / 10 + np.eye(N * K), random(2, N, K), np.exp(np.linspace(-2, end, 40))
    expected = linearized_flow(jnp.asarray(Theta), jnp.asarray(f0), Y, jnp.asarray(times), lam=lam)
    found = page_of_ntkbook.call(HERE, "linearized", Theta, f0, np.asarray(Y), K, times, lam)["moments"]
    for name, over_time in (("logits", expected.logits), ("radius", expected.radius)):
        own = np.array([np.array(moment[name], dtype=float).ravel() for moment in found])
        assert_allclose(own, np.reshape(over_time, own.shape), rtol=1e-6, atol=1e-7, err_msg=name)


def test_a_flow_that_does_not_arrive_is_refused(page_of_ntkbook: Page) -> None:
    X, Y, times = jnp.ones((1, 1)), jnp.array([[1.0, 0.0]]), np.exp([1.0, 40.0])
    problem = nb.Problem.of(nb.mlp(1, 2, 3), jax.random.key(0), X, Y)
    with pytest.raises(nb.NotConverged) as expected:
        nb.gradient_flow(problem, jnp.asarray(times), integration=nb.Integration(max_steps=5))
    of = {"seed": 0, "shape": {"d": 1, "K": 2, "n": 3}, "X": np.asarray(X), "Y": np.asarray(Y)}
    of |= {"loss": "cross-entropy", "lam": 0.0, "anchor": 1}
    with pytest.raises(RuntimeError) as refused:
        page_of_ntkbook.call(HERE, "trained", of, times, np.zeros(0), {"maxSteps": 5})
    first, _, _ = str(expected.value).partition(". ")
    assert str(refused.value).startswith(f"NotConverged: {first}")
