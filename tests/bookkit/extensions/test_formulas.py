"""Formulas are set when the book is built, and a fault in one ends the build."""

import pytest

from bookkit.extensions.formulas import FormulaError, set_formula


@pytest.mark.usefixtures("_typesetter_ends")
def test_formulas_are_set_and_faults_named() -> None:
    assert '<annotation encoding="application/x-tex">\\Theta_t</annotation>' in set_formula(r"\Theta_t")
    assert "katex-display" in set_formula("x", {"displayMode": True})
    with pytest.raises(FormulaError, match=r"in the formula: \\frac"):
        set_formula(r"\frac{1}{")
    assert "katex" in set_formula("y")  # a fault does not end the typesetter
