"""`{execution-times}`: what the build at hand took for every page, what it checked, and on which versions."""

import platform
from collections.abc import Iterator
from dataclasses import astuple
from importlib.metadata import version
from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookkit.extensions._page_counts import NOTHING, Counts, counts

SHOWS_TIMES = "execution-times"
PACKAGES = (
    "ntkbook", "jax", "neural-tangents", "numpy", "scipy", "optax", "diffrax", "equinox", "blackjax", "scikit-learn",
    "plotly", "anywidget", "jupyter-book", "sphinx",
)  # fmt: skip
HEADS = ("Page", "Execution", "Results", "Assertions", "Exercises", "Settings")


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


def shown(app: Sphinx) -> dict[str, tuple[float, Counts]]:
    """page -> seconds and what it checks, of all pages with code, or with anything to count: a proof needs none."""
    env: Any = app.env
    found = {
        page: ((NbMetadataCollector.get_exec_data(env, page) or {}).get("runtime") or 0.0, counts(env, page))
        for page in in_order(app, app.config.root_doc)
    }
    return {page: (took, counted) for page, (took, counted) in found.items() if took or counted != NOTHING}


def row(*cells: nodes.Node) -> nodes.row:
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def figures(time: str, counted: Counts) -> list[nodes.Text]:
    return [nodes.Text(time), *(nodes.Text(f"{count:,}" if count else "") for count in astuple(counted))]


def table(app: Sphinx, page: str, pages: dict[str, tuple[float, Counts]]) -> nodes.table:
    """Linked titles with their seconds and what was checked there; sums below."""
    builder, titles = app.builder, app.env.titles
    rows = [
        row(
            nodes.reference(
                "", titles[other].astext(), refuri=builder.get_relative_uri(page, other), internal=True
            ),
            *figures(f"{took:.0f} s" if took else "", counted),
        )
        for other, (took, counted) in pages.items()
    ]
    times, checked = zip(*pages.values(), strict=True)
    sums = figures(f"{sum(times) / 60:.1f} min", sum(checked, NOTHING))
    total = row(nodes.strong("", "All pages"), *(nodes.strong("", "", figure) for figure in sums))
    group = nodes.tgroup(
        "",
        *(nodes.colspec(colwidth=width) for width in (40, 12, 12, 12, 12, 12)),
        nodes.thead("", row(*(nodes.Text(head) for head in HEADS))),
        nodes.tbody("", *rows, total),
        cols=len(HEADS),
    )
    return nodes.table("", group, classes=["colwidths-auto"])


def versions() -> nodes.paragraph:
    listed = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return nodes.paragraph("", f"With Python {platform.python_version()}, {listed}.")


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    for placeholder in list(doctree.findall(Placeholder)):
        placeholder.replace_self([table(app, page, shown(app)), versions()])


def outdated(app: Sphinx, env: Any, added: set[str], changed: set[str], removed: set[str]) -> list[str]:
    """Once any page is read anew, those that show figures of all pages are too."""
    pages = NbMetadataCollector.get_doc_data(env).items()
    return [page for page, data in pages if data.get(SHOWS_TIMES) and added | changed | removed]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(Placeholder)
    app.add_directive("execution-times", ExecutionTimes)
    app.connect("env-get-outdated", outdated)
    app.connect("doctree-resolved", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
