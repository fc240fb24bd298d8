"""The page of every claim: directives that list the statements of a part, the labelled equations, and what is open."""

from collections.abc import Iterable, Sequence
from typing import Any

from docutils import nodes
from docutils.nodes import make_id
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookkit.commands.notebooks import published
from bookkit.extensions import asserted
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
from bookkit.sources.checks import Assertion, HoldingTest, in_words, parts_of
from bookkit.sources.claims import Claim, Line, claims, entry_of, equations, owner
from bookkit.sources.layers import users_of
from bookkit.sources.mutations import Mutation
from bookkit.sources.statements import statements
from bookkit.sources.toc import parts


class Claims(SphinxDirective):
    """{claims} and the number of a part: its statements, each with all that holds it."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        (part,) = (part for part in parts() if part.number == int(self.arguments[0]))
        return [entry(claim, self.env.docname) for claim in claims().values() if claim.page in part.pages]


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


Fact = tuple[Sequence[nodes.Node], Sequence[nodes.Node]]


def definitions(facts: Iterable[Fact]) -> nodes.definition_list:
    return nodes.definition_list(
        "",
        *(
            nodes.definition_list_item("", nodes.term("", "", *term), nodes.definition("", *body))
            for term, body in facts
        ),
        classes=["claim"],
    )


def facts(claim: Claim, here: str) -> Iterable[Fact]:
    assert claim.statement is not None
    uses = claim.statement.uses
    users = users_of({label: each.uses for label, each in statements().items()})[claim.label]
    for words, labels in (("Rests on", uses), ("Used by", users)):
        if labels:
            yield (
                [nodes.Text(words)],
                [paragraph(joined([to_claim(statements()[each].name, here, each) for each in labels]))],
            )
    yield from held_by(claim, here)
    explorers = [
        link(
            f"{each.name.replace('_', ' ')}, under “{each.heading}”",
            here,
            f"{each.page}.html#{make_id(each.heading)}",
        )
        for each in claim.explorers
    ]
    if explorers:
        yield [nodes.Text("Explorer")], [paragraph(joined(explorers))]
    yield from mutated(claim, here)


def held_by(claim: Claim, here: str) -> Iterable[Fact]:
    if claim.lines:
        yield target("Code", claim, "code"), [code(line, here) for line in claim.lines]
    if claim.checked:
        yield (
            target("Checks", claim, "checks"),
            [
                *(tested(each, claim) for each in claim.tests),
                *([asserted_on(claim.assertions, claim, here)] if claim.assertions else []),
            ],
        )


def mutated(claim: Claim, here: str) -> Iterable[Fact]:
    if claim.mutations:
        yield target("Seen to fail", claim, "mutations"), [mutation(each) for each in claim.mutations]


def target(words: str, claim: Claim, about: str) -> list[nodes.Node]:
    return [nodes.inline("", words, ids=[anchor(claim.label, about)])]


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


def paragraph(parts: Sequence[nodes.Node], *classes: str) -> nodes.paragraph:
    return nodes.paragraph("", "", *parts, classes=list(classes))


def code(line: Line, here: str) -> nodes.Node:
    where = [located(f"{line.file.removeprefix('ntkbook/')}, line {line.line}", line.file, line.line)]
    if name := entry_of(line):
        where += [nodes.Text(", in "), function(name, here)]
    if line.whole:
        return paragraph([*where, nodes.Text(", which names it as its source")])
    return paragraph([*where, nodes.Text(": "), nodes.literal("", line.code)])


def located(words: str, file: str, line: int) -> nodes.Node:
    """Linked to the repository if its address is known."""
    where = published()
    if not where.repository:
        return nodes.Text(words)
    return nodes.reference("", words, refuri=f"{where.repository}/blob/{where.branch}/{file}#L{line}")


def function(name: str, here: str) -> nodes.Node:
    """Linked to its entry of the reference."""
    return addnodes.pending_xref(
        "", nodes.literal("", name), refdomain="py", reftype="obj", reftarget=name, refdoc=here, refwarn=True
    )


def tested(test: HoldingTest, claim: Claim) -> nodes.Node:
    words = test.name.removeprefix("test_").replace("_", " ")
    made = Fold(title=f"{words}{in_words(parts_of(test.holds).get(claim.label, []))}")
    made += paragraph([located(f"{test.file}, line {test.line}", test.file, test.line)], "where")
    made += nodes.literal_block(test.source, test.source, language="python")
    return made


def asserted_on(found: Sequence[Assertion], claim: Claim, here: str) -> nodes.Node:
    made: list[nodes.Node] = [nodes.Text("Asserted whenever the book is built: ")]
    for page in dict.fromkeys(each.page for each in found):
        cells = [
            link(
                f"cell {each.number}{in_words(parts_of(each.holds).get(claim.label, []), brackets=True)}",
                here,
                f"{page}.html#{asserted.anchor(each.number)}",
            )
            for each in found
            if each.page == page
        ]
        made += [
            nodes.Text("; in " if len(made) > 1 else "in "),
            nodes.emphasis("", places()[page].words),
            nodes.Text(", "),
        ]
        made += joined(cells)
    return paragraph([*made, nodes.Text(".")])


def mutation(each: Mutation) -> nodes.Node:
    name = each.test.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    since = "function and test are what they were" if each.current else "function or test has changed since"
    return paragraph(
        [
            nodes.literal("", each.formula),
            nodes.Text(" made "),
            nodes.literal("", each.wrong),
            nodes.Text(f" in {each.file.removeprefix('ntkbook/')}: “{name}” failed on {each.seen}; {since}."),
        ]
    )


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
