"""Repairs of a page's body: boxes fold natively, ids stand once, and the keyboard reaches what scrolls."""

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx

# sphinx-proof and sphinx-exercise give these to every box of a kind.
REPEATED_IDS = ("proof", "proof-content", "exercise-content", "solution-content")


def fold(box: Tag, soup: BeautifulSoup) -> None:
    """Make an admonition of class `dropdown` a <details>: it opens by keyboard, and without JavaScript."""
    box.name = "details"
    title = box.find(class_="admonition-title", recursive=False)
    if not isinstance(title, Tag):  # a proof has its title only in words
        title = soup.new_tag("p", attrs={"class": "admonition-title"})
        title.string = "Proof"
        if first := box.find(string=re.compile(r"^Proof\. ")):
            first.replace_with(first[len("Proof. ") :])
        box.insert(0, title)
    title.name = "summary"
    for link in title.find_all("a"):  # a link inside the handle would compete with it
        link.unwrap()


def name_of_formulas(link: Tag) -> str:
    """The LaTeX of a link's formulas, if it holds nothing else; else nothing."""
    formulas = link.select(".katex")
    in_formulas = sum(len(formula.get_text()) for formula in formulas)
    if link.get_text().strip() and len(link.get_text().strip()) > in_formulas:
        return ""
    return ", ".join(note.get_text() for note in link.select("annotation"))


def repair(body: str) -> str:
    soup = BeautifulSoup(body, "html.parser")
    for box in soup.select("div.admonition.dropdown"):
        fold(box, soup)
    for handle in soup.select("summary[aria-label]"):  # of a hidden cell, whose own words say more
        del handle["aria-label"]
    # The theme lets what has this class, and is too wide, be reached by keyboard.
    for formula in soup.select("div.math"):
        formula["class"] = "math pst-scrollable-table-container"
    for link in soup.select("a:has(.katex)"):  # a formula alone gives a link no name that is read out
        if isinstance(link, Tag) and (source := name_of_formulas(link)):
            link["aria-label"] = source
    for corner in soup.select("th:empty"):  # of a table with names in its first column; it heads nothing
        corner.name = "td"
        del corner["scope"]
    for entry in soup.select("div.citation-list[role=list] > div.citation"):
        entry["role"] = "listitem"  # docutils has one that no longer exists
    for repeated in soup.find_all(id=REPEATED_IDS):
        del repeated["id"]
        repeated.name = "div" if repeated.name == "section" else repeated.name
    return str(soup)


def repair_body(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if "body" in context:
        context["body"] = repair(context["body"])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", repair_body)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
