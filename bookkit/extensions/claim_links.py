"""Beneath every definition and result: what holds it, as four small links.

They are made as pages are written, from tests and records that are no part of a page; so when these say something
else, every page is written anew.
"""

from hashlib import sha256
from typing import Any

from docutils import nodes
from docutils.nodes import make_id
from sphinx.application import Sphinx
from sphinx.config import Config

from bookkit.extensions._claim_nodes import counted, joined, link, to_claim
from bookkit.sources.claims import Claim, claims

STYLE = "styles/claims.css"


def four_links(claim: Claim, here: str) -> nodes.paragraph:
    """“Held by 3 lines of code, 11 checks, explorer; no mutation.”"""
    counts = (
        ("code", "line of code", "lines of code", len(claim.lines)),
        ("checks", "check", "checks", len(claim.tests) + len(claim.assertions)),
        ("mutations", "mutation", "mutations", len(claim.mutations)),
    )
    there: dict[str, nodes.Node] = {
        about: to_claim(counted(count, one, many), here, claim.label, about)
        for about, one, many, count in counts
        if count
    }
    if claim.explorers:
        there["explorer"] = link("explorer", here, f"{claim.page}.html#{make_id(claim.explorers[0].heading)}")
    links = [there[about] for about in ("code", "checks", "explorer", "mutations") if about in there]
    missing = [f"no {one}" for about, one, *_ in (*counts, ("explorer", "explorer")) if about not in there]
    end = f"; {', '.join(missing)}." if missing else "."
    return nodes.paragraph(
        "", "", nodes.Text("Held by "), *joined(links), nodes.Text(end), classes=["held-by"]
    )


def add_links(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for box in list(doctree.findall(nodes.Element)):
        claim = claims().get(box.get("label", ""))
        if claim and "proof" in box.get("classes", []):
            box.parent.insert(box.parent.index(box) + 1, four_links(claim, page))


def add_style(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is not None and any(
        {"held-by", "asserted", "claim"} & set(node.get("classes", []))
        for node in doctree.findall(nodes.Element)
    ):
        app.add_css_file(STYLE)


def configure(app: Sphinx, config: Config) -> None:
    said = [four_links(claim, claim.page).pformat() for claim in claims().values()]
    config["what_holds_claims"] = sha256("".join(said).encode()).hexdigest()[:16]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("what_holds_claims", "", "html")
    app.connect("config-inited", configure)
    app.connect("doctree-resolved", add_links)
    app.connect("html-page-context", add_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
