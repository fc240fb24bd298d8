"""Runs a notebook's cells and writes down what they answer: `python -I _child.py NUMBER_OF_AN_OPEN_FILE`.

A script of its own that imports neither `ntkbook` nor JAX. All that it writes is read with distrust, since the cells
run in this very process and can do to it what they like.
"""

import ast
import json
import os
import re
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

LONGEST = 200  # characters of what is told about an answer or an error
ITS_LINES_ARE_PYTHON = ("time", "timeit", "capture", "prun")  # cell magics
_CELL_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*(.*)\n?")
_LINE_MAGIC = re.compile(r"\s*[%!?]|\s*[\w.]+\?{1,2}\s*$")
_ASSIGNED_MAGIC = re.compile(r"(\s*[\w, ]+=)\s*[%!]")


class TooLong(BaseException):
    """A cell has used up its time."""


class Given:
    """What a call of `check` gives here: the answer is judged later, elsewhere."""

    status = "given"
    message = "The answer has been noted."


def limit(bounds: dict[str, int]) -> None:
    """name of a limit -> value, lowered for good."""
    for name, value in bounds.items():
        kind = getattr(resource, name)
        hardest = resource.getrlimit(kind)[1]
        value = value if hardest == resource.RLIM_INFINITY else min(value, hardest)
        resource.setrlimit(kind, (value, value))


def shown(describe: Callable[[], str]) -> str:
    """A description that a cell's own classes may have written, made harmless."""
    try:
        return str(describe())[:LONGEST]
    except BaseException:
        return "something that cannot be shown"


def plain(answer: Any) -> float | str | None:
    """A number if the answer is one, else its description."""
    if answer is None:
        return None
    try:
        number = float(answer if isinstance(answer, str) or not hasattr(answer, "item") else answer.item())
    except Exception:
        return shown(lambda: answer if isinstance(answer, str) else repr(answer))
    return number if abs(number) < float("inf") else repr(number)


class ToOurCheck(ast.NodeTransformer):
    """Every reading of `ntkbook.check` becomes one of our recorder, whatever the notebook has made of the name."""

    def __init__(self) -> None:
        self.packages = {"nb", "ntkbook"}

    def visit_Import(self, node: ast.Import) -> ast.AST:
        self.packages |= {each.asname for each in node.names if each.name == "ntkbook" and each.asname}
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.AST]:
        names = [each.asname or "check" for each in node.names if each.name in ("check", "*")]
        if node.module not in ("ntkbook", "ntkbook.exercises") or not names:
            return node
        return [node, *ast.parse("\n".join(f"{name} = _ntkbook_grade" for name in names)).body]

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        ours = isinstance(node.value, ast.Name) and node.value.id in self.packages and node.attr == "check"
        if not ours or not isinstance(node.ctx, ast.Load):
            return node
        return ast.copy_location(ast.Name("_ntkbook_grade", ast.Load()), node)


def parsed(source: str, skipped: Callable[[str], None]) -> ast.Module:
    """The cell as Python; only if it is none, without the lines that only IPython understands."""
    if magic := _CELL_MAGIC.match(source):
        return _without_cell_magic(magic[1], magic[2].strip(), source[magic.end() :], skipped)
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse("\n".join(_without_magic(line, skipped) for line in source.splitlines()))


def _without_cell_magic(magic: str, argument: str, body: str, skipped: Callable[[str], None]) -> ast.Module:
    """What follows a cell magic: Python, a file to write, or something that is not run."""
    if magic in ITS_LINES_ARE_PYTHON:
        return parsed(body, skipped)
    if magic == "writefile" and not argument.startswith("-"):
        Path(argument).write_text(body, encoding="utf-8")
    else:
        skipped(f"%%{magic} {argument}".strip())
    return ast.parse("")


def _without_magic(line: str, skipped: Callable[[str], None]) -> str:
    """A line of Python in place of one for IPython, at the same depth."""
    indent = line[: len(line) - len(line.lstrip())]
    if assigned := _ASSIGNED_MAGIC.match(line):
        skipped(line.strip())
        return f"{assigned[1]} []"
    if _LINE_MAGIC.match(line):
        skipped(line.strip())
        return f"{indent}pass"
    return line


def run(cells: list[str], seconds: float, patience: float, write: Callable[..., None]) -> None:
    def record(exercise: Any, answer: Any = None, *_: Any, **__: Any) -> Given:
        write(exercise=shown(lambda: exercise), answer=plain(answer))
        return Given()

    def stop(*_: Any) -> NoReturn:
        raise TooLong(f"it took longer than {seconds:g} s")

    to_our_check = ToOurCheck()
    sys.path.insert(0, str(Path.cwd()))  # as in a notebook: what a cell writes, another can import
    # A module of its own, as in a notebook: what cells define can be pickled, and they see nothing of this script.
    sys.modules["__main__"] = notebook = ModuleType("__main__")
    names = vars(notebook)
    names["display"] = lambda *_, **__: None
    for alarm in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(alarm, stop)

    def bound(computing: float) -> None:
        """Raise TooLong after so many seconds of computing, or `patience` times as many by the clock; 0: never."""
        signal.setitimer(signal.ITIMER_PROF, computing, 1)
        signal.setitimer(signal.ITIMER_REAL, patience * computing, 1)

    for number, source in enumerate(cells, start=1):
        write(cell=number)
        names["_ntkbook_grade"] = record
        try:
            bound(seconds)
            tree = parsed(source, lambda line: write(trouble=f"was run without the line {line[:LONGEST]!r}."))
            tree = ast.fix_missing_locations(to_our_check.visit(tree))
            exec(compile(tree, f"cell {number}", "exec"), names)
        except BaseException as error:  # a cell may raise SystemExit, or worse
            bound(0)
            kind, text = type(error).__name__, shown(lambda error=error: str(error))
            write(trouble=f"failed: {kind}: {text}")
        bound(0)
    write(end=True)


def main() -> None:
    work = json.load(sys.stdin)
    sheet = os.fdopen(int(sys.argv[1]), "w", encoding="utf-8")
    limit(work["bounds"])
    run(
        work["cells"],
        work["cell_seconds"],
        work["patience"],
        lambda **line: print(json.dumps(line), file=sheet, flush=True),
    )
    os._exit(0)  # no thread that is still running, nor what waits for the end, holds us up


if __name__ == "__main__":
    main()
