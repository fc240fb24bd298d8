"""The exercises of a chapter that have a check: their names, titles and places."""

import re
from dataclasses import dataclass

from bookkit.sources.book_labels import pages
from bookkit.sources.directives import Fence, fences

CHECK = re.compile(r"""\bnb\.check\(\s*["']([\w-]+)["']""")


@dataclass(frozen=True)
class Checked:
    """name: in `nb.check(name, …)`. label: of the exercise before it, on the page."""

    name: str
    title: str
    label: str


def checked_exercises(chapter: str) -> tuple[Checked, ...]:
    found: list[Checked] = []
    exercise: Fence | None = None
    for fence in fences(pages()[chapter]):
        if fence.name == "exercise":
            exercise = fence
        elif exercise and fence.name == "code-cell" and (named := CHECK.search(fence.body)):
            found.append(Checked(named[1], exercise.argument, exercise.options["label"]))
    return tuple(found)
