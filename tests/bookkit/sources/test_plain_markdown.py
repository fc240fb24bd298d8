"""MyST Markdown in the Markdown that a plain notebook renders."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookkit.sources.book_labels import pages
from bookkit.sources.directives import fences
from bookkit.sources.plain_markdown import UnknownMarkupError, plain

MARKUP = re.compile(
    r"\{[a-zA-Z][\w:+-]*\}`|^\s*(`{3,}|:{3,})\{|^\s*\([\w-]+\)=|\]\((?!https?:)", re.MULTILINE
)
SITE = "https://example.org/book/"


def words_of(text: str) -> str:
    """Without fenced code."""
    lines = text.split("\n")
    for fence in fences(text):
        lines[slice(*fence.lines)] = [""] * (fence.lines[1] - fence.lines[0])
    return "\n".join(lines)


@pytest.mark.parametrize("site", ["", SITE])
def test_no_directive_role_label_or_dead_link_is_left_of_any_page(site: str) -> None:
    left = {page: MARKUP.findall(words_of(plain(text, site))) for page, text in pages().items()}
    assert {page: marks for page, marks in left.items() if marks} == {}


def test_formulas_that_meet_without_their_link_become_one() -> None:
    assert plain(r"kernel [$\Theta$](sym-ntk)$\,\otimes I_K$ and [$q$](sym-q)") == (
        r"kernel $\Theta\,\otimes I_K$ and $q$"
    )


def test_every_formula_of_every_page_opens_and_closes() -> None:
    for page, text in pages().items():
        lines = words_of(plain(text)).replace("\\$", "").splitlines()
        assert [line for line in lines if line.strip() != "$$" and "$$" in line] == [], page
        assert [line for line in lines if line.count("$") % 2] == [], page


THEOREM = """1. First

   `````{prf:theorem} Growth: of $R$
   :label: theorem-b

   By {prf:ref}`lemma <jacobian-lemma>` and {eq}`eq-radius`, [$R$](sym-R) grows {cite:t}`jacot2018`.
   ```{math}
   :label: eq-radius
   R = 1
   ```
   `````
"""


def test_nested_directives_keep_their_place_in_a_list() -> None:
    assert plain(THEOREM) == (
        "1. First\n\n   ***\n\n   **Theorem: Growth: of $R$**\n\n"
        "   By lemma and (radius), $R$ grows Jacot et al. (2018).\n"
        "   $$\n   R = 1 \\tag{radius}\n   $$\n\n   ***\n"
    )


def test_what_is_referred_to_is_linked_where_the_site_is_known() -> None:
    assert plain("(here)=\nSee {ref}`chapter-loss`, {prf:ref}`theorem-b`, {cite:p}`jacot2018`.", SITE) == (
        f"See [“The loss in function space”]({SITE}part-2/loss.html),"
        f" [Theorem B]({SITE}part-2/regularizer.html#theorem-b),"
        f" [(Jacot et al., 2018)]({SITE}bibliography.html)."
    )


def test_a_proof_keeps_its_words_and_an_assertion_says_of_what_it_is_one() -> None:
    assert plain("```{container} proof-of-decay-law\nBy {prf:ref}`theorem-b`.\n```\n") == "By Theorem B.\n"
    said = "```{asserted} theorem-b.1, theorem-b.4, eq-radius\n```\n"
    assert plain(said) == "*Asserted: Theorem B, parts 1, 4; (radius).*\n"


def test_code_is_left_alone() -> None:
    code = '`{ref}` and\n\n```python\na = "{ref}`x`"\n(a)=\n```\n'
    assert plain(code) == code


@given(colons=st.booleans(), length=st.integers(3, 9), inner=st.integers(3, 9))
def test_fences_of_any_length_fold(colons: bool, length: int, inner: int) -> None:
    outer, within = (":" if colons else "`") * (length + inner * (not colons)), "`" * inner
    text = f"{outer}{{dropdown}} Why\n{within}{{math}}\nx\n{within}\n{outer}\n"
    assert plain(text) == "<details><summary>Why</summary>\n\n$$\nx\n$$\n\n</details>\n"


@pytest.mark.parametrize("text", ["```{mystery} x\n```", "a {mystery}`x`", "```{note}\n{mystery}`x`\n```"])
def test_unknown_markup_is_named_with_what_to_do(text: str) -> None:
    with pytest.raises(
        UnknownMarkupError, match=r"\{mystery\} has no plain form.*use one of.*plain_markdown"
    ):
        plain(text)
