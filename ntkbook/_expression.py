"""The number that a reader has written: "0.16", "0,16", "4/25", "sqrt(2)/10", "-log(0.05)/2", "60 %".

front/reader/expression.js reads the same on pages, word for word.
"""

import re
from collections.abc import Callable

import numpy as np

LONGEST = 100  # characters, which also bounds how deep brackets can lie in each other
_BLANK = " \t\r\n"
HOW = "Give a number, such as 0.16, 4/25 or sqrt(2)/10."
_TOKEN = re.compile(
    rf"[{_BLANK}]*(?:((?:\d|[.,]\d)[\d.,]*(?:e[+-]?\d+)?)|([a-zπ]+|√)|(\*\*|[-+*/^()%]))",
    re.IGNORECASE | re.ASCII,
)
_NUMBER = re.compile(r"(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"[1-9]\d{0,2},\d{3}")
_SPELLINGS = str.maketrans({"−": "-", "–": "-", "·": "*", "×": "*", "÷": "/", "\u00a0": " ", "\u202f": " "})
_CONSTANTS = {"pi": np.pi, "π": np.pi, "e": np.e}
_FUNCTIONS: dict[str, Callable[[np.float64], np.float64]] = {
    "sqrt": np.sqrt,
    "√": np.sqrt,
    "exp": np.exp,
    "log": np.log,
    "ln": np.log,
}
_BINARY: dict[str, tuple[int, Callable[[np.float64, np.float64], np.float64]]] = {
    "+": (1, np.add),
    "-": (1, np.subtract),
    "*": (2, np.multiply),
    "/": (2, np.divide),
    "^": (4, np.power),
    "**": (4, np.power),
}
_SIGN = 3  # binds less than a power, −2² = −4, and more than a product
_RIGHTMOST_FIRST = ("^", "**")


class Unread(ValueError):  # noqa: N818
    """What was written is no number, with what to write instead."""


def number_from(text: str) -> float:
    """The value, perhaps infinite or no number, of an expression of numbers with + - * / ^ sqrt exp log pi e %.

    Raises:
        Unread: for anything else, in words.
    """
    if len(text) > LONGEST:
        raise Unread(f"That is longer than {LONGEST} characters. {HOW}")
    with np.errstate(all="ignore"):
        return float(_Reading(_tokens(text.translate(_SPELLINGS).strip(_BLANK))).whole())


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if not match:
            raise Unread(f"“{text[place:].strip(_BLANK)[0]}” cannot be read here. {HOW}")
        found.append(match[0].strip(_BLANK).lower())
        place = match.end()
    return found


class _Reading:
    """One expression, read from left to right; what binds more is read first."""

    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens[::-1]

    def whole(self) -> np.float64:
        value = self.expression(0)
        if self.left:
            raise Unread(f"“{self.left[-1]}” cannot be read here. {HOW}")
        return value

    def expression(self, least: int) -> np.float64:
        value = self.operand()
        while self.left and self.left[-1] in _BINARY and _BINARY[self.left[-1]][0] > least:
            sign = self.left.pop()
            strength, combine = _BINARY[sign]
            value = combine(value, self.expression(strength - (sign in _RIGHTMOST_FIRST)))
        return value

    def operand(self) -> np.float64:
        token = self.left.pop() if self.left else ""
        if token in ("+", "-"):
            value = self.expression(_SIGN)
            return -value if token == "-" else value
        value = self.atom(token)
        while self.left and self.left[-1] == "%":
            self.left.pop()
            value = value / 100
        return value

    def atom(self, token: str) -> np.float64:
        if token == "(":
            value = self.expression(0)
            if not self.left or self.left.pop() != ")":
                raise Unread(f"A bracket is not closed. {HOW}")
            return value
        if token in _FUNCTIONS:
            return _FUNCTIONS[token](self.atom(self.left.pop() if self.left else ""))
        if token in _CONSTANTS:
            return np.float64(_CONSTANTS[token])
        if token[:1].isdecimal() or token[:1] in (".", ","):
            return np.float64(_number(token))
        said = f"“{token}” cannot be read here." if token else "Something is missing at the end."
        raise Unread(f"{said} {HOW}")


def _number(token: str) -> str:
    if _THOUSANDS.fullmatch(token):
        whole, decimal = token.replace(",", ""), token.replace(",", ".")
        raise Unread(f"“{token}” can be read in two ways: write {whole} or {decimal}.")
    if not _NUMBER.fullmatch(token):
        raise Unread(f"“{token}” is not a number. Write thousands without marks between them, as 1440000.")
    return token.replace(",", ".")
