"""Does a direction separate? The page's linear program, its minimum and both explorers answer as ntkbook does."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from jaxtyping import Array, Float
from scipy.optimize import linprog

from ntkbook.chapters.sharp_conditions.measure.copies import conflicts, copies, describe_conflicts
from ntkbook.chapters.sharp_conditions.measure.separation import GIVEN, describe_moved_point, moved_point
from ntkbook.errors import NotConverged
from ntkbook.losses import LOSSES
from ntkbook.sharp import Bounded, Separating, separability
from tests.compute._node import Page, numbers

MEASURE = "ntkbook.chapters.sharp_conditions.measure"
MOVED = [
    {"position": position, "label": label}
    for label in ("0", "1")
    for position in (-1.93, -1.31, -0.77, -0.123, 0.06, 0.41, 0.93, 1.07, 1.39, 1.88)
] + [
    {"position": 0.5, "label": label, "points": points}
    for label in ("0", "1")
    for points in (
        GIVEN.text.replace("-0.4,0.9,0", "1.7,-1.2,0"),  # behind the other class
        GIVEN.text.replace("1.1,0.5,1", "1.1,0.5,0"),
        GIVEN.text + ";2.4,1.4,1;-2.5,-1.5,0;0.1,0.2,1",
        "-1.2,0.4,0;1.1,0.5,1",
        "1.1,0.5,1",
    )
]
CONFLICTS = [
    {"n": n, "relabelled": relabelled}
    for n, most in ((70, 4), (131, 4), (300, 1))
    for relabelled in range(most + 1)
]
# (points, classes, features, whether the kernel is given for every logit)
SHAPES = [
    (6, 2, 3, False),
    (5, 3, 4, False),
    (6, 3, 2, False),
    (4, 3, 6, True),
    (3, 3, 20, True),
    (4, 2, 9, False),
]
SEEDS = st.integers(0, 2**32 - 1)


@given(seed=SEEDS, gaps=st.integers(4, 25), unknowns=st.integers(1, 4), tied=st.integers(0, 3))
@settings(max_examples=40)
def test_the_linear_program_reaches_highs_optimum(
    page_of_ntkbook: Page, seed: int, gaps: int, unknowns: int, tied: int
) -> None:
    draw = np.random.default_rng(seed)
    direction = draw.normal(size=unknowns)
    G = draw.normal(size=(gaps, unknowns))
    G *= np.where(G @ direction < 0, np.where(draw.random(gaps) < 0.9, -1, 1), 1)[
        :, None
    ]  # most can be raised
    upper = np.where(np.arange(gaps) < tied, 0.0, 1.0)
    found = numbers(page_of_ntkbook.call("linear_program", "largestSum", G, unknowns, upper))
    assert np.all(G @ found >= -1e-9)
    assert np.all(G @ found <= upper + 1e-9)
    best = linprog(
        -G.sum(axis=0),
        A_ub=np.vstack([G, -G]),
        b_ub=np.concatenate([upper, np.zeros(gaps)]),
        bounds=(None, None),
    )
    assert np.sum(G @ found) == pytest.approx(-best.fun, abs=1e-7)


def problem(
    seed: int, N: int, K: int, features: int, *, whole: bool, soft: bool
) -> tuple[Float[Array, "rows rows"], Float[Array, "N K"], Float[Array, "N K"]]:
    """A kernel of low rank, targets of which some are one-hot, and initial logits."""
    draw = np.random.default_rng(seed)
    phi = draw.normal(size=(N * K if whole else N, features))
    Y = np.eye(K)[draw.integers(0, K, size=N)]
    if soft:
        Y[::2] = draw.dirichlet(np.ones(K), size=len(Y[::2]))
        Y[1::4] = (np.eye(K)[0] + np.eye(K)[1]) / 2
    return jnp.asarray(phi @ phi.T), jnp.asarray(Y), jnp.asarray(draw.normal(size=(N, K)))


@pytest.mark.parametrize("shape", SHAPES)
@given(seed=SEEDS, soft=st.booleans())
@settings(max_examples=8, deadline=None)
def test_separability_is_that_of_ntkbook(
    page_of_ntkbook: Page, shape: tuple[int, int, int, bool], seed: int, soft: bool
) -> None:
    N, K, features, whole = shape
    Theta, Y, f0 = problem(seed, N, K, features, whole=whole, soft=soft)
    # Where a direction all but separates, rounding says whether Newton's slope is found.
    try:
        expected = separability(Theta, Y, f0)
    except NotConverged:
        reject()
    if isinstance(expected, Bounded):
        assume(float(jnp.min(jax.nn.softmax(expected.logits))) > 1e-4)
    found = page_of_ntkbook.call("sharp", "separability", Theta, Y, K, f0)
    assert found["separable"] == expected.separable
    coefficients = numbers(found["coefficients"]).reshape(N, K)
    if isinstance(expected, Bounded):
        np.testing.assert_allclose(numbers(found["logits"]), np.ravel(expected.logits), rtol=1e-7, atol=1e-7)
        assert found["radius"] == pytest.approx(expected.radius, rel=1e-8)
        assert found["residual"] <= 1e-10
        reached = f0 + times(Theta, coefficients)
        np.testing.assert_allclose(numbers(found["logits"]), np.ravel(reached), rtol=1e-9, atol=1e-9)
        return
    # The program may have several optima, so the direction is held to what it has to be, and to be as good.
    v = numbers(found["direction"]).reshape(N, K)
    gaps = v.max(axis=1, keepdims=True) - v
    assert np.max(np.where(np.asarray(Y) > 0, gaps, 0.0)) <= 1e-7
    assert np.max(gaps) == pytest.approx(1.0)
    reached = times(Theta, coefficients)
    np.testing.assert_allclose(v, reached - reached.mean(axis=1, keepdims=True), rtol=0, atol=1e-8)
    assert found["strict"] == np.sum(gaps > 1e-6)
    assert isinstance(expected, Separating)
    assert (
        np.sum(gaps) >= np.sum(np.max(expected.direction, axis=1, keepdims=True) - expected.direction) - 1e-6
    )


def times(Theta: Float[Array, "rows rows"], A: Any) -> Float[Array, "N K"]:
    return Theta @ A if len(Theta) == len(A) else (Theta @ jnp.ravel(A)).reshape(A.shape)


@pytest.mark.parametrize("setting", MOVED)
def test_the_moved_point_is_that_of_ntkbook(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    found, sentence = page_of_ntkbook.cell(f"{MEASURE}.separation:moved_point", setting)
    expected = moved_point(**setting)
    assert list(found) == list(expected)
    for name in expected:
        close = {"radius": 1e-6, "end": 1e-8, "line_x": 1e-8, "line_y": 1e-8}.get(name, 1e-14)
        np.testing.assert_allclose(found[name], expected[name], rtol=close, atol=1e-12, err_msg=name)
    assert sentence == describe_moved_point(setting, expected)


@pytest.mark.parametrize("relabelled", range(5))
def test_copies_are_their_mean_label_times_their_number(page_of_ntkbook: Page, relabelled: int) -> None:
    _, Y = copies(relabelled)
    z = np.random.default_rng(0).normal(size=(4, 3))
    mean = np.asarray(Y).reshape(4, 3, 3).mean(axis=1)
    one = LOSSES["cross-entropy"].residual(jnp.repeat(jnp.asarray(z), 3, axis=0), Y)
    found = page_of_ntkbook.call("losses", "crossEntropy.residual", z, mean, 3, np.zeros(12))
    np.testing.assert_allclose(
        3 * numbers(found), np.asarray(one).reshape(4, 3, 3).sum(axis=1).ravel(), rtol=1e-12
    )


@pytest.mark.parametrize("setting", CONFLICTS)
def test_conflicting_copies_are_those_of_ntkbook(page_of_ntkbook: Page, setting: dict[str, Any]) -> None:
    found, sentence = page_of_ntkbook.cell(f"{MEASURE}.copies:conflicts", setting)
    expected = conflicts(**setting)
    assert list(found) == list(expected)
    for name, close in (("log_t", 1e-14), ("drift", 1e-6), ("radius", 1e-6), ("end", 1e-8)):
        np.testing.assert_allclose(found[name], expected[name], rtol=close, atol=1e-14, err_msg=name)
    assert sentence == describe_conflicts(setting, expected)
