"""*Copy as Python* gives a program that prints the numbers on the screen."""

from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO

import pytest

from bookkit.sources.presets import presets
from tests.playground._engine import Engine

MOVED = (
    "play.width=32&play.epsilon=0.03&play.lam=0.3&play.rate=0.01&play.seed=7&play.anchor=zero"
    "&play.depth=2&play.activation=gelu&play.classes=4"
)
SETTINGS = {  # query, steps
    "as the page opens": ("", 0),
    "a preset": (presets()["theorem-b"][1], 300),
    "every control moved": (MOVED, 50),
    "between the values of the sliders": (
        "play.width=100&play.lam=0.07&play.rate=0.04&play.activation=relu",
        20,
    ),
    "points dragged and added": ("play.width=16&play.points=a1y85c3w96b1e5ub6b6ba0000c0b40", 40),
    "one point on whole numbers": ("play.width=8&play.classes=2&play.points=b2s8c&play.epsilon=1", 5),
    "places shared": (presets()["conflict"][1], 30),
}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    running = Engine()
    yield running
    running.stop()


def printed(program: str) -> dict[str, float]:
    said = StringIO()
    with redirect_stdout(said):
        exec(program, {})
    lines = (line.split(": ") for line in said.getvalue().splitlines())
    return {name: float(value) for name, value in lines}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_program_prints_what_the_engine_has_reached(engine: Engine, name: str) -> None:
    query, steps = SETTINGS[name]
    found = engine.ask("preset", query=query, steps=steps)
    last = found["reached"]
    numbers = printed(found["python"])
    assert list(numbers) == ["loss", "radius", "gap", "drift"]
    for quantity, value in numbers.items():
        assert value == pytest.approx(last[quantity], rel=1e-5, abs=1e-9), quantity
    assert max(map(len, found["python"].splitlines())) < 120
