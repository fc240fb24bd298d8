"""The page reads and judges answers as Python does, word for word: what the build exported against `nb.check`."""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ntkbook as nb
from bookkit.commands.answers import answers_file
from bookkit.sources.project import ROOT
from ntkbook._accepted import Accepted
from ntkbook._expression import Unread, number_from
from tests._weekly import THIS_WEEK
from tests.playground._engine import Engine
from tests.test_exercises import MEASURED, READ, UNREAD

MALFORMED = ["a half", "1,500", "1e999", "1/0", "(2", "2pi", "-", "0x10", "∞"]


@pytest.fixture(scope="module")
def node() -> Iterator[Engine]:
    running = Engine(Path(__file__).with_name("answers.js"))
    yield running
    running.stop()


def read(text: str) -> dict[str, str]:
    try:
        return {"number": number_from(text)}  # type: ignore[dict-item]
    except Unread as unread:
        return {"unread": str(unread)}


def assert_read_alike(node: Engine, texts: list[str]) -> None:
    for text, there in zip(texts, node.ask("read", texts=texts), strict=True):
        here = read(text)
        if "unread" in here or "unread" in there:
            assert there == here, text
        else:
            expected, got = here["number"], float(there["number"])
            assert got == pytest.approx(expected, rel=1e-14, nan_ok=True), text


def test_numbers_are_read_alike(node: Engine) -> None:
    assert_read_alike(node, [*READ, *UNREAD, *MALFORMED])


PIECES = [
    "1",
    "2.5",
    "0,16",
    "1,500",
    "1e-3",
    "+",
    "-",
    "*",
    "/",
    "^",
    "(",
    ")",
    "sqrt",
    "log ",
    "exp",
    "π",
    "%",
    "x",
    "²",
]


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=9))
def test_any_text_is_read_alike(node: Engine, pieces: list[str]) -> None:
    assert_read_alike(node, ["".join(pieces)])


@given(text=st.text(max_size=12))
def test_any_characters_are_read_alike(node: Engine, text: str) -> None:
    assert_read_alike(node, [text])


def exported() -> dict[str, dict[str, Any]]:
    file = answers_file(ROOT / "_build")
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def written(accepted: dict[str, Any]) -> list[str]:
    """Right, nearly right, wrong and malformed answers to an exercise."""
    low, high = accepted["low"], accepted["high"]
    beyond = (high - low) / 100 or 1
    numbers = [
        low,
        high,
        (low + high) / 2,
        low - beyond,
        high + beyond,
        2 * high,
        -high,
        0,
        *accepted["close"],
    ]
    return [
        *(repr(float(number)) for number in numbers),
        f"2*{high!r}/2",
        f"{low:.17g}".replace(".", ","),
        *MALFORMED,
    ]


@pytest.mark.parametrize("name", sorted(exported()) or ["no book is built"])
def test_page_and_python_say_the_same(node: Engine, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    accepted = exported()[name]
    if name in MEASURED and not THIS_WEEK:  # the build did, before it; compared here are the judges
        kept = {field: value for field, value in accepted.items() if field != "asked"}
        right = Accepted(**kept | {"close": tuple(kept["close"])})
        monkeypatch.setattr("ntkbook.exercises.accepted", lambda exercise, seed: right)
    texts = written(accepted)
    there = node.ask("judge", accepted=accepted, texts=texts)
    here = [nb.check(name, text) for text in texts]
    assert there == [{"status": each.status, "message": each.message} for each in here]
    assert {each.status for each in here} == {"right", "not yet"}
    middle = here[2].status if accepted["kind"] == "a number" else here[0].status
    assert (here[0].status, here[1].status, middle) == ("right", "right", "right")
    assert math.isfinite(accepted["low"])
    told = map(float, re.findall(r"\d+(?:\.\d+)?", accepted["hint"]))
    assert not [each for each in told if accepted["low"] <= each <= accepted["high"]]
