"""What checks a claim: tests that say so by a comment, and assertions of a page that say so beneath their cell.

`# holds: theorem-b.1, eq-radius` stands above a test, `{asserted} theorem-b.1` beneath a cell. A number after a point
is that of the part which is checked; without one it is the whole.
"""

import ast
import io
import re
import textwrap
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from bookkit.sources.book_labels import pages
from bookkit.sources.directives import fences
from bookkit.sources.project import ROOT

_HOLDS = re.compile(r"# holds: (.+)$")


@dataclass(frozen=True)
class Held:
    """A label, and the number of its part, 0 for the whole."""

    label: str
    part: int = 0


@dataclass(frozen=True)
class HoldingTest:
    """line: where it begins, decorators included; 0 if no test follows the comment."""

    file: str
    line: int
    name: str
    source: str
    holds: tuple[Held, ...]

    @property
    def key(self) -> str:
        return f"{self.file}::{self.name}"


@dataclass(frozen=True)
class Assertion:
    """number: 1, 2, … on its page. asserts: how many the cell has, 0 if there is no cell with any above."""

    page: str
    number: int
    asserts: int
    holds: tuple[Held, ...]


def held(words: str) -> tuple[Held, ...]:
    """What the words after `holds:` or `{asserted}` name."""
    named = [each.strip().partition(".") for each in words.split(",")]
    return tuple(Held(label, int(part) if part.isdigit() else 0) for label, _, part in named)


def parts_of(holds: Iterable[Held]) -> dict[str, list[int]]:
    """Label -> the numbers of the parts that are named, none where it is the whole."""
    found: dict[str, list[int]] = {}
    for each in holds:
        found.setdefault(each.label, []).extend([each.part] * bool(each.part))
    return found


def in_words(parts: list[int], *, brackets: bool = False) -> str:
    """“, parts 1, 2”, or “ (parts 1, 2)”, or nothing."""
    said = f"part{'s' * (len(parts) > 1)} {', '.join(map(str, parts))}"
    return "" if not parts else f" ({said})" if brackets else f", {said}"


@cache
def holding() -> tuple[HoldingTest, ...]:
    """All tests that say what they hold."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return tuple(
        test
        for file in files
        for test in named_in(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
    )


def named_in(file: str, source: str) -> Iterator[HoldingTest]:
    if "# holds: " not in source:
        return
    lines = source.split("\n")
    comments = [
        token
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]
    said = [(token.start[0], found[1]) for token in comments if (found := _HOLDS.match(token.string))]
    functions = {_first(node): node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    for place, words in said:
        node = functions.get(place + 1)
        if node is None or not node.name.startswith("test_"):
            yield HoldingTest(file, 0, "", "", held(words))
        else:
            text = textwrap.dedent("\n".join(lines[place : node.end_lineno]))
            yield HoldingTest(file, place + 1, node.name, text, held(words))


def _first(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


@cache
def assertions() -> tuple[Assertion, ...]:
    """All places of the book's pages that say what the cell above asserts."""
    return tuple(each for page, text in pages().items() for each in assertions_of(page, text))


def assertions_of(page: str, text: str) -> Iterator[Assertion]:
    asserts = number = 0
    for fence in fences(text):
        if fence.name == "code-cell":
            asserts = _asserts(fence.body)
        elif fence.name == "asserted":
            number += 1
            yield Assertion(page, number, asserts, held(fence.argument))
            asserts = 0


def _asserts(cell: str) -> int:
    try:
        return sum(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell)))
    except SyntaxError:
        return 0
