"""Formulas are set when the book is built, and a fault in one ends the build."""

import pytest
from bs4 import BeautifulSoup

from bookkit.extensions.formulas import FormulaError, set_formula


@pytest.mark.usefixtures("_typesetter_ends")
def test_formulas_are_set_and_faults_named() -> None:
    assert '<annotation encoding="application/x-tex">\\Theta_t</annotation>' in set_formula(r"\Theta_t")
    assert "katex-display" in set_formula("x", {"displayMode": True})
    with pytest.raises(FormulaError, match=r"in the formula: \\frac"):
        set_formula(r"\frac{1}{")
    assert "katex" in set_formula("y")  # a fault does not end the typesetter


CHILDREN = {
    "msub": 2,
    "msup": 2,
    "msubsup": 3,
    "munder": 2,
    "mover": 2,
    "munderover": 3,
    "mfrac": 2,
    "mroot": 2,
}


@pytest.mark.usefixtures("_typesetter_ends")
def test_a_name_as_an_index_is_one_child() -> None:
    """An element with a child too many is shown as an error by readers of MathML."""
    for latex in (
        r"\lambda_{\min}",
        r"x^{\max}",
        r"\min_x f",
        r"\lambda_{\min}^2",
        r"\lim_{n\to\infty} a_{\min}",
    ):
        mathml = BeautifulSoup(set_formula(latex), "html.parser").select_one("math")
        assert mathml is not None
        wrong = [
            each.name
            for each in mathml.select(", ".join(CHILDREN))
            if len(each.find_all(recursive=False)) != CHILDREN[each.name]
        ]
        assert wrong == [], latex
