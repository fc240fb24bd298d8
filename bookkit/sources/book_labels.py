"""What a label of the book stands for, in words and as an address, read from the pages' sources."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bookkit.sources.directives import fences
from bookkit.sources.project import ROOT

BOOK = ROOT / "book"
_LABEL = re.compile(r"\(([\w-]+)\)=")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """Words for what is labelled, and where it stands on the built site."""

    words: str
    address: str


@cache
def pages() -> dict[str, str]:
    """The name of every page -> its source."""
    files = {file.relative_to(BOOK).with_suffix("").as_posix(): file for file in sorted(BOOK.rglob("*.md"))}
    return {name: file.read_text(encoding="utf-8") for name, file in files.items() if name[0] != "_"}


@cache
def places() -> dict[str, Place]:
    """Label, or name of a page -> its place."""
    return {label: place for page, text in pages().items() for label, place in _of(page, text)}


def _of(page: str, text: str) -> Iterator[tuple[str, Place]]:
    title = _TITLE.search(text)
    whole = Place(title[1] if title else page, f"{page}.html")
    yield page, whole
    for label in _LABEL.findall(text):
        within = "" if label.startswith("chapter-") else f"#{label.lower()}"
        yield label, Place(f"“{whole.words}”", whole.address + within)
    yield from _labelled(page, text)


def _labelled(page: str, text: str) -> Iterator[tuple[str, Place]]:
    """The directives with a label, those inside others too."""
    for fence in fences(text):
        if label := fence.options.get("label"):
            anchor = f"equation-{label}" if fence.name == "math" else label
            yield label, Place(_words(fence.name, fence.argument, label), f"{page}.html#{anchor}")
        if fence.name and fence.name != "code-cell":
            yield from _labelled(page, fence.body)


def _words(directive: str, title: str, label: str) -> str:
    """“Theorem B” where the title says so, else its kind and title; an equation goes by its label."""
    if directive == "math":
        return f"({label.removeprefix('eq-')})"
    kind = directive.removeprefix("prf:").capitalize()
    return title.partition(":")[0] if title.startswith(f"{kind} ") else f"{kind} “{title}”"
