"""What the search can find on a page, read off the page as it is built: places, what they are, and their words."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from bookkit.extensions._formula_words import formula_words

# Code and its output, and what would give an answer away.
_SILENT = (
    ".cell, .highlight, .headerlink, script, style, template, figure, form, button, output, nav, .ntk-explorer,"
    " .viewcode-link, .eqno, .rubric, dl.field-list, details.solution, #predict > :not(h2, p),"
    " details:has(> summary:-soup-contains('Answer: '))"
)
_PICTURE = re.compile(r'<span[^>]*class="katex-html"[^>]*>')
_SPAN = re.compile(r"<(/?)span")
_INLINE = {"a", "abbr", "b", "code", "em", "i", "span", "strong", "sub", "sup", "kbd", "cite", "q", "small"}
_NAMED = {"function": "Function", "class": "Class", "exception": "Exception", "method": "Method"}


@dataclass(frozen=True)
class Entry:
    """anchor: "" for the page itself. kind: "Theorem 7.1", say. names: what it is called besides its title."""

    anchor: str
    kind: str
    title: str
    text: str
    names: tuple[str, ...] = ()


def entries(article: str) -> list[Entry]:
    """Those of a page, in its order; article: its HTML."""
    soup = BeautifulSoup(without_pictures(article), "html.parser")
    for formula in soup.select("[id^=equation-]:has(> .eqno)"):
        formula["data-number"] = _words_of(formula.select_one(".eqno")).strip("()# ")
    for silent in soup.select(_SILENT):
        silent.decompose()
    found: list[Entry] = []
    _read(soup, found)
    return found


def without_pictures(html: str) -> str:
    """The HTML without the glyphs of its formulas, most of its bulk; what they say stands beside them as MathML."""
    kept, done = [], 0
    while picture := _PICTURE.search(html, done):
        kept.append(html[done : picture.start()])
        depth, done = 1, picture.end()
        while depth:
            span = _SPAN.search(html, done)
            assert span is not None
            depth, done = depth + (-1 if span[1] else 1), span.end()
        done = html.index(">", done) + 1
    return "".join([*kept, html[done:]])


def _read(tag: Tag, found: list[Entry]) -> str:
    """The words of a tag. What is an entry of its own inside it is put aside, and adds none."""
    words: list[str] = []
    for child in tag.children:
        if not isinstance(child, Tag):
            words.append(str(child) if type(child) is NavigableString else "")
        elif "katex" in child.get_attribute_list("class"):
            words.append(formula_words(child))
        elif maker := _maker(child):
            found.extend(maker(child))
        else:
            if str(child.get("id", "")).startswith("equation-"):
                found.extend(_equation(child))
            text = _read(child, found)
            words.append(text if child.name in _INLINE else f" {text} ")
    return "".join(words)


def _maker(tag: Tag) -> Callable[[Tag], Iterator[Entry]] | None:
    classes = set(tag.get_attribute_list("class"))
    if tag.name == "section" and tag.find(re.compile("^h[1-6]$"), recursive=False):
        return _section
    if {"proof", "admonition"} <= classes and tag.get("id"):
        return _box
    if {"exercise", "admonition"} <= classes:
        return _box
    if tag.name == "dl" and "py" in classes:
        return _name
    if tag.name == "tr" and tag.select_one("[id^=sym-]"):
        return _symbol
    return _source if "citation" in classes else None


def _section(tag: Tag) -> Iterator[Entry]:
    heading = _take(tag, re.compile("^h[1-6]$"))
    number = _plain(_words_of(heading.select_one(".section-number"))).rstrip(".")
    title = _plain(_words_of(heading)).removeprefix(f"{number}.").strip()
    whole = heading.name == "h1"
    kind = ("Chapter" if whole else "Section") if number else ("Page" if whole else "Section")
    labels = [str(label["id"]) for label in tag.find_all("span", id=True, recursive=False)]
    terms = tuple(_plain(_words_of(term)) for term in tag.select("strong"))
    inside: list[Entry] = []
    text = _plain(_read(tag, inside))
    names = [label.removeprefix("chapter-") for label in labels]
    yield Entry(
        "" if whole else str(tag["id"]),
        f"{kind} {number}".strip(),
        title,
        text,
        (*names, *_own(terms, inside)),
    )
    yield from inside


def _own(terms: tuple[str, ...], inside: list[Entry]) -> tuple[str, ...]:
    """Terms that a section defines itself, and none of its boxes or sections."""
    taken = {name for entry in inside for name in entry.names}
    return tuple(term for term in terms if term not in taken and len(term) < 50)


def _box(tag: Tag) -> Iterator[Entry]:
    """A theorem, a lemma, …, or an exercise: “Theorem 7.1 (Theorem B: a regularizer around the initialization)”."""
    head = _take(tag, "p")
    kind = _plain(_words_of(head.select_one(".caption-number")))
    title = _plain(_words_of(head)).removeprefix(kind).strip()
    title = title[1:-1] if title.startswith("(") and title.endswith(")") else title
    terms = tuple(_plain(_words_of(term)) for term in tag.select("strong"))
    short = title.partition(":")[0]
    label = str(tag["id"])
    names = (*((short,) if short != title else ()), label, *terms)
    inside: list[Entry] = []
    yield Entry(label, kind, title or kind, _plain(_read(tag, inside)), tuple(dict.fromkeys(names)))
    yield from inside


def _equation(tag: Tag) -> Iterator[Entry]:
    label = str(tag["id"])
    number = str(tag.get("data-number", ""))
    formula = tag.select_one(".katex")
    if formula:
        name = label.removeprefix("equation-")
        yield Entry(label, f"Equation {number}".strip(), formula_words(formula), "", (number, name))


def _symbol(tag: Tag) -> Iterator[Entry]:
    symbol, meaning, *_, code = tag.find_all("td", recursive=False)
    place = symbol.select_one("[id^=sym-]")
    each = tuple(formula_words(formula) for formula in symbol.select(".katex"))
    text = f"{_plain(_words_of(meaning))}; in code {_plain(_words_of(code))}"
    anchor = str(place["id"]) if place else ""
    yield Entry(anchor, "Symbol", ", ".join(each), text, each if len(each) > 1 else ())


def _name(tag: Tag) -> Iterator[Entry]:
    """A public name of the reference, and the methods inside it."""
    full = str(_take(tag, "dt")["id"])
    body = tag.find("dd", recursive=False)
    kind = next((said for kind, said in _NAMED.items() if kind in tag["class"]), "Value")
    kind = "Measurement" if ".measure." in full else kind  # of a chapter, and of less use elsewhere
    last = full.rpartition(".")[2]
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last)
    short = full.removeprefix("nb.")
    inside: list[Entry] = []
    text = _plain(_read(body, inside)) if isinstance(body, Tag) else ""
    called = (short,) if kind == "Method" else (short, last, apart)  # many have the same method
    names = dict.fromkeys(name for name in called if name != full)
    yield Entry(full, kind, full, text, tuple(names))
    yield from inside


def _source(tag: Tag) -> Iterator[Entry]:
    for label in tag.select(".label"):
        label.decompose()
    authors, _, rest = re.sub(r"(?<=\w\w)\. ", "\0", _plain(_words_of(tag)), count=1).partition("\0")
    yield Entry(str(tag["id"]), "Source", authors, rest)


def _take(tag: Tag, name: str | re.Pattern[str]) -> Tag:
    heading = tag.find(name)
    assert isinstance(heading, Tag)
    return heading.extract()


def _words_of(tag: Tag | None) -> str:
    return _read(tag, []) if tag else ""


def _plain(text: str) -> str:
    return re.sub(r" (?=[,.;:?!)])", "", " ".join(text.replace("\u200b", "").split()))
