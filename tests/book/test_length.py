"""What a reader of a chapter meets before opening anything: of the first three, 1,300 words at most."""

import re
from collections.abc import Iterator

import pytest

from bookkit.sources.directives import fences
from tests.book._sources import source

# Blocks that stand open on the page with their titles; a container is named by its class, which nobody reads.
_OPEN = re.compile(r"prf:\w+|exercise|admonition|note|tip|warning|list-table")
# The front matter, labels, and the numbers of a list.
_UNSEEN = re.compile(r"\A---\n.*?^---$|^[ \t*-]*\([\w-]+\)=$|^[ \t]*\d+\. ", re.MULTILINE | re.DOTALL)
_FORMULA = re.compile(r"(\$\$?)[^$]+\1")
_SAID = re.compile(r"\{[\w:]+\}`([^`<]+?) *<[^`]+>`|\[((?:[^][]|\[[^][]*\])*)\]\([^()\s]+\)")
_NAMED = re.compile(r"(?:\{[\w:]+\})?`[^`]+`")


def open_words(text: str) -> int:
    """The words of a page's source that are read before anything is opened: titles, statements, exercises and all.

    One word each are a formula, however long, code within a sentence, and a reference or citation by its label or
    key; a link in words is its words. Of a dropdown only its title counts. Solutions, cells with what they print and
    draw, and what a directive makes, such as the line “Asserted: …” or the playground, do not count.
    """
    return sum(bool(re.search(r"\w", word)) for piece in _pieces(text) for word in piece.split())


def _pieces(text: str) -> Iterator[str]:
    lines, done = text.split("\n"), 0
    for fence in fences(text):
        yield _read("\n".join(lines[done : fence.lines[0]]))
        done = fence.lines[1]
        if fence.name == "math":
            yield "formula"
        elif fence.name == "dropdown":
            yield _read(fence.argument)
        elif fence.name == "container":
            yield from _pieces(fence.body)
        elif _OPEN.fullmatch(fence.name):
            yield _read(fence.argument)
            yield from _pieces(fence.body)
    yield _read("\n".join(lines[done:]))


def _read(text: str) -> str:
    one_each = _FORMULA.sub("formula", _UNSEEN.sub("", text))
    return _NAMED.sub("name", _SAID.sub(r"\1\2", one_each))


COUNTED = """---
title: not read
---

(label)=
# A title

One [$n$](sym-n) is $a + b$, says {cite:t}`one2000,two2001`, by {prf:ref}`the lemma <lemma>` and `nb.mlp(1, 2)`.

```{prf:lemma} Its name
:label: lemma

1. A part:

   $$
   a = b
   $$
```

```{dropdown} Its proof
:class-container: proof-of-lemma

Not read.
```

```{container} proof-of-another
Read.
```

```{code-cell} python
not_read = 1
```

```{asserted} lemma
```
"""


def test_words_are_counted_as_they_are_said_to_be() -> None:
    """A title 2; a sentence 11; the lemma 2 + 2 + 1; the dropdown 2; the container 1."""
    assert open_words(COUNTED) == 2 + 11 + 5 + 2 + 1


@pytest.mark.parametrize("chapter", ["initialization", "tangent-kernel", "regression"])
def test_the_first_chapters_are_short(chapter: str) -> None:
    assert open_words(source(f"part-1/{chapter}")) <= 1300
