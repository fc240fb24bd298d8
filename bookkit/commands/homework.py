"""Homework notebooks, a chapter's exercises without the solutions and a cell for each answer.

`python -m bookkit.commands.homework FOLDER` writes them all. Like chapters, they run by themselves.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from bookkit.commands.notebooks import Published, first_cell, published
from bookkit.sources.book_labels import pages
from bookkit.sources.definitions import definitions, names
from bookkit.sources.directives import Fence, fences
from bookkit.sources.plain_markdown import plain
from bookkit.sources.sections import boxes, section, title
from bookkit.sources.toc import parts

HOW_TO = """# Homework: {title}

Read the chapter {chapter} first; symbols and names are those of its text and its cells.
Run the first two cells; they prepare this notebook, and define what the exercises use of the chapter.
Where a cell calls `nb.check`, put your number in place of `None` and run it: it tells you whether the number is right.
Where there is none, write your answer into the cell."""
WORDS = "*Your answer:*"
_CODE_SPAN = re.compile(r"`([^`\n]+)`")


def homework(chapter: str, where: Published | None = None) -> NotebookNode:
    """A chapter's, with the addresses of the book, so far as it has any."""
    where = where or Published()
    linked = f"[{title(chapter)}]({where.site}/{chapter}.html)" if where.site else f"*{title(chapter)}*"
    exercises = [*_exercises(chapter, where)]
    cells = [
        new_markdown_cell(HOW_TO.format(title=title(chapter), chapter=linked)),
        first_cell(where),
        new_code_cell(set_up(chapter, exercises)),
        *exercises,
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number:03d}"  # the same at every build
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}, nbformat_minor=5
    )


def set_up(chapter: str, exercises: list[NotebookNode]) -> str:
    """The chapter's imports, and what defines the names in the exercises' cells and in the code of their text."""
    first, *others = [box.body for box in boxes(pages()[chapter], "code-cell")]
    imports = [line for line in first.splitlines() if line.startswith(("import ", "from "))]
    if "import ntkbook as nb" not in imports:
        imports.insert(0, "import ntkbook as nb")
    code = [
        code
        for cell in exercises
        for code in ([cell.source] if cell.cell_type == "code" else _CODE_SPAN.findall(cell.source))
    ]
    return "\n".join([*imports, *definitions([first, *others], set().union(*map(names, code)))])


def _exercises(chapter: str, where: Published) -> Iterator[NotebookNode]:
    kept = [each for each in fences(section(chapter, "Exercises")) if each.name in ("exercise", "code-cell")]
    for place, each in enumerate(kept):
        if each.name == "code-cell":
            yield new_code_cell(each.body)
            continue
        yield new_markdown_cell(f"## {plain(each.argument, where.site)}\n\n{plain(each.body, where.site)}")
        if _has_no_check(kept[place + 1 : place + 2]):
            yield new_markdown_cell(WORDS)


def _has_no_check(following: list[Fence]) -> bool:
    """Whether no cell comes before the next exercise, or the end."""
    return not following or following[0].name == "exercise"


def write_homework(folder: Path, where: Published) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in (chapter for part in parts() for chapter in part.pages):
        nbformat.write(homework(chapter, where), folder / f"{chapter.rpartition('/')[2]}.ipynb")


if __name__ == "__main__":
    write_homework(Path(sys.argv[1]), published())
