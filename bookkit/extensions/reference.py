"""The reference: a directive that shows public names of ntkbook as the code states them."""

import collections.abc
import dataclasses
import importlib
import inspect
import re
import textwrap
import typing
from collections.abc import Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from bookkit.sources.callers import chapters_with

COLUMN = 72  # characters of code that a page shows side by side


def describe(value: Any) -> str:
    """An annotation in short: jaxtyping's shapes in full, other types by their last name."""
    if hasattr(value, "dim_str"):
        return f'{value.__name__.split("[")[0]}["{value.dim_str.strip()}"]'
    if hasattr(value, "leaftype"):
        return "PyTree[...]"
    if value is None or value is type(None):
        return "None"
    if typing.get_origin(value) is collections.abc.Callable:
        return "function"
    arguments = typing.get_args(value)
    if arguments and not isinstance(value, type):
        return " | ".join(dict.fromkeys(describe(argument) for argument in arguments if argument is not ...))
    return getattr(value, "__name__", str(value))


def signature(name: str, target: Any) -> str:
    """`name(parameter, …)`, with defaults; a record shows its fields."""
    if dataclasses.is_dataclass(target) and isinstance(target, type):
        return _call(name, [field.name for field in dataclasses.fields(target)])
    if not callable(target) or (isinstance(target, type) and issubclass(target, Exception)):
        return name
    written = []
    for parameter in inspect.signature(target).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in written:
            written.append("*")
        shown = "" if parameter.default is parameter.empty else f"={_default(parameter.default)}"
        written.append(parameter.name + shown)
    return _call(name, written)


def _default(value: Any) -> str:
    """As a reader would write it: a loss or a function by its name, anything else by its repr."""
    return getattr(value, "name", None) or getattr(value, "__name__", None) or repr(value)


def _call(name: str, written: list[str]) -> str:
    """On one line if it fits, else one argument a line."""
    line = f"{name}({', '.join(written)})"
    return line if len(line) <= COLUMN else "\n".join([f"{name}(", *(f"    {one}," for one in written), ")"])


def shapes(target: Any) -> list[tuple[str, str]]:
    """(name, annotation) of every field or parameter that is an array, and of what is returned."""
    if not callable(target):
        return []
    owner = target if dataclasses.is_dataclass(target) or inspect.isfunction(target) else target.__init__
    hints = typing.get_type_hints(owner) if inspect.isfunction(owner) or isinstance(owner, type) else {}
    shown = {name: describe(hint) for name, hint in hints.items()}
    return [("returns" if name == "return" else name, text) for name, text in shown.items() if "[" in text]


def documentation(target: Any) -> str:
    """The docstring of a function or class, what a loss says of itself, or what a dictionary holds."""
    if callable(target):
        return target.__doc__ or ""
    if isinstance(target, Mapping):
        return "\n\n".join(f"`{key!r}`: {documentation(value)}" for key, value in target.items())
    return target.doc


def paragraphs(doc: str) -> list[nodes.Node]:
    """A docstring as it is written: no markup but code between backticks; indented paragraphs and prompts are code."""
    made: list[nodes.Node] = []
    for block in re.split(r"\n\s*\n", inspect.cleandoc(doc)):
        if block.startswith(">>>"):
            made.append(nodes.literal_block(block, block, language="pycon"))
            continue
        if block.startswith("    "):
            code = textwrap.dedent(block)
            made.append(nodes.literal_block(code, code, language="python"))
            continue
        paragraph = nodes.paragraph()
        for position, piece in enumerate(block.replace("\n", " ").split("`")):
            paragraph += nodes.literal(piece, piece) if position % 2 else nodes.Text(piece)
        made.append(paragraph)
    return made


def entry(name: str, target: Any) -> nodes.Element:
    """Signature, docstring and shapes of one public name, under an anchor of its own."""
    anchor = "reference-" + name.replace(".", "-")
    shown = nodes.container(ids=[anchor], classes=["reference-entry"])
    code = signature(name, target)
    shown += nodes.literal_block(code, code, language="python", classes=["reference-signature"])
    shown += paragraphs(documentation(target))
    rows = shapes(target)
    if rows:
        listed = nodes.bullet_list(classes=["reference-shapes"])
        for field, text in rows:
            item = nodes.paragraph(
                "", "", nodes.literal(field, field), nodes.Text(": "), nodes.literal(text, text)
            )
            listed += nodes.list_item("", item)
        shown += listed
    return shown


class Reference(SphinxDirective):
    """`{reference} module` with one public name a line. Experiments lead to the chapters that run them."""

    has_content = True
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        module = importlib.import_module(self.arguments[0])
        prefix = self.arguments[0].replace("ntkbook", "nb", 1)
        shown = []
        for name in filter(str.strip, self.content):
            made = entry(f"{prefix}.{name}", getattr(module, name))
            if prefix == "nb.experiments":
                made += self.runs_in(name)
            shown.append(made)
        return shown

    def runs_in(self, name: str) -> list[nodes.Node]:
        links: list[nodes.Node] = []
        for title, page in chapters_with(name):
            self.env.note_dependency(self.env.doc2path(page))
            address = relative_uri(f"{self.env.docname}.html", f"{page}.html")
            links += [nodes.Text(", " if links else "Runs in: "), nodes.reference("", title, refuri=address)]
        return [nodes.paragraph("", "", *links)] if links else []


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("reference", Reference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
