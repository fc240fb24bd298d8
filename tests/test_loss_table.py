"""Every entry of the table of losses, on random logits and targets; and the families that make it up."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntkbook.errors import InvalidInput, NotConverged
from ntkbook.loss_table import loss_table
from ntkbook.losses import (
    LOSSES,
    bernoulli,
    brier,
    cross_entropy,
    excess,
    exponential_family,
    pl_bound,
    pl_ratio,
    poisson,
    squared_error,
)

ROWS = loss_table()
row_of_table = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.loss.name}, {row.targets}")
draws = settings(max_examples=20, deadline=None, derandomize=True)
seeds = st.integers(0, 2**32 - 1)
N, K = 4, 3


def draw(row, seed):
    """(z, Y): logits up to size about 6, and targets of the row's kind."""
    generator = np.random.default_rng(seed)
    z = 2 * generator.standard_normal((N, K))
    positive = np.exp(generator.standard_normal((N, K)))
    Y = {
        "squared error": z[::-1] * 1.5,
        "Poisson": positive,
        "Bernoulli": positive / (1 + positive),
    }.get(row.loss.name, positive / positive.sum(axis=1, keepdims=True))
    if row.targets == "degenerate":
        Y[np.arange(N), generator.integers(K, size=N)] = 0
        if row.loss.name in ("cross-entropy", "Brier"):
            Y /= Y.sum(axis=1, keepdims=True)
    return jnp.asarray(z), jnp.asarray(Y)


def curvatures(loss, z, Y):
    """Eigenvalues of the Hessians, one row a point, from the products with the unit vectors."""
    columns = [loss.hessian_product(z, Y, jnp.broadcast_to(e, z.shape)) for e in jnp.eye(K)]
    return jnp.linalg.eigvalsh(jnp.stack(columns, axis=-1))


def test_the_rows_of_the_book():
    assert [(row.loss.name, row.targets) for row in ROWS] == [("squared error", "non-degenerate")] + [
        (name, kind)
        for name in ("cross-entropy", "Bernoulli", "Poisson", "Brier")
        for kind in ("non-degenerate", "degenerate")
    ]
    assert [row.theorems for row in ROWS] == [("A", "B")] + [("A", "B"), ("B",)] * 3 + [("B",)] * 2


@row_of_table
@draws
@given(seed=seeds)
def test_targets_are_of_their_kind(row, seed):
    _, Y = draw(row, seed)
    row.loss.check_targets(Y)
    assert bool(jnp.all(row.loss.nondegenerate(Y) == (row.targets == "non-degenerate")))


@row_of_table
@draws
@given(seed=seeds)
def test_residual_and_hessian_are_derivatives(row, seed):
    z, Y = draw(row, seed)
    v = jnp.asarray(np.random.default_rng(seed + 1).standard_normal((N, K)))
    h = 1e-5
    value = (row.loss.value(z + h * v, Y) - row.loss.value(z - h * v, Y)) / (2 * h)
    np.testing.assert_allclose(jnp.sum(row.loss.residual(z, Y) * v, axis=1), value, rtol=1e-6, atol=1e-6)
    slope = (row.loss.residual(z + h * v, Y) - row.loss.residual(z - h * v, Y)) / (2 * h)
    np.testing.assert_allclose(row.loss.hessian_product(z, Y, v), slope, rtol=1e-6, atol=1e-6)


@row_of_table
@draws
@given(seed=seeds)
def test_convexity_and_smoothness(row, seed):
    z, Y = draw(row, seed)
    eigenvalues = curvatures(row.loss, z, Y)
    assert float(jnp.max(jnp.abs(eigenvalues))) <= row.smoothness + 1e-12
    if row.convex:
        assert float(jnp.min(eigenvalues)) >= -1e-12


def test_what_is_not_convex_or_not_smooth_has_a_witness():
    far = jnp.array([[4.0, 0.0, 0.0]])
    assert float(jnp.min(curvatures(brier, far, jnp.array([[0.1, 0.45, 0.45]])))) < -1e-3
    assert float(jnp.max(curvatures(poisson, jnp.full((1, K), 20.0), jnp.ones((1, K))))) > 1e8


def test_smoothness_is_the_least_where_it_is_said_to_be():
    middle = {"squared error": jnp.zeros((1, K)), "Bernoulli": jnp.zeros((1, K))}
    tied = jnp.array([[0.0, 0.0, -50.0]])  # p = (½, ½, 0)
    for loss in (squared_error, cross_entropy, bernoulli):
        largest = float(jnp.max(curvatures(loss, middle.get(loss.name, tied), jnp.full((1, K), 1 / K))))
        np.testing.assert_allclose(largest, loss.smoothness, rtol=1e-12)


