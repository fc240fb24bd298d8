"""Homework notebooks, a chapter's exercises without the solutions and a cell for each answer.

`python -m bookkit.commands.homework FOLDER` writes them all, `--seed 1 2 3` one for each of these seeds, in which
exercises have numbers of their own. Like chapters, they run by themselves.
"""

import re
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bookkit.commands.notebooks import Published, first_cell, published
from bookkit.sources.book_labels import pages
from bookkit.sources.checked_exercises import CHECK
from bookkit.sources.definitions import definitions, names
from bookkit.sources.directives import Fence, fences
from bookkit.sources.plain_markdown import plain
from bookkit.sources.sections import boxes, section, title
from bookkit.sources.toc import chapters
from ntkbook.exercises import exercises, own_numbers
from ntkbook.grade import WORDS

HOW_TO = """# Homework: {title}

Read the chapter {chapter} first; symbols and names are those of its text and its cells.
Run the first two cells; they prepare this notebook, and define what the exercises use of the chapter.
Where a cell calls `nb.check`, put your number in place of `None` and run it: it tells you whether the number is right.
Where there is none, write your answer into the cell."""
_CODE_SPAN = re.compile(r"`([^`\n]+)`")


def homework(chapter: str, where: Published | None = None, seed: int | None = None) -> NotebookNode:
    """A chapter's, with the addresses of the book, so far as it has any, and with numbers of its own for a seed."""
    where = where or Published()
    linked = f"[{title(chapter)}]({where.site}/{chapter}.html)" if where.site else f"*{title(chapter)}*"
    asked = [*_exercises(chapter, where, seed)]
    cells = [
        new_markdown_cell(HOW_TO.format(title=title(chapter), chapter=linked)),
        first_cell(where),
        new_code_cell(set_up(chapter, asked)),
        *asked,
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:03d}"  # the same at every build
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about: dict[str, Any] = {"kernelspec": kernel, "language_info": {"name": "python"}}
    if seed is not None:
        about["ntkbook"] = {"seed": seed}  # the grader reads it in what was handed out
    return new_notebook(cells=cells, metadata=about, nbformat_minor=5)


def set_up(chapter: str, asked: list[NotebookNode]) -> str:
    """The chapter's imports, and what defines the names in the exercises' cells and in the code of their text."""
    first, *others = [box.body for box in boxes(pages()[chapter], "code-cell")]
    imports = [line for line in first.splitlines() if line.startswith(("import ", "from "))]
    if "import ntkbook as nb" not in imports:
        imports.insert(0, "import ntkbook as nb")
    code = [
        code
        for cell in asked
        for code in ([cell.source] if cell.cell_type == "code" else _CODE_SPAN.findall(cell.source))
    ]
    return "\n".join([*imports, *definitions([first, *others], set().union(*map(names, code)))])


def _exercises(chapter: str, where: Published, seed: int | None) -> Iterator[NotebookNode]:
    kept = [each for each in fences(section(chapter, "Exercises")) if each.name in ("exercise", "code-cell")]
    for place, each in enumerate(kept):
        following = kept[place + 1 : place + 2]
        if each.name == "code-cell":
            yield new_code_cell(_seeded(each.body, seed))
            continue
        numbers = _own_numbers(following, seed)
        yield new_markdown_cell(
            f"## {plain(each.argument, where.site)}\n\n{plain(each.body, where.site)}{numbers}"
        )
        if _has_no_check(following):
            yield new_markdown_cell(WORDS)


def _own_numbers(following: list[Fence], seed: int | None) -> str:
    """The sentence that gives an exercise other numbers than the page has, if its check knows of any."""
    named = CHECK.search(following[0].body) if following else None
    if seed is None or named is None or not exercises()[named[1]].choices:
        return ""
    sentence = exercises()[named[1]].own.format(**own_numbers(named[1], seed))
    return f"\n\n**With numbers of your own.** {sentence}"


def _seeded(code: str, seed: int | None) -> str:
    """The check, told whose numbers it is about."""
    named = CHECK.search(code)
    if seed is None or named is None or not exercises()[named[1]].choices:
        return code
    return code.replace("None)", f"None, seed={seed})", 1)


def _has_no_check(following: list[Fence]) -> bool:
    """Whether no cell comes before the next exercise, or the end."""
    return not following or following[0].name == "exercise"


def write_homework(folder: Path, where: Published, seeds: list[int] | None = None) -> None:
    """A notebook a chapter, or a chapter and seed: regularizer.ipynb, regularizer-17.ipynb."""
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in chapters():
        name = chapter.rpartition("/")[2]
        for seed in seeds or [None]:
            file = folder / (f"{name}.ipynb" if seed is None else f"{name}-{seed}.ipynb")
            nbformat.write(homework(chapter, where, seed), file)


if __name__ == "__main__":
    parser = ArgumentParser("python -m bookkit.commands.homework", description="Write homework notebooks.")
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--seed", type=int, nargs="+", help="for numbers of their own, a whole number a student"
    )
    given = parser.parse_args()
    write_homework(given.folder, published(), given.seed)
