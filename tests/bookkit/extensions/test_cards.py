"""What cards are made of: texts cut short, symbols told apart, pages that keep one set of cards."""

import json

import pytest
from bs4 import BeautifulSoup, Tag

from bookkit.extensions._card_texts import card, places_of
from bookkit.extensions._symbols import glyphs_in, symbols
from bookkit.extensions.cards import cards_of, leads_to, teller, with_cards
from bookkit.extensions.formulas import set_formula
from bookkit.extensions.social_cards import words

LONG_WORDS = "word " * 50
THEOREM = """<div class="proof theorem admonition" id="t">
<p class="admonition-title"><span class="caption-number">Theorem 3.2 </span> (Short &amp; <em>sharp</em>)</p>
<div class="theorem-content"><p>Let <a class="reference internal" href="#x" id="x">it</a> be.</p>
<ol><li><p>First</p><div class="math" id="equation-e"><span class="eqno">(3.4)<a class="headerlink">#</a></span>
<span class="katex-display">E</span></div></li><li><p>Second</p></li></ol></div></div>"""


def article(html: str) -> Tag:
    return BeautifulSoup(f"<article>{html}</article>", "html.parser").article or Tag(name="none")


def places(html: str) -> dict[str, Tag]:
    return places_of(article(html))


def test_a_theorem_is_told_as_far_as_its_first_formula() -> None:
    told = card(places(THEOREM), "t")
    assert words(told) == "Theorem 3.2 Short & sharp Let it be. First(3.4) E…"
    assert not {"<a ", " id="} & {part for part in ("<a ", " id=") if part in told}
    assert "<li></li>" not in told


def test_a_theorem_without_a_formula_is_told_by_paragraphs() -> None:
    box = THEOREM.split('<div class="theorem-content">')[0]
    whole = f"{box}<div><p>{LONG_WORDS}</p><p>Left out</p></div></div>"
    assert words(card(places(whole), "t")) == f"Theorem 3.2 Short & sharp {LONG_WORDS.strip()} …"


def test_an_equation_says_where_it_stands() -> None:
    assert words(card(places(THEOREM), "equation-e")) == "Equation (3.4) in Theorem 3.2 E"
    alone = (
        f'<section><h2>Why<a class="headerlink">#</a></h2>{THEOREM.split("First</p>")[1].split("</li>")[0]}'
    )
    assert words(card(places(alone), "equation-e")) == "Equation (3.4) in “Why” E"


def test_a_chapter_is_told_in_its_first_sentences() -> None:
    page = places(
        '<section><span id="chapter-c"></span><h1><span class="section-number">3. </span>Title</h1>'
        f"<p>1 &lt; 2.\n{LONG_WORDS}\nNo more.</p></section>"
    )
    assert (
        words(card(page, "chapter-c"))
        == words(card(page, ""))
        == f"Chapter 3 Title 1 < 2. {LONG_WORDS.strip()}"
    )


def test_what_is_no_kind_of_the_book_has_no_card() -> None:
    page = places('<section id="s"><h2>See</h2><p id="p">Here.</p></section>')
    assert card(page, "s") == card(page, "p") == card(page, "missing") == ""


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("#t", ("part-2/loss", "t")),
        ("../notation.html#sym-n", ("notation", "sym-n")),
        ("law.html", ("part-2/law", "")),
        ("law.html?law.n=3#see", None),
        ("https://example.org/law.html#t", None),
        ("#", None),
    ],
)
def test_where_a_link_leads(href: str, target: tuple[str, str] | None) -> None:
    assert leads_to(href, "part-2/loss") == target


@pytest.mark.usefixtures("_typesetter_ends")
def test_symbols_are_told_apart() -> None:
    def glyphs(latex: str) -> set[str]:
        return glyphs_in(article(set_formula(latex)))

    assert "V_0" in glyphs(r"\sqrt{2V_0/\lambda}")
    assert "f_lin" in glyphs(r"\lVert f_{\mathrm{lin}}(x)\rVert")
    assert "K_1" in glyphs("K_1^2R")
    assert "Θ" in glyphs(r"\Theta^{-1}Y")
    assert "cal:K" in glyphs(r"\mathcal K")
    assert "cal:K" not in glyphs(r"K") | glyphs(r"\mathcal L^1")
    assert "d" not in glyphs(r"\mathrm dx")
    row = '<table><tr><td><p id="sym-{}">{}</p></td></tr></table>'
    table = article(row.format("c", set_formula("C(z)")) + row.format("r", set_formula(r"\lVert h\rVert")))
    first, second = symbols(table)
    assert (first.latex, first.glyphs) == (("C(z)", "C"), ("C",))
    assert (second.latex, second.glyphs) == ((r"\lVert h\rVert",), ())


@pytest.mark.usefixtures("_typesetter_ends")
def test_a_letter_has_its_meaning_where_the_page_links_to_it() -> None:
    row = '<tr><td><p id="sym-{0}">{1}</p></td><td>{0}</td><td>number</td><td>not computed</td></tr>'
    entries = row.format("m", set_formula("m")) + row.format("mu", set_formula(r"\mu"))
    notation = article(f"<table>{entries}</table>")
    text = set_formula("m") + set_formula(r"2\mu")
    unlinked, linked = article(text), article(f'{text}<a class="internal" href="notation.html#sym-m">m</a>')
    articles = {"notation": notation, "one": unlinked, "two": linked}
    known = symbols(notation)
    explained = {
        page: [symbol["href"] for symbol in cards_of(page, articles, known, teller(articles))["symbols"]]
        for page in articles
    }
    assert explained == {
        "notation": [],
        "one": ["notation.html#sym-mu"],
        "two": ["notation.html#sym-m", "notation.html#sym-mu"],
    }


def test_a_page_has_one_set_of_cards_however_often_it_is_built() -> None:
    page = "<html><head></head><body>Text</body></html>"
    told = {"cards": ["</script> & <b>1</b>"], "links": {}, "symbols": []}
    src = "_static/page_cards/0/pages/cards/start.js"
    once = with_cards(page, told, src)
    assert with_cards(once, told, src) == once
    assert with_cards(once, {"cards": []}, src) == page
    assert once.count("</script>") == 2
    assert json.loads(once.split('id="card-texts">')[1].split("</script>")[0]) == told