MINIMIZERS = {
    "squared error": lambda Y: Y,
    "cross-entropy": jnp.log,
    "Brier": jnp.log,
    "Bernoulli": lambda Y: jnp.log(Y) - jnp.log1p(-Y),
    "Poisson": jnp.log,
}


# holds: theorem-f.1, no-pl
@row_of_table
@draws
@given(seed=seeds)
def test_infimum_attained_or_only_approached(row, seed):
    z, Y = draw(row, seed)
    least = row.loss.infimum(Y)
    assert bool(jnp.all(row.loss.value(z, Y) >= least - 1e-12))
    minimizer = MINIMIZERS[row.loss.name]
    if row.attained:
        np.testing.assert_allclose(row.loss.value(minimizer(Y), Y), least, atol=1e-12)
        np.testing.assert_allclose(row.loss.residual(minimizer(Y), Y), 0, atol=1e-12)
    else:
        floors = jnp.exp(jnp.array([-5.0, -10.0, -20.0]))
        gaps = jnp.stack([excess(row.loss, minimizer(jnp.maximum(Y, floor)), Y) for floor in floors])
        assert bool(jnp.all(gaps > 0))
        assert bool(jnp.all(jnp.diff(gaps) < 0))
        assert float(gaps[-1]) < 1e-7


# holds: pl-lemma, no-pl, theorem-f.2
@row_of_table
@draws
@given(seed=seeds)
def test_pl(row, seed):
    z, Y = draw(row, seed)
    if row.pl:
        z = 0.3 * z  # else the bound, exponential in V, underflows
        V = float(excess(row.loss, z, Y))
        assert 0 < float(pl_bound(row.loss, Y, V)) <= float(pl_ratio(row.loss, z, Y)) + 1e-12
    elif row.convex:  # degenerate: along the way to the infimum the ratio goes to 0
        floors = jnp.exp(jnp.array([-5.0, -8.0, -11.0]))
        ratios = [float(pl_ratio(row.loss, MINIMIZERS[row.loss.name](jnp.maximum(Y, f)), Y)) for f in floors]
        assert ratios[2] < ratios[1] < ratios[0]
        assert ratios[2] < 1e-3
    with pytest.raises(InvalidInput) if not row.pl else np.errstate():
        pl_bound(row.loss, Y, 1.0)


# holds: no-pl
def test_with_one_zero_the_ratio_has_no_lower_bound_but_need_not_vanish_with_the_excess():
    """y = (½, ½, 0): at (δ, −δ, −M) both sides are δ²/2; where the third class keeps probability m it is m at most."""
    Y = jnp.array([[0.5, 0.5, 0.0]])
    for delta in (1e-1, 1e-2, 1e-3):
        z = jnp.array([[delta, -delta, -60.0]])
        assert float(excess(cross_entropy, z, Y)) == pytest.approx(delta**2 / 2, rel=delta)
        assert float(pl_ratio(cross_entropy, z, Y)) == pytest.approx(0.5, rel=delta)
    for m in (1e-1, 1e-2, 1e-3):
        z = jnp.log(jnp.array([[(1 - m) / 2, (1 - m) / 2, m]]))
        assert float(pl_ratio(cross_entropy, z, Y)) < m


def test_brier_has_no_pl_constant_even_at_interior_targets():
    Y = jnp.array([[0.2, 0.3, 0.5]])
    ratios = [float(pl_ratio(brier, jnp.array([[c, 0.0, 0.0]]), Y)) for c in (5.0, 10.0, 20.0)]
    assert ratios[2] < 1e-12 < ratios[0]


# holds: eq-pl-exponential
def test_pl_bounds_by_their_formulas():
    Y = jnp.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
    H = -np.sum(np.asarray(Y) * np.log(Y), axis=1, keepdims=True)
    least = np.exp(-(H + 0.7) / np.asarray(Y)).min()
    np.testing.assert_allclose(pl_bound(cross_entropy, Y, 0.7), least, rtol=1e-12)
    assert pl_bound(squared_error, Y, 3.0) == 1
    np.testing.assert_allclose(pl_bound(poisson, Y, 0.7), 0.1 * np.exp(-1 - 0.7 / 0.1), rtol=1e-12)
    h = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    p = np.exp(-(h + 0.7) / 0.25)
    np.testing.assert_allclose(pl_bound(bernoulli, jnp.array([[0.25]]), 0.7), p * (1 - p), rtol=1e-12)


# --- exponential families --------------------------------------------------------------------------------

