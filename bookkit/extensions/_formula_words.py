"""A formula in Unicode, from the MathML that KaTeX set beside its picture: ‖θ_t − θ₀‖ ≤ √(2V₀/λ)."""

import re
import unicodedata

from bs4 import Tag

_RAISED = dict(zip("0123456789+−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", strict=True))
_LOWERED = dict(zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_ALREADY_RAISED = {"′", "∗", "⊤", "†"}  # an accent, or drawn high enough to be read as one
_ACCENTS = {"^": "\u0302", "˙": "\u0307", "~": "\u0303", "ˉ": "\u0304", "¯": "\u0304", "‾": "\u0304"}
_DOUBLE_STRUCK = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "1": "𝟙"}
_AS_READ = str.maketrans({"∥": "‖", "∣": "|", "\u2061": " ", "∗": "*", "\u00a0": " "})
_SPACED = set("=≤≥<>≠≈∼→←↦∈∉⪯⪰≺≻∝+−⊗⊙±×∩∪≪≫≡⟂∼⟶")
_OPENING = set("([{⟨,;") | _SPACED
_OPERATOR = set(" +−/⋅,")
# A number, or a letter with its index: what needs no brackets below a stroke or a root.
_ATOM = re.compile(r"[\d.]+|√?\w[₀-₉ₐ-ₜᵢ-ᵥⱼ⁰¹²³⁴-ⁿ]*(_\w)?")


def formula_words(katex: Tag) -> str:
    """katex: an element of class `katex`, as html.parser reads it."""
    semantics = katex.find("semantics")
    shown = semantics.find(recursive=False) if isinstance(semantics, Tag) else None
    text = _said(shown) if isinstance(shown, Tag) else katex.get_text()
    text = re.sub(r" (?=[,.;)(])", "", " ".join(text.split()))
    return unicodedata.normalize("NFC", re.sub(r"(?<=[=≤≥<>−+])\(", " (", text))


def _said(tag: Tag) -> str:
    parts = [child for child in tag.children if isinstance(child, Tag)]
    match tag.name:
        case "mi" | "mn" | "mtext":
            return _letters(tag)
        case "mo":
            text = tag.get_text().translate(_AS_READ)
            return ", " if text == "," and tag.get("separator") else text
        case "msub" | "munder":
            return _said(parts[0]).rstrip() + _low(_said(parts[1]))
        case "msup":
            return _said(parts[0]).rstrip() + _high(_said(parts[1]))
        case "msubsup" | "munderover":
            return _said(parts[0]).rstrip() + _low(_said(parts[1])) + _high(_said(parts[2]))
        case "mover":
            return _below_accent(_said(parts[0]), _said(parts[1]))
        case "mfrac":
            above, below = _said(parts[0]).strip(), _said(parts[1]).strip()
            return f"{f'({above})' if _OPERATOR & set(above) else above}/{_grouped(below)}"
        case "msqrt":
            return "√" + _grouped(_row(parts))
        case "mspace":
            return " "
        case "mtr":
            return _row(parts) + " "
        case _:
            return _row(parts)


def _letters(tag: Tag) -> str:
    text = tag.get_text().translate(_AS_READ)
    struck = tag.get("mathvariant") == "double-struck"
    return _DOUBLE_STRUCK.get(text, text) if struck else text


def _row(parts: list[Tag]) -> str:
    """Side by side; a relation, or a sign between two terms, stands free."""
    line = ""
    for part in parts:
        text = _said(part)
        sign = text.strip()
        if part.name == "mo" and sign in _SPACED:
            between = sign not in "+−" or (line.rstrip() and line.rstrip()[-1] not in _OPENING)
            text = f" {sign} " if between else sign
        # “log t”, not “logt”: a name of letters, with a letter on either side of its end
        elif line[-2:].isalpha() and line[-2:].isascii() and len(line) > 1 and part.name == "mi":
            text = f" {text}" if _ends_with_name(line) else text
        line += text
    return line


def _ends_with_name(line: str) -> bool:
    return line.endswith(("log", "exp", "min", "max", "sup", "inf", "cos", "sin", "lim", "det"))


def _low(text: str) -> str:
    return _moved(text, _LOWERED, "_")


def _high(text: str) -> str:
    text = text.strip()
    return text if text in _ALREADY_RAISED | {"*"} else _moved(text, _RAISED, "^")


def _moved(text: str, letters: dict[str, str], mark: str) -> str:
    """In small letters where Unicode has them all, else behind the mark that one types."""
    text = "".join(text.split())
    if not text:
        return ""
    if all(letter in letters for letter in text):
        return "".join(letters[letter] for letter in text)
    return mark + (text if text.isalnum() or len(text) == 1 else f"({text})")


def _below_accent(base: str, accent: str) -> str:
    return base + _ACCENTS[accent] if accent in _ACCENTS and len(base) == 1 else f"{base} {accent} ".lstrip()


def _grouped(text: str) -> str:
    text = text.strip()
    return text if len(text) == 1 or _ATOM.fullmatch(text) else f"({text})"
