"""MyST Markdown as Markdown that a plain notebook renders: every directive and role becomes text with formulas.

There are no block quotes in the result: notebooks take formulas out before they read Markdown, marks and all.
"""

import re
from collections.abc import Callable
from functools import cache, partial

from pybtex.database import BibliographyData, Person, parse_file
from sphinx.config import Config
from sphinx.directives.code import LiteralIncludeReader

from bookkit.sources.book_labels import BOOK, places
from bookkit.sources.checks import held, in_words, parts_of
from bookkit.sources.directives import Fence, fences
from bookkit.sources.presets import PAGE, PLACE, presets

# A role, a code span, a link, or a label on a line of its own.
_INLINE = re.compile(
    r"\{(?P<role>[a-zA-Z][\w:+-]*)\}(?P<tick>`+)(?P<said>.+?)(?P=tick)"
    r"|(?P<code>`+)(?!`).+?(?<!`)(?P=code)(?!`)"
    r"|\[(?P<text>(?:[^][]|\[[^][]*\])*)\]\((?P<target>[^()\s]+)\)(?P<glued>\$(?!\$))?"
    r"|(?P<label>\([\w-]+\)=[ \t]*\n)[ \t]*",
    re.DOTALL,
)
_ROW, _CELL = re.compile(r"^\* (?=- )", re.MULTILINE), re.compile(r"^(?:  )?- ", re.MULTILINE)


class UnknownMarkupError(ValueError):
    """A directive or role for which there is no plain form yet."""

    def __init__(self, kind: str, name: str, known: dict[str, Callable[..., str]]) -> None:
        super().__init__(
            f"the {kind} {{{name}}} has no plain form for notebooks; use one of {', '.join(sorted(known))},"
            " or say in bookkit/sources/plain_markdown.py how it reads"
        )


def plain(text: str, site: str = "") -> str:
    """The same text without a directive or role; what it refers to is linked if the site's address is known."""
    lines = text.split("\n")
    made: list[str] = []
    done = 0
    for fence in fences(text):
        start, end = fence.lines
        made.append(_inline("\n".join([*lines[done:start], ""]), site))
        block = _directive(fence, site) if fence.name else "\n".join(lines[start:end])
        if fence.name:
            margin = lines[start].partition(fence.marker)[0]
            block = margin + block.replace("\n", "\n" + " " * len(margin))
        made.append(block + "\n" * (end < len(lines)))
        done = end
    made.append(_inline("\n".join(lines[done:]), site))
    return re.sub(r"[ \t]+$", "", "".join(made), flags=re.MULTILINE)


def _inline(text: str, site: str) -> str:
    return _INLINE.sub(partial(_plain_inline, site=site), text)


def _plain_inline(found: re.Match[str], site: str) -> str:
    if role := found["role"]:
        if role not in ROLES:
            raise UnknownMarkupError("role", role, ROLES)
        return ROLES[role](found["said"], site)
    if found["label"]:
        return ""
    target = re.sub(r"^(\.\.?/)+|\.md$", "", found["target"] or "")
    if target in places():
        words = _inline(found["text"], site) or places()[target].words
        link = _link(words, places()[target].address, site)
        # Where the link is gone, two formulas may meet, and two dollars would begin another kind: they become one.
        return link[:-1] if found["glued"] and link.endswith("$") else link + (found["glued"] or "")
    return found[0]


def _link(words: str, address: str, site: str) -> str:
    return f"[{words}]({site.rstrip('/')}/{address})" if site else words


def _said(said: str) -> tuple[str, str]:
    """(words, target) of a role's text; `words <target>`, or the target alone."""
    found = re.fullmatch(r"(.*?)\s*<([^<>]+)>", said, re.DOTALL)
    return (found[1], found[2]) if found else ("", said)


def _reference(said: str, site: str) -> str:
    words, label = _said(said)
    place = places().get(label)
    if place is None:  # which the build of the page reports
        return words or f"“{label}”"
    return _link(words or place.words, place.address, site)


def _explorer(said: str, site: str) -> str:
    words, target = _said(said)
    page, _, query = target.partition("?")
    return _link(words, f"{page}.html?{query}", site)


def _preset(said: str, site: str) -> str:
    words, name = _said(said)
    title, query = presets()[name]
    return _link(words or title, f"{PAGE}.html?{query}#{PLACE}", site)


@cache
def _sources() -> BibliographyData:
    return parse_file(BOOK / "references.bib")


def _cited(key: str) -> tuple[str, str]:
    """(authors, year)"""
    entry = _sources().entries[key]
    names = [_surname(person) for person in entry.persons["author"]]
    short = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    return short, entry.fields["year"]


