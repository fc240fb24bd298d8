"""Comments `# eq-radius` in ntkbook: the line on which one stands, or the next, computes the formula so labelled."""

import ast
import io
import re
import tokenize
from dataclasses import dataclass
from functools import cache

from bookkit.sources.book_labels import places
from bookkit.sources.project import ROOT

_LABEL = re.compile(r"\beq-[\w-]*\w")
_SPACE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


@dataclass(frozen=True)
class Tag:
    """line: of the code that the tag speaks of, 0 if none follows. inside: the innermost function around it."""

    label: str
    line: int
    inside: str


@cache
def library() -> dict[str, str]:
    """Every file of ntkbook, by its path in the repository -> its source."""
    files = sorted((ROOT / "ntkbook").rglob("*.py"))
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}


def tags(source: str) -> list[Tag]:
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    coded = sorted({token.start[0] for token in tokens if token.type not in _SPACE})
    found = []
    for token in tokens:
        if token.type == tokenize.COMMENT and (labels := _LABEL.findall(token.string)):
            line = next((line for line in coded if line >= token.start[0]), 0)
            inside = innermost(source, line)
            found += [Tag(label, line, inside.name if inside else "") for label in labels]
    return found


@cache
def _functions(source: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    nodes = ast.walk(ast.parse(source))
    return [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def innermost(source: str, line: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """The function whose body holds a line, the innermost of several."""
    around = [f for f in _functions(source) if f.body[0].lineno <= line <= (f.end_lineno or 0)]
    return max(around, key=lambda f: f.lineno, default=None)


def formulas() -> dict[str, str]:
    """The label of every display formula that has one -> its page."""
    found = {label: place.address.partition(".html#equation-") for label, place in places().items()}
    return {label: page for label, (page, equation, _) in found.items() if equation}


def tagged() -> dict[str, list[tuple[str, Tag]]]:
    """Label -> (file, tag) of every line that computes it."""
    found: dict[str, list[tuple[str, Tag]]] = {}
    for file, source in library().items():
        for tag in tags(source):
            found.setdefault(tag.label, []).append((file, tag))
    return found
