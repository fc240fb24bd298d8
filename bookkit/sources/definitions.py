"""Which statements of a chapter's cells define the names that others use."""

import ast


def names(code: str) -> set[str]:
    """Those that some code uses without defining them; of what is not Python, none."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return set()
    return _named(tree, ast.Load) - _named(tree, ast.Store)


def definitions(cells: list[str], used: set[str]) -> list[str]:
    """The assignments and functions that `used` rest on, in order: each name as the last cell leaves it."""
    wanted, kept = set(used), []
    statements = [(cell, statement) for cell in cells for statement in ast.parse(cell).body]
    for cell, statement in reversed(statements):
        defined = _defined(statement) & wanted
        if defined:
            wanted = (wanted - defined) | _named(statement, ast.Load)
            kept.append(ast.get_source_segment(cell, statement) or "")
    return kept[::-1]


def _defined(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return set().union(*(_named(target, ast.Store) for target in targets))


def _named(tree: ast.AST, context: type[ast.expr_context]) -> set[str]:
    nodes = [*ast.walk(tree)]
    arguments = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)
    } - arguments
