"""The reference: a directive that has autodoc set the public names of modules, as pages call them."""

import importlib
import inspect
import sys

from docutils import nodes
from docutils.utils import new_document
from myst_parser.mocking import MockRSTParser
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.python._object import PyObject
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookkit.extensions._docstrings import after_napoleon, before_napoleon
from bookkit.sources.book_labels import places
from bookkit.sources.project import ROOT
from bookkit.sources.public_names import CHAPTERS, address_of, called, definitions, entries, surface
from bookkit.sources.toc import parts

PACKAGE = ROOT / "ntkbook"


def set_by_autodoc(directive: SphinxDirective, module: str, names: list[str]) -> list[nodes.Node]:
    """An entry for each of a surface's names, called as pages call it."""
    sys.modules[called(module)] = importlib.import_module(module)  # autodoc imports what it sets
    return from_restructuredtext(directive, "\n".join(entry(module, name) for name in names))


def entry(module: str, name: str) -> str:
    """Which of autodoc's directives sets a name: exceptions, records and functions state themselves, values do not."""
    target = getattr(importlib.import_module(module), name)
    options: list[str] = []
    if inspect.isclass(target):
        kind = "autoexception" if issubclass(target, Exception) else "autoclass"
        options = [":members:", *without_added(target)] if kind == "autoclass" else []
    elif callable(target):
        kind = "autofunction"
    else:
        kind, options = "autodata", [":no-value:"]
    return "\n   ".join([f".. {kind}:: {called(module)}.{name}", *options]) + "\n"


def without_added(target: type) -> list[str]:
    """The option that leaves out the methods which another package adds to a class, as scikit-learn does."""
    own = definitions(target.__module__)
    added = [
        name for name in vars(target) if not name.startswith("_") and f"{target.__name__}.{name}" not in own
    ]
    return [f":exclude-members: {', '.join(added)}"] * bool(added)


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
        return [made for module in modules for made in set_by_autodoc(self, surface(module), entries(module))]


class Measured(SphinxDirective):
    """`{measured}` and the number of a part: what each of its chapters measures, under the chapter's title.

    What several chapters show has its entry in the first.
    """

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        earlier: dict[int, str] = {}  # what has its entry already -> its name there
        made = []
        for number, page, module in measuring():
            shown = {name: id(getattr(importlib.import_module(module), name)) for name in entries(module)}
            if number == int(self.arguments[0]):
                made.append(self.section(page, module, shown, earlier))
            for name, known in shown.items():
                earlier.setdefault(known, f"{called(module)}.{name}")
        return made

    def section(
        self, page: str, module: str, shown: dict[str, int], earlier: dict[int, str]
    ) -> nodes.section:
        self.env.note_dependency(self.env.doc2path(page))  # for the title
        made = nodes.section(ids=[f"measured-{module.split('.')[2]}"])
        made += nodes.title("", "", self.link(page))
        made += set_by_autodoc(self, module, [name for name, known in shown.items() if known not in earlier])
        if again := [earlier[known] for known in shown.values() if known in earlier]:
            names = ", ".join(f":py:obj:`{name}`" for name in again)
            made += from_restructuredtext(self, f"Here too: {names}.")
        return made

    def link(self, page: str) -> nodes.Element:
        return addnodes.pending_xref(
            "",
            nodes.inline("", places()[page].words),
            refdomain="std",
            reftype="doc",
            reftarget=f"/{page}",
            refexplicit=True,
            refdoc=self.env.docname,
            refwarn=True,
        )


def measuring() -> list[tuple[int, str, str]]:
    """(part, page, module) of every chapter that measures something, in the order of the book."""
    chapters = [(part.number, page) for part in parts() for page in part.pages]
    modules = [
        (part, page, f"{CHAPTERS}{page.rpartition('/')[2].replace('-', '_')}.measure")
        for part, page in chapters
    ]
    return [(part, page, module) for part, page, module in modules if exists(module)]


def exists(module: str) -> bool:
    """Whether a module of a chapter is there; the playground, say, measures nothing."""
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


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
    assert isinstance(shown, addnodes.desc)
    signature = next(shown.findall(addnodes.desc_signature))
    name = f"{signature['module']}.{signature['fullname']}"
    shown["ids"].append("reference-" + name.replace(".", "-"))
    shown["classes"].append("reference-entry")
    for example in list(content.findall(nodes.doctest_block)):
        code = example.astext()
        example.replace_self(nodes.literal_block(code, code, language="pycon"))


def call_variables_fields() -> None:
    """What Sphinx calls the variables of a class are here the fields of a record."""
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Fields"


def setup(app: Sphinx) -> dict[str, bool]:
    call_variables_fields()
    app.add_directive("reference", Reference)
    app.add_directive("measured", Measured)
    app.add_role("name", Name())
    app.connect("autodoc-process-docstring", before_napoleon, priority=400)
    app.connect("autodoc-process-docstring", after_napoleon, priority=600)
    app.connect("object-description-transform", finish_entry)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
