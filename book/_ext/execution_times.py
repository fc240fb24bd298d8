"""`{execution-times}`: how long every page took to execute for the build at hand, and on which versions."""

import platform
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

SHOWS_TIMES = "execution-times"
PACKAGES = ("jax", "neural-tangents", "numpy", "scipy", "diffrax", "jupyter-book")


class Placeholder(nodes.General, nodes.Element):
    """Stands for the table until all pages have been read."""


class ExecutionTimes(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        env: Any = self.env
        NbMetadataCollector.set_doc_data(env, env.docname, SHOWS_TIMES, True)
        return [Placeholder()]


def in_order(app: Sphinx, page: str) -> Iterator[str]:
    """The pages as the table of contents has them."""
    yield page
    for child in app.env.toctree_includes.get(page, []):
        yield from in_order(app, child)


def seconds(app: Sphinx) -> dict[str, float]:
    """page -> seconds, of all pages with code."""
    env: Any = app.env
    found = {page: NbMetadataCollector.get_exec_data(env, page) for page in in_order(app, "index")}
    return {page: data["runtime"] for page, data in found.items() if data and data["runtime"]}


def row(*cells: nodes.Node) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def table(app: Sphinx, page: str, times: dict[str, float]) -> nodes.table:
    """Linked titles with their seconds, and the sum in minutes."""
    builder, titles = app.builder, app.env.titles
    rows = [
        row(
            nodes.reference(
                "", titles[other].astext(), refuri=builder.get_relative_uri(page, other), internal=True
            ),
            nodes.Text(f"{took:.0f} s"),
        )
        for other, took in times.items()
    ]
    total = row(nodes.strong("", "All pages"), nodes.strong("", f"{sum(times.values()) / 60:.1f} min"))
    group = nodes.tgroup(
        "",
        nodes.colspec(colwidth=70),
        nodes.colspec(colwidth=30),
        nodes.thead("", row(nodes.Text("Page"), nodes.Text("Execution"))),
        nodes.tbody("", *rows, total),
        cols=2,
    )
    return nodes.table("", group, classes=["colwidths-auto"])


def versions() -> nodes.paragraph:
    listed = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return nodes.paragraph("", f"With Python {platform.python_version()}, {listed}.")


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for placeholder in list(doctree.findall(Placeholder)):
        placeholder.replace_self([table(app, page, seconds(app)), versions()])


def outdated(_: Sphinx, env: Any) -> list[str]:
    """Once a page has been executed anew, those that show its time are written anew."""
    pages = NbMetadataCollector.get_doc_data(env).items()
    return [page for page, data in pages if data.get(SHOWS_TIMES) and NbMetadataCollector.new_exec_data(env)]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(Placeholder)
    app.add_directive("execution-times", ExecutionTimes)
    app.connect("env-updated", outdated)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
