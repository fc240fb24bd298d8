"""The small Sphinx extensions, each at its one task."""

from pathlib import Path

import pytest

from bookkit.extensions.formulas import FormulaError, set_formula, typesetter
from bookkit.extensions.page_body import repair
from bookkit.sources.fingerprint import ROOT, computing_sources, fingerprint

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


def test_a_link_that_is_a_formula_has_a_name() -> None:
    formula = set_formula("\\theta_0")
    assert 'aria-label="\\theta_0"' in repair(f'<a href="notation.html#sym">{formula}</a>')
    assert "aria-label" not in repair(f'<a href="notation.html#sym">the point {formula}</a>')


def test_scripts_pass_through_unchanged() -> None:
    body = '<script type="application/json">{"a": "x < y && z > \\u0022"}</script>'
    assert repair(body) == body


@pytest.fixture
def _typesetter_ends():
    yield
    process = typesetter()
    process.communicate()
    typesetter.cache_clear()
    assert process.returncode == 0


@pytest.mark.usefixtures("_typesetter_ends")
def test_formulas_are_set_and_faults_named() -> None:
    assert '<annotation encoding="application/x-tex">\\Theta_t</annotation>' in set_formula(r"\Theta_t")
    assert "katex-display" in set_formula("x", {"displayMode": True})
    with pytest.raises(FormulaError, match=r"in the formula: \\frac"):
        set_formula(r"\frac{1}{")
    assert "katex" in set_formula("y")  # a fault does not end the typesetter


def test_fingerprint_sees_every_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookkit.sources.fingerprint.ROOT", tmp_path)
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text("a = 1")
    two.write_text("")
    before = fingerprint([one, two])
    assert fingerprint([two, one]) == before
    two.write_text("b = 2")
    assert fingerprint([one, two]) != before
    assert fingerprint([one]) != before


def test_pages_are_executed_anew_when_code_or_environment_changes() -> None:
    sources = computing_sources()
    assert ROOT / "requirements.txt" in sources
    assert ROOT / "ntkbook" / "__init__.py" in sources
    assert {".js", ".css"} <= {source.suffix for source in sources}
