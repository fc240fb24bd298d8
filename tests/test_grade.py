"""The grader: a notebook is judged by what it answers, whatever else it does, and is bounded in all that it takes."""

import csv
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ntkbook.exercises import accepted, exercises, number, own_numbers
from ntkbook.grade import __main__ as command
from ntkbook.grade import _answers
from ntkbook.grade._answers import Bounds
from ntkbook.grade._notebook import Unreadable
from ntkbook.grade._report import Report, grade

BOUNDS = Bounds(seconds=2, cell_seconds=1, memory=512)  # nothing here imports JAX, so little is enough
RIGHT, WRONG = 'nb.check("halve-the-radius", 4)', 'nb.check("halve-the-radius", 5)'


def written(path: Path, *cells: str) -> Path:
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}))
    return path


@pytest.fixture
def graded(tmp_path: Path):
    return lambda *cells: grade(written(tmp_path / "answers.ipynb", *cells), BOUNDS)


def outcome(report: Report) -> tuple[dict[str, str], str]:
    return {each.exercise: each.status for each in report.exercises}, " | ".join(report.troubles)


FORGERIES = {  # each ends with a wrong answer that it would have pass
    "redefined": "class nb:\n    @staticmethod\n    def check(*a): return 'right'",
    "patched": "import sys, types\nnb = types.SimpleNamespace()\nnb.check = lambda *a: print('right')",
    "printed": "print('halve-the-radius: right. Well done.' * 1000)",
    "own recorder": "_ntkbook_grade = lambda *a: None",
    "false number": "class Five(float):\n    def __eq__(self, o): return True\n    __hash__ = None",
    "status file": "open('report.json', 'w').write('{\"halve-the-radius\": \"right\"}')",
    "earlier right": f"for a in range(5): {RIGHT.replace('4', 'a')}",
}


def test_nothing_but_the_number_counts(tmp_path: Path) -> None:
    for name, forgery in FORGERIES.items():
        wrong = WRONG.replace("5)", "Five(5))") if "Five" in forgery else WRONG
        report = grade(written(tmp_path / "forged.ipynb", forgery, wrong), BOUNDS)
        assert outcome(report) == ({"halve-the-radius": "not yet"}, ""), name


# what a first cell does -> what is said of it, and how the right answer after it, in a second cell, fares
HOSTILE = {
    "import os; os._exit(0)": ("cell 1 ended the program (exit status 0)", "open"),
    "import os; os.kill(os.getpid(), 9)": ("cell 1 ended the program (signal SIGKILL)", "open"),
    "import sys; sys.exit(0)": ("cell 1 failed: SystemExit: 0", "right"),
    "while True: pass": ("cell 1 failed: TooLong: it took longer than 1 s", "right"),
    "import time\nwhile True:\n  try: time.sleep(9)\n  except BaseException: pass": (
        "longer than 2 s",
        "open",
    ),
    "x = bytearray(100 << 30)": ("cell 1 failed: MemoryError", "right"),
    "open('large', 'wb').truncate(1 << 40)": ("cell 1 failed: OSError", "right"),
    "print('x' * 10 ** 8)": ("", "right"),
    "raise ValueError('\\x1b[2J' + 'long' * 10 ** 6)": ("cell 1 failed: ValueError: �[2Jlong", "right"),
    "class E(Exception):\n  def __str__(self): raise self\nraise E()": (
        "something that cannot be shown",
        "right",
    ),
    "def f(): f()\nf()": ("cell 1 failed: RecursionError", "right"),
    "(" * 10_000: ("cell 1 failed: ", "right"),
    "%pip install x\n!rm -rf x": ("cell 1 was run without the line '%pip install x'.", "right"),
    "nb.check('no-such', 1); nb.check(7)": ("no exercise is called 'no-such'", "right"),
    "import os, sys; os.write(int(sys.argv[1]), b'[4]\\n')": (
        "cell 1 wrote something that is not an answer",
        "open",
    ),
    "import threading, time\nthreading.Thread(target=time.sleep, args=(60,)).start()": ("", "right"),
}


