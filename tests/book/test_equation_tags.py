"""A comment `# eq-radius` stands at the line that computes the formula with that label: no tag without its formula.

On a line of its own the comment speaks of the next line of code.
"""

import ast
import io
import re
import tokenize
from dataclasses import dataclass

import pytest

from bookkit.sources.book_labels import places
from bookkit.sources.toc import parts
from tests.book._sources import ROOT

SOURCES = {
    file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8")
    for file in sorted((ROOT / "ntkbook").rglob("*.py"))
}
LABEL = re.compile(r"\beq-[\w-]*\w")
SPACE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
# Chapters 4 to 12: what is proven of classification, and of its uncertainty.
CHAPTERS = [page for part in parts() for page in part.pages][3:12]
NOT_COMPUTED = {
    "eq-long": "an inequality: its radius is eq-horizon-radius, and the drift under it is measured",
    "eq-speed": "a step of the proof of Theorem A",
    "eq-integrable": "a step of the proof of Theorem A",
    "eq-member": "a step of the proof of Theorem H",
    "eq-noisy-radius": "needed in the proof of Theorem H, and evaluated nowhere",
}


@dataclass(frozen=True)
class Tag:
    """line: of the code that the tag speaks of, 0 if none follows. inside: the innermost function around it."""

    label: str
    line: int
    inside: str


def tags(source: str) -> list[Tag]:
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    coded = sorted({token.start[0] for token in tokens if token.type not in SPACE})
    functions = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]

    def innermost(line: int) -> str:
        around = [f for f in functions if f.body[0].lineno <= line <= (f.end_lineno or 0)]
        return max(around, key=lambda f: f.lineno).name if around else ""

    found = []
    for token in tokens:
        if token.type == tokenize.COMMENT:
            line = next((line for line in coded if line >= token.start[0]), 0)
            found += [Tag(label, line, innermost(line)) for label in LABEL.findall(token.string)]
    return found


def formulas() -> dict[str, str]:
    """The label of every display formula that has one -> its page."""
    found = {label: place.address.partition(".html#equation-") for label, place in places().items()}
    return {label: page for label, (page, equation, _) in found.items() if equation}


def tagged() -> dict[str, list[tuple[str, Tag]]]:
    """Label -> (file, tag) of every line that computes it."""
    found: dict[str, list[tuple[str, Tag]]] = {}
    for file, source in SOURCES.items():
        for tag in tags(source):
            found.setdefault(tag.label, []).append((file, tag))
    return found


def unknown(labels: set[str]) -> set[str]:
    return labels - formulas().keys()


def test_every_tag_names_a_formula_of_the_book() -> None:
    assert unknown(set(tagged())) == set()


def test_every_numbered_formula_of_chapters_4_to_12_is_tagged_or_has_its_reason() -> None:
    assert [CHAPTERS[0], CHAPTERS[-1], len(CHAPTERS)] == ["part-2/loss", "part-3/bayes", 9]
    numbered = {label for label, page in formulas().items() if page in CHAPTERS}
    assert numbered - tagged().keys() == NOT_COMPUTED.keys()


@pytest.mark.parametrize("label", tagged())
def test_a_tag_stands_within_a_function(label: str) -> None:
    for file, tag in tagged()[label]:
        assert tag.inside, f"{file}: the tag {label} stands within no function"


def test_a_misspelt_tag_is_found() -> None:
    (file, tag) = tagged()["eq-recession"][0]
    misspelt = {tag.label for tag in tags(SOURCES[file].replace("eq-recession", "eq-recesion"))}
    assert unknown(misspelt) == {"eq-recesion"}
    assert tag.label not in misspelt


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f():\n    return 1  # eq-a, eq-b: both", [Tag("eq-a", 2, "f"), Tag("eq-b", 2, "f")]),
        ("def f():\n    # eq-a\n    # in words\n\n    return 1\n", [Tag("eq-a", 5, "f")]),
        ("def f():\n    def g():\n        return 1  # eq-a\n    return g\n", [Tag("eq-a", 3, "g")]),
        ("def f():\n    def g():\n        return 1\n    return g  # eq-a\n", [Tag("eq-a", 4, "f")]),
        ("x = 1  # eq-a\n", [Tag("eq-a", 1, "")]),
        ("def f(x=1):  # eq-a\n    return x\n", [Tag("eq-a", 1, "")]),
        ("def f():\n    return 1\n# eq-a\n", [Tag("eq-a", 0, "")]),
        ('def f():\n    """# eq-a"""\n    return "# eq-b"\n', []),
    ],
)
def test_tags_are_read_where_they_stand(source: str, expected: list[Tag]) -> None:
    assert tags(source) == expected
