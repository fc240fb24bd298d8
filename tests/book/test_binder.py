"""The environment on Binder, made as repo2docker makes it: a bare Python, the repository's files, then postBuild.

To make it, everything is installed once more: each week.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import pytest

from bookkit.commands._processes import BETWEEN
from bookkit.commands.binder import ALONE, SHARE, TOGETHER
from bookkit.commands.notebooks import chapters
from bookkit.sources.on_binder import broken, read
from ntkbook._memory import SHARE as SHARE_OF_MEMORY
from tests._weekly import weekly
from tests.book._sources import MADE, ROOT, source

BINDER = ROOT / ".binder"
CHAPTER = "part-4/playground"  # the one that computes least


def named_python() -> str:
    """The interpreter that runtime.txt names; a test that did not run must not look like one that passed."""
    name = (BINDER / "runtime.txt").read_text(encoding="utf-8").strip().replace("-", "")
    if name == f"python3.{sys.version_info[1]}":
        return sys.executable
    if (found := shutil.which(name)) is None:
        reason = f"{name}, which .binder/runtime.txt names, is not on the PATH; install it"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    return found


def test_what_was_measured_of_binder_is_complete_and_within_its_limits() -> None:
    kept = read()
    assert [row.page for row in kept.rows] == chapters()
    assert kept.limits == {"alone": ALONE, "together": TOGETHER, "share": SHARE}
    assert broken(kept) == []
    assert set(kept.two) <= set(chapters())
    assert len(set(kept.two)) == 2


def test_the_page_on_the_build_states_the_limits() -> None:
    said = source("build")
    for limit in (
        f"{ALONE / 1_000:g} GB",
        f"{TOGETHER / 1_000:g} GB",
        f"at most {SHARE:.0%}".replace("%", " %"),
    ):
        assert limit in said
    assert f"looked at {1 / BETWEEN:.0f} times a second" in said
    assert SHARE_OF_MEMORY == 1 / 3  # "a third of its machine's"


def test_the_page_on_the_build_names_the_pages_that_gain_less() -> None:
    said = next(line for line in source("build").splitlines() if "gains less" in line)
    named = re.findall(r"\{doc\}`(.*?)`", said)
    assert {row.page for row in read().rows if row.share > SHARE} == set(named)


def test_postbuild_is_all_that_repo2docker_runs() -> None:
    assert {file.name for file in BINDER.iterdir()} == {"runtime.txt", "postBuild"}
    assert os.access(BINDER / "postBuild", os.X_OK)


@pytest.fixture
def home() -> Iterator[Path]:
    """Not pytest's own temporary folder, which would keep two gigabytes."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@weekly
def test_a_chapter_runs_in_the_environment_of_binder(home: Path) -> None:
    repository = home / "repository"
    shutil.copytree(ROOT, repository, ignore=shutil.ignore_patterns(*MADE))
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "JUPYTER", "VIRTUAL_ENV", "COV_", "NTKBOOK_", "JAX_"))
    } | {
        "HOME": str(home),
        "PATH": f"{home / 'python' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PIP_COMPILE": "0",  # pip would compile modules that are never imported
        "NTKBOOK_WARM": CHAPTER,
    }

    def run(*command: str, remedy: str = "") -> str:
        done = subprocess.run(
            command, cwd=repository, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.fail(f"{' '.join(command)} failed. {remedy}\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}")
        return done.stdout

    run(named_python(), "-m", "venv", str(home / "python"))
    run("./.binder/postBuild", remedy="It needs a network or a package index that pip is set up for.")
    packages = {path.name.lower() for path in (home / "python").glob("lib/*/site-packages/*")}
    assert {"neural_tangents", "jupyterlab"} <= packages
    assert not {"tensorflow", "tf2jax"} & packages
    assert "jupytext" in run("jupytext-config", "list-default-viewer").lower()
    assert (repository / "notebooks" / "homework" / "loss.ipynb").is_file()
    compiled = sorted((repository / "_build" / "compiled").glob("*/*"))
    assert compiled
    run("jupyter", "execute", "--inplace", f"notebooks/{CHAPTER}.ipynb")
    assert sorted((repository / "_build" / "compiled").glob("*/*")) == compiled
    executed = nbformat.read(repository / "notebooks" / f"{CHAPTER}.ipynb", as_version=4)
    install, *cells = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert install.outputs[0].text.startswith("Ready: Python 3.11, jax ")
    assert all(cell.execution_count for cell in cells)
    assert "radius " in "".join(output.text for cell in cells for output in cell.outputs if "text" in output)
