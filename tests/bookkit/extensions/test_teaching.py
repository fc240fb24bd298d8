"""Course material says what the chapters say, its links set explorers that exist, and homework tells no solution."""

import builtins
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from docutils import nodes

import ntkbook as nb
from bookkit.commands.homework import homework
from bookkit.commands.notebooks import Published
from bookkit.extensions.teaching import CourseFiles
from bookkit.sources.definitions import definitions, names
from bookkit.sources.sections import boxes, question
from bookkit.sources.toc import parts
from ntkbook.chapters.one_hot import measure
from ntkbook.exercises import own_numbers
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
    assert re.findall(r"```\{quiz\} (\S+)\n```", source("instructors/quiz")) == CHAPTERS
    places = []
    for chapter in CHAPTERS:
        asked = question(chapter)
        assert asked.asked.endswith("?")
        assert len(asked.answers) >= 3
        says_yes = [place for place, (_, why) in enumerate(asked.answers) if why.startswith("Yes")]
        assert says_yes in ([], [asked.right])
        places.append(asked.right)
        assert all(claim and why for claim, why in asked.answers)
    assert set(places) == {0, 1, 2, 3}  # no place gives the answer away


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


# What the exercises' own text introduces, in formulas, or names as a field or an argument.
INTRODUCED = {"X", "epsilon", "n", "r", "R", "angles", "strengths", "prior", "nngp", "eigenvalue", "gap_test"}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_homework_runs_from_top_to_bottom_and_defines_what_it_uses(
    chapter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the one chapter whose homework trains for a minute
    run = SimpleNamespace(path=SimpleNamespace(t=np.ones(2), ntk_drift=np.zeros(2)))
    monkeypatch.setattr(measure, "long_run", lambda n, targets: run)
    notebook = homework(chapter)
    nbformat.validate(notebook)
    install, *cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert install.startswith("# Run this cell first")
    defined = dict(vars(builtins))
    for cell in (install, *cells):
        exec(cell, defined)
    text = " ".join(cell.source for cell in notebook.cells[3:] if cell.cell_type == "markdown")
    used = set().union(*map(names, re.findall(r"`([^`\n]+)`", text)))
    assert used - {*defined} <= INTRODUCED


def test_only_what_is_used_is_taken_from_a_chapter() -> None:
    cells = [
        "import jax\na, b = 1, 2\nslow = run(a)",
        "def double(x):\n    return x * b\n\nfor c in (1, 2):\n    print(c)",
        "a = 3  # again\nrows = [double(a) for c in (1, 2)]\nshow(slow)",
    ]
    assert definitions(cells, {"rows"}) == [
        "a, b = 1, 2",
        "def double(x):\n    return x * b",
        "a = 3",
        "rows = [double(a) for c in (1, 2)]",
    ]
    assert definitions(cells, {"c", "jax"}) == []
    assert names("f(x, [y for y in z], key=lambda t: t + u)") == {"f", "x", "z", "u"}
    assert names("f(x, labels=…)") == set()


def test_homework_has_launch_links_where_its_chapter_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def links() -> list[str]:
        line = CourseFiles.homework(SimpleNamespace(link=lambda words, file: nodes.Text(file)), "part-2/loss")
        return [line[0].astext(), *(link["refuri"] for link in line.findall(nodes.reference))]

    assert links() == ["notebooks/homework/loss.ipynb"]
    where = Published(repository="https://github.com/owner/book", notebooks_branch="notebooks")
    monkeypatch.setattr("bookkit.extensions.teaching.published", lambda: where)
    assert links() == [
        "notebooks/homework/loss.ipynb",
        "https://mybinder.org/v2/gh/owner/book/main?urlpath=lab%2Ftree%2Fnotebooks%2Fhomework%2Floss.ipynb",
        "https://colab.research.google.com/github/owner/book/blob/notebooks/homework/loss.ipynb",
    ]
    site = Published(site="https://example.org")
    text = "\n".join(cell.source for cell in homework("part-2/loss", site).cells)
    assert "[The loss in function space](https://example.org/part-2/loss.html)" in text
    assert 'source="https://example.org/notebooks/ntkbook-' in text


def test_homework_with_a_seed_has_numbers_of_its_own() -> None:
    seed = next(seed for seed in range(100) if own_numbers("halve-the-radius", seed) == {"factor": 5})
    notebook = homework("part-2/regularizer", seed=seed)
    nbformat.validate(notebook)
    assert notebook.metadata["ntkbook"] == {"seed": seed}
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "**With numbers of your own.** Divide $R$ by 5, not by 2." in text
    assert f'nb.check("halve-the-radius", None, seed={seed})' in text
    assert 'nb.check("two-per-cent", None)' in text  # an experiment is the same for all
    assert nb.check("halve-the-radius", 25, seed=seed).status == "right"


def test_homework_is_open_when_handed_out_and_right_when_answered(tmp_path: Path) -> None:
    blank, filled = tmp_path / "blank.ipynb", tmp_path / "filled.ipynb"
    notebook = homework("part-4/playground")
    nbformat.write(notebook, blank)
    for name, answer in {
        "plateau-of-four": "jnp.log(17)",
        "half-forgotten": "jnp.ceil(jnp.log(0.5) / jnp.log(0.995))",
    }.items():
        for cell in notebook.cells:
            cell.source = cell.source.replace(f'"{name}", None', f'"{name}", {answer}')
    nbformat.write(notebook, filled)
    bounds = Bounds(seconds=240, cell_seconds=120)
    assert [each.status for each in grade(blank, bounds).exercises] == ["open", "open"]
    report = grade(filled, bounds, homework=blank)
    assert report.all_right
    assert report.troubles == ()
