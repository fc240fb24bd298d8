"""Chapters as notebooks that run by themselves; `python -m bookkit.commands.notebooks FOLDER` writes them all.

The same sources give the same bytes: cells are numbered, and nothing in them tells the time.
"""

import json
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import requires
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jupytext
import nbformat
import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from bookkit.sources.book_labels import pages
from bookkit.sources.plain_markdown import plain
from bookkit.sources.project import ROOT

INSTALL = Path(__file__).with_name("_install_cell.py")
# What the numbers of a chapter depend on, and the pictures, which plotly's own JavaScript draws.
EXACT = ["jax", "jaxlib", "neural-tangents", "plotly"]
LEFT_OUT = {"tensorflow", "tf2jax"}


@dataclass(frozen=True)
class Published:
    """Where the book can be had; all may be empty."""

    site: str = ""
    repository: str = ""
    branch: str = "main"
    notebooks_branch: str = ""


def published() -> Published:
    """As _config.yml has it."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    repository = config["repository"]
    return Published(
        (config["html"].get("baseurl") or "").rstrip("/"),
        (repository["url"] or "").rstrip("/").removesuffix(".git"),
        repository["branch"],
        config["sphinx"]["config"]["notebooks_branch"],
    )


def chapters() -> list[str]:
    """The pages with code."""
    return [page for page, text in pages().items() if "\nkernelspec:\n" in text.split("\n---\n")[0]]


@cache
def project() -> dict[str, Any]:
    """Of ntkbook: its pinned packages for every Python that it runs on, and its wheel's name."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*stated["dependencies"], *stated["optional-dependencies"]["networks"]]
    asked = map(Requirement, [*needed, *(requires("neural-tangents") or []), "jaxlib"])
    names = {each.name for each in asked if each.marker is None} - LEFT_OUT
    supported = SpecifierSet(stated["requires-python"])
    return {
        "versions": {
            python: pinned(names, python) for minor in range(40) if (python := f"3.{minor}") in supported
        },
        "exact": EXACT,
        "wheel": f"{stated['name']}-{stated['version']}-py3-none-any.whl",
    }


def pinned(names: set[str], python: str) -> dict[str, str]:
    """The versions that requirements.txt has for this Python."""
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line.rstrip(" \\")) for line in lines if line[:1].isalnum()]  # hashes follow
    return {
        pin.name: next(iter(pin.specifier)).version
        for pin in pins
        if pin.name in names and (pin.marker is None or pin.marker.evaluate(environment))
    }


def source_of_package(where: Published) -> str:
    """What pip is given for ntkbook if no wheel lies beside the notebook."""
    if where.site:
        return f"{where.site}/notebooks/{project()['wheel']}"
    return f"git+{where.repository}@{where.branch}" if where.repository else ""


def install_cell(where: Published) -> str:
    """The code that makes the cells after it run."""
    code = INSTALL.read_text(encoding="utf-8").split('"""\n', 1)[1].strip()
    values = project() | {"source": source_of_package(where)}
    arguments = "".join(f"    {name}={json.dumps(value)},\n" for name, value in values.items())
    return (
        "# Run this cell first: it checks versions, and installs what is missing.\n"
        f"{code}\n\n\nprepare(\n{arguments})"
    )


def opening(page: str, where: Published) -> str:
    """What the notebook is, before anything else."""
    book = "“The Neural Tangent Kernel for Classification: an interactive book”"
    linked = f"[{book}]({where.site}/{page}.html)" if where.site else book
    versions = [
        f"Python {python} with {', '.join(f'{name} {pins[name]}' for name in EXACT)}"
        for python, pins in project()["versions"].items()
    ]
    return (
        f"*A page of {linked}, as a notebook.*\n\n"
        f"It runs on {'; '.join(versions)}.\n"
        "The first cell checks this, installs what is missing, and says what to do if something does not fit."
    )


def first_cell(where: Published) -> NotebookNode:
    """The install cell, folded."""
    return new_code_cell(install_cell(where), metadata={"jupyter": {"source_hidden": True}})


def notebook(page: str, where: Published) -> str:
    """A chapter as the text of an .ipynb file."""
    chapter = jupytext.reads(pages()[page], fmt="md:myst")
    first = [new_markdown_cell(opening(page, where)), first_cell(where)]
    for cell in chapter.cells:
        if cell.cell_type == "markdown":
            cell.source = plain(cell.source, where.site)
        elif "hide-input" in cell.metadata.get("tags", []):
            cell.metadata["jupyter"] = {"source_hidden": True}
    chapter.cells = [*first, *chapter.cells]
    for number, cell in enumerate(chapter.cells):
        cell["id"] = f"cell-{number:03d}"
    chapter.metadata = {"kernelspec": chapter.metadata["kernelspec"], "language_info": {"name": "python"}}
    chapter.nbformat, chapter.nbformat_minor = 4, 5
    nbformat.validate(chapter)
    return nbformat.writes(chapter)


def write_notebooks(folder: Path, where: Published, names: list[str]) -> None:
    for page in names:
        file = folder / f"{page}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(notebook(page, where) + "\n", encoding="utf-8")


def write_wheel(folder: Path) -> None:
    """The wheel of ntkbook, with the build's grids; made in a copy, for setuptools leaves things behind."""
    with TemporaryDirectory() as copy:
        for file in (ROOT / "pyproject.toml", ROOT / "README.md", *ROOT.glob("LICENSE*")):
            shutil.copyfile(file, Path(copy) / file.name)
        shutil.copytree(ROOT / "ntkbook", Path(copy) / "ntkbook", copy_function=shutil.copyfile)
        copy_grids(Path(copy) / "ntkbook")
        build = f"from setuptools.build_meta import build_wheel; build_wheel({str(folder.resolve())!r})"
        subprocess.run(
            [sys.executable, "-c", build],
            cwd=copy,
            env={"SOURCE_DATE_EPOCH": "315532800", "PATH": "/usr/bin:/bin"},  # 1980, when zip's time begins
            check=True,
            capture_output=True,
        )


def copy_grids(package: Path) -> None:
    """Give a copy of ntkbook the grids that these sources computed, and no others."""
    from ntkbook.explorer import stored

    shutil.rmtree(package / "explorer" / "grids", ignore_errors=True)
    for file in stored.built():
        held = package / "explorer" / "grids" / file.parent.name / file.name
        held.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, held)


if __name__ == "__main__":
    write_notebooks(Path(sys.argv[1]), published(), chapters())
