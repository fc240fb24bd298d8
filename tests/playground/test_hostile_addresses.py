"""Whatever an address says, explorers and playground read a state that a reader could have set."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.browser._explorers import explorers
from tests.playground._engine import Engine

Spec = dict[str, Any]
EXPLORERS = [
    {"name": shown.spec["name"], "axes": shown.spec["axes"]} for shown in explorers() if shown.spec["axes"]
]
VALUES = st.one_of(
    st.sampled_from(["", " ", "%", "%E0%A4%A", "%00", "+", "__proto__", "constructor", "null", "[]", "{}"]),
    st.sampled_from(["<img src=x onerror=alert(1)>", "javascript:alert(1)", "';alert(1)//", "${alert(1)}"]),
    st.sampled_from(["NaN", "-Infinity", "1e999", "0x10", "1_000", "٣", "-0", "2.5", "9" * 400]),
    st.floats().map(str),
    st.integers().map(str),
    st.text(max_size=40),
    st.text("abcdz0123 ", max_size=400),  # points, or nearly
)
WRITING = st.sampled_from([str, quote, lambda text: "".join(f"%{byte:02x}" for byte in text.encode())])


def queries(keys: list[str]) -> st.SearchStrategy[str]:
    """Hostile values for the keys of an address, any of them twice, beside keys that mean nothing."""
    key = st.sampled_from([*keys, "__proto__", "constructor", "q", ""])
    part = st.builds(
        lambda key, value, in_key, in_value: f"{in_key(key)}={in_value(value)}", key, VALUES, WRITING, WRITING
    )
    return st.lists(part | st.text("&=?#%;", max_size=4), max_size=12).map("&".join)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    running = Engine()
    yield running
    running.stop()


def keys_of(spec: Spec) -> list[str]:
    return [f"{spec['name']}.{axis['name']}" for axis in spec["axes"]]


def assert_legal(found: Spec, spec: Spec) -> None:
    """Each axis has one of its values, and what is said of the rest is short."""
    assert list(found["setting"]) == [axis["name"] for axis in spec["axes"]]
    odd = [axis["name"] for axis in spec["axes"] if found["setting"][axis["name"]] not in axis["values"]]
    assert odd == []
    assert all(len(complaint) < 300 for complaint in found["complaints"])


def assert_explorer(engine: Engine, spec: Spec, query: str) -> None:
    found = engine.ask("address", query=query, **spec)
    assert_legal(found, spec)
    # What it writes means the same, with nothing hostile left under its own keys, and all else as it was.
    again = engine.ask("address", query=found["written"], **spec)
    assert (again["setting"], again["complaints"]) == (found["setting"], [])
    assert again["written"] == found["written"]
    own = keys_of(spec)
    kept, written = (
        [pair for pair in parse_qsl(text, keep_blank_values=True) if pair[0] not in own]
        for text in (found["given"], found["written"])
    )
    assert kept == written


def assert_playground(engine: Engine, spec: Spec, query: str) -> None:
    found = engine.ask("state", query=query)
    assert_legal(found, spec)
    assert 1 <= len(found["points"]) <= 40
    for point in found["points"]:
        assert max(abs(point["x"]), abs(point["y"])) <= 200
        assert 0 <= point["label"] < int(found["setting"]["classes"])
    # What it writes of them means the same.
    legal = "&".join(f"play.{name}={value}" for name, value in found["setting"].items())
    again = engine.ask("state", query=f"{legal}&play.points={found['written']}")
    assert again == {**found, "complaints": []}


@given(st.data())
@settings(max_examples=300)
def test_an_explorer_reads_a_legal_state(engine: Engine, data: st.DataObject) -> None:
    spec = data.draw(st.sampled_from(EXPLORERS))
    assert_explorer(engine, spec, data.draw(queries(keys_of(spec))))


@given(st.data())
@settings(max_examples=300)
def test_the_playground_reads_a_legal_state(engine: Engine, data: st.DataObject) -> None:
    spec = engine.ask("controls")
    assert_playground(engine, spec, data.draw(queries([*keys_of(spec), "play.points"])))


@pytest.mark.parametrize("text", ["a1y82", "%", "<b>"])
def test_megabytes_are_read_and_told_in_a_line(engine: Engine, text: str) -> None:
    long = text * (2_000_000 // len(text))
    spec = engine.ask("controls")
    assert_playground(engine, spec, f"play.points={long}")
    assert_playground(engine, spec, "&".join(f"{key}={long[:200_000]}" for key in keys_of(spec)))
    assert_explorer(engine, spec, f"play.width={long}")
