"""The exercises: what is accepted, what is told, and what a reader may write."""

import importlib
import re
from fractions import Fraction
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

import ntkbook as nb
from bookkit.commands.answers import record
from ntkbook._accepted import Accepted, judged, too_short
from ntkbook._expression import Unread, number_from
from ntkbook.exercises import accepted, exercises, least_power_of_two, own_numbers
from tests._weekly import weekly

MEASURED = {  # those that train or solve something first; a build evaluates them all
    "enough-points",
    "exit-exponent",
    "five-per-cent",
    "random-label-radius",
    "too-fast",
    "two-per-cent",
    "a-third",
    "where-it-peaks",
}
QUICK = sorted(set(exercises()) - MEASURED)

READ = {
    "4": 4.0,
    " 0,16 ": 0.16,
    "4/25": 0.16,
    ".5": 0.5,
    ",5": 0.5,
    "-2^2": -4.0,
    "2^-1": 0.5,
    "2^3^2": 512.0,
    "2**3": 8.0,
    "8 − 3·2": 2.0,
    "6/3/2": 1.0,
    "1e-3": 1e-3,
    "1,44E6": 1.44e6,
    "sqrt(2)/10": np.sqrt(2) / 10,
    "√2": np.sqrt(2),
    "log 2/0.3": np.log(2) / 0.3,
    "LN(100)/0,5": np.log(100) / 0.5,
    "exp(-1)": np.exp(-1),
    "2*pi": 2 * np.pi,
    "π": np.pi,
    "e^7": np.e**7,
    "60 %": 0.6,
    "-(1+2)*3": -9.0,
    "1234,567": 1234.567,
    "0,123": 0.123,
}

UNREAD = {
    "": "Something is missing at the end.",
    "a half": "“a” cannot be read here.",
    "4 5": "“5” cannot be read here.",
    "2pi": "“pi” cannot be read here.",
    "(1+2": "A bracket is not closed.",
    "1+": "Something is missing at the end.",
    "4)": "“)” cannot be read here.",
    "x = 4": "“=” cannot be read here.",
    "1,500": "“1,500” can be read in two ways: write 1500 or 1.500.",
    "1,440,000": "“1,440,000” is not a number. Write thousands without marks between them, as 1440000.",
    "1.2.3": "“1.2.3” is not a number.",
    "(" * 101: "That is longer than 100 characters.",
    "sqrt": "Something is missing at the end.",
    "__import__('os')": "“_” cannot be read here.",
}


@pytest.mark.parametrize("text", READ)
def test_numbers_are_read_as_readers_write_them(text: str) -> None:
    assert number_from(text) == pytest.approx(READ[text], rel=1e-15)


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_no_number_is_said_to_be_none(text: str) -> None:
    with pytest.raises(Unread, match=re.escape(UNREAD[text])):
        number_from(text)


@pytest.mark.parametrize(
    "answer", [4, 4.0, "4", "8/2", np.array([4.0]), jnp.array([[4]]), Fraction(4), np.int8(4)]
)
def test_an_answer_may_be_given_in_many_ways(answer: Any) -> None:
    assert nb.check("halve-the-radius", answer).status == "right"


@pytest.mark.parametrize("answer", [[4, 4], {}, 4 + 0j, "four", object(), float("nan"), "1/0", 10**400])
def test_no_answer_raises(answer: Any) -> None:
    assert nb.check("halve-the-radius", answer).status == "not yet"


def test_a_whole_number_is_judged_as_such() -> None:
    whole = Accepted(4, 4, "Think.", "a whole number", kind="a whole number")
    assert judged(whole, 4.0 + 1e-14)[0] == "right"  # as a computation gives it
    assert judged(whole, 3.99) == ("not yet", "Give a whole number.")
    assert judged(whole, 5.0) == ("not yet", "Think.")


def test_a_power_of_two_is_judged_as_such() -> None:
    power = Accepted(8, 8, "Think.", "a power of two", kind="a power of two", least=0.5, most=64)
    assert [judged(power, given)[1] for given in (8, 4, 6, 128, -8)] == [
        "Well done.",
        "Think.",
        *["Give a power of two between 0.5 and 64."] * 3,
    ]


