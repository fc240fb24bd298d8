"""Docstrings as reStructuredText: the format of CONTRIBUTING, with the characters that mathematics needs.

A docstring has Google's sections, `names` in backticks, formulas in `.. math::`, examples with prompts, and no other
markup: bars, stars and underscores mean themselves. Sphinx's napoleon sets the sections.
"""

import dataclasses
import inspect
import re
from collections.abc import Mapping
from typing import Any

from sphinx.application import Sphinx

from bookkit.extensions._annotations import types_of
from bookkit.sources.public_names import shown_as

# `n: K.` would begin a numbered list, a letter being a number.
_MARKUP = re.compile(r"([*|]|(?<=\w)_(?!\w)|(?<=: )\w(?=\.$))")
_HEADER = re.compile(r"^[A-Z]\w+:$", re.MULTILINE)
_CODE = re.compile(r"(`[^`]*`)")
_ARGUMENT = re.compile(r"^:param (\w+):")
# Of a value and of a result napoleon takes what stands before a colon for a type, so that it is shown none.
COLON = "\N{MODIFIER LETTER COLON}"
_SOURCE = ".. rubric:: Source"


def keep_characters(lines: list[str]) -> list[str]:
    """The same lines with markup's characters escaped, but for code, examples and formulas."""
    kept: list[str] = []
    within, section = -1, ""  # within: how far the directive or `::` is indented whose content is being read
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if line.strip() and indent <= within:
            within = -1
        section = line if _HEADER.fullmatch(line) else section
        code = line.lstrip().startswith((">>> ", "... ", ".. ")) or _is_output(kept) or within >= 0
        kept.append(line if code else _escaped(line))
        if section == "Returns:" and line != section:
            kept[-1] = kept[-1].replace(":", COLON)
        if within < 0 and (line.lstrip().startswith(".. ") or line.endswith("::")):
            within = indent
    return kept


def _is_output(kept: list[str]) -> bool:
    """Whether a line that follows is what an example prints: it stands in the paragraph of a prompt."""
    for line in reversed(kept):
        if not line.strip():
            return False
        if line.lstrip().startswith(">>> "):
            return True
    return False


def _escaped(line: str) -> str:
    pieces = _CODE.split(line)
    pieces[::2] = [_MARKUP.sub(r"\\\1", piece) for piece in pieces[::2]]
    return "".join(pieces)


def documentation(target: Any) -> str | None:
    """What a value says of itself, where Python would say what its type is: a loss, or a dictionary."""
    if isinstance(target, Mapping):
        return "\n\n".join(f"`{key!r}`: {_told(value)}" for key, value in target.items())
    return None if callable(target) else getattr(target, "doc", None)


def _told(value: Any) -> str:
    doc = getattr(value, "doc", None)
    return f"`{value!r}`." if doc is None else f"`{shown_as(value)}`. {_without_sections(doc)}"


def _without_sections(doc: str) -> str:
    return _HEADER.split(inspect.cleandoc(doc), maxsplit=1)[0].strip()


def before_napoleon(app: Sphinx, what: str, name: str, target: Any, options: Any, lines: list[str]) -> None:
    own = documentation(target)
    if own is not None:
        lines[:] = inspect.cleandoc(own).splitlines()
    lines[:] = keep_characters(lines)
    if what in ("data", "property"):
        lines[:1] = [line.replace(":", COLON) for line in lines[:1]]


def after_napoleon(app: Sphinx, what: str, name: str, target: Any, options: Any, lines: list[str]) -> None:
    """Types come from the annotations, and the source of a result stands among the fields."""
    lines[:] = _source_as_field([line.replace(COLON, ":") for line in lines])
    if what not in ("function", "method", "class"):
        return
    types = types_of(target)
    result = types.pop("return", "``None``")
    _add_types(lines, types, is_record=dataclasses.is_dataclass(target))
    if what != "class" and result != "``None``":
        _add_result(lines, result)


def _add_types(lines: list[str], types: Mapping[str, str], is_record: bool) -> None:
    """The type of every argument, also of one without a line of its own. Those of a record are its fields."""
    field, type_field = ("ivar", "vartype") if is_record else ("param", "type")
    lines[:] = [_ARGUMENT.sub(rf":{field} \1:", line) for line in lines]
    described = {match[1] for line in lines if (match := re.match(rf":{field} (\w+):", line))}
    added = [f":{field} {name}:" for name in types if name not in described]
    added += [f":{type_field} {name}: {text}" for name, text in types.items()]
    _insert(lines, added, (f":{field}", ":returns", ":raises", ":Source", ".. rubric::"))


def _add_result(lines: list[str], result: str) -> None:
    """The type of what is returned, before words on it."""
    for number, line in enumerate(lines):
        if line.startswith(":returns:"):
            lines[number] = f":returns: {result}, {line.removeprefix(':returns:').strip()}"
            return
    _insert(lines, [f":returns: {result}"], (":raises", ":Source", ".. rubric::"))


def _insert(lines: list[str], made: list[str], before: tuple[str, ...]) -> None:
    """Put fields before the first line that begins in one of these ways, else at the end."""
    place = next((number for number, line in enumerate(lines) if line.startswith(before)), len(lines))
    apart = place == len(lines) or lines[place].startswith(".. rubric::")
    lines[place:place] = ["", *made, ""] if apart else made


def _source_as_field(lines: list[str]) -> list[str]:
    if _SOURCE not in lines:
        return lines
    start = lines.index(_SOURCE)
    end = next((n for n in range(start + 2, len(lines)) if not lines[n].strip()), len(lines))
    words = " ".join(line.strip() for line in lines[start + 1 : end] if line.strip())
    return [*lines[:start], f":Source: {words}", *lines[end:]]