def _surname(person: Person) -> str:
    return " ".join(str(name) for name in [*person.rich_prelast_names, *person.rich_last_names])


def _citation(said: str, site: str, form: str, around: str) -> str:
    each = [form.format(*_cited(key.strip())) for key in said.split(",")]
    return _link(around.format("; ".join(each)), "bibliography.html", site)


def _directive(fence: Fence, site: str) -> str:
    if fence.name not in DIRECTIVES:
        raise UnknownMarkupError("directive", fence.name, DIRECTIVES)
    return DIRECTIVES[fence.name](fence, site)


def _box(fence: Fence, site: str) -> str:
    """Title and text between two rules."""
    kind = fence.name.removeprefix("prf:").capitalize()
    title = _inline(fence.argument, site)
    head = title if title.startswith(kind) or fence.name == "admonition" else f"{kind}: {title}"
    return f"***\n\n**{head.removesuffix(': ')}**\n\n{plain(fence.body, site)}\n\n***"


def _folded(title: str, body: str, site: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{plain(body, site)}\n\n</details>"


def _solution(fence: Fence, site: str) -> str:
    return _folded(f"Solution of {places()[fence.argument].words}", fence.body, site)


def _math(fence: Fence, _: str) -> str:
    label = fence.options.get("label")
    tag = f" \\tag{{{places()[label].words[1:-1]}}}" if label else ""
    return f"$$\n{fence.body}{tag}\n$$"


def _table(fence: Fence, site: str) -> str:
    rows = [
        [" ".join(cell.split()) for cell in _CELL.split(row)[1:]]
        for row in _ROW.split(plain(fence.body, site))[1:]
    ]
    if fence.options.get("header-rows") != "1":
        rows.insert(0, [""] * len(rows[0]))
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _code(code: str) -> str:
    return f"```python\n{code}\n```"


def _included(fence: Fence, _: str) -> str:
    """Lines of a file of this repository; a page names it from its own folder."""
    file = BOOK.parent / fence.argument.replace("../", "")
    return _code(LiteralIncludeReader(str(file), fence.options, Config()).read()[0].rstrip())


def _content(fence: Fence, site: str) -> str:
    title = f"**{_inline(fence.argument, site)}**\n\n" if "card" in fence.name and fence.argument else ""
    return title + plain(fence.body, site)


def _asserted(fence: Fence, site: str) -> str:
    said = [
        _link(f"{places()[label].words}{in_words(parts)}", places()[label].address, site)
        for label, parts in parts_of(held(fence.argument)).items()
    ]
    return f"*Asserted: {'; '.join(said)}.*"


def _only_on_the_page(fence: Fence, site: str) -> str:
    return f"({_link('This part is made for the page of the book', 'index.html', site)}.)"


ROLES: dict[str, Callable[[str, str], str]] = {
    **dict.fromkeys(("ref", "numref", "prf:ref", "eq", "doc"), _reference),
    **dict.fromkeys(("cite", "cite:p"), partial(_citation, form="{}, {}", around="({})")),
    "cite:t": partial(_citation, form="{} ({})", around="{}"),
    "math": lambda said, _: f"${said}$",
    "explorer": _explorer,
    "preset": _preset,
}
DIRECTIVES: dict[str, Callable[[Fence, str], str]] = {
    **dict.fromkeys(
        [f"prf:{kind}" for kind in ("theorem", "lemma", "proposition", "corollary", "definition", "remark")],
        _box,
    ),
    **dict.fromkeys(("admonition", "note", "tip", "warning"), _box),
    **dict.fromkeys(("playground", "grid", "grid-item", "grid-item-card", "card"), _content),
    "container": lambda fence, site: plain(fence.body, site),  # its argument is a class
    "asserted": _asserted,
    **dict.fromkeys(
        (
            "bibliography",
            "claimed-equations",
            "claims",
            "colours",
            "course-files",
            "execution-times",
            "front-door",
            "in-browsers",
            "map",
            "map-list",
            "measured",
            "my-book",
            "on-binder",
            "open-claims",
            "quiz",
            "reference",
            "tableofcontents",
        ),
        _only_on_the_page,
    ),
    "dropdown": lambda fence, site: _folded(_inline(fence.argument, site), fence.body, site),
    "exercise": lambda fence, site: (
        f"### Exercise: {_inline(fence.argument, site)}\n\n{plain(fence.body, site)}"
    ),
    "solution": _solution,
    "math": _math,
    "list-table": _table,
    "code-cell": lambda fence, _: _code(fence.body),
    "literalinclude": _included,
}
