"""The definitions, lemmas, propositions, theorems and corollaries of the book, and what each proof rests on.

A proof is a dropdown of class `proof-of-` and the label of what it proves, or a `{container}` of that class, which may
stand inside another proof. What the statement and its proof refer to by `{prf:ref}` or `{eq}`, they use.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from bookkit.sources.book_labels import pages
from bookkit.sources.directives import Fence, fences
from bookkit.sources.toc import contents

KINDS = ("definition", "lemma", "proposition", "theorem", "corollary")
_REFERENCE = re.compile(r"\{(?:prf:ref|eq)\}`(?:[^`<]*<)?([\w-]+)>?`")
_PROOF_OF = re.compile(r"\bproof-of-([\w-]*\w)")
_PART = re.compile(r"^\d+\. ", re.MULTILINE)


@dataclass(frozen=True)
class Statement:
    """title: as its box has it. parts: how many numbered ones it has. equations: labelled, in the box or its proof.
    uses: the labels of the statements that it, or its proof, refers to. proven: whether the book has its proof."""

    label: str
    kind: str
    title: str
    page: str
    parts: int
    equations: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    proven: bool = False

    @property
    def name(self) -> str:
        """“Theorem B”, “Jacobian lemma”: the title up to its colon."""
        return self.title.partition(":")[0]


@dataclass(frozen=True)
class _Said:
    """That a box or a proof of a statement holds these references and labelled equations."""

    label: str
    references: tuple[str, ...]
    equations: tuple[str, ...]


@cache
def statements() -> dict[str, Statement]:
    """Label -> statement, in the order of the book."""
    ordered = [page for part in contents() for page in part.pages]
    return read({page: pages()[page] for page in ordered})


def read(texts: dict[str, str]) -> dict[str, Statement]:
    """The statements of some pages, name -> source."""
    found: dict[str, Statement] = {}
    proven: set[str] = set()
    said: list[_Said] = []
    for page, text in texts.items():
        for fence in _all(text):
            kind, label = fence.name.removeprefix("prf:"), fence.options.get("label", "")
            if fence.name.startswith("prf:") and kind in KINDS and label:
                found[label] = Statement(label, kind, fence.argument, page, len(_PART.findall(fence.body)))
                said.append(_Said(label, *_within(fence.body)))
            for proves in proves_of(fence):
                proven.add(proves)
                said.append(_Said(proves, *_within(fence.body)))
    owner = {equation: each.label for each in said for equation in each.equations}
    for label in found:
        own = [each for each in said if each.label == label]
        meant = [owner.get(target, target) for each in own for target in each.references]
        found[label] = replace(
            found[label],
            equations=tuple(equation for each in own for equation in each.equations),
            uses=tuple(dict.fromkeys(each for each in meant if each in found and each != label)),
            proven=label in proven,
        )
    return found


def proves_of(fence: Fence) -> list[str]:
    """The labels of what a fence proves."""
    classes = {"dropdown": fence.options.get("class-container", ""), "container": fence.argument}
    return _PROOF_OF.findall(classes.get(fence.name, ""))


def _all(text: str) -> Iterator[Fence]:
    for fence in fences(text):
        if fence.name and fence.name != "code-cell":
            yield fence
            yield from _all(fence.body)


def _within(body: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(references, labels of equations) of a body, without those of proofs that stand inside it."""
    inner = [fence for fence in fences(body) if proves_of(fence)]
    lines = body.split("\n")
    for fence in inner:
        lines[slice(*fence.lines)] = [""] * (fence.lines[1] - fence.lines[0])
    own = "\n".join(lines)
    equations = [
        each.options["label"] for each in _all(own) if each.name == "math" and "label" in each.options
    ]
    return tuple(_REFERENCE.findall(own)), tuple(equations)
