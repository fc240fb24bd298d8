"""Repairs of a page's body."""

import pytest

from bookkit.extensions.formulas import set_formula
from bookkit.extensions.page_body import repair

SOLUTION = """<div class="solution dropdown admonition" id="solution-1">
<p class="admonition-title">Solution to <a href="#ex">Exercise 1</a></p>
<section id="solution-content"><p>Because.</p></section></div>"""


def test_a_box_that_folds_is_native() -> None:
    body = repair(SOLUTION)
    assert body.startswith('<details class="solution dropdown admonition" id="solution-1">')
    assert '<summary class="admonition-title">Solution to Exercise 1</summary>' in body
    assert body.endswith("</details>")


def test_a_proof_gets_its_title_once() -> None:
    body = repair('<div class="proof dropdown admonition" id="proof"><p>Proof. By induction.</p></div>')
    assert '<summary class="admonition-title">Proof</summary><p>By induction.</p>' in body
    assert "id=" not in body


def test_what_does_not_fold_stays() -> None:
    body = '<div class="admonition note"><p class="admonition-title">Note</p><p>1 &lt; 2</p></div>'
    assert repair(body) == body


@pytest.mark.usefixtures("_typesetter_ends")
def test_a_link_that_is_a_formula_has_a_name() -> None:
    formula = set_formula("\\theta_0")
    assert 'aria-label="\\theta_0"' in repair(f'<a href="notation.html#sym">{formula}</a>')
    assert "aria-label" not in repair(f'<a href="notation.html#sym">the point {formula}</a>')


def test_scripts_pass_through_unchanged() -> None:
    body = '<script type="application/json">{"a": "x < y && z > \\u0022"}</script>'
    assert repair(body) == body


def test_sources_are_items_of_a_list() -> None:
    body = repair(
        '<div class="citation-list" role="list"><div class="citation" role="doc-biblioentry">A</div></div>'
    )
    assert (
        body == '<div class="citation-list" role="list"><div class="citation" role="listitem">A</div></div>'
    )


def test_the_corner_of_a_table_heads_nothing() -> None:
    row = '<table><thead><tr>{}<th scope="col">n</th></tr></thead></table>'
    assert repair(row.format('<th scope="col"></th>')) == row.format("<td></td>")