@pytest.mark.parametrize("cell", HOSTILE, ids=lambda cell: cell[:30])
def test_a_hostile_cell_is_reported_and_bounded(graded, cell: str) -> None:
    said, status = HOSTILE[cell]
    began = time.monotonic()
    statuses, troubles = outcome(graded(cell, RIGHT))
    assert said in troubles if said else troubles == ""
    assert len(troubles) < 1000
    assert statuses["halve-the-radius"] == status
    assert time.monotonic() - began < _answers.PATIENCE * BOUNDS.seconds + 5


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found by /proc")
def test_no_process_outlives_the_grading(graded, tmp_path: Path) -> None:
    note = tmp_path / "pids"
    cell = (
        "import os, time\nfor _ in range(3):\n  if os.fork() == 0:\n    os.setsid()\n    os.fork()\n"
        f"    open({str(note)!r}, 'a').write(f'{{os.getpid()}}\\n')\n    time.sleep(60)\ntime.sleep(0.2)"
    )
    statuses, _ = outcome(graded(cell, RIGHT))
    assert statuses == {"halve-the-radius": "right"}
    started = note.read_text().split()
    assert len(started) == 6
    assert [pid for pid in started if Path(f"/proc/{pid}").exists()] == []


def test_what_the_cells_run_in_is_bounded_and_clean(graded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "s")
    found = (
        'nb.check("two-radii", str([len(os.listdir()), "SECRET_TOKEN" in os.environ, "jax" in sys.modules]))'
    )
    bounded = "bounded = resource.RLIMIT_AS, resource.RLIMIT_FSIZE"
    limits = 'nb.check("half-life", str([resource.getrlimit(x)[1] >> 20 for x in bounded]))'
    report = graded(f"import os, sys, resource\n{bounded}", found, limits)
    assert [each.answer for each in report.exercises] == ["[0, False, False]", "[512, 64]"]


def test_answers_are_told_apart(graded) -> None:
    report = graded(
        "from ntkbook_missing import nothing",
        "from fractions import Fraction\nnb.check('two-radii', Fraction(40))",
        "grade_it = nb.check\ngrade_it('half-life', None)",
        "nb.check(exercise='halve-the-radius', answer='four')",
        "nb.check('plateau', float('nan'))",
        "nb.check('too-deep', 1e308)",
        "import numpy as np\nnb.check('wide-enough', np.array([[1500]]))",
        "nb.check('plain-variance', '4/25')",
        "if False: nb.check('any-flow', 5)",
        "nb.check('seven-more', [1, 2",
    )
    statuses, troubles = outcome(report)
    assert statuses == {
        "two-radii": "right",
        "half-life": "open",
        "halve-the-radius": "not yet",
        "plateau": "not yet",
        "too-deep": "not yet",
        "wide-enough": "right",
        "plain-variance": "right",
        "any-flow": "open",
        "seven-more": "open",
    }
    assert "cell 1 failed: ModuleNotFoundError" in troubles
    assert "cell 10 failed: SyntaxError" in troubles
    assert not report.all_right


def test_a_process_that_does_not_start_is_reported(graded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_answers, "CHILD", Path("nowhere.py"))
    statuses, troubles = outcome(graded(RIGHT))
    assert statuses == {"halve-the-radius": "open"}
    assert troubles == "could not be started (exit status 2); is the memory enough?"


def test_a_check_that_takes_too_long_is_given_up(graded, monkeypatch: pytest.MonkeyPatch) -> None:
    def measure() -> float:
        until = time.process_time() + 5
        while time.process_time() < until:
            pass
        return 4.0

    monkeypatch.setitem(exercises(), "halve-the-radius", number(measure, ""))
    accepted.cache_clear()
    (only,) = graded(RIGHT).exercises
    accepted.cache_clear()
    assert only.status == "not judged"
    assert "took longer than 1 s" in only.message


def test_the_homework_says_what_counts(tmp_path: Path) -> None:
    handed_out = written(tmp_path / "homework.ipynb", 'nb.check("two-radii", None)', WRONG)
    handed_in = written(tmp_path / "in.ipynb", RIGHT, 'nb.check("half-life", 2)')  # one deleted, one made up
    statuses, _ = outcome(grade(handed_in, BOUNDS, handed_out))
    assert statuses == {"two-radii": "open", "halve-the-radius": "right"}


