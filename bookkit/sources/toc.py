"""The table of contents, as _toc.yml has it."""

from dataclasses import dataclass
from functools import cache
from itertools import count

import yaml

from bookkit.sources.project import ROOT


@dataclass(frozen=True)
class Part:
    """caption: above its pages. number: 1, 2, … of a part of chapters; 0 of what stands before and after them."""

    caption: str
    pages: tuple[str, ...]
    number: int = 0


@cache
def contents() -> tuple[Part, ...]:
    """Everything, the landing page first."""
    table = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    numbers = count(1)
    return (
        Part("", (table["root"],)),
        *(
            Part(
                part["caption"],
                tuple(entry["file"] for entry in part["chapters"]),
                next(numbers) if part.get("numbered") else 0,
            )
            for part in table["parts"]
        ),
    )


def parts() -> list[Part]:
    """The parts with chapters."""
    return [part for part in contents() if part.number]


def chapters() -> list[str]:
    """Their pages, in order."""
    return [page for part in parts() for page in part.pages]
