"""What a notebook file holds: the text of its code cells. Nothing in it is trusted, and nothing is run."""

import json
import re
from pathlib import Path
from typing import Any

LARGEST = 50_000_000  # bytes; notebooks keep their pictures
MYST_CELL = re.compile(r"^(`{3,}|:{3,})\{code-cell\}[^\n]*\n(?::[^\n]*\n)*(.*?)^\1[ \t]*$", re.M | re.S)
CALL = re.compile(r"""\bcheck\(\s*(?:exercise\s*=\s*)?["']([\w-]{1,80})["']""")


class Unreadable(Exception):  # noqa: N818
    """The file is no notebook, with what it is instead."""


def code_cells(file: Path) -> list[str]:
    """The code cells of a Jupyter notebook, or of a MyST one (.md); raises Unreadable."""
    if not file.is_file():
        raise Unreadable(f"{file}: there is no such file.")
    try:
        if (size := file.stat().st_size) > LARGEST:
            raise Unreadable(f"{file} has {size / 1e6:.0f} MB; more than {LARGEST / 1e6:.0f} are not read.")
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{file} cannot be read: {error}.") from None
    if file.suffix == ".md":
        return [cell for _, cell in MYST_CELL.findall(text)]
    try:
        return _jupyter_cells(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{file} is not a notebook: it is not JSON ({str(error)[:100]}).") from None
    except (KeyError, TypeError):
        raise Unreadable(
            f"{file} is not a notebook: it has no list of cells with a type and a text. Open it in Jupyter,"
            " save it there, and hand in that file."
        ) from None


def _jupyter_cells(notebook: Any) -> list[str]:
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def named_exercises(cells: list[str]) -> list[str]:
    """The exercises that cells call by name, each once, in order."""
    return list(dict.fromkeys(name for cell in cells for name in CALL.findall(cell)))
