"""The playground's engine against ntkbook: a seed draws the same weights, and training takes the same steps."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float

import ntkbook as nb
from ntkbook.networks import Params
from tests.playground._engine import Engine

POINTS = 7
STEPS = 40
RATE = 0.02
SEED = 3
ROUNDING = 1e-10
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

    @property
    def theta0(self) -> Params:
        return self.network.init(jax.random.key(SEED))

    @property
    def problem(self) -> nb.Problem:
        anchor = "init" if self.anchor else "zero"
        return nb.Problem(
            self.network.apply, self.theta0, jnp.asarray(X), self.targets, lam=self.lam, anchor=anchor
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
            "seed": SEED,
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


def weights_of(theta: Params) -> list[np.ndarray]:
    """W and b of each layer, W row by row as the engine has it: its rows are outputs."""
    return [np.ravel(leaf.T) for leaf in jax.tree.leaves(theta)]


def engines_weights(found: dict[str, Any], where: str) -> list[np.ndarray]:
    return [np.array(layer[where][name]) for layer in found["layers"] for name in ("W", "b")]


def assert_same(found: Any, wanted: Any, rounding: float = ROUNDING) -> None:
    """To rounding, of the largest among them."""
    found, wanted = np.ravel(np.asarray(found, dtype=float)), np.ravel(wanted)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=rounding * max(1.0, abs(wanted).max()))


@every
def test_a_seed_draws_ntkbooks_network(engine: Engine, case: Case) -> None:
    found = case.train(engine, steps=0)
    for own, wanted in zip(engines_weights(found, "start"), weights_of(case.theta0), strict=True):
        np.testing.assert_allclose(own, wanted, rtol=1e-14, atol=1e-15)
    for own, wanted in zip(engines_weights(found, "now"), weights_of(case.theta0), strict=True):
        np.testing.assert_allclose(own, wanted, rtol=1e-14, atol=1e-15)
    problem = case.problem
    assert_same(found["z0"], problem.z0)
    assert_same(found["logits"], problem.z0)
    J = nb.jacobian(case.network.apply, case.theta0, jnp.asarray(X))
    assert_same(found["theta"], J @ J.T)


# holds: eq-playground-step
@every
def test_network_takes_the_steps_of_ntkbook(engine: Engine, case: Case) -> None:
    found = case.train(engine, grid=True)
    nodes = np.array(found["nodes"]).reshape(-1, 2)[::97]
    moments = [moment for moment in found["moments"] if moment["step"] in (1, 10, case.steps)]
    steps = jnp.array([m["step"] for m in moments])
    run = nb.gradient_descent(case.problem, steps, learning_rate=RATE, X_test=jnp.asarray(nodes))
    assert_same(found["logits"], run.logits[-1])
    for own, wanted in zip(engines_weights(found, "now"), weights_of(run.params), strict=True):
        assert_same(own, wanted)
    labels = jax.nn.one_hot(jnp.asarray(case.labels), case.classes)
    for name, wanted in (
        ("drift", run.ntk_drift),
        ("radius", run.radius),
        ("loss", run.value),
        ("gap", nb.logit_gap(run.logits, labels)),
    ):
        assert_same([moment[name] for moment in moments], wanted)
    shown = np.array(found["map"]).reshape(-1, case.classes)[::97]
    assert_same(shown, run.test_logits[-1], 1e-7)  # maps are kept in single precision
    z0 = case.problem.z0
    assert_same(found["excess"], nb.excess(nb.cross_entropy, z0, case.targets))


# holds: few-numbers
@pytest.mark.parametrize("case", CASES[1::2], ids=str)
def test_linearized_model_is_descent_on_its_parameters(engine: Engine, case: Case) -> None:
    """The route that the engine does not take: θ itself, with the Jacobian."""
    found = case.train(engine, grid=True)
    theta0, unravel = ravel_pytree(case.theta0)
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
    assert_same(found["linear"], z0 + (J @ moved).reshape(z0.shape))
    assert_same(found["moments"][-1]["linearRadius"], jnp.linalg.norm(moved))
    start, along = jax.jvp(lambda theta: f(theta, X_nodes), (theta0,), (moved,))
    shown = np.array(found["linearMap"]).reshape(-1, case.classes)[::97]
    assert_same(shown, start + along, 1e-6)  # maps are kept in single precision
    norm = np.linalg.norm(J @ J.T, 2)
    assert found["guarantee"] == pytest.approx(2 / (norm / 2 + case.lam), rel=1e-10)


def test_small_steps_are_not_rounded_away(engine: Engine) -> None:
    """A step that moves the weights by less than single precision holds is made all the same."""
    case = Case(1, "erf", 2, 256, epsilon=0.3)
    found = case.train(engine, steps=1, rate=1e-7)
    J = nb.jacobian(case.network.apply, case.theta0, jnp.asarray(X))
    z0 = case.problem.z0
    wanted = 1e-7 * jnp.linalg.norm(J.T @ nb.cross_entropy.residual(z0, case.targets).ravel())
    assert found["moments"][-1]["radius"] == pytest.approx(float(wanted), rel=1e-6)


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
