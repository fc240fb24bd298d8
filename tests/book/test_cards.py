"""The cards of the built pages say what their targets say."""

import gzip
import json
import re
from functools import cache
from posixpath import dirname, join, normpath
from typing import Any

import pytest

from bookkit.extensions.social_cards import words
from tests.book._sources import ROOT, toc_pages

BUILT = ROOT / "_build" / "html"
DATA = re.compile(r'<script type="application/json" id="card-texts">(.*?)</script>', re.DOTALL)
LINK = re.compile(r'<a (?:[^>]* )?class="reference internal" href="([^"?]*)#([^"]*)"')
BOX = re.compile(r'<div class="proof [^"]*" id="([^"]*)"')
HEAVIEST = 20_000  # gzipped bytes that cards add to a page
OF_ALL = {"index", "map", "claims"}  # pages that lead to every statement of the book


@cache
def html(page: str) -> str:
    return (BUILT / f"{page}.html").read_text(encoding="utf-8")


@cache
def cards(page: str) -> dict[str, Any]:
    found = DATA.search(html(page))
    return json.loads(found[1]) if found else {"cards": [], "links": {}, "symbols": []}


def told(page: str, href: str) -> str:
    return cards(page)["cards"][cards(page)["links"][href]]


@pytest.mark.parametrize(
    ("page", "href", "begins", "says"),
    [
        (
            "part-2/regularizer",
            "non-degenerate.html#theorem-a",
            "Theorem 6.1 Theorem A: non-degenerate targets Let the network be twice continuously differentiable",
            "be a PL constant",
        ),
        (
            "part-2/linear-training",
            "non-degenerate.html#equation-eq-integrable",
            "Equation (6.5) in “Why”",
            "∇C",
        ),
        (
            "part-2/regularizer",
            "../part-1/tangent-kernel.html#chapter-tangent-kernel",
            "Chapter 2 The tangent kernel Training moves parameters,",
            "through one matrix, its tangent kernel.",
        ),
        (
            "part-2/regularizer",
            "../bibliography.html#id7",
            "Lénaïc Chizat, Edouard Oyallon, and Francis Bach. On lazy training in differentiable programming.",
            "2019.",
        ),
        (
            "part-2/regularizer",
            "../notation.html#sym-lambda",
            "λ strength of the regularizer",
            "number · nb.Problem(lam)",
        ),
    ],
)
def test_each_kind_says_what_it_is(page: str, href: str, begins: str, says: str) -> None:
    text = words(told(page, href))
    assert text.startswith(begins)
    assert says in text


@pytest.mark.parametrize("page", toc_pages())
def test_every_link_to_a_theorem_or_an_equation_has_its_card(page: str) -> None:
    for path, anchor in LINK.findall(html(page).split("<article")[1].split("</article>")[0]):
        target = normpath(join(dirname(page), path)).removesuffix(".html") if path else page
        if anchor.startswith("equation-"):
            place = html(target).split(f'id="{anchor}"')[1].split("</div>")[0]
            formula = place[place.index("katex-html") :].rstrip().removesuffix("</span>" * 2)
            assert formula in told(page, f"{path}#{anchor}")
        elif anchor in BOX.findall(html(target)):
            box = html(target).split(f'id="{anchor}"')[1]
            number = words(box[box.index("caption-number") :].split(">", 1)[1].split("</span>")[0])
            assert words(told(page, f"{path}#{anchor}")).startswith(number)


@pytest.mark.parametrize("page", toc_pages())
def test_cards_draw_formulas_as_their_targets_do_and_weigh_little(page: str) -> None:
    text = html(page)
    added = len(gzip.compress(text.encode())) - len(gzip.compress(DATA.sub("", text).encode()))
    assert added < HEAVIEST * (4 if page in OF_ALL else 1)
    for each in cards(page)["cards"]:
        assert " id=" not in each
        assert "<a " not in each
        assert each.count('class="katex-html"') == each.count("</math>")


def test_a_letter_that_serves_otherwise_is_not_explained() -> None:
    names = {name for symbol in cards("part-2/one-hot")["symbols"] for name in symbol["latex"]}
    assert "s" not in names  # a clock in this chapter, the prior's scale in the table
    assert {r"\gamma", r"\Theta_0", "m"} <= names
