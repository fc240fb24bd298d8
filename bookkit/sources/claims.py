"""Every claim of the book and what holds it: lines of code, tests, assertions of a page, explorers, mutations."""

import ast
import re
from dataclasses import dataclass
from functools import cache

from bookkit.sources.book_labels import pages
from bookkit.sources.checks import Assertion, HoldingTest, assertions, holding
from bookkit.sources.directives import fences
from bookkit.sources.equation_tags import formulas, library, tagged
from bookkit.sources.mutations import Mutation, mutations
from bookkit.sources.public_names import CHAPTERS, called, public, surface
from bookkit.sources.statements import Statement, statements

_SOURCE = re.compile(r"[Tt]he book's ([^.;,]+(?:, Corollary \d)?)")
_HEADING = re.compile(r"^#{2,3} (.+)$")


@dataclass(frozen=True)
class Line:
    """A line of ntkbook that computes what a label stands for. inside: the function that holds it.
    whole: whether it is the function's first, whose docstring names the label as its source."""

    file: str
    line: int
    inside: str
    code: str
    whole: bool = False


@dataclass(frozen=True)
class Shown:
    """An explorer: the function of the chapter that makes it, and the heading under which it stands."""

    page: str
    name: str
    heading: str


@dataclass(frozen=True)
class Claim:
    """A label, and all that holds it. statement: nothing for an equation."""

    label: str
    page: str
    statement: Statement | None
    lines: tuple[Line, ...]
    tests: tuple[HoldingTest, ...]
    assertions: tuple[Assertion, ...]
    explorers: tuple[Shown, ...]
    mutations: tuple[Mutation, ...]

    @property
    def checked(self) -> bool:
        return bool(self.tests or self.assertions)

    @property
    def unchecked_parts(self) -> list[int]:
        """The numbered parts that no test and no assertion names, if none holds the whole."""
        if self.statement is None or not self.statement.parts:
            return []
        named = {
            each.part
            for check in (*self.tests, *self.assertions)
            for each in check.holds
            if each.label == self.label
        }
        return (
            [] if 0 in named else [part for part in range(1, self.statement.parts + 1) if part not in named]
        )

    @property
    def state(self) -> tuple[str, ...]:
        """Of `defined` or `proven`, `asserted` and `mutated` what is true."""
        stated = self.statement is not None and self.statement.kind == "definition"
        proven = self.statement is not None and self.statement.proven
        return tuple(
            word
            for word, true in (
                ("defined", stated),
                ("proven", proven),
                ("asserted", self.checked),
                ("mutated", bool(self.mutations)),
            )
            if true
        )


@cache
def claims() -> dict[str, Claim]:
    """Label -> claim, of the statements in the order of the book."""
    return {label: _claim(label, each.page, each) for label, each in statements().items()}


@cache
def equations() -> dict[str, Claim]:
    """Label -> claim, of the labelled equations."""
    return {label: _claim(label, page, None) for label, page in formulas().items()}


def owner(equation: str) -> str:
    """The statement in whose box or proof an equation stands, if it stands in one."""
    return next((label for label, each in statements().items() if equation in each.equations), "")


def _claim(label: str, page: str, statement: Statement | None) -> Claim:
    labels = {label, *(statement.equations if statement else ())}
    found = [line for each in labels for line in _lines().get(each, [])]
    lines = tuple(sorted(_once(found), key=lambda line: (line.file, line.line)))
    checks = tuple(test for test in holding() if labels & {each.label for each in test.holds})
    return Claim(
        label,
        page,
        statement,
        lines,
        checks,
        tuple(each for each in assertions() if labels & {one.label for one in each.holds}),
        explorers().get(page, ()),
        tuple(each for each in mutations() if _touches(each, lines, checks)),
    )


def _touches(mutation: Mutation, lines: tuple[Line, ...], checks: tuple[HoldingTest, ...]) -> bool:
    """Whether it changed a function that computes the claim, or, where none does by itself, failed a check of it."""
    if lines:
        return (mutation.file, mutation.inside) in {(line.file, line.inside) for line in lines}
    return mutation.test in {test.key for test in checks}


def _once(lines: list[Line]) -> list[Line]:
    """Without a function's first line where a line inside it is there too."""
    places = {(each.file, each.line): each for each in lines}
    inner = {(each.file, each.inside) for each in lines if not each.whole}
    return [each for each in places.values() if not each.whole or (each.file, each.inside) not in inner]


@cache
def _lines() -> dict[str, list[Line]]:
    """Label -> lines: those that are tagged, and the functions whose docstring names it as their source."""
    found: dict[str, list[Line]] = {}
    for label, places_ in tagged().items():
        for file, tag in places_:
            found.setdefault(label, []).append(Line(file, tag.line, tag.inside, _code(file, tag.line)))
    for file, source in library().items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for label in _sources(node):
                    found.setdefault(label, []).append(
                        Line(file, node.lineno, node.name, _code(file, node.lineno), whole=True)
                    )
    return found


def _code(file: str, line: int) -> str:
    return library()[file].split("\n")[line - 1].partition("  # ")[0].strip()


def _sources(node: ast.FunctionDef | ast.ClassDef) -> list[str]:
    """The labels of the statements that a docstring names under `Source:`."""
    _, _, section = (ast.get_docstring(node, clean=False) or "").partition("Source:\n")
    return [named()[words] for words in _SOURCE.findall(section.partition("\n\n")[0]) if words in named()]


@cache
def named() -> dict[str, str]:
    """How docstrings call a statement, `Theorem B`, `Jacobian lemma`, `PL lemma` -> its label."""
    found = {label.replace("-", " ").replace("pl ", "PL "): label for label in statements()}
    found |= {each.name: label for label, each in statements().items()}
    for name, label in list(found.items()):  # “Theorem E, Corollary 2”: the second of its chapter after it
        after = list(statements())[list(statements()).index(label) :]
        corollaries = [
            each
            for each in after
            if statements()[each].kind == "corollary" and statements()[each].page == statements()[label].page
        ]
        found |= {f"{name}, Corollary {place}": each for place, each in enumerate(corollaries, 1)}
    return found


@cache
def explorers() -> dict[str, tuple[Shown, ...]]:
    """Page -> its explorers: the cells that are one call of a function of `show` that makes one."""
    return {page: tuple(_explorers(page, text)) for page, text in pages().items()}


def _explorers(page: str, text: str) -> list[Shown]:
    room = page.rpartition("/")[2].replace("-", "_")
    making = _makers(library().get(f"ntkbook/chapters/{room}/show.py", ""))
    lines, found = text.split("\n"), []
    for fence in fences(text):
        call = re.search(r"^show\.(\w+)\(\)$", fence.body, re.MULTILINE)
        name = call[1] if fence.name == "code-cell" and call else fence.name
        if name in making or name == "playground":
            headings = [match[1] for line in lines[: fence.lines[0]] if (match := _HEADING.match(line))]
            found.append(Shown(page, name, headings[-1] if headings else ""))
    return found


def _makers(source: str) -> set[str]:
    """The functions of a module that say they make an Explorer, of nothing."""
    return {
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "Explorer"
    }


def entry_of(line: Line) -> str:
    """How the reference calls the function that holds a line; nothing if it has no entry there."""
    module = line.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    head, found, _ = module.partition(".measure")
    shown = module if not module.startswith(CHAPTERS) else head + found
    surface_ = surface(shown)
    return f"{called(surface_)}.{line.inside}" if line.inside in public(surface_) else ""