# what a notebook's cells are -> what is said of them, beside the verdict "right"
IPYTHON = {
    "a file": ((["x = 4", "%%writefile helper.py\nx = 0.5", "import helper; assert helper.x == 0.5"]), ""),
    "timed": (["%%time\nx = 4"], ""),
    "another language": (["x = 4", "%%bash\nx=5"], "cell 2 was run without the line '%%bash'."),
    "a question in a comment": (
        ["%matplotlib inline\nx = 4  # is it this?"],
        "cell 1 was run without the line '%matplotlib inline'.",
    ),
    "what a command prints": (["x = 4\nfiles = !ls"], "cell 1 was run without the line 'files = !ls'."),
    "help": (["x = 4\nprint?"], "cell 1 was run without the line 'print?'."),
    "a pickled class": (
        [
            "from dataclasses import dataclass\nimport pickle\n@dataclass\nclass P:\n    x: int",
            "x = pickle.loads(pickle.dumps(P(4))).x",
        ],
        "",
    ),
}


@pytest.mark.parametrize("case", IPYTHON)
def test_cells_are_run_as_a_notebook_runs_them(graded, case: str) -> None:
    cells, said = IPYTHON[case]
    assert outcome(graded(*cells, 'nb.check("halve-the-radius", x)')) == ({"halve-the-radius": "right"}, said)


def test_a_name_taken_from_the_package_is_the_check(graded) -> None:
    """The package need not be there for that: its import is what is read."""
    cell = "import sys, types\nsys.modules['ntkbook'] = types.ModuleType('ntkbook')"
    report = graded(cell, "from ntkbook import *\ncheck('halve-the-radius', 4)")
    assert outcome(report) == ({"halve-the-radius": "right"}, "")


