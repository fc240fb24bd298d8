"""The explorers of the pages: which function makes each, and under which heading it stands."""

import ast
import re
from dataclasses import dataclass
from functools import cache

from bookkit.sources.book_labels import pages
from bookkit.sources.directives import fences
from bookkit.sources.equation_tags import library

_HEADING = re.compile(r"^#{2,3} (.+)$")


@dataclass(frozen=True)
class Shown:
    """An explorer: the function of the chapter that makes it, and the heading under which it stands."""

    page: str
    name: str
    heading: str


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
