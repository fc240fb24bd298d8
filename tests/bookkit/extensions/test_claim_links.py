"""What stands beneath a box: a link for each thing that holds it, and in words what there is not."""

from dataclasses import replace

from docutils import nodes

from bookkit.extensions.claim_links import four_links
from bookkit.sources.claims import claims


def test_a_line_links_what_there_is_and_names_what_there_is_not() -> None:
    claim = claims()["theorem-b"]
    one = replace(claim, lines=claim.lines[:1], tests=(), assertions=claim.assertions[:2], mutations=())
    line = four_links(one, "part-2/regularizer")
    assert line.astext() == "Held by 1 line of code, 2 checks, explorer; no mutation."
    assert [link["refuri"] for link in line.findall(nodes.reference)] == [
        "../claims.html#claim-theorem-b-code",
        "../claims.html#claim-theorem-b-checks",
        "#see",
    ]
