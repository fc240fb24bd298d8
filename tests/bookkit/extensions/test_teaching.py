"""Course material says what the chapters say, its links set explorers that exist, and homework tells no solution."""

import re
from functools import cache
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

from bookkit.extensions.homework import homework
from bookkit.sources.sections import boxes, question
from bookkit.sources.toc import parts
from ntkbook.explorer import Axis, Choice, widget
from ntkbook.grade._answers import Bounds
from ntkbook.grade._report import grade
from tests.book._sources import code_cells, source

CHAPTERS = [chapter for part in parts() for chapter in part.pages]
LINKS = re.findall(r"\{explorer\}`[^`<]+<([^?]+)\?([^>]+)>`", source("instructors/teaching"))


class Made(BaseException):
    """An explorer is about to be made: its name and axes are all that a link needs."""


@cache
def axes_on(page: str, name: str) -> dict[str, Axis | Choice]:
    def made(axes: tuple[Axis | Choice, ...], name: str) -> None:
        raise Made(name, {axis.name: axis for axis in axes})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(widget, "check_names", made)
        show = import_module(f"ntkbook.chapters.{page.rpartition('/')[2].replace('-', '_')}.show")
        for function in re.findall(r"show\.(\w+)\(\)", "\n".join(code_cells(source(page)))):
            with pytest.raises(Made) as caught:
                getattr(show, function)()
            if caught.value.args[0] == name:
                return caught.value.args[1]
    raise AssertionError(f"{page} shows no explorer {name!r}")


def test_every_prepared_link_sets_an_explorer_to_a_value_on_its_axis() -> None:
    wrong = []
    for page, query in LINKS:
        for name, axis, value in (
            re.fullmatch(r"([\w-]+)\.(\w+)=(.+)", each).groups() for each in query.split("&")
        ):
            values = axes_on(page, name)[axis].values
            if (value if isinstance(values[0], str) else float(value)) not in values:
                wrong.append(f"{page}?{name}.{axis}={value} is not among {values}")
    assert wrong == []
    assert len(LINKS) > 30


def test_every_lesson_and_table_names_every_chapter() -> None:
    text = source("instructors/teaching")
    ten = text[text.index("(ten-sessions)=") : text.index("## Goals")]
    goals = text[text.index("## Goals") : text.index("## Slides")]
    for chapter in CHAPTERS:
        label = f"{{ref}}`chapter-{chapter.rpartition('/')[2]}`"
        assert label in goals
        assert label in ten or chapter == "part-4/playground"  # shown by its presets


def test_the_quiz_asks_every_chapters_question_once_and_knows_the_answer() -> None:
    quiz = re.findall(r"```\{quiz\} (\S+)\n:right: (\d)\n```", source("instructors/quiz"))
    assert [chapter for chapter, _ in quiz] == CHAPTERS
    for chapter, right in quiz:
        asked = question(chapter)
        assert asked.asked.endswith("?")
        assert len(asked.answers) >= 3
        assert 1 <= int(right) <= len(asked.answers)
        assert all(claim and why for claim, why in asked.answers)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_homework_has_every_exercise_and_no_solution(chapter: str) -> None:
    text = "\n".join(cell.source for cell in homework(chapter).cells)
    exercises = boxes(source(chapter), "exercise")
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == [
        each.argument for each in exercises
    ]
    checks = re.findall(r'nb\.check\(("[\w-]+"), None\)', source(chapter))
    assert re.findall(r'nb\.check\(("[\w-]+"), None\)', text) == checks
    sentences = [
        line for each in boxes(source(chapter), "solution") for line in each.body.splitlines() if line
    ]
    assert len(sentences) >= len(checks)
    assert [line for line in sentences if line in text] == []


def test_homework_is_open_when_handed_out_and_right_when_answered(tmp_path: Path) -> None:
    blank, filled = tmp_path / "blank.ipynb", tmp_path / "filled.ipynb"
    notebook = homework("part-4/playground")
    nbformat.write(notebook, blank)
    for name, answer in {
        "plateau-of-four": "jnp.log(17)",
        "half-forgotten": "jnp.log(0.5) / jnp.log(0.995)",
    }.items():
        for cell in notebook.cells:
            cell.source = cell.source.replace(f'"{name}", None', f'"{name}", {answer}')
    nbformat.write(notebook, filled)
    bounds = Bounds(seconds=240, cell_seconds=120)
    assert [each.status for each in grade(blank, bounds).exercises] == ["open", "open"]
    report = grade(filled, bounds, homework=blank)
    assert report.all_right
    assert report.troubles == ()
