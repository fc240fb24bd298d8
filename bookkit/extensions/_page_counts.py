"""What a page states and checks, counted in the page as Sphinx has read it."""

import ast
import json
from dataclasses import astuple, dataclass
from math import prod
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector

RESULTS = ("theorem", "lemma", "proposition", "corollary")
_WIDGETS = "ipywidgets_state"  # where myst-nb keeps the state of a page's widgets


@dataclass(frozen=True)
class Counts:
    """Of one page, or of several together."""

    results: int  # theorems, lemmas, propositions, corollaries
    assertions: int  # `assert` statements in code cells
    exercises: int
    settings: int  # cells of the explorers' grids

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(one + two for one, two in zip(astuple(self), astuple(other), strict=True)))


NOTHING = Counts(0, 0, 0, 0)


def counts(env: Any, page: str) -> Counts:
    return Counts(
        results=_kinds(getattr(env, "proof_list", {}), page, "realtype", RESULTS),
        assertions=sum(_assertions(cell) for cell in code_cells(env.get_doctree(page))),
        exercises=_kinds(getattr(env, "sphinx_exercise_registry", {}), page, "type", ("exercise",)),
        settings=sum(_settings(model) for model in _explorers(env, page)),
    )


def _kinds(registry: dict[str, dict[str, Any]], page: str, key: str, kinds: tuple[str, ...]) -> int:
    return sum(entry["docname"] == page and entry[key] in kinds for entry in registry.values())


def code_cells(doctree: nodes.document) -> list[str]:
    """The code of a page's cells."""
    cells = [
        node for node in doctree.findall(nodes.container) if node.get("nb_element") == "cell_code_source"
    ]
    return [block.astext() for cell in cells for block in cell.findall(nodes.literal_block)]


def _assertions(code: str) -> int:
    return sum(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(code)))


def _explorers(env: Any, page: str) -> list[dict[str, Any]]:
    """The descriptions of a page's explorers, from the state of its widgets."""
    _, state = NbMetadataCollector.get_js_files(env, page).get(_WIDGETS, (None, {"body": '{"state": {}}'}))
    models = json.loads(state["body"])["state"].values()
    return [model["state"]["spec"] for model in models if "spec" in model["state"]]


def _settings(spec: dict[str, Any]) -> int:
    return prod(len(axis["values"]) for axis in spec["axes"]) if spec["axes"] else 0
