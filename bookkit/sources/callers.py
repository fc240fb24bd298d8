"""Which chapters call an experiment, so that the reference can lead to where it runs."""

import ast
from functools import cache

from bookkit.sources.book_labels import pages, places
from bookkit.sources.directives import fences


@cache
def callers() -> dict[str, list[str]]:
    """Name -> the pages whose code cells read it as `experiments.name`, in the order of the files."""
    found: dict[str, list[str]] = {}
    for page, text in pages().items():
        cells = [fence.body for fence in fences(text) if fence.name == "code-cell"]
        for name in sorted({name for cell in cells for name in _experiments(cell)}):
            found.setdefault(name, []).append(page)
    return found


def _experiments(cell: str) -> list[str]:
    reads = (node for node in ast.walk(ast.parse(cell)) if isinstance(node, ast.Attribute))
    return [read.attr for read in reads if ast.unparse(read.value).rpartition(".")[2] == "experiments"]


def chapters_with(name: str) -> list[tuple[str, str]]:
    """(title, page) of every chapter that calls an experiment."""
    return [(places()[page].words, page) for page in callers().get(name, [])]
