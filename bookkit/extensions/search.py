"""The search: what it can find is read off the built pages, and the browser looks it up, offline.

Sphinx's own index is not made: it knows pages, and no statement. The search's script comes with MiniSearch from
front/search, and is loaded, with the places, once a reader opens it.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from bookkit.extensions._after_build import when_pages_stand
from bookkit.extensions._search_entries import Entry, entries
from bookkit.sources.checked_exercises import checked_exercises
from bookkit.sources.front_modules import fingerprint
from bookkit.sources.project import ROOT
from bookkit.sources.toc import chapters, contents

FOLDER = "search"  # below _static, where the bundle lies
SPOKEN = ROOT / "bookkit" / "sources" / "spoken.toml"
UNUSED = ("searchtools.js", "language_data.js", "sphinx_highlight.js")
_ARTICLE = re.compile(r"<article.*?</article>", re.DOTALL)


def configure(app: Sphinx, config: Config) -> None:
    config["html_additional_pages"] = {**config["html_additional_pages"], "search": "search.html"}
    bundle = Path(app.outdir).parent / "vendor" / FOLDER
    version = fingerprint(sorted(bundle.glob("search.*")))  # Sphinx adds one to what pages load at once
    config["search_version"] = version
    named: dict[str, Any] = {"data-script": f"search.js?v={version}"}
    app.add_js_file(f"{FOLDER}/open.js", **named)


def make_no_index(app: Sphinx) -> None:
    app.builder.search = False  # pyright: ignore[reportAttributeAccessIssue]


def write(app: Sphinx) -> None:
    out = Path(app.outdir)
    made = stored(out, app.env.found_docs)
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    (out / "_static" / FOLDER / "places.js").write_text(f"globalThis.bookPlaces={text};\n", encoding="utf-8")
    for unused in (out / "searchindex.js", *(out / "_static" / name for name in UNUSED)):
        unused.unlink(missing_ok=True)


def stored(out: Path, built: set[str]) -> dict[str, list[object]]:
    """pages: address, title and part of each; entries: page's number and what is found there, as its fields."""
    spoken, checks = names_spoken(), names_of_checks()
    listed: list[object] = []
    found: list[object] = []
    for part in contents():
        for page in part.pages:
            if page not in built:
                continue
            article = _ARTICLE.search((out / f"{page}.html").read_text(encoding="utf-8"))
            each = entries(article[0] if article else "")
            for entry in each:
                place = f"{page}#{entry.anchor}" if entry.anchor else page
                more = (*spoken.get(place, ()), *checks.get(entry.anchor, ()))
                found.append([len(listed), *astuple(replace(entry, names=(*entry.names, *more)))])
            listed.append([f"{page}.html", title(each[0]), part.caption])
    return {"pages": listed, "entries": found}


def title(page: Entry) -> str:
    """“Chapter 7. A regularizer around the initialization”"""
    return f"{page.kind}. {page.title}" if page.kind.startswith("Chapter") else page.title


def names_spoken() -> dict[str, tuple[str, ...]]:
    return {place: tuple(names) for place, names in tomllib.loads(SPOKEN.read_text(encoding="utf-8")).items()}


def names_of_checks() -> Mapping[str, tuple[str, ...]]:
    """The label of an exercise -> the name by which its answer is checked."""
    return {each.label: (each.name,) for chapter in chapters() for each in checked_exercises(chapter)}


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("search_version", "", "html")  # pages name it, and are written anew with another
    app.connect("config-inited", configure, priority=600)
    app.connect("builder-inited", make_no_index)
    when_pages_stand(app, write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
