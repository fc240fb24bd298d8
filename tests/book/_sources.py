"""The book's sources, as the tests read them."""

import re
from pathlib import Path

import yaml

from bookkit.extensions.reference import measuring
from bookkit.sources.public_names import entries, surface

ROOT = Path(__file__).resolve().parents[2]
# What the two commands make beside the sources; a test that copies the project leaves it behind.
MADE = (
    "_build",
    ".venv",
    "node_modules",
    ".git",
    ".hypothesis",
    "*_cache",
    "__pycache__",
    "*.egg-info",
    "notebooks",
    "widget.js",
    "widget.css",
)
BOOK = ROOT / "book"
# The first lines of a page whose cells are executed.
EXECUTED = """---
jupytext:
  text_representation:
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""

_CELL = re.compile(r"^(`{3,}|:{3,})\{code-cell\}[^\n]*\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^(`{3,}|:{3,}|~{3,})[^\n]*\n.*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)


def toc_pages() -> list[str]:
    """The names of all pages in the table of contents, in order, without suffix."""

    def names(entry: object) -> list[str]:
        if isinstance(entry, dict):
            own = [value for key, value in entry.items() if key in ("root", "file")]
            return own + [name for value in entry.values() for name in names(value)]
        if isinstance(entry, list):
            return [name for item in entry for name in names(item)]
        return []

    return names(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))


def source(page: str) -> str:
    return (BOOK / f"{page}.md").read_text(encoding="utf-8")


def reference_names() -> list[tuple[str, str]]:
    """(module, name) of every entry of the reference's pages, as a reader calls it: `ntkbook`, `mlp`, say."""
    pages = [source(page) for page in toc_pages() if page.startswith("reference/")]
    blocks = [block for page in pages for block in re.findall(r"```\{reference\}\n(.*?)```", page, re.DOTALL)]
    modules = [module for block in blocks for module in block.split()]
    listed = [(surface(module), name) for module in modules for name in entries(module)]
    return listed + [(module, name) for _, _, module in measuring() for name in entries(module)]


def code_cells(text: str) -> list[str]:
    return [cell for _, cell in _CELL.findall(text)]


def python(cell: str) -> str:
    """A cell without its `:option:` lines and magics, which are not Python."""
    return "\n".join(line for line in cell.splitlines() if not line.startswith((":", "%", "!")))


def prose(text: str) -> str:
    """A page without its front matter and fenced blocks, so that a `#` is a heading."""
    return _FENCE.sub("", re.sub(r"\A---\n.*?^---\n", "", text, count=1, flags=re.MULTILINE | re.DOTALL))
