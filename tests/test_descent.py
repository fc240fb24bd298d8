"""Steps in the place of a flow: the guarantee, batches, and what both mean for the linearized model and the network."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import ntkbook as nb
from ntkbook.chapters.linear_training import measure

DATA = nb.sphere(jax.random.key(0), points=4, inputs=6, classes=3)
SMOOTH = nb.smooth_labels(DATA.Y, 0.2)
NETWORK = nb.mlp(6, 3, 24)
PROBLEM = nb.Problem.of(NETWORK, jax.random.key(1), DATA.X, SMOOTH)
LINEAR = measure.linearized(PROBLEM)
EVERY = jnp.arange(61)


def descent(problem, share=0.5, steps=EVERY, **rest):
    rate = share * nb.guaranteed_step(problem)
    return nb.gradient_descent(problem, steps, learning_rate=rate, record_ntk=False, **rest), rate


# holds: eq-guaranteed-step
def test_the_guaranteed_step_is_two_over_the_largest_curvature():
    """Of squared error by automatic differentiation; cross-entropy is never curved more than half as much."""
    J0 = nb.jacobian(NETWORK.apply, PROBLEM.theta0, DATA.X).reshape(12, -1)

    def curved(loss, z):
        H = jax.hessian(lambda z: nb.total(loss, z.reshape(4, 3), SMOOTH))(z.ravel())
        return np.linalg.eigvalsh(J0.T @ H @ J0)[-1]

    for lam in (0.0, 0.3):
        squares, half = (
            2 / nb.guaranteed_step(PROBLEM.replace(loss=loss, lam=lam)) - lam
            for loss in (nb.squared_error, nb.cross_entropy)
        )
        assert squares == pytest.approx(curved(nb.squared_error, PROBLEM.z0), rel=1e-9)
        assert half == pytest.approx(squares / 2, rel=1e-9)
    tied = jnp.tile(jnp.array([1.0, 1.0, -60.0]), (4, 1))  # p = (½, ½, 0)
    assert half / 3 < curved(nb.cross_entropy, PROBLEM.z0) < curved(nb.cross_entropy, tied) < half


def test_no_step_is_guaranteed_where_the_curvature_has_no_bound():
    with pytest.raises(nb.InvalidInput, match=r"'Poisson'.*gradient_flow"):
        nb.guaranteed_step(PROBLEM.replace(loss=nb.poisson))


# holds: theorem-k, eq-guaranteed-step
def test_the_guarantee_is_an_edge_for_squared_error_and_not_for_cross_entropy():
    squares = LINEAR.replace(Y=DATA.Y, loss=nb.squared_error)
    for share in (0.97, 1.03):
        value = descent(squares, share)[0].value
        assert (np.diff(value) < 0).all() == (share < 1)
    assert value[-1] > 10 * value[0]
    assert (np.diff(descent(LINEAR, 2.0)[0].value) < 1e-12).all()


# holds: theorem-k.1, eq-radius-k
@pytest.mark.parametrize("share", [0.2, 0.9])
def test_each_step_of_descent_pays_for_its_length(share):
    """η‖∇F‖ ≤ 2(√V − √V')/(a√(μκ)) with the PL ratio met there, which is tight enough to fail; summed, below R̃."""
    path, rate = descent(LINEAR, share)
    V = measure.above_least(path, LINEAR)
    ratios = np.array([float(nb.pl_ratio(nb.cross_entropy, z, SMOOTH)) for z in path.logits])
    thetas = [path.logits[k] for k in range(len(V))]
    slopes = [nb.cross_entropy.residual(z, SMOOTH).ravel() for z in thetas]
    lengths = rate * np.sqrt([float(g @ PROBLEM.Theta0 @ g) for g in slopes])
    kappa = np.linalg.eigvalsh(PROBLEM.Theta0)[0]
    paid = 2 * -np.diff(np.sqrt(V)) / ((1 - share) * np.sqrt(2 * ratios[:-1] * kappa))
    assert (lengths[:-1] <= paid).all()
    assert (paid < 12 * lengths[:-1]).any()
    mu = nb.pl_constant_polynomial(SMOOTH, V[0])
    assert lengths.sum() <= nb.radius_nondegenerate(V[0], mu, kappa, share=share)
    fall = rate * (1 - share) * 2 * float(mu) * kappa
    assert (V[1:] <= (1 - fall) * V[:-1]).all()


# holds: eq-radius-k
def test_the_radius_of_descent_by_hand():
    flow = nb.radius_nondegenerate(4.0, 0.25, 0.25)
    assert float(nb.radius_nondegenerate(4.0, 0.25, 0.25, share=0.75)) == pytest.approx(4 * float(flow))
    for share in (1.0, 1.5, -0.1):
        with pytest.raises(nb.InvalidInput, match="share = "):
            nb.radius_nondegenerate(4.0, 0.25, 0.25, share=share)


# holds: theorem-k.2
def test_a_regularizer_holds_descent_at_the_guarantee_too():
    held = PROBLEM.replace(Y=DATA.Y, lam=0.5)
    linear = measure.linearized(held)
    R = float(nb.radius_regularized(held.V0, 0.5))
    for problem in (held, linear):
        path, _ = descent(problem, 1.0)
        assert (np.diff(measure.objective(path, problem)) < 1e-12).all()
        assert path.radius.max() <= R


# holds: theorem-k.3, theorem-l.4
@pytest.mark.parametrize(("lam", "size"), [(0.0, None), (0.0, 2), (0.2, None)])
def test_network_and_linearization_stay_together_and_the_closer_the_wider(lam, size):
    sets = size and measure.batches(jax.random.key(3), steps=300, points=4, size=size)
    gaps = []
    for n in (32, 256):
        problem = nb.Problem.of(nb.mlp(6, 3, n), jax.random.key(1), DATA.X, SMOOTH, lam=lam)
        share = 0.5 if size is None else 0.2
        both = [
            descent(one, share, jnp.array([300]), batches=sets)[0].logits
            for one in (problem, measure.linearized(problem))
        ]
        gaps.append(float(nb.linearization_gap(*both).max()))
    assert gaps[1] < gaps[0] / 3  # √8 for the bound, about 8 measured


# --- batches -----------------------------------------------------------------------------------------------


# holds: theorem-l.1, eq-minibatch-noise
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_the_noise_over_all_batches_is_exactly_its_formula(size):
    """One step of plain descent with η = 1 is −Jᵀĝ: enumerated over all batches."""
    theta0, _ = ravel_pytree(PROBLEM.theta0)
    J0 = np.asarray(nb.jacobian(NETWORK.apply, PROBLEM.theta0, DATA.X).reshape(12, -1))
    g = np.asarray(nb.cross_entropy.residual(PROBLEM.z0, SMOOTH))
    steps, noise = [], []
    for chosen in itertools.combinations(range(4), size):
        run = nb.gradient_descent(
            PROBLEM,
            jnp.array([1]),
            learning_rate=1.0,
            batches=jnp.array([chosen]),
            record_ntk=False,
        )
        step = theta0 - ravel_pytree(run.params)[0]
        rows = np.zeros((4, 3))
        rows[list(chosen)] = 4 / size * g[list(chosen)]
        np.testing.assert_allclose(step, J0.T @ rows.ravel(), atol=1e-10)
        steps.append(step)
        noise.append(np.linalg.lstsq(J0.T, np.asarray(step), rcond=None)[0] @ rows.ravel())
    np.testing.assert_allclose(np.mean(steps, axis=0), J0.T @ g.ravel(), atol=1e-10)
    assert np.mean(noise) == pytest.approx(4 / size * np.sum(g**2), rel=1e-8)
    assert np.sum(g**2) <= PROBLEM.V0  # 2β = 1


def test_a_batch_of_all_points_is_no_batch():
    full, _ = descent(PROBLEM, steps=jnp.array([3]))
    order = np.array([[2, 0, 1, 3], [0, 1, 2, 3], [3, 2, 1, 0]])
    batched, _ = descent(PROBLEM, steps=jnp.array([1, 3]), batches=jnp.asarray(order))
    np.testing.assert_allclose(batched.logits[-1], full.logits[-1], atol=1e-12)


def test_the_sets_are_without_repetition_and_each_point_as_likely():
    sets = np.asarray(measure.batches(jax.random.key(0), steps=4000, points=5, size=2))
    assert (sets[:, 0] != sets[:, 1]).all()
    counts = np.bincount(sets.ravel(), minlength=5)
    assert abs(counts / 1600 - 1).max() < 0.08  # 4 standard deviations


# holds: theorem-l.2
def test_under_a_a_constant_step_loses_its_noise_and_stays_near_the_start():
    sets = measure.batches(jax.random.key(4), steps=4000, points=4, size=1)
    wide = nb.Problem.of(nb.mlp(6, 3, 256), jax.random.key(1), DATA.X, SMOOTH)
    run, _ = descent(wide, 0.12, jnp.array([0, 1000, 2000, 4000]), batches=sets)
    V = measure.above_least(run, wide)
    assert V[1] < 0.1 * V[0]
    assert V[3] < 1e-3 * V[1]
    full, _ = descent(wide, 0.5, jnp.array([4000]))
    assert run.radius.max() < 1.1 * full.radius[-1]


# holds: theorem-l.3, eq-radius-minibatch-b
@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("lam", [0.02, 0.3, 5.0])
def test_under_b_no_choice_of_sets_carries_the_linear_model_away(size, lam):
    """Random sets, one set for ever, and always the worst points: ‖θ − θ₀‖² ≤ NV₀/(bλ), half of R_b²."""
    Theta0, z0 = np.asarray(PROBLEM.Theta0), np.asarray(PROBLEM.z0)
    rate = 1 / (lam + 0.5 * np.linalg.eigvalsh(Theta0)[-1] * 4 / size)
    held = LINEAR.replace(Y=DATA.Y, lam=lam)
    bound = 4 * held.V0 / (size * lam)
    assert measure.radius_of_batches(held, size=size) ** 2 == pytest.approx(2 * bound)
    generator = np.random.default_rng(0)
    choices = {
        "random": lambda g: generator.choice(4, size, replace=False),
        "one": lambda _: np.arange(size),
        "worst": lambda g: np.argsort(-np.sum(g**2, axis=1))[:size],
    }
    reached = []
    for choose in choices.values():
        A, largest = np.zeros(12), 0.0  # θ − θ₀ = J₀ᵀA
        for _ in range(1500):
            z = z0 + (Theta0 @ A).reshape(4, 3)
            g = np.exp(z) / np.exp(z).sum(1, keepdims=True) - np.asarray(DATA.Y)
            seen, rows = choose(g), np.zeros((4, 3))
            rows[seen] = 4 / size * g[seen]
            A = (1 - rate * lam) * A - rate * rows.ravel()
            largest = max(largest, float(A @ Theta0 @ A))
        reached.append(largest)
    assert max(reached) <= bound
    assert max(reached) > bound / 100


def test_under_b_the_noise_stays_in_proportion_to_the_step():
    held = LINEAR.replace(Y=DATA.Y, lam=0.3)
    least = measure.objective(descent(held, 0.5, jnp.array([2000]))[0], held)[-1]
    sets = measure.batches(jax.random.key(5), steps=6000, points=4, size=1)
    late = jnp.arange(3000, 6001, 50)
    above = [
        (measure.objective(descent(held, share, late, batches=sets)[0], held) - least).mean()
        for share in (0.2, 0.05)
    ]
    assert 2 < above[0] / above[1] < 8


# the linear model's exercise
def test_under_a_no_choice_of_sets_comes_further_from_the_nearest_minimizer():
    """At the step 2b/(βN‖Θ₀‖), with always the worst point: distances to w do not grow."""
    Theta0, Y = np.asarray(PROBLEM.Theta0), np.asarray(SMOOTH)
    A_end = np.asarray(nb.log_target_regression(PROBLEM.Theta0, SMOOTH, PROBLEM.z0).coefficients).ravel()
    rate = nb.guaranteed_step(LINEAR) / 4
    A, distances = np.zeros(12), []
    for _ in range(500):
        z = np.asarray(PROBLEM.z0) + (Theta0 @ A).reshape(4, 3)
        g = np.exp(z) / np.exp(z).sum(1, keepdims=True) - Y
        distances.append(float((A - A_end) @ Theta0 @ (A - A_end)))
        rows, worst = np.zeros((4, 3)), np.argmax(np.sum(g**2, axis=1))
        rows[worst] = 4 * g[worst]
        A = A - rate * rows.ravel()
    assert (np.diff(distances) <= 1e-12).all()
    assert distances[-1] < distances[0] / 2


@pytest.mark.parametrize(
    ("batches", "said"),
    [
        (jnp.zeros((1, 2), int), r"shape \(1, 2\), but 2 steps"),
        (jnp.zeros((2,), int), r"shape \(2,\)"),
        (jnp.zeros((2, 0), int), "b ≥ 1"),
        (jnp.array([[0, 4], [1, 2]]), "outside 0 … 3"),
        (jnp.array([[0, -1], [1, 2]]), "outside 0 … 3"),
        (jnp.array([[0.0, 1.0], [1.0, 2.0]]), "whole numbers"),
    ],
)
@pytest.mark.usefixtures("as_a_reader")
def test_batches_that_are_none_are_refused(batches, said):
    with pytest.raises(nb.InvalidInput, match=said):
        nb.gradient_descent(PROBLEM, jnp.array([2]), batches=batches)


def test_exercises_judge_answers():
    for name, answer in {"share-of-step": 2 / 3, "any-sets": 0.0016}.items():
        assert nb.check(name).status == "open"
        assert nb.check(name, answer).status == "right"
        assert nb.check(name, 1.1 * answer).status == "not yet"
