"""Factors, solutions and spectra of a page are NumPy's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float
from numpy.testing import assert_allclose

from tests.compute._node import Page, numbers

Matrix = Float[np.ndarray, "m k"]


def random(seed: int, rows: int, columns: int) -> Matrix:
    return np.random.default_rng(seed).normal(size=(rows, columns))


def positive(seed: int, size: int) -> Matrix:
    root = random(seed, size, size)
    return root @ root.T + 0.1 * np.eye(size)


@given(seed=st.integers(0, 999), rows=st.integers(1, 6), inner=st.integers(1, 6), columns=st.integers(1, 6))
@settings(max_examples=10)
def test_products(page_of_ntkbook: Page, seed: int, rows: int, inner: int, columns: int) -> None:
    A, B = random(seed, rows, inner), random(seed + 1, inner, columns)
    found = page_of_ntkbook.call("linear_algebra", "product", A, B, inner, columns)
    assert_allclose(numbers(found), np.ravel(A @ B), rtol=1e-13, atol=1e-14)


@given(seed=st.integers(0, 999), size=st.integers(1, 20), columns=st.integers(1, 3))
@settings(max_examples=15)
def test_positive_definite_systems(page_of_ntkbook: Page, seed: int, size: int, columns: int) -> None:
    A, B = positive(seed, size), random(seed + 1, size, columns)
    found = page_of_ntkbook.call("linear_algebra", "solvePositive", A, B, size)
    assert_allclose(numbers(found), np.ravel(np.linalg.solve(A, B)), rtol=1e-8, atol=1e-10)


def test_what_is_not_positive_definite_is_not_solved(page_of_ntkbook: Page) -> None:
    assert (
        page_of_ntkbook.call("linear_algebra", "solvePositive", np.diag([1.0, -1.0]), np.ones(2), 2) is None
    )


@given(seed=st.integers(0, 999), size=st.integers(1, 25), rank=st.integers(1, 25))
@settings(max_examples=15)
def test_spectra(page_of_ntkbook: Page, seed: int, size: int, rank: int) -> None:
    root = random(seed, size, min(rank, size))
    A = root @ root.T  # with eigenvalues 0 where the rank is below the size
    found = page_of_ntkbook.call("linear_algebra", "eigh", A, size)
    values, U = numbers(found["values"]), numbers(found["vectors"]).reshape(size, size)
    norm = float(np.linalg.norm(A, 2))
    assert_allclose(values, np.linalg.eigvalsh(A), rtol=0, atol=1e-13 * norm)
    assert_allclose(U * values @ U.T, A, rtol=0, atol=1e-13 * norm)
    assert_allclose(U.T @ U, np.eye(size), rtol=0, atol=1e-13)


@given(seed=st.integers(0, 999), size=st.integers(1, 30), sign=st.sampled_from([1, 0, -1]))
@settings(max_examples=25)
def test_operator_norms(page_of_ntkbook: Page, seed: int, size: int, sign: int) -> None:
    square = random(seed, size, size)
    A = square + square.T if sign == 0 else sign * positive(seed, size)
    found = page_of_ntkbook.call("spectrum", "operatorNorm", A, size)
    assert_allclose(found, np.linalg.norm(A, 2), rtol=1e-11)


@pytest.mark.parametrize("A", [np.zeros((3, 3)), np.eye(4), -2 * np.eye(1), np.ones((5, 5))], ids=str)
def test_operator_norms_of_degenerate_matrices(page_of_ntkbook: Page, A: Matrix) -> None:
    found = page_of_ntkbook.call("spectrum", "operatorNorm", A, len(A))
    assert_allclose(found, np.linalg.norm(A, 2), rtol=1e-11, atol=1e-300)
