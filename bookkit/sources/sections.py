"""The sections of the chapters, as course material is made from them."""

import re
from dataclasses import dataclass

from bookkit.sources.book_labels import pages, places
from bookkit.sources.directives import Fence, fences

_SECTION = re.compile(r"^## ", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """A chapter's prediction question. answers: (what is claimed, what is said of it). right: the index of one."""

    asked: str
    answers: tuple[tuple[str, str], ...]
    right: int


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
    numbered = list(enumerate(answers, 1))
    marked = [number for number, answer in numbered if answer.options.get("class-container") == "right"]
    says_yes = [number for number, answer in numbered if answer.body.startswith("Yes")]
    if len(marked) != 1 or says_yes not in ([], marked):
        raise ValueError(
            f"{chapter} has {len(answers)} answers, marks {marked} as right and says yes to {says_yes}: mark one"
            " by `:class-container: right`, and say yes to no other."
        )
    return Question(
        "\n".join(text.split("\n")[: answers[0].lines[0]]).strip(),
        tuple((answer.argument, answer.body) for answer in answers),
        marked[0] - 1,
    )
