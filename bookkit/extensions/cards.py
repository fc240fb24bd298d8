"""Cards: what a link leads to, and what a symbol means, shown without leaving the sentence.

Once all pages stand, each is given the cards of its links to theorems, equations, chapters, citations and symbols, and
of the symbols in its formulas, as data at its end; front/pages/cards shows them. A card is what its target's page says,
so every page's cards are made anew with every build.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath, relpath
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer
from sphinx.application import Sphinx

from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions._card_texts import card, places_of
from bookkit.extensions._served import Served
from bookkit.extensions._symbols import PAGE, Symbol, glyphs_in, symbols
from bookkit.sources.front_modules import FRONT, modules

ENTRY = FRONT / "pages" / "cards" / "start.js"
FOLDER = "page_cards"
SERVED = Served(FOLDER, tuple(modules(ENTRY)))
DATA = "card-texts"
AFTER_EXPLORERS = 600
_EARLIER = re.compile(
    rf'<script type="application/json" id="{DATA}">.*?</script>\n'
    rf'|<script type="module" src="[^"]*/_static/{FOLDER}/[^"]*"></script>\n'
    rf'|<script type="module" src="_static/{FOLDER}/[^"]*"></script>\n',
    re.DOTALL,
)


def article_of(html: str) -> Tag | None:
    """The text of a page."""
    return BeautifulSoup(html, "html.parser", parse_only=SoupStrainer("article")).select_one(".bd-article")


def leads_to(href: str, page: str) -> tuple[str, str] | None:
    """The page and the anchor that a link leads to; nothing for one out of the book, or into an explorer's state."""
    path, _, anchor = href.partition("#")
    if ":" in path or "?" in path or not (path or anchor):
        return None
    target = normpath(join(dirname(page), path)) if path else f"{page}.html"
    return target.removesuffix(".html"), anchor


def links(article: Tag, page: str) -> Iterator[tuple[str, str, str]]:
    """(as written, page, anchor) of each link that leads elsewhere in the book."""
    for link in article.select("a.internal[href]"):
        href = str(link["href"])
        if (target := leads_to(href, page)) and target != (page, ""):
            yield href, *target


def symbols_of(article: Tag, linked: set[str], known: list[Symbol]) -> list[Symbol]:
    """Those that the page links to, and those in its formulas that mean one thing everywhere."""
    latex = {note.get_text() for note in article.find_all("annotation")}
    glyphs = glyphs_in(article)
    return [
        symbol
        for symbol in known
        if symbol.anchor in linked or (not symbol.serves_elsewhere and symbol.stands_in(latex, glyphs))
    ]


def teller(articles: dict[str, Tag]) -> Callable[[str, str], str]:
    """The card of a page and an anchor of it; each is made once, for many pages lead there."""
    places = {page: places_of(article) for page, article in articles.items()}

    @cache
    def told(page: str, anchor: str) -> str:
        return card(places[page], anchor)

    return told


def cards_of(
    page: str, articles: dict[str, Tag], known: list[Symbol], told: Callable[[str, str], str]
) -> dict[str, Any]:
    """What front/pages/cards reads: the cards, which link shows which, and which symbol."""
    texts: dict[str, int] = {}
    shown: dict[str, int] = {}
    linked: set[str] = set()
    notation = relpath(f"{PAGE}.html", dirname(page) or ".")
    for href, target, anchor in links(articles[page], page):
        if target in articles and (text := told(target, anchor)):
            shown[href] = texts.setdefault(text, len(texts))
            if target == PAGE:
                linked.add(anchor)
    here = [] if page == PAGE else symbols_of(articles[page], linked, known)
    explained = [
        {
            "card": texts.setdefault(told(PAGE, symbol.anchor), len(texts)),
            "href": f"{notation}#{symbol.anchor}",
            "latex": symbol.latex,
            "glyphs": symbol.glyphs,
        }
        for symbol in here
    ]
    return {"cards": list(texts), "links": shown, "symbols": explained}


def with_cards(html: str, cards: dict[str, Any], script: str) -> str:
    """The page with its cards and the script that shows them, in place of what an earlier build gave it."""
    html = _EARLIER.sub("", html)
    if not cards["cards"]:
        return html
    text = json.dumps(cards, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    data = f'<script type="application/json" id="{DATA}">{text}</script>\n'
    before, end, after = html.rpartition("</body>")
    asked = f'<script type="module" src="{script}"></script>\n'
    return before.replace("</head>", f"{asked}</head>", 1) + data + end + after


def write(app: Sphinx) -> None:
    out = Path(app.outdir)
    SERVED.copy(app)
    pages = {page: (out / f"{page}.html").read_text(encoding="utf-8") for page in sorted(app.env.found_docs)}
    articles = {page: article for page, html in pages.items() if (article := article_of(html))}
    known, told = symbols(articles[PAGE]) if PAGE in articles else [], teller(articles)
    for page in articles:
        script = relpath(f"_static/{SERVED.address(ENTRY)}", dirname(page) or ".")
        html = with_cards(pages[page], cards_of(page, articles, known, told), script)
        (out / f"{page}.html").write_text(html, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    when_pages_stand(app, write, priority=AFTER_EXPLORERS)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
