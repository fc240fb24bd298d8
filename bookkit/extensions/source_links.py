"""Every entry of the reference leads to its lines of code: in the repository, or, offline, on a page of this site.

With the repository's address in _config.yml, Sphinx's linkcode makes the links; without, its viewcode, which makes
a page of every module that has an entry.
"""

import shutil
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.ext.viewcode import OUTPUT_DIRNAME

from bookkit.commands.notebooks import published
from bookkit.sources.project import ROOT
from bookkit.sources.public_names import Lines, definitions, home


def lines_of(module: str, name: str) -> Lines | None:
    """Where an entry's name, or a method's, is defined."""
    defined_in = follow(None, module, name)
    return definitions(defined_in).get(name) if defined_in else None


def in_repository(address: str, branch: str, module: str, name: str) -> str | None:
    lines = lines_of(module, name)
    if lines is None:
        return None
    path = lines.file.relative_to(ROOT).as_posix()
    return f"{address}/blob/{branch}/{path}#L{lines.first}-L{lines.last}"


def follow(app: Sphinx | None, module: str, name: str) -> str | None:
    """For viewcode: the module whose page shows a name. Python could tell it of functions and classes only."""
    return home(module, name.partition(".")[0])


def source(app: Sphinx, module: str) -> tuple[str, dict[str, tuple[str, int, int]]] | None:
    """For viewcode: a module's text, and which lines define what, constants too."""
    found = definitions(module)
    file = next(iter(found.values())).file
    tags = {name: ("def", lines.first, lines.last) for name, lines in found.items()}
    return file.read_text(encoding="utf-8"), tags


def source_pages(out: Path) -> list[Path]:
    """The pages that viewcode made, but for its list of them, to which nothing leads."""
    folder = out / OUTPUT_DIRNAME
    return sorted(page for page in folder.rglob("*.html") if page != folder / "index.html")


def begin_anew(app: Sphinx) -> None:
    """Viewcode would keep pages of modules that are gone, and those made with an earlier theme."""
    shutil.rmtree(Path(app.outdir) / OUTPUT_DIRNAME, ignore_errors=True)


def setup(app: Sphinx) -> dict[str, bool]:
    where = published()
    if where.repository:
        app.setup_extension("sphinx.ext.linkcode")
        app.config["linkcode_resolve"] = lambda _, info: in_repository(
            where.repository, where.branch, info["module"], info["fullname"]
        )
    else:
        app.setup_extension("sphinx.ext.viewcode")
        app.connect("viewcode-follow-imported", follow)
        app.connect("viewcode-find-source", source)
        app.connect("builder-inited", begin_anew)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
