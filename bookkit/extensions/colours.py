"""A legend of the book's colours and marks, read off the roles that its figures draw with."""

from html import escape
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from ntkbook.explorer.theme import ROLES, Role

MEANINGS = {
    "network": "the network itself, trained or at its start",
    "linearized": "its linearization at the start",
    "bound": "what a theorem promises, or its rate",
    "guide": "a level or a slope to compare with",
    "output_layer": "what its output layer alone contributes",
    "weight_decay": "a regularizer that pulls towards 0",
    "closed_form": "a formula: a limit of infinite width, or a solution",
    "target": "targets",
    "boundary": "where a decision changes",
    "other_data": "the same on other data: random labels, images of another kind",
    "training_points": "at the training points",
    "laplace": "Laplace's approximation",
    "noisy_ensemble": "an ensemble trained on targets with Gaussian noise",
    "resampled_ensemble": "an ensemble trained with resampled labels",
    "data": "data",
    "chosen": "what is chosen, by a slider or by being the least",
    "class_0": "the first class",
    "class_1": "the second class",
    "class_2": "the third class",
    "class_3": "the fourth class",
}
DASHES = {"solid": "", "dash": "7 4", "dot": "2 3", "dashdot": "7 3 2 3", "longdash": "12 4"}
MARKS = {
    "circle": '<circle cx="24" cy="7" r="4"/>',
    "circle-open": '<circle cx="24" cy="7" r="4" fill="none" stroke-width="1.5"/>',
    "square": '<path d="M20.5 3.5h7v7h-7Z"/>',
    "diamond-open": '<path d="M24 2L29 7L24 12L19 7Z" fill="none" stroke-width="1.5"/>',
    "diamond": '<path d="M24 2L29 7L24 12L19 7Z"/>',
    "cross": '<path d="M22.5 2.5h3v3h3v3h-3v3h-3v-3h-3v-3h3Z"/>',
    "x": '<path d="M20.5 3.5l7 7M27.5 3.5l-7 7" stroke-width="2.5"/>',
    "star": '<path d="M24 1.5l1.4 3.8l4 .1l-3.2 2.5l1.1 3.9l-3.3-2.3l-3.3 2.3l1.1-3.9l-3.2-2.5l4-.1Z"/>',
}


class Colours(nodes.General, nodes.Element):
    """Where the legend stands."""


class ColoursDirective(Directive):
    def run(self) -> list[nodes.Node]:
        return [Colours()]


def sample(role: Role) -> str:
    """A stretch of its line with its marker, in the colours of both themes."""
    return "".join(
        f'<svg class="only-{theme}" width="48" height="14" viewBox="0 0 48 14" stroke="{colour}" fill="{colour}"'
        f' aria-hidden="true"><path d="M0 7h48" stroke-width="{role.width}" stroke-dasharray="{DASHES[role.dash]}"/>'
        f'<g stroke-width="0">{MARKS[role.symbol]}</g></svg>'
        for theme, colour in (("light", role.light), ("dark", role.dark))
    )


def legend() -> str:
    rows = "".join(
        f"<tr><td>{sample(role)}</td><td>{escape(MEANINGS[name])}</td></tr>" for name, role in ROLES.items()
    )
    head = '<thead><tr><th scope="col">Mark</th><th scope="col">What it stands for</th></tr></thead>'
    return f'<table class="table">{head}<tbody>{rows}</tbody></table>'


def show(translator: Any, node: Colours) -> None:
    translator.body.append(f'<div class="pst-scrollable-table-container">{legend()}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(Colours, html=(show, None))
    app.add_directive("colours", ColoursDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
