"""The symbols of the notation table, and how to know them in a formula.

A symbol has two names: its LaTeX, for a formula that is nothing else, and its glyph, `V_0` or `cal:K`, for one that
stands inside a longer formula. front/pages/cards/glyph.js reads glyphs off the same formula as it is drawn.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import Tag

PAGE = "notation"
# A lone Latin letter, and these, also serve within proofs: they have their meaning on pages that link to it.
_SERVE_ELSEWHERE = re.compile(r"[A-Za-zδρ]")
_FONTS = {"script": "cal:", "double-struck": "bb:", "bold": "bf:", "sans-serif": "sf:"}
_POWERS = ("2", "−1")  # of a symbol, not part of its name


@dataclass(frozen=True)
class Symbol:
    """anchor: of its row. latex: its names alone in a formula. glyphs: inside one."""

    anchor: str
    latex: tuple[str, ...]
    glyphs: tuple[str, ...]

    @property
    def serves_elsewhere(self) -> bool:
        return bool(self.glyphs) and all(_SERVE_ELSEWHERE.fullmatch(glyph) for glyph in self.glyphs)

    def stands_in(self, latex: set[str], glyphs: set[str]) -> bool:
        return not (latex.isdisjoint(self.latex) and glyphs.isdisjoint(self.glyphs))


def symbols(notation: Tag) -> list[Symbol]:
    """All rows of the notation page."""
    found = []
    for place in notation.select("td p[id^=sym-]"):
        formulas = place.select(".katex")
        latex = [name for formula in formulas for name in _names(latex_of(formula))]
        glyphs = [glyph for formula in formulas if (glyph := _glyph_before_argument(formula))]
        found.append(Symbol(str(place["id"]), tuple(latex), tuple(dict.fromkeys(glyphs))))
    return found


def latex_of(formula: Tag) -> str:
    return " ".join(note.get_text() for note in formula.find_all("annotation"))


def _names(latex: str) -> Iterator[str]:
    """`C(z)` is also known as `C`, and `z = f(X)` as `z`."""
    yield latex
    before = re.split(r"\(| = ", latex)[0].strip()
    if before not in ("", latex):
        yield before


def _glyph_before_argument(formula: Tag) -> str:
    row = formula.select_one("semantics > mrow")
    parts: list[Tag] = []
    for part in row.find_all(recursive=False) if row else ():
        if part.name == "mo" and part.get_text() in ("(", "="):
            break
        parts.append(part)
    return glyph(parts[0]) if len(parts) == 1 else ""


def glyphs_in(place: Tag) -> set[str]:
    """Of all formulas that stand there."""
    return {glyph(part) for part in place.find_all(["mi", "msub", "msup", "msubsup"])} - {""}


def glyph(part: Tag) -> str:
    """`λ` of a letter, `V_0` of one with an index; nothing of what is neither."""
    if part.name == "mi":
        text, variant = part.get_text(), str(part.get("mathvariant", ""))
        upright = variant == "normal" and text.isascii() and text.isalpha()
        return ("rm:" if upright else _FONTS.get(variant, "")) + text
    children = part.find_all(recursive=False)
    if part.name not in ("msub", "msup", "msubsup") or not (base := glyph(children[0])):
        return ""
    scripts = [child.get_text() for child in children[1:]]
    index = f"_{scripts[0]}" if part.name != "msup" else ""
    power = f"^{scripts[-1]}" if part.name != "msub" and scripts[-1] not in _POWERS else ""
    return f"{base}{index}{power}"
