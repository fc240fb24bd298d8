"""Every public function, and every record that checks itself, is tried with bad input by some test; read off the
tests themselves."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import ntkbook as nb
from ntkbook import bayes

TESTS = Path(__file__).parent
# They have an answer to whatever array they are given, or take nothing, or a problem, which is checked already.
TAKES_ALL = {nb: {"center", "linearization", "loss_table", "radius_bounds"}, bayes: {"entropy"}}


def outermost(node: ast.AST) -> Iterator[str]:
    """The names of the functions called in `node`, but not in the arguments of another call."""
    if isinstance(node, ast.Call):
        yield getattr(node.func, "attr", getattr(node.func, "id", ""))
        yield from outermost(node.func)
        return
    for child in ast.iter_child_nodes(node):
        yield from outermost(child)


def refused(module: ast.Module) -> set[str]:
    """What is called where InvalidInput is expected: in the `with`, or in the cases of a test that has one."""
    functions = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    constants = {
        target.id: node.value
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    called: set[str] = set()
    for function in functions.values():
        expecting = [
            node
            for node in ast.walk(function)
            if isinstance(node, ast.With) and any("InvalidInput" in ast.unparse(item) for item in node.items)
        ]
        if not expecting:
            continue
        decorators = [part for decorator in function.decorator_list for part in ast.walk(decorator)]
        tables = [
            constants[part.id] for part in decorators if isinstance(part, ast.Name) and part.id in constants
        ]
        lambdas = [
            part
            for table in [*decorators, *tables]
            for part in ast.walk(table)
            if isinstance(part, ast.Lambda)
        ]
        for node in [
            *(statement for block in expecting for statement in block.body),
            *(one.body for one in lambdas),
        ]:
            called.update(outermost(node))
    helpers = [functions[name] for name in called if name in functions]
    return called | {name for helper in helpers for name in outermost(helper)}


@pytest.mark.parametrize("module", TAKES_ALL, ids=lambda module: module.__name__)
def test_every_public_function_is_tried_with_bad_input(module):
    sources = [path.read_text(encoding="utf-8") for path in sorted(TESTS.rglob("test_*.py"))]
    tried = set().union(*(refused(ast.parse(text)) for text in sources if "InvalidInput" in text))
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and (inspect.isfunction(value) or hasattr(value, "__post_init__"))
    }
    assert TAKES_ALL[module] <= public
    assert public - tried == TAKES_ALL[module]
