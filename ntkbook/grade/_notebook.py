"""What a notebook file holds: code cells, and what is written between them. Nothing is trusted, and nothing is run."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LARGEST = 50_000_000  # bytes; notebooks keep their pictures
WORDS = "*Your answer:*"  # what stands, in homework, where an answer in words belongs
MYST_CELL = re.compile(r"^(`{3,}|:{3,})\{code-cell\}[^\n]*\n(?::[^\n]*\n)*(.*?)^\1[ \t]*$", re.M | re.S)
MYST_OPTIONS = re.compile(r"---\n.*?^---[ \t]*\n", re.M | re.S)
CALL = re.compile(r"""\bcheck\(\s*(?:exercise\s*=\s*)?["']([\w-]{1,80})["']""")
HEADING = re.compile(r"\s*## +([^\n]+)")  # of an exercise


class Unreadable(Exception):  # noqa: N818
    """The file is no notebook, with what it is instead."""


@dataclass(frozen=True)
class Notebook:
    """code: the text of its code cells. written: title of an exercise -> what is written below it.

    seed: of the numbers that its exercises have of their own, if any.
    """

    code: tuple[str, ...]
    written: tuple[tuple[str, str], ...] = ()
    seed: int | None = None


def read(file: Path) -> Notebook:
    """A Jupyter notebook, or a MyST one (.md); raises Unreadable."""
    if file.suffix == ".md":
        cells = (cell for _, cell in MYST_CELL.findall(text_of(file)))
        return Notebook(
            tuple(MYST_OPTIONS.sub("", cell, count=1) if cell.startswith("---") else cell for cell in cells)
        )
    try:
        return _of_jupyter(json_of(file))
    except (KeyError, TypeError, AttributeError):
        raise Unreadable(
            f"{file} is not a notebook: it has no list of cells with a type and a text. Open it in Jupyter,"
            " save it there, and hand in that file."
        ) from None


def text_of(file: Path) -> str:
    if not file.is_file():
        raise Unreadable(f"{file}: there is no such file.")
    try:
        if (size := file.stat().st_size) > LARGEST:
            raise Unreadable(f"{file} has {size / 1e6:.0f} MB; more than {LARGEST / 1e6:.0f} are not read.")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{file} cannot be read: {error}.") from None


def json_of(file: Path) -> Any:
    try:
        return json.loads(text_of(file))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{file} cannot be read: it is not JSON ({str(error)[:100]}).") from None


def _of_jupyter(notebook: Any) -> Notebook:
    cells = [(str(cell["cell_type"]), "".join(cell["source"])) for cell in notebook["cells"]]
    about = notebook.get("metadata", {}).get("ntkbook", {})
    seed = about.get("seed") if isinstance(about, dict) else None
    return Notebook(
        tuple(source for kind, source in cells if kind == "code"),
        tuple(_written(cells)),
        seed if isinstance(seed, int) else None,
    )


def _written(cells: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Below each exercise's heading: what is written there in words, and, where there is no check, in code."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for kind, source in cells:
        heading = HEADING.match(source) if kind == "markdown" else None
        if heading and WORDS not in source:
            found.append((heading[1].strip(), []))
        elif found:
            found[-1][1].append((kind, source.replace(WORDS, "", 1).strip()))
    texts = ((title, "\n\n".join(_to_read(below))) for title, below in found)
    return [(title, text) for title, text in texts if text]


def _to_read(below: list[tuple[str, str]]) -> list[str]:
    checked = any(CALL.search(source) for kind, source in below if kind == "code")
    return [source for kind, source in below if source and (kind == "markdown" or not checked)]


def named_exercises(cells: tuple[str, ...]) -> list[str]:
    """The exercises that cells call by name, each once, in order."""
    return list(dict.fromkeys(name for cell in cells for name in CALL.findall(cell)))
