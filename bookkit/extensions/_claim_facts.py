"""What holds a claim, as the page of all claims lists it."""

from collections.abc import Iterable, Sequence

from docutils import nodes
from docutils.nodes import make_id
from sphinx import addnodes

from bookkit.commands.notebooks import published
from bookkit.extensions import asserted
from bookkit.extensions._claim_nodes import Fold, anchor, joined, link, to_claim
from bookkit.sources.book_labels import places
from bookkit.sources.checks import Assertion, HoldingTest, in_words, parts_of
from bookkit.sources.claims import Claim
from bookkit.sources.computing import Line, entry_of
from bookkit.sources.layers import users_of
from bookkit.sources.mutations import Mutation
from bookkit.sources.statements import statements

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
