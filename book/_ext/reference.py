"""The reference: a directive that has autodoc set the public names of modules, as pages call them."""

import functools
import importlib
import inspect
import sys

from docstrings import after_napoleon, before_napoleon
from docutils import nodes
from docutils.utils import new_document
from myst_parser.mocking import MockRSTParser
from public_names import CHAPTERS, SURFACES, address_of, called, entries, surface
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole
from toc import contents


def documented(directive: SphinxDirective, module: str) -> list[nodes.Node]:
    """An entry for every public name of a module."""
    # autodoc imports what it sets under the name that it shows.
    sys.modules[called(surface(module))] = importlib.import_module(surface(module))
    return from_restructuredtext(directive, "\n".join(entry(surface(module), name) for name in entries(module)))


def entry(module: str, name: str) -> str:
    """Which of autodoc's directives sets a name: exceptions, records and functions state themselves, values do not."""
    target = getattr(importlib.import_module(module), name)
    if inspect.isclass(target):
        kind = "autoexception" if issubclass(target, Exception) else "autoclass"
    else:
        kind = "autofunction" if callable(target) else "autodata"
    options = {"autoclass": ":members:", "autodata": ":no-value:"}.get(kind, "")
    return f".. {kind}:: {called(module)}.{name}\n   {options}\n"


def from_restructuredtext(directive: SphinxDirective, text: str) -> list[nodes.Node]:
    """The nodes of a text in autodoc's language; the pages' own is Markdown."""
    page = directive.state.document
    made = new_document(page["source"], page.settings)
    made.reporter = page.reporter
    MockRSTParser().parse(text, made)
    return made.children


class Reference(SphinxDirective):
    """`{reference}` with a module a line: an entry for every name that they show to the world."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        modules = list(filter(str.strip, self.content))
        return [made for module in modules for made in documented(self, module)]


class Measured(SphinxDirective):
    """`{measured}`: what each chapter measures, under the chapter's title; last what several of them do."""

    def run(self) -> list[nodes.Node]:
        return []


class Name(SphinxRole):
    """What stands in single backticks of a docstring: code, which leads to its entry if it is a public name."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        shown = nodes.literal(self.rawtext, self.text)
        target = address_of().get(self.text)
        if target is None:
            return [shown], []
        link = addnodes.pending_xref(
            "", shown, refdomain="py", reftype="obj", reftarget=target, refdoc=self.env.docname, refwarn=True
        )
        return [link], []


def finish_entry(app: Sphinx, domain: str, kind: str, content: addnodes.desc_content) -> None:
    """Give an entry the address that links to it have always had, and the marks that its style needs."""
    shown = content.parent
    signature = shown[0]
    name = f"{signature['module']}.{signature['fullname']}"
    shown["ids"].append("reference-" + name.replace(".", "-"))
    shown["classes"].append("reference-entry")
    for label in content.findall(nodes.field_name):
        if label.astext() == "Variables":
            label[0] = nodes.Text("Fields")
    for example in list(content.findall(nodes.doctest_block)):
        code = example.astext()
        example.replace_self(nodes.literal_block(code, code, language="pycon"))


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("reference", Reference)
    app.add_directive("measured", Measured)
    app.add_role("name", Name())
    app.connect("autodoc-process-docstring", before_napoleon, priority=400)
    app.connect("autodoc-process-docstring", after_napoleon, priority=600)
    app.connect("object-description-transform", finish_entry)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
