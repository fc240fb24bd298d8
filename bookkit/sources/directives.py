"""The directives of a page's MyST Markdown, found by a Markdown parser: fences of any length, colons, in lists too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from mdit_py_plugins.colon_fence import colon_fence_plugin

_NAME = re.compile(r"\{([^}\s]+)\}\s*(.*)")
_OPTION = re.compile(r":([\w-]+):[ \t]*(.*)\n?")
_PARSER = MarkdownIt("commonmark").use(colon_fence_plugin)
_PARSER.core.ruler.enableOnly(["normalize", "block"])  # what stands inside a paragraph does not matter here


@dataclass(frozen=True)
class Fence:
    """A fenced block: where it stands, and, if it is a directive, what it says."""

    lines: tuple[int, int]
    marker: str
    name: str  # empty if it is plain code
    argument: str
    options: dict[str, str]
    body: str


def fences(text: str) -> Iterator[Fence]:
    """All fenced blocks of a text, in order; those inside a directive belong to its body."""
    for token in _PARSER.parse(text):
        if token.type not in ("fence", "colon_fence") or token.map is None:
            continue
        found = _NAME.match(token.info.strip())
        name, argument = found.groups() if found else ("", "")
        options, body = _split(token.content) if found else ({}, token.content)
        yield Fence((token.map[0], token.map[1]), token.markup, name, argument.strip(), options, body)


def _split(content: str) -> tuple[dict[str, str], str]:
    """A directive's options, and what follows them."""
    options, position = {}, 0
    while found := _OPTION.match(content, position):
        options[found[1]] = found[2].strip()
        position = found.end()
    return options, content[position:].strip("\n")