def test_a_right_value_with_too_few_digits_is_told_so() -> None:
    assert too_short(2.3105, 2.287, 2.334) == (2.0,)  # 2.3 is right
    assert too_short(0.12239, 0.1212, 0.1236) == (0.1, 0.12)
    assert nb.check("half-life", 2).message == "Close: give three digits."
    assert nb.check("half-life", 3).message != "Close: give three digits."


@pytest.mark.parametrize("name", QUICK)
def test_what_is_accepted_is_told_apart(name: str) -> None:
    """At the middle and at both ends right, a little beyond them wrong, with a hint."""
    right = accepted(name)
    slack = (right.high - right.low) / 100 or 1
    for given in (
        right.low,
        (right.low + right.high) / 2 if right.kind == "a number" else right.high,
        right.high,
    ):
        assert nb.check(name, given).status == "right"
    for given in (right.low - slack, right.high + slack):
        assert nb.check(name, given).status == "not yet"


@pytest.mark.parametrize("name", QUICK)
def test_no_hint_contains_the_answer(name: str) -> None:
    right = accepted(name)
    told = [number_from(text) for text in re.findall(r"\d+(?:\.\d+)?(?:/\d+)?", right.hint)]
    assert not [each for each in told if right.low <= abs(each) <= right.high]
    assert right.hint.endswith((".", "?", "!")) or right.hint.endswith("asked.")
    assert right.within


@pytest.mark.parametrize("name", [name for name in QUICK if exercises()[name].choices])
def test_numbers_of_ones_own_ask_for_another_answer(name: str) -> None:
    """Every choice of numbers can be put into words, and hardly any has the page's answer."""
    exercise, page = exercises()[name], accepted(name)
    seeds = range(20)
    own = [accepted(name, seed) for seed in seeds]
    assert sum(each.low <= page.high and page.low <= each.high for each in own) <= 4
    for seed in seeds:
        numbers = own_numbers(name, seed)
        assert set(numbers) == set(exercise.choices)
        assert "{" not in re.sub(r"\$[^$]*\$", "", exercise.own.format(**numbers))
        assert own_numbers(name, seed) == numbers
    assert len({each.low for each in own}) > 1


def test_the_seed_is_that_of_the_check() -> None:
    seed = next(seed for seed in range(100) if own_numbers("half-life", seed) == {"layers": 4, "lam": 0.02})
    assert nb.check("half-life", np.log(2) / (2 * 4 * 0.02), seed=seed).status == "right"
    assert nb.check("half-life", np.log(2) / (2 * 3 * 0.05), seed=seed).status == "not yet"


def test_the_least_power_of_two_is_found_wherever_it_is() -> None:
    for place in range(-3, 7):
        exercise = least_power_of_two(2**-4, 2**6, lambda value, place=place: value >= 2.0**place, "")
        assert exercise.accepts().low == 2.0**place


# The last two train for a minute and a half.
MONOTONE = [
    "a-third",
    "too-fast",
    pytest.param("enough-points", marks=weekly),
    pytest.param("two-per-cent", marks=weekly),
]


@pytest.mark.parametrize("name", MONOTONE)
def test_a_measured_power_of_two_is_the_least_of_the_whole_domain(name: str) -> None:
    """Bisection finds it only if what is measured holds from there on."""
    room, measure = {
        "a-third": ("tangent_kernel", "_changes_by_a_third"),
        "enough-points": ("generalization", "_says_something"),
        "too-fast": ("monitoring", "_leaves"),
        "two-per-cent": ("regularizer", "_drifts_little"),
    }[name]
    right = accepted(name)
    holds = getattr(importlib.import_module(f"ntkbook.chapters.{room}.ask"), measure)
    powers = 2.0 ** np.arange(np.log2(right.least), np.log2(right.most) + 1)
    assert [holds(power) for power in powers] == [power >= right.low for power in powers]


def test_what_is_exported_is_what_is_judged_by() -> None:
    assert record("half-life") == {
        "low": accepted("half-life").low,
        "high": accepted("half-life").high,
        "hint": accepted("half-life").hint,
        "within": "to within 1 %",
        "kind": "a number",
        "asked": "a number",
        "close": (2.0,),
    }
    assert record("too-fast")["most"] == 64
