"""The chapter on the loss in function space, against independent routes."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from ntkbook.chapters._shared.show.tables import Table
from ntkbook.chapters.loss import measure
from ntkbook.chapters.loss.measure import simplex as sx
from ntkbook.chapters.loss.measure.loss_evidence import curvatures

# --- the simplex -----------------------------------------------------------------------------------------


def test_coordinates_keep_distances():
    np.testing.assert_allclose(sx.BASIS @ sx.BASIS.T, np.eye(2), atol=1e-15)
    np.testing.assert_allclose(sx.BASIS.sum(axis=1), 0, atol=1e-15)


def test_fields_and_flow_of_cross_entropy():
    epsilon = 0.1
    arrays = sx.simplex("cross-entropy", epsilon)
    y = np.array([1 - 2 * epsilon / 3, epsilon / 3, epsilon / 3])
    row, column = 5, 20  # b is the slow index
    z = np.array([sx.SIDE[column], sx.SIDE[row]]) @ sx.BASIS
    p = np.exp(z) / np.exp(z).sum()
    divergence = y @ np.log(y / p)
    index = row * len(sx.SIDE) + column
    assert arrays["excess"][index] == pytest.approx(np.log10(divergence), abs=1e-3)
    assert arrays["ratio"][index] == pytest.approx(
        np.log10(((p - y) ** 2).sum() / (2 * divergence)), abs=1e-3
    )

    distance = np.sqrt(2 / 3) * np.log(y[0] / y[1])  # ‖P log y‖: all flow lines end at the minimizer
    ends = np.arange(1, 7) * (len(sx.LOG_TIMES) + 1) - 2
    np.testing.assert_allclose(np.hypot(arrays["path_a"], arrays["path_b"])[ends], distance, rtol=1e-5)
    assert np.isnan(arrays["path_a"][ends + 1]).all()
    known = np.isfinite(arrays["proven"])
    assert known.sum() > 5
    assert np.all(arrays["path_ratio"][known] >= arrays["proven"][known])
    assert f"ends at distance {distance:.2f}" in sx.describe_simplex(
        {"epsilon": epsilon, "loss": "cross-entropy"}, arrays
    )


def test_hard_targets_and_brier_lose_the_ratio():
    hard = sx.simplex("cross-entropy", 0.0)
    late = hard["path_excess"] < 1e-3
    assert np.all(hard["path_ratio"][late] <= hard["path_excess"][late])
    assert np.isnan(hard["proven"]).all()
    assert "goes on falling" in sx.describe_simplex({"epsilon": 0.0, "loss": "cross-entropy"}, hard)
    assert "above its infimum" in sx.describe_simplex({"epsilon": 0.0, "loss": "Brier"}, hard)


# --- the table -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", nb.LOSSES.values(), ids=lambda loss: loss.name)
def test_curvatures_are_those_of_the_hessian(loss):
    z = jax.random.normal(jax.random.key(0), (2, 3))
    Y = jnp.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
    expected = jax.vmap(jax.hessian(lambda z, y: loss.value(z[None], y[None])[0]))(z, Y)
    np.testing.assert_allclose(curvatures(loss, z, Y), jnp.linalg.eigvalsh(expected), atol=1e-12)


def test_evidence_tells_right_rows_from_wrong_ones():
    rows = {(row.loss.name, row.targets): row for row in nb.loss_table()}
    interior, hard = (
        measure.loss_evidence(rows["cross-entropy", kind]) for kind in ("non-degenerate", "degenerate")
    )
    assert interior.ratio > 1e-3 > 1e-5 > hard.ratio
    assert hard.growth > 5 > 1e-3 > interior.growth
    assert 0.45 < interior.curvature[1] <= 0.5
    brier = measure.loss_evidence(rows["Brier", "non-degenerate"])
    assert brier.curvature[0] < -0.01
    assert brier.ratio < 1e-5
    steeper = replace(nb.cross_entropy, hessian_product=lambda z, y, v: 2 * v)
    found = measure.loss_evidence(replace(rows["cross-entropy", "degenerate"], loss=steeper))
    assert found.curvature == (2.0, 2.0)


def test_measured_ratio_stays_above_the_proven_one():
    points = nb.sphere(jax.random.key(3), points=3, inputs=4, classes=2)
    scan = measure.pl_scan(points, (0.6, 0.3), 32)
    assert np.all(scan.least >= scan.proven)
    assert scan.least[1] < scan.least[0] < 1
    for V0, proven, epsilon in zip(scan.V0, scan.proven, scan.epsilon, strict=True):
        y = np.array([1 - epsilon / 2, epsilon / 2])
        assert proven == pytest.approx(np.exp(-(V0 - y @ np.log(y)) / y[1]), rel=1e-9)


# holds: no-pl, no-minimum
def test_one_hot_gradient_is_as_small_as_the_loss():
    """‖∇ℓ‖² ≤ 2ℓ², and (1 − e^{−ℓ})² ≤ ‖∇ℓ‖², at every scale of the logits."""
    z = jnp.logspace(-2, 1.3, 30)[:, None, None] * jax.random.normal(jax.random.key(0), (30, 20, 3))
    Y = jnp.broadcast_to(jax.nn.one_hot(jnp.array(0), 3, dtype=float), z.shape)
    loss = nb.cross_entropy.value(z, Y)
    squared = jnp.sum(nb.cross_entropy.residual(z, Y) ** 2, axis=-1)
    assert bool(jnp.all(squared <= 2 * loss**2 * (1 + 1e-12)))
    assert bool(jnp.all(squared >= (-jnp.expm1(-loss)) ** 2 * (1 - 1e-12)))


# --- showing and checking --------------------------------------------------------------------------------


def test_tables_show_their_entries_escaped():
    table = Table(("loss", "K < 3"), (("a & b", "yes"),), caption="all")
    assert repr(table) == "all\nloss   K < 3\na & b  yes"
    assert "<td>yes</td>" in table._repr_html_()
    assert "K &lt; 3" in table._repr_html_()
    assert '<th scope="row">a &amp; b</th>' in table._repr_html_()
    with pytest.raises(ValueError, match="expected 2"):
        Table(("one", "two"), (("three",),), caption="")


def test_exercises_judge_answers():
    for name, answer in {"least-loss": 0.2911, "uniform-mu": 1 / 729, "gradient-constant": 0.99}.items():
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.3 * answer).status == "not yet"


# holds: no-pl
def test_a_partly_degenerate_target_can_have_a_large_ratio_near_its_infimum():
    """y = (½, ½, 0), z = (δ, −δ, −M): ratio ½ at an excess of δ²/2; with δ = 0 the ratio is small."""
    Y = jnp.array([[0.5, 0.5, 0.0]])
    for delta in (1e-2, 1e-3, 1e-4):
        z = jnp.array([[delta, -delta, -60.0]])
        assert float(nb.excess(nb.cross_entropy, z, Y)) == pytest.approx(delta**2 / 2, rel=1e-3)
        assert float(nb.pl_ratio(nb.cross_entropy, z, Y)) == pytest.approx(0.5, rel=1e-3)
    assert nb.pl_ratio(nb.cross_entropy, jnp.array([[0.0, 0.0, -15.0]]), Y) < 1e-6