def test_options_of_a_myst_cell_are_no_python(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    options = "---\njupyter:\n  outputs_hidden: true\n---\n"
    file.write_text(f"# Mine\n\n```{{code-cell}} python\n{options}x = 4\n{RIGHT}\n```\n")
    assert outcome(grade(file, BOUNDS)) == ({"halve-the-radius": "right"}, "")


def test_a_notebook_without_cells_has_no_check(graded) -> None:
    assert outcome(graded()) == ({}, 'has no check, such as nb.check("halve-the-radius", 4).')


def test_what_a_page_exports_is_judged_like_a_notebook(tmp_path: Path) -> None:
    exported = tmp_path / "ann.json"
    items = {
        "answer/halve-the-radius": {"at": "2026-11-29T09:00:00Z", "text": "2^2", "status": "not yet"},
        "answer/half-life": {"at": "2026-11-29T09:00:00Z", "text": "2"},
        "answer/no-such": {"text": "1"},
        "answer/two-radii": {"text": 40},
        "prediction/part-2/regularizer": {"choice": 3},
    }
    exported.write_text(json.dumps({"ntkbook": 1, "items": items}))
    report = grade(exported, BOUNDS)
    assert outcome(report) == (
        {"halve-the-radius": "right", "half-life": "not yet"},
        "no exercise is called 'no-such'.",
    )
    assert report.exercises[1].message == "Close: give three digits."


def test_numbers_of_ones_own_are_those_of_what_was_handed_out(tmp_path: Path) -> None:
    """Not those that the notebook itself names, nor the page's."""
    seed = next(seed for seed in range(100) if own_numbers("halve-the-radius", seed) == {"factor": 3})
    folder = tmp_path / "out"
    folder.mkdir()
    handed_out = written(folder / f"regularizer-{seed}.ipynb", RIGHT.replace("4", f"None, seed={seed}"))
    about = {"metadata": {"ntkbook": {"seed": seed}}}
    handed_out.write_text(json.dumps(json.loads(handed_out.read_text()) | about))
    for answer, status in (("9", "right"), ("4, seed=0", "not yet")):
        handed_in = written(tmp_path / handed_out.name, RIGHT.replace("4)", f"{answer})"))
        assert outcome(grade(handed_in, BOUNDS, folder)) == ({"halve-the-radius": status}, "")


def test_the_table_of_a_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two notebooks side by side, with points by exercise, and what was written in words."""
    words = [
        {"cell_type": "markdown", "source": "## Open\n\nLet the strength change over time."},
        {"cell_type": "markdown", "source": "*Your answer:* =SUM(A1)"},
        {"cell_type": "code", "source": RIGHT},
    ]
    (tmp_path / "ann.ipynb").write_text(json.dumps({"cells": words}))
    written(tmp_path / "bob.ipynb", WRONG, "1 / 0")
    (tmp_path / "points.csv").write_text("exercise,points\nhalve-the-radius, 2.5\n")
    given = ["--csv", tmp_path / "class.csv", "--points", tmp_path / "points.csv", "--memory", "512"]
    files = [tmp_path / "ann.ipynb", tmp_path / "bob.ipynb"]
    assert command.main([*map(str, [*given, "--jobs", 2, *files])]) == 1
    assert "to read: Open: =SUM(A1)" in capsys.readouterr().out
    lines = list(csv.reader((tmp_path / "class.csv").read_text().splitlines()))
    assert lines == [
        ["student", "exercise", "verdict", "points", "answer", "message"],
        ["ann", "halve-the-radius", "right", "2.5", "4", "Well done."],
        ["ann", "Open", "to read", "", "'=SUM(A1)", ""],
        ["bob", "halve-the-radius", "not yet", "0", "5", lines[3][5]],
        ["bob", "", "trouble", "", "", "cell 2 failed: ZeroDivisionError: division by zero"],
    ]
    (tmp_path / "points.csv").write_text("half-life;2\n")
    assert command.main([*map(str, given), str(files[0])]) == 2
    assert "line 1: expected an exercise and its points" in capsys.readouterr().out


BROKEN = {
    "missing.ipynb": (None, "there is no such file"),
    "text.ipynb": (b"# My answers", "it is not JSON"),
    "deep.ipynb": (b"[" * 200_000, "it is not JSON"),
    "list.ipynb": (b"[1, 2]", "no list of cells"),
    "cells.ipynb": (b'{"cells": [{"cell_type": "code", "source": 7}]}', "no list of cells"),
    "bytes.ipynb": (b"\xff\xfe\x00", "cannot be read"),
}


def test_a_file_that_is_no_notebook_is_named(tmp_path: Path) -> None:
    for name, (content, said) in BROKEN.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(Unreadable, match=said):
            grade(tmp_path / name, BOUNDS)


def test_the_command_reports_and_its_status_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    right = written(tmp_path / "right.ipynb", RIGHT)
    wrong = tmp_path / "wrong.md"
    wrong.write_text(f"# Mine\n\n```{{code-cell}} python\n:tags: [hide-input]\n{WRONG}\n```\n")
    none = written(tmp_path / "none.ipynb", "1 + 1")
    assert command.main([str(right)]) == 0
    assert (
        "right.ipynb: 1 of 1 right\n  halve-the-radius  right       Well done.\n" in capsys.readouterr().out
    )
    assert command.main(["--json", str(right), str(wrong), str(none)]) == 1
    first, second, third = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["exercises"] == [
        {"exercise": "halve-the-radius", "status": "right", "message": "Well done.", "answer": "4"}
    ]
    assert second["exercises"][0]["status"] == "not yet"
    assert "has no check" in third["troubles"][0]
    assert command.main([str(right), str(tmp_path / "missing.ipynb")]) == 2
    assert "there is no such file" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        command.main(["--seconds", "-1", str(right)])


def test_a_notebook_that_computes_with_the_package_is_graded(tmp_path: Path) -> None:
    """The command itself, in a process of its own, with the bounds that it has by default."""
    notebook = written(
        tmp_path / "computed.ipynb",
        "import ntkbook as nb\nfrom ntkbook import check\nimport numpy as np",
        "ratio = nb.radius_regularized(20.0, 1.0) / nb.radius_regularized(20.0, 4.0)",
        "check('halve-the-radius', np.float32(ratio) ** 2)",
    )
    done = subprocess.run(
        [sys.executable, "-m", "ntkbook.grade", notebook],
        capture_output=True,
        text=True,
        env={**os.environ, "JAX_PLATFORMS": "cpu"},
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 of 1 right" in done.stdout
