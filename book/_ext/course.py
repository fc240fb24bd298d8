"""The parts of the book and the sections of its chapters, as course material is made from them."""

import re
from dataclasses import dataclass

import yaml
from book_labels import pages, places
from directives import Fence, fences
from fingerprint import ROOT

_SECTION = re.compile(r"^## ", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """number: that of its slides. caption: as the contents have it."""

    number: int
    caption: str
    chapters: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A chapter's prediction question. answers: (what is claimed, what is said of it)."""

    asked: str
    answers: tuple[tuple[str, str], ...]


def parts() -> list[Part]:
    """The parts with chapters: not what stands in front and at the back."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    numbered = [part for part in contents if part.get("numbered")]
    return [
        Part(number, part["caption"], tuple(entry["file"] for entry in part["chapters"]))
        for number, part in enumerate(numbered, start=1)
    ]


def title(chapter: str) -> str:
    return places()[chapter].words


def section(chapter: str, name: str) -> str:
    """The text of a section, without its heading."""
    (found,) = [text for text in _SECTION.split(pages()[chapter]) if text.startswith(f"{name}\n")]
    return found.removeprefix(f"{name}\n").strip()


def boxes(text: str, kind: str) -> list[Fence]:
    return [fence for fence in fences(text) if fence.name == kind]


def question(chapter: str) -> Question:
    text = section(chapter, "Predict")
    answers = boxes(text, "dropdown")
    asked = "\n".join(text.split("\n")[: answers[0].lines[0]])
    return Question(
        asked.replace("Pick an answer to open it.", "").strip(),
        tuple((answer.argument, answer.body) for answer in answers),
    )
