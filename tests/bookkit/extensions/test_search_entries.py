"""What the search reads off a page."""

import pytest
from bs4 import BeautifulSoup

from bookkit.extensions._formula_words import formula_words
from bookkit.extensions._search_entries import Entry, entries, without_pictures
from bookkit.extensions.formulas import set_formula
from bookkit.extensions.search import names_of_checks

PAGE = """<article><section id="a-bound"><span id="chapter-bound"></span>
<h1><span class="section-number">7. </span>A bound<a class="headerlink" href="#a-bound">#</a></h1>
<p>What it is <strong>good for</strong>.</p>
<section id="predict"><h2>Predict</h2><p>Up, or down?</p><details><p>Down is right.</p></details></section>
<section id="state"><h2><span class="section-number">7.1. </span>State</h2>
<p>Before.</p>
<div class="proof theorem admonition" id="theorem-b">
<p class="admonition-title"><span class="caption-number">Theorem 7.1 </span> (Theorem B: a bound)</p>
<div><p>Let</p><div class="math" id="equation-eq-r">
<span class="eqno">(7.1)<a class="headerlink">#</a></span>{R}</div></div></div>
<div class="exercise admonition" id="ex-halve">
<p class="admonition-title"><span class="caption-number">Exercise 7.1 </span> (Warm-up)</p>
<div><p>Halve it.</p></div></div>
<details class="solution"><summary>Solution</summary><p>Four.</p></details>
<div class="cell"><pre>code</pre></div><p>After.</p></section></section></article>"""
ENTRY = """<dl class="py class" id="reference-nb-MaxMargin"><dt class="sig" id="nb.MaxMargin">MaxMargin</dt>
<dd><p>The <code>largest</code> margin.</p><dl class="field-list"><dt>Args</dt></dl>
<dl class="py method"><dt id="nb.MaxMargin.predict">predict</dt><dd><p>At new points.</p></dd></dl></dd></dl>"""


@pytest.mark.usefixtures("_typesetter_ends")
def test_a_page_its_sections_and_its_boxes_are_told_apart() -> None:
    radius = r"\lVert\theta_t - \theta_0\rVert \le \sqrt{2V_0/\lambda}"
    assert entries(PAGE.replace("{R}", set_formula(radius))) == [
        Entry("", "Chapter 7", "A bound", "What it is good for.", ("bound", "good for")),
        Entry("predict", "Section", "Predict", "Up, or down?"),
        Entry("state", "Section 7.1", "State", "Before. After."),
        Entry(
            "theorem-b",
            "Theorem 7.1",
            "Theorem B: a bound",
            "Let ‖θₜ − θ₀‖ ≤ √(2V₀/λ)",
            ("Theorem B", "theorem-b"),
        ),
        Entry("equation-eq-r", "Equation 7.1", "‖θₜ − θ₀‖ ≤ √(2V₀/λ)", "", ("7.1", "eq-r")),
        Entry("ex-halve", "Exercise 7.1", "Warm-up", "Halve it.", ("ex-halve",)),
    ]


def test_a_public_name_goes_by_its_parts() -> None:
    assert entries(ENTRY) == [
        Entry("nb.MaxMargin", "Class", "nb.MaxMargin", "The largest margin.", ("MaxMargin", "Max Margin")),
        Entry(
            "nb.MaxMargin.predict", "Method", "nb.MaxMargin.predict", "At new points.", ("MaxMargin.predict",)
        ),
    ]


@pytest.mark.usefixtures("_typesetter_ends")
@pytest.mark.parametrize(
    ("latex", "read"),
    [
        (r"(\lambda/2)\lVert\theta - a\theta_0\rVert^2", "(λ/2)‖θ − aθ₀‖²"),
        (r"R = 2\sqrt{V_0/(\mu\kappa)}", "R = 2√(V₀/(μκ))"),
        (r"\frac{a+b}{2V_0} \to \tfrac12", "(a + b)/(2V₀) → 1/2"),
        (r"\dot\theta = -J_\theta^\top\nabla C(z)", "θ̇ = −J_θ⊤∇C(z)"),
        (r"f_{\mathrm{lin}} = \operatorname{softmax}(z)", "fₗᵢₙ = softmax(z)"),
        (r"e^{-\lambda t/2}, \quad n^{-1/2}", "e^(−λt/2), n^(−1/2)"),
        (r"x \in \mathbb R^d", "x ∈ ℝ^d"),
        (r"m \le \log t + O(1)", "m ≤ log t + O(1)"),
    ],
)
def test_a_formula_is_read_in_unicode(latex: str, read: str) -> None:
    formula = BeautifulSoup(set_formula(latex), "html.parser").select_one(".katex")
    assert formula is not None
    assert formula_words(formula) == read


@pytest.mark.usefixtures("_typesetter_ends")
def test_glyphs_are_cut_out_and_what_they_say_stays() -> None:
    cut = without_pictures(f"<p>Let {set_formula('x^2')} and <span>{set_formula('y')}</span>.</p>")
    assert "katex-html" not in cut
    assert [tag.get_text() for tag in BeautifulSoup(cut, "html.parser").select("annotation")] == ["x^2", "y"]
    assert cut.endswith("</span>.</p>")
    assert cut.count("<span") == cut.count("</span>")


def test_an_exercise_is_found_by_the_name_of_its_check() -> None:
    named = names_of_checks()
    assert named["ex-halve"] == ("halve-the-radius",)
    assert "ex-best-mu" not in named  # an open one, between two that have checks
