"""The playground's engine against ntkbook: the same weights, the same steps."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float
from scipy import stats

import ntkbook as nb
from ntkbook.networks import Params
from tests.playground._engine import Engine

POINTS = 7
STEPS = 40
RATE = 0.02
X = np.random.default_rng(0).uniform(-2, 2, (POINTS, 2)).round(2)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    running = Engine()
    yield running
    running.stop()


@dataclass(frozen=True)
class Case:
    """What a reader can set."""

    depth: int
    activation: str
    classes: int
    width: int
    lam: float = 0.0
    anchor: int = 1
    epsilon: float = 0.0
    steps: int = STEPS

    def __str__(self) -> str:
        return f"{self.depth}-{self.activation}-{self.classes}-{self.width}"

    @property
    def network(self) -> nb.Network:
        return nb.mlp(
            2, self.classes, self.width, hidden_layers=self.depth, activation=self.activation, sigma_b=1.0
        )

    @property
    def labels(self) -> np.ndarray:
        return np.arange(POINTS) % self.classes

    @property
    def targets(self) -> Float[Array, "N K"]:
        return nb.smooth_labels(
            jax.nn.one_hot(jnp.asarray(self.labels), self.classes, dtype=float), self.epsilon
        )

    def train(self, engine: Engine, rate: float = RATE, **extra: Any) -> dict[str, Any]:
        settings = asdict(self)
        job = {"steps": settings.pop("steps"), **extra}
        shape = {name: settings.pop(name) for name in ("depth", "width", "classes", "activation")}
        shape |= {"sigmaW": 1.5, "sigmaB": 1.0}
        problem = {
            **settings,
            "X": X.ravel().tolist(),
            "labels": self.labels.tolist(),
            "rate": rate,
            "seed": 3,
        }
        return engine.ask("train", shape=shape, problem=problem, **job)


# Every depth with every activation; every other setting with several of them.
CASES = (
    Case(1, "erf", 2, 32),
    Case(1, "erf", 4, 512, lam=0.05, anchor=0, epsilon=0.2),
    Case(1, "relu", 3, 128, lam=0.3, epsilon=0.1),
    Case(1, "gelu", 4, 64, lam=1.0, anchor=0),
    Case(2, "erf", 3, 64, lam=0.3, epsilon=0.1),
    Case(2, "relu", 4, 32, lam=0.1, anchor=0, epsilon=1.0),
    Case(2, "relu", 2, 130, epsilon=0.5),
    Case(2, "gelu", 2, 96, lam=0.1),
    Case(1, "erf", 3, 4096, epsilon=0.1, steps=10),  # the widest that is offered
)
every = pytest.mark.parametrize("case", CASES, ids=str)


def parameters(case: Case, exported: list[dict[str, list[float]]]) -> Params:
    """The engine's weights (rows are outputs) as the network of the book takes them."""
    layers = iter(exported)

    def filled(layer: Any) -> Any:
        if len(layer) == 0:  # an activation
            return layer
        found = next(layers)
        weights = np.array(found["weights"]).reshape(layer[0].shape[::-1]).T
        return jnp.asarray(weights), jnp.asarray(found["biases"]).reshape(layer[1].shape)

    return [filled(layer) for layer in case.network.init(jax.random.key(0))]


