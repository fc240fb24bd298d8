"""Lines of ntkbook that compute what a label stands for: tagged with it, or of a function that names it as source."""

import ast
import re
from dataclasses import dataclass
from functools import cache

from bookkit.sources.equation_tags import library, tagged
from bookkit.sources.public_names import CHAPTERS, called, public, surface
from bookkit.sources.statements import statements

_SOURCE = re.compile(r"[Tt]he book's ([^.;,]+(?:, Corollary \d)?)")


@dataclass(frozen=True)
class Line:
    """A line of ntkbook that computes what a label stands for. inside: the function that holds it.
    whole: whether it is the function's first, whose docstring names the label as its source."""

    file: str
    line: int
    inside: str
    code: str
    whole: bool = False


def without_repeats(lines: list[Line]) -> list[Line]:
    """Without a function's first line where a line inside it is there too."""
    places = {(each.file, each.line): each for each in lines}
    inner = {(each.file, each.inside) for each in lines if not each.whole}
    return [each for each in places.values() if not each.whole or (each.file, each.inside) not in inner]


@cache
def computing() -> dict[str, list[Line]]:
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


def entry_of(line: Line) -> str:
    """How the reference calls the function that holds a line; nothing if it has no entry there."""
    module = line.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    head, found, _ = module.partition(".measure")
    shown = module if not module.startswith(CHAPTERS) else head + found
    surface_ = surface(shown)
    return f"{called(surface_)}.{line.inside}" if line.inside in public(surface_) else ""
