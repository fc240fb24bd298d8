"""What takes minutes and downloads gigabytes is tried each week, and where NTKBOOK_WEEKLY is set."""

import os
import random
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest

One, Other = TypeVar("One"), TypeVar("Other")

THIS_WEEK = "NTKBOOK_WEEKLY" in os.environ
weekly = pytest.mark.skipif(not THIS_WEEK, reason="it is tried each week, and where NTKBOOK_WEEKLY is set")


def by_turns(things: Iterable[One], ways: Sequence[Other]) -> list[tuple[One, Other]]:
    """Each thing with a way in which it is tried: the ways take turns, and each week every thing is tried in all."""
    return [
        (thing, way)
        for place, thing in enumerate(things)
        for way in (ways if THIS_WEEK else [ways[place % len(ways)]])
    ]


def some(things: Sequence[One], most: int, name: object) -> list[One]:
    """As many at most, drawn by a name and in their order; each week all."""
    if THIS_WEEK or len(things) <= most:
        return list(things)
    return [things[place] for place in sorted(random.Random(str(name)).sample(range(len(things)), most))]