FAMILIES = {
    "cross-entropy": (lambda z: jax.nn.logsumexp(z, axis=-1), cross_entropy),
    "Bernoulli": (lambda z: jnp.sum(jax.nn.softplus(z), axis=-1), bernoulli),
    "Poisson": (lambda z: jnp.sum(jnp.exp(z), axis=-1), poisson),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_stable_versions_equal_the_plain_family(name):
    A, stable = FAMILIES[name]
    family = exponential_family(A, name=name, interior=stable.nondegenerate)
    v = jnp.asarray(np.random.default_rng(5).standard_normal((N, K)))
    for row in (row for row in ROWS if row.loss is stable):
        z, Y = draw(row, 3)
        np.testing.assert_allclose(family.value(z, Y), stable.value(z, Y), rtol=0, atol=1e-10)
        np.testing.assert_allclose(family.residual(z, Y), stable.residual(z, Y), rtol=0, atol=1e-10)
        np.testing.assert_allclose(
            family.hessian_product(z, Y, v), stable.hessian_product(z, Y, v), atol=1e-10
        )
        np.testing.assert_allclose(family.infimum(Y), stable.infimum(Y), rtol=0, atol=1e-10)


# holds: theorem-f.1
def test_a_family_of_ones_own():
    """A = log cosh z: outcomes ±1, means in (−1, 1), A*(y) = ½(1+y)log(1+y) + ½(1−y)log(1−y)."""
    spin = exponential_family(
        lambda z: jnp.sum(jnp.logaddexp(z, -z) - jnp.log(2), axis=-1),
        name="spin",
        interior=lambda y: jnp.all(jnp.abs(y) < 1, axis=-1),
    )
    Y = jnp.array([[0.3, -0.9, 0.0], [1.0, 0.999, -1.0]])
    conjugate = 0.5 * jax.scipy.special.xlogy(1 + Y, 1 + Y) + 0.5 * jax.scipy.special.xlogy(1 - Y, 1 - Y)
    np.testing.assert_allclose(spin.infimum(Y), -conjugate.sum(axis=1), rtol=0, atol=1e-10)
    np.testing.assert_allclose(spin.residual(jnp.arctanh(Y[:1]), Y[:1]), 0, atol=1e-12)
    assert spin.nondegenerate(Y).tolist() == [True, False]


def own_family(A):
    return exponential_family(
        lambda z: A(z).sum(axis=-1), name="own", interior=lambda y: jnp.all(y == y, axis=-1)
    )


@pytest.mark.parametrize(
    ("A", "y", "infimum"),
    [
        (lambda z: z**4 / 4, 1.0, -0.75),  # no curvature at the start
        (lambda z: jax.nn.softplus(z - 40), 0.3, -(0.3 * np.log(0.3) + 0.7 * np.log(0.7)) - 12),
    ],
    ids=["quartic", "far softplus"],
)
def test_an_infimum_is_found_where_the_start_is_flat(A, y, infimum):
    np.testing.assert_allclose(own_family(A).infimum(jnp.full((1, 1), y)), infimum, rtol=1e-12)


def test_an_infimum_of_minus_infinity_is_refused():
    loss, Y = own_family(jnp.exp), jnp.asarray([[2.0], [-1.0]])
    with pytest.raises(NotConverged, match=r"y = \[-1\.\].*check_targets"):
        loss.infimum(Y)
    np.testing.assert_allclose(jax.jit(loss.infimum)(Y), [2 - 2 * np.log(2), np.nan], rtol=1e-12)


def test_labels_at_large_margins_keep_their_digits():
    z = jnp.array([[300.0, -300.0]])
    y = jnp.array([[1.0, 0.0]])
    np.testing.assert_allclose(bernoulli.residual(z, y), [[-np.exp(-300.0), np.exp(-300.0)]], rtol=1e-12)
    np.testing.assert_allclose(bernoulli.value(z, y), [2 * np.exp(-300.0)], rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "given", "remedy"),
    [
        (lambda: bernoulli.check_targets(jnp.array([[1.5]])), "1.5", "labels 0 and 1"),
        (lambda: poisson.check_targets(jnp.array([[-1.0]])), "-1", "0 or above"),
        (lambda: poisson.check_targets(jnp.array([[jnp.nan]])), "NaN", "upstream"),
        (lambda: brier.check_targets(jnp.ones((2, 3))), "row sum", "one_hot"),
        (lambda: pl_bound(cross_entropy, jnp.eye(3), 1.0), "3 points", "smooth_labels"),
        (lambda: pl_bound(brier, jnp.full((1, 3), 1 / 3), 1.0), "'Brier'", "pl_ratio"),
        (lambda: pl_bound(squared_error, jnp.eye(3), -1.0), "-1.0", "0 or above"),
        (lambda: exponential_family(jnp.sum, name="", interior=jnp.isfinite), "''", "such as"),
    ],
)
def test_bad_input(call, given, remedy):
    with pytest.raises(InvalidInput) as error:
        call()
    assert given in str(error.value)
    assert remedy in str(error.value)


def test_every_loss_is_in_the_table():
    assert {row.loss.name for row in ROWS} == set(LOSSES)
