"""Chapters as notebooks that run by themselves."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest

from bookkit.commands.notebooks import (
    Published,
    chapters,
    install_cell,
    notebook,
    project,
    write_notebooks,
    write_wheel,
)
from bookkit.extensions.downloads import add_buttons, launches
from ntkbook.explorer import stored
from tests.book._sources import ROOT, code_cells, source
from tests.book.test_environment import ASKED, PACKAGE
from tests.explorer._wave import make

HERE = f"3.{sys.version_info[1]}"
NEEDED = [re.split(r"[=<>]", asked)[0] for asked in PACKAGE]

GITHUB = Published(repository="https://github.com/owner/book", notebooks_branch="notebooks")


def test_every_chapter_is_a_valid_notebook_with_its_own_cells(tmp_path: Path) -> None:
    write_notebooks(tmp_path, Published(), chapters())
    assert len(chapters()) >= 18
    for page in chapters():
        made = nbformat.reads((tmp_path / f"{page}.ipynb").read_text(encoding="utf-8"), as_version=4)
        nbformat.validate(made)
        opening, install, *cells = made.cells
        assert all(
            f"Python {python} with jax" in opening.source for python in ("3.11", "3.12", "3.13", "3.14")
        )
        assert f"Python {HERE} with jax {version('jax')}, " in opening.source
        assert install.source.startswith("# Run this cell first")
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        written = [
            "\n".join(line for line in cell.splitlines() if not line.startswith(":")).strip()
            for cell in code_cells(source(page))
        ]
        assert code == written
        assert [cell.id for cell in made.cells] == sorted({cell.id for cell in made.cells})
        assert not any(cell.get("outputs") for cell in made.cells)


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_wheel(tmp_path / name)
    wheel = project()["wheel"]
    assert (tmp_path / "one" / wheel).read_bytes() == (tmp_path / "two" / wheel).read_bytes()
    held = zipfile.ZipFile(tmp_path / "one" / wheel).namelist()
    assert {"ntkbook/__init__.py", "ntkbook/explorer/widget.js", "ntkbook/explorer/widget.css"} <= {*held}
    assert notebook("part-2/loss", GITHUB) == notebook("part-2/loss", GITHUB)


def test_the_wheel_holds_the_grids_that_its_own_sources_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NTKBOOK_BUILD", str(tmp_path))
    grid = stored.decode(make().grid)
    stored.write(Path(stored.sources(), "wave.grid"), grid)
    stored.write(Path("older", "wave.grid"), grid)
    write_wheel(tmp_path)
    installed = tmp_path / "installed"
    with zipfile.ZipFile(tmp_path / project()["wheel"]) as wheel:
        assert [name for name in wheel.namelist() if name.endswith(".grid")] == [
            f"ntkbook/explorer/grids/{stored.sources()}/wave.grid"
        ]
        wheel.extractall(installed)
    code = (
        "from pathlib import Path; from ntkbook.explorer import stored; import ntkbook\n"
        "print(ntkbook.__file__, stored.read(Path(stored.sources(), 'wave.grid'), 24) is not None)"
    )
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(installed)}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=tmp_path
    )
    assert ran.stdout.split() == [str(installed / "ntkbook" / "__init__.py"), "True"], ran.stderr


def test_stated_versions_are_those_of_this_environment_and_complete() -> None:
    stated = project()["versions"][HERE]
    assert {name: version(name) for name in stated} == stated
    asked = {requirement.name for requirement in ASKED if requirement.name in NEEDED}
    assert asked | {"jaxlib", "frozendict"} == {*stated}  # the second for neural-tangents
    assert list(project()["versions"]) == ["3.11", "3.12", "3.13", "3.14"]


def test_the_package_comes_from_what_is_known() -> None:
    assert '"source": ""' not in install_cell(GITHUB)
    assert 'source="git+https://github.com/owner/book@main"' in install_cell(GITHUB)
    site = Published("https://example.org/book", "https://github.com/owner/book")
    assert f'source="https://example.org/book/notebooks/{project()["wheel"]}"' in install_cell(site)
    assert (
        "(https://example.org/book/part-2/loss.html)"
        in json.loads(notebook("part-2/loss", site))["cells"][0]["source"][0]
    )


@pytest.mark.parametrize(
    ("repository", "buttons"),
    [
        ("", {}),
        (
            "https://github.com/owner/book",
            {
                "Binder": "https://mybinder.org/v2/gh/owner/book/main?urlpath=lab%2Ftree%2Fnotebooks%2Fpart-2%2Floss.ipynb",
                "Colab": "https://colab.research.google.com/github/owner/book/blob/notebooks/part-2/loss.ipynb",
            },
        ),
        (
            "https://gitlab.com/group/owner/book",
            {
                "Binder": "https://mybinder.org/v2/gl/group%2Fowner%2Fbook/main"
                "?urlpath=lab%2Ftree%2Fnotebooks%2Fpart-2%2Floss.ipynb"
            },
        ),
        (
            "https://git.example.org/book",
            {
                "Binder": "https://mybinder.org/v2/git/https%3A%2F%2Fgit.example.org%2Fbook/main"
                "?urlpath=lab%2Ftree%2Fnotebooks%2Fpart-2%2Floss.ipynb"
            },
        ),
    ],
)
def test_launch_buttons_are_there_where_they_lead_somewhere(repository: str, buttons: dict[str, str]) -> None:
    assert launches(Published(repository=repository, notebooks_branch="notebooks"), "part-2/loss") == buttons


@pytest.mark.parametrize(
    ("where", "groups"),
    [(Published(), [[".ipynb", ".md"]]), (GITHUB, [[".ipynb", ".md"], ["Binder", "Colab"]])],
)
def test_a_page_without_an_address_has_no_button_for_it(
    where: Published, groups: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookkit.extensions.downloads.published", lambda: where)

    def buttons(page: str) -> list[list[str]]:
        download = {"label": "download-buttons", "buttons": [{"text": ".md"}]}
        context = {"header_buttons": [download], "pathto": lambda target, _: f"../{target}"}
        add_buttons(None, page, "", context, None)  # pyright: ignore[reportArgumentType]
        return [[button["text"] for button in group["buttons"]] for group in context["header_buttons"]]

    assert buttons("part-2/loss") == groups
    assert buttons("notation") == [[".md"]]  # which has no code


def test_the_branch_for_colab_holds_the_notebooks_alone(tmp_path: Path) -> None:
    shutil.copyfile(ROOT / "Makefile", tmp_path / "Makefile")
    page = tmp_path / "_build" / "html" / "notebooks" / "part-2" / "loss.ipynb"
    page.parent.mkdir(parents=True)
    page.write_text("{}", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("_build/\n*.ipynb\n", encoding="utf-8")
    person = {f"GIT_{role}_{what}": "x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

    def run(*command: str) -> str:
        return subprocess.check_output(command, cwd=tmp_path, env=os.environ | person, text=True)

    run("git", "init", "--quiet")
    for text in ("{}", '{"nbformat": 4}'):  # made anew, it replaces what was there
        page.write_text(text, encoding="utf-8")
        assert "git push --force REMOTE notebooks" in run("make", "--old-file=book", "notebooks")
        assert run("git", "ls-tree", "-r", "--name-only", "notebooks").split() == ["part-2/loss.ipynb"]
        assert run("git", "show", "notebooks:part-2/loss.ipynb") == text
    assert run("git", "status", "--porcelain").split() == ["??", ".gitignore", "??", "Makefile"]
