"""Licences: of what is shipped, of what it runs on, and how the book is cited."""

import re
import tomllib
from importlib.metadata import distribution

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pybtex.database import parse_file

from tests.book._sources import BOOK, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
STATIC = ROOT / "_build" / "html" / "_static"
LEFT_OUT = set(PROJECT["tool"]["uv"]["exclude-dependencies"])
PERMISSIVE = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-CMU", "PSF-2.0", "Zlib",
}  # fmt: skip
# Weak copyleft that asks nothing of a program which only imports it, unchanged: package -> licence.
TOLERATED = {"frozendict": {"LGPL-3.0-only"}, "tqdm": {"MPL-2.0"}}
# What older metadata write -> SPDX.
SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Python Software Foundation License": "PSF-2.0",
}


def runtime() -> set[str]:
    """All that `ntkbook` needs installed, by way of others too."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in PROJECT["project"]["dependencies"]]
    while waiting:
        asked = waiting.pop()
        name = canonicalize_name(asked.name)
        if name in found | LEFT_OUT or (asked.marker and not asked.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        waiting += [Requirement(line) for line in distribution(name).requires or []]
    return found


def licences(name: str) -> set[str]:
    """Those that all hold for a package; of alternatives the first."""
    about = distribution(name).metadata
    classified = [
        line.split(" :: ")[-1]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: OSI")
    ]
    written = (
        about.get("License-Expression") or " AND ".join(classified) or about.get("License") or "none stated"
    )
    return {SPDX.get(one, one) for one in (part.split(" OR ")[0] for part in written.split(" AND "))}


def test_all_that_the_package_runs_on_may_be_used_freely() -> None:
    names = runtime()
    assert {"jax", "jaxlib", "neural-tangents", "frozendict"} <= names
    objections = {
        name: surplus
        for name in names
        if (surplus := licences(name) - PERMISSIVE - TOLERATED.get(name, set()))
    }
    assert objections == {}, "look at what these ask for; allow them here, or do without"


def test_all_that_pages_carry_comes_with_its_licence() -> None:
    notices = (STATIC / "third-party.txt").read_text(encoding="utf-8")
    bundled = re.findall(r"^(@?[\w./-]+) \d[\w.]* \((.+)\)$", notices, re.MULTILINE)
    assert {"plotly.js", "katex", "maplibre-gl", "minisearch"} <= {name for name, _ in bundled}
    assert {name: licence for name, licence in bundled if licence not in PERMISSIVE} == {}
    for package in (
        "Sphinx",
        "pydata-sphinx-theme",
        "sphinx-book-theme",
        "sphinx-copybutton",
        "sphinx_design",
    ):
        section = re.search(
            rf"^{re.escape(package)} \d[\w.]*\n\n(.*?)(^-{{80}}$|\Z)", notices, re.MULTILINE | re.DOTALL
        )
        assert section, package
        assert "copyright" in section[1].lower(), package
    # Fonts and scripts inside the theme name theirs in the files themselves.
    theme = (STATIC / "styles" / "pydata-sphinx-theme.css").read_text(encoding="utf-8")
    assert "Icons: CC BY 4.0, Fonts: SIL OFL 1.1" in theme
    assert "Licensed under MIT (https://github.com/twbs/bootstrap" in theme


def test_the_book_is_cited_with_its_paper_as_the_bibliography_has_it() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["license"] == PROJECT["project"]["license"]
    assert citation["title"] == yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["title"]
    (paper,) = citation["references"]
    entry = parse_file(BOOK / "references.bib").entries["plenk2026"]
    assert paper["title"] == entry.fields["title"]
    assert paper["year"] == int(entry.fields["year"])
    assert [one["value"] for one in paper["identifiers"]] == [entry.fields["journal"]]
    plain = [
        " ".join([*one.first_names, *one.prelast_names, *one.last_names]) for one in entry.persons["author"]
    ]
    assert [f"{one['given-names']} {one['family-names']}" for one in paper["authors"]] == [
        written(name) for name in plain
    ]


def written(latex: str) -> str:
    """A name as it is read, of BibTeX's accents and braces."""
    for accent, letter in ((r"{\~n}", "ñ"), (r"{\'A}", "Á")):
        latex = latex.replace(accent, letter)
    return latex.translate(str.maketrans("", "", "{}"))


def test_the_version_stands_in_one_place() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest
    assert newest[1] == PROJECT["project"]["version"]
    assert "version:" not in (ROOT / "CITATION.cff").read_text(encoding="utf-8").replace("cff-version:", "")
