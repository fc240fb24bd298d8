"""Runs a notebook's cells and writes down what they answer: `python -I _child.py NUMBER_OF_AN_OPEN_FILE`.

A script of its own that imports neither `ntkbook` nor JAX. All that it writes is read with distrust, since the cells
run in this very process and can do to it what they like.
"""

import ast
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

LONGEST = 200  # characters of what is told about an answer or an error


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
        number = float(answer)
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
        names = [each.asname or each.name for each in node.names if each.name == "check"]
        if node.module != "ntkbook" or not names:
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
    try:
        return ast.parse(source)
    except SyntaxError:
        kept = []
        for line in source.splitlines():
            bare = line.strip()
            if magic := bare.startswith(("%", "!", "?")) or bare.endswith("?"):
                skipped(bare)
            kept.append(line[: len(line) - len(line.lstrip())] + "pass" if magic else line)
        return ast.parse("\n".join(kept))


def run(cells: list[str], seconds: float, write: Callable[..., None]) -> None:
    def record(exercise: Any, answer: Any = None) -> Given:
        write(exercise=shown(lambda: exercise), answer=plain(answer))
        return Given()

    def stop(*_: Any) -> NoReturn:
        raise TooLong(f"it took longer than {seconds:g} s")

    to_our_check = ToOurCheck()
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *_, **__: None}
    signal.signal(signal.SIGALRM, stop)
    for number, source in enumerate(cells, start=1):
        write(cell=number)
        names["_ntkbook_grade"] = record
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, 1)
            tree = parsed(source, lambda line: write(trouble=f"was run without the line {line[:LONGEST]!r}."))
            tree = ast.fix_missing_locations(to_our_check.visit(tree))
            exec(compile(tree, f"cell {number}", "exec"), names)
        except BaseException as error:  # a cell may raise SystemExit, or worse
            signal.setitimer(signal.ITIMER_REAL, 0)
            kind, text = type(error).__name__, shown(lambda error=error: str(error))
            write(trouble=f"failed: {kind}: {text}")
        signal.setitimer(signal.ITIMER_REAL, 0)
    write(end=True)


def main() -> None:
    work = json.load(sys.stdin)
    sheet = os.fdopen(int(sys.argv[1]), "w", encoding="utf-8")
    limit(work["bounds"])
    run(work["cells"], work["cell_seconds"], lambda **line: print(json.dumps(line), file=sheet, flush=True))
    os._exit(0)  # no thread that is still running, nor what waits for the end, holds us up


if __name__ == "__main__":
    main()
