"""Homework notebooks: a chapter's exercises, without the solutions, and a cell for each answer."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.application import Sphinx

from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions.teaching import homework_file
from bookkit.sources.book_labels import pages
from bookkit.sources.directives import Fence, fences
from bookkit.sources.plain_markdown import plain
from bookkit.sources.sections import boxes, section, title
from bookkit.sources.toc import parts

HOW_TO = """# Homework: {title}

Read the chapter *{title}* first; symbols and names are those of its text and its cells.
Where a cell calls `nb.check`, put your number in place of `None` and run it: it tells you whether the number is right.
Where there is none, write your answer into the cell."""
WORDS = "*Your answer:*"


def homework(chapter: str) -> NotebookNode:
    first = boxes(pages()[chapter], "code-cell")[0].body
    setup = "\n".join(line for line in first.splitlines() if line.startswith(("import ", "from ")))
    if "import ntkbook as nb" not in setup:
        setup = f"import ntkbook as nb\n{setup}".strip()
    cells = [
        new_markdown_cell(HOW_TO.format(title=title(chapter))),
        new_code_cell(setup),
        *_exercises(chapter),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"  # the same at every build
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def _exercises(chapter: str) -> Iterator[NotebookNode]:
    kept = [each for each in fences(section(chapter, "Exercises")) if each.name in ("exercise", "code-cell")]
    for place, each in enumerate(kept):
        if each.name == "code-cell":
            yield new_code_cell(each.body)
            continue
        yield new_markdown_cell(f"## {plain(each.argument)}\n\n{plain(each.body)}")
        if _has_no_check(kept[place + 1 : place + 2]):
            yield new_markdown_cell(WORDS)


def _has_no_check(following: list[Fence]) -> bool:
    """Whether no cell comes before the next exercise, or the end."""
    return not following or following[0].name == "exercise"


def write(app: Sphinx) -> None:
    for chapter in (chapter for part in parts() for chapter in part.pages):
        file = Path(app.outdir) / homework_file(chapter)
        file.parent.mkdir(exist_ok=True)
        nbformat.write(homework(chapter), file)


def setup(app: Sphinx) -> dict[str, bool]:
    when_pages_stand(app, write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
