"""What a card says of the place that a link leads to, taken from that place as its page sets it."""

import copy
from collections.abc import Mapping
from html import escape

from bs4 import BeautifulSoup, Tag

from bookkit.extensions.social_cards import words

SHORT, LONG = (
    160,
    500,
)  # characters: a card without a formula has so many at least, one with a formula at most
_ONLY_THERE = ".headerlink, script, annotation"
_BLOCKS = "p, div.math, li:not(:has(> p))"
_OF_ITS_PLACE = ("id", "href", "title", "role", "tabindex", "aria-label")  # attributes


def places_of(article: Tag) -> dict[str, Tag]:
    """All anchors of a page, found in one walk; the empty one is the whole of its text."""
    return {"": article} | {str(place["id"]): place for place in article.find_all(id=True)}


def card(places: Mapping[str, Tag], anchor: str) -> str:
    """The card of an anchor of a page; empty where nothing is to be said."""
    article, target = places[""], places.get(anchor)
    if not target:
        return ""
    if target is article:
        return _of_chapter(article)
    classes = target.get_attribute_list("class")
    if "proof" in classes or "exercise" in classes:
        return _of_box(target)
    if anchor.startswith("equation-"):
        return _of_equation(target)
    if "citation" in classes:
        return _inside(target.select_one("p"), "p")
    if anchor.startswith("sym-") and (row := target.find_parent("tr")):
        return _of_symbol(row)
    heading = target.find("h1", recursive=False) or target.find_next_sibling("h1")
    return _of_chapter(article) if heading else ""


def titled(name: str, words_beside: str = "") -> str:
    beside = f" {words_beside}" if words_beside else ""
    return f'<p class="title"><strong>{name}</strong>{beside}</p>\n'


def _of_box(box: Tag) -> str:
    return _name_of_box(box) + opening(box)


def _name_of_box(box: Tag) -> str:
    """`Theorem 7.1` and, beside it, the name that stands in brackets."""
    title = clean(box.select_one(".admonition-title"))
    number = title.select_one(".caption-number")
    name = number.extract().get_text().strip() if number else ""
    return titled(name, title.decode_contents().strip().removeprefix("(").removesuffix(")"))


def _of_equation(equation: Tag) -> str:
    number = equation.select_one(".eqno")
    box = equation.find_parent(class_="proof")
    of = words(str(box.select_one(".caption-number"))) if isinstance(box, Tag) else _heading_above(equation)
    name = titled(f"Equation {words(str(number))}", f"in {of}")
    formula = clean(equation)
    for each in formula.select(".eqno"):
        each.decompose()
    return name + str(formula)


def _heading_above(place: Tag) -> str:
    section = place.find_parent("section")
    heading = clean(section.find(["h1", "h2", "h3", "h4"]) if isinstance(section, Tag) else None)
    for number in heading.select(".section-number"):
        number.decompose()
    return f"“{heading.decode_contents()}”"


def _of_chapter(article: Tag) -> str:
    """The number and the title, and the first sentences."""
    heading = clean(article.find("h1"))
    number = heading.select_one(".section-number")
    chapter = f"Chapter {number.extract().get_text().strip(' .')}" if number else ""
    name = heading.decode_contents().strip()
    return (titled(chapter, name) if chapter else titled(name)) + _first_sentences(article)


def _first_sentences(article: Tag) -> str:
    """As many as make a line or two: in the book's sources each has its own line."""
    paragraph = clean(article.select_one("section > p"))
    html = ""
    for part in list(paragraph.children):
        lines = [part] if isinstance(part, Tag) else str(part).split("\n")
        for number, line in enumerate(lines):
            if number and len(words(html)) >= SHORT:
                return f"<p>{html}</p>"
            html += "\n" * (number > 0) + (str(line) if isinstance(line, Tag) else escape(line, quote=False))
    return f"<p>{html}</p>" if html else ""


def _of_symbol(row: Tag) -> str:
    """The symbol, what it means, and in small what shape it has and where it lives in the code."""
    name, meaning, shape, code = (clean(cell) for cell in row.find_all("td"))
    facts = [shape] if words(str(code)) == "not computed" else [shape, code]
    below = " · ".join(_contents(each) for each in facts)
    return f'<p><span class="name">{_contents(name)}</span> {_contents(meaning)}</p>\n<p class="facts">{below}</p>'


def _contents(cell: Tag) -> str:
    return (cell.find("p") or cell).decode_contents().strip()


def opening(box: Tag) -> str:
    """A box without its title, up to its first formula or to the end of a paragraph."""
    whole = clean(box)
    for title in whole.select(".admonition-title"):
        title.decompose()
    blocks = whole.select(_BLOCKS)
    lengths = [len(words(str(block))) for block in blocks]
    last = _last_block(blocks, lengths)
    for block in blocks[last + 1 :]:
        block.decompose()
    for emptied in reversed(whole.select("li, ol, ul")):
        if not emptied.get_text(strip=True):
            emptied.decompose()
    rest = '<p class="rest">…</p>' if last + 1 < len(blocks) else ""
    return f"{''.join(str(each) for each in whole.find_all(recursive=False))}{rest}"


def _last_block(blocks: list[Tag], lengths: list[int]) -> int:
    for place, block in enumerate(blocks):
        if block.name == "div" and sum(lengths[:place]) <= LONG:
            return place
    for place in range(len(blocks)):
        if sum(lengths[: place + 1]) >= SHORT:
            return place
    return len(blocks) - 1


def _inside(tag: Tag | None, name: str) -> str:
    return f"<{name}>{clean(tag).decode_contents()}</{name}>" if tag else ""


def clean(tag: Tag | None) -> Tag:
    """A copy without links, ids, and what serves only where it stands."""
    made = copy.copy(tag) if tag else BeautifulSoup("", "html.parser").new_tag("p")
    for surplus in made.select(_ONLY_THERE):
        surplus.decompose()
    for wrapper in made.select("a, span.std, span.pre"):
        wrapper.unwrap()
    for each in (made, *made.find_all(True)):
        for name in _OF_ITS_PLACE:
            del each[name]
    return made