@every
def test_network_takes_the_steps_of_ntkbook(engine: Engine, case: Case) -> None:
    found = case.train(engine, grid=True)
    theta0 = parameters(case, found["weights"])
    nodes = np.array(found["nodes"]).reshape(-1, 2)[::97]
    moments = [moment for moment in found["moments"] if moment["step"] in (1, 10, case.steps)]
    anchor = "init" if case.anchor else "zero"
    problem = nb.Problem(
        case.network.apply, theta0, jnp.asarray(X), case.targets, lam=case.lam, anchor=anchor
    )
    steps = jnp.array([m["step"] for m in moments])
    run = nb.gradient_descent(problem, steps, learning_rate=RATE, X_test=jnp.asarray(nodes))
    logits = np.array(found["logits"]).reshape(POINTS, -1)
    np.testing.assert_allclose(logits, run.logits[-1], atol=1e-5 * abs(run.logits[-1]).max())
    for name, wanted in (("drift", run.ntk_drift), ("radius", run.radius), ("loss", run.value)):
        np.testing.assert_allclose([moment[name] for moment in moments], wanted, rtol=1e-3)
    labels = jax.nn.one_hot(jnp.asarray(case.labels), case.classes)
    np.testing.assert_allclose(
        [moment["gap"] for moment in moments], nb.logit_gap(run.logits, labels), atol=1e-4
    )
    shown = np.array(found["map"]).reshape(-1, case.classes)[::97]
    np.testing.assert_allclose(shown, run.test_logits[-1], atol=1e-5 * abs(shown).max())
    z0 = case.network.apply(theta0, jnp.asarray(X))
    np.testing.assert_allclose(
        found["excess"], nb.excess(nb.cross_entropy, z0, case.targets), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("case", CASES[1::2], ids=str)
def test_linearized_model_is_descent_on_its_parameters(engine: Engine, case: Case) -> None:
    """The route that the engine does not take: θ itself, with the Jacobian."""
    found = case.train(engine, grid=True)
    theta0, unravel = ravel_pytree(parameters(case, found["weights"]))
    X_nodes = jnp.asarray(np.array(found["nodes"]).reshape(-1, 2)[::97])

    def f(theta: Float[Array, " p"], inputs: Float[Array, "M d"]) -> Float[Array, "M K"]:
        return case.network.apply(unravel(theta), inputs)

    J = nb.jacobian(case.network.apply, unravel(theta0), jnp.asarray(X))
    z0, moved = f(theta0, jnp.asarray(X)), jnp.zeros_like(theta0)

    @jax.jit
    def step(moved: Float[Array, " p"]) -> Float[Array, " p"]:
        residual = nb.cross_entropy.residual(z0 + (J @ moved).reshape(z0.shape), case.targets)
        return moved - RATE * (J.T @ residual.ravel() + case.lam * (moved + (1 - case.anchor) * theta0))

    for _ in range(STEPS):
        moved = step(moved)
    scale = abs(np.array(found["linearMap"])).max()
    np.testing.assert_allclose(
        found["linear"], (z0 + (J @ moved).reshape(z0.shape)).ravel(), atol=1e-5 * scale
    )
    np.testing.assert_allclose(found["moments"][-1]["linearRadius"], jnp.linalg.norm(moved), rtol=1e-5)
    start, along = jax.jvp(lambda theta: f(theta, X_nodes), (theta0,), (moved,))
    shown = np.array(found["linearMap"]).reshape(-1, case.classes)[::97]
    np.testing.assert_allclose(shown, start + along, atol=1e-5 * scale)
    np.testing.assert_allclose(
        np.array(found["theta"]).reshape(J.shape[0], -1), J @ J.T, atol=1e-6 * float((J @ J.T).max())
    )
    norm = np.linalg.norm(J @ J.T, 2)
    assert found["stable"] == pytest.approx(2 / (norm / 2 + case.lam), rel=1e-6)


def test_given_weights_are_used(engine: Engine) -> None:
    case = CASES[0]
    own = case.train(engine, steps=0)
    weights = [
        {name: [0.5 * value for value in array] for name, array in layer.items()} for layer in own["weights"]
    ]
    given = case.train(engine, steps=0, weights=weights)
    z = case.network.apply(parameters(case, weights), jnp.asarray(X))
    np.testing.assert_allclose(given["logits"], z.ravel(), atol=1e-6)


def test_small_steps_are_not_rounded_away(engine: Engine) -> None:
    """A small step moves most weights by less than their rounding, and is made all the same."""
    case = Case(1, "erf", 2, 256, epsilon=0.3)
    found = case.train(engine, steps=1, rate=1e-7)
    theta0 = parameters(case, found["weights"])
    J = nb.jacobian(case.network.apply, theta0, jnp.asarray(X))
    z0 = case.network.apply(theta0, jnp.asarray(X))
    wanted = 1e-7 * jnp.linalg.norm(J.T @ nb.cross_entropy.residual(z0, case.targets).ravel())
    assert found["moments"][-1]["radius"] == pytest.approx(float(wanted), rel=1e-5)


def test_divergence_is_told_with_its_step(engine: Engine) -> None:
    case = Case(1, "erf", 2, 16, lam=1000.0)
    found = case.train(engine, steps=30, rate=1.0)
    assert 1 < found["lost"]["network"] <= 5
    assert 1 < found["lost"]["linear"] <= 5
    assert found["moments"][-1]["drift"] is None  # JSON's NaN
    assert case.train(engine, steps=30, rate=1e-4)["lost"] == {"network": None, "linear": None}


def test_a_gap_with_a_logit_that_is_no_number_is_none(engine: Engine) -> None:
    def gap(*logits: float) -> float | None:
        return engine.ask("gap", logits=list(map(str, logits)), labels=[0, 0], K=2)

    assert gap(5.0, 2.0, 1.0, 0.0) == 1
    for i in range(4):
        assert gap(*(np.nan if j == i else 3.0 - j for j in range(4))) is None  # JSON's NaN


def test_normal_numbers_are_normal_and_independent_of_their_order(engine: Engine) -> None:
    size = 40_000
    whole = np.array(engine.ask("normal", count=size, seed=0, stream=0, pieces=1))
    assert whole.tolist() == engine.ask("normal", count=size, seed=0, stream=0, pieces=8)
    others = [
        np.array(engine.ask("normal", count=size, seed=seed, stream=stream, pieces=1))
        for seed, stream in ((0, 1), (1, 0), (19, 5))
    ]
    for sample in (whole, *others):
        assert stats.kstest(sample, "norm").pvalue > 1e-3
        assert abs(np.corrcoef(sample[::2], sample[1::2])[0, 1]) < 5 / np.sqrt(size / 2)
        assert abs(np.corrcoef(sample[:-2], sample[2:])[0, 1]) < 5 / np.sqrt(size)
        assert abs(np.corrcoef(sample[:-2] ** 2, sample[2:] ** 2)[0, 1]) < 5 / np.sqrt(size)
    for other in others:
        assert abs(np.corrcoef(whole, other)[0, 1]) < 5 / np.sqrt(size)


@pytest.mark.parametrize("size", [1, 2, 3, 17])
def test_operator_norm(engine: Engine, size: int) -> None:
    matrix = np.random.default_rng(size).normal(size=(size, size))
    for symmetric in (
        matrix + matrix.T,
        -matrix @ matrix.T,
        np.diag(np.arange(size) - 5.0),
        np.zeros_like(matrix),
    ):
        found = engine.ask("norm", matrix=symmetric.ravel().tolist(), size=size)
        assert found == pytest.approx(np.linalg.norm(symmetric, 2), rel=1e-9, abs=1e-12)
