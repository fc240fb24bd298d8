"""Pieces that the pages about claims are put together from."""

from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.util.osutil import relative_uri

from bookkit.sources.book_labels import places
from bookkit.sources.claims import Claim
from bookkit.sources.statements import Statement, statements

PAGE = "claims"


class Fold(nodes.General, nodes.Element):
    """What opens at its title."""


def open_fold(translator: Any, node: Fold) -> None:
    translator.body.append(f"<details><summary>{translator.encode(node['title'])}</summary>")


def close_fold(translator: Any, node: Fold) -> None:
    translator.body.append("</details>")


def link(words: str, here: str, address: str) -> nodes.reference:
    """To a place of the built site, named from its root."""
    page, hash_mark, anchor = address.partition("#")
    same = page == f"{here}.html"
    uri = f"#{anchor}" if same and anchor else relative_uri(f"{here}.html", page) + hash_mark + anchor
    return nodes.reference("", words, refuri=uri, internal=True)


def to_statement(statement: Statement, here: str, more: str = "") -> nodes.reference:
    return link(statement.name + more, here, places()[statement.label].address)


def to_claim(words: str, here: str, label: str, about: str = "") -> nodes.reference:
    """To the entry of a claim on the page of them all, or to what it says about its code, tests or mutations."""
    return link(words, here, f"{PAGE}.html#{anchor(label, about)}")


def anchor(label: str, about: str = "") -> str:
    return f"claim-{label}-{about}" if about else f"claim-{label}"


def number(label: str, here: str) -> nodes.Node:
    """“Theorem 8.1” or “(8.2)”, linked, as the reader's cross-references are."""
    domain, kind = ("math", "eq") if label.startswith("eq-") else ("prf", "ref")
    return addnodes.pending_xref(
        "",
        nodes.literal("", label, classes=["xref", kind]),
        refdomain=domain,
        reftype=kind,
        reftarget=label,
        refexplicit=False,
        refdoc=here,
        refwarn=True,
    )


def name_of(label: str) -> str:
    found = statements().get(label)
    return found.name if found else places()[label].words


def joined(parts: Sequence[nodes.Node], between: str = ", ") -> list[nodes.Node]:
    found = list(parts[:1])
    for part in parts[1:]:
        found += [nodes.Text(between), part]
    return found


def counted(count: int, one: str, many: str) -> str:
    """“1 check”, “3 checks”."""
    return f"{count} {one if count == 1 else many}"


def states(claim: Claim) -> str:
    return ", ".join(claim.state) or "stated"
