"""The page of every claim: directives that list the statements of a part, the labelled equations, and what is open."""

from collections.abc import Iterable, Sequence
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookkit.extensions._claim_facts import definitions, facts, held_by, mutated, paragraph
from bookkit.extensions._claim_nodes import (
    PAGE,
    Fold,
    anchor,
    close_fold,
    joined,
    link,
    number,
    open_fold,
    states,
    to_claim,
    to_statement,
)
from bookkit.sources.book_labels import places
from bookkit.sources.checks import in_words
from bookkit.sources.claims import Claim, claims, equations, owner
from bookkit.sources.statements import statements
from bookkit.sources.toc import parts


class Claims(SphinxDirective):
    """{claims} and the number of a part, or a page: its statements, each with all that holds it."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        (given,) = self.arguments
        pages = next((part.pages for part in parts() if str(part.number) == given), (given,))
        return [entry(claim, self.env.docname) for claim in claims().values() if claim.page in pages]


class Equations(SphinxDirective):
    """{claimed-equations}: every labelled equation, with the lines that compute it and what checks it."""

    def run(self) -> list[nodes.Node]:
        here = self.env.docname
        found = equations().values()
        made = definitions((equation_title(each, here), equation_facts(each, here)) for each in found)
        made["classes"].append("equations")
        return [made]


class Open(SphinxDirective):
    """{open-claims}: what nothing holds, in words."""

    def run(self) -> list[nodes.Node]:
        here = self.env.docname
        return [nodes.bullet_list("", *(nodes.list_item("", each) for each in open_ends(here)))]


def entry(claim: Claim, here: str) -> nodes.section:
    statement = claim.statement
    assert statement is not None
    said = nodes.paragraph(
        "",
        "",
        number(claim.label, here),
        nodes.Text(" in "),
        link(places()[claim.page].words, here, f"{claim.page}.html"),
        nodes.Text(": "),
        nodes.strong("", states(claim)),
        nodes.Text("."),
    )
    made = nodes.section("", ids=[anchor(claim.label)], classes=["claim"])
    made += [nodes.title("", statement.title), said, definitions(facts(claim, here))]
    return made


def equation_title(claim: Claim, here: str) -> list[nodes.Node]:
    within = owner(claim.label)
    made: list[nodes.Node] = [
        nodes.inline("", "Equation ", ids=[anchor(claim.label)]),
        number(claim.label, here),
    ]
    if within:
        made += [nodes.Text(" of "), to_statement(statements()[within], here)]
    return [*made, nodes.Text(f" ({claim.label})")]


def equation_facts(claim: Claim, here: str) -> list[nodes.Node]:
    checks = [each for _, body in (*held_by(claim, here), *mutated(claim, here)) for each in body]
    return checks or [
        paragraph([nodes.Text("No line of code is tagged with it, and nothing checks it by itself.")])
    ]


def open_ends(here: str) -> Iterable[nodes.Node]:
    known, found = statements(), list(claims().values())
    results = [each for each in found if known[each.label].kind != "definition"]
    open_parts = [
        nodes.inline(
            "",
            "",
            to_claim(known[each.label].name, here, each.label),
            nodes.Text(in_words(each.unchecked_parts)),
        )
        for each in results
        if each.checked and each.unchecked_parts
    ]
    steps = [each for each in equations().values() if not (each.lines or each.checked)]
    yield listed(
        "No proof in the book", named(here, [each for each in results if not known[each.label].proven])
    )
    yield listed("No test and no assertion", named(here, [each for each in found if not each.checked]))
    yield listed("Parts that no check names", open_parts)
    yield listed(
        "No line of code that computes it by itself", named(here, [each for each in found if not each.lines])
    )
    yield listed("No mutation seen to fail", named(here, [each for each in results if not each.mutations]))
    yield listed(
        "Equations that no line computes and nothing checks by themselves",
        [number(each.label, here) for each in steps],
    )


def named(here: str, found: list[Claim]) -> list[nodes.Node]:
    return [to_claim(statements()[each.label].name, here, each.label) for each in found]


def listed(words: str, found: Sequence[nodes.Node]) -> nodes.paragraph:
    return paragraph([nodes.Text(f"{words}: "), *(joined(found) or [nodes.Text("none")]), nodes.Text(".")])


def outdated(app: Sphinx, env: Any, added: Any, changed: Any, removed: Any) -> list[str]:
    """Tests, code and records are read anew each time."""
    return [page for page in (PAGE,) if page in env.found_docs]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(Fold, html=(open_fold, close_fold))
    app.add_directive("claims", Claims)
    app.add_directive("claimed-equations", Equations)
    app.add_directive("open-claims", Open)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
