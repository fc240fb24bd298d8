"""Licences: of what is shipped, of what it runs on, and how the book is cited."""

import json
import re
import subprocess
from importlib.metadata import distribution
from pathlib import Path

import yaml
from pybtex.database import parse_file

from tests.book._sources import BOOK, ROOT
from tests.book.test_environment import PACKAGE, PROJECT, runtime
from tests.playground._engine import NODE

STATIC = ROOT / "_build" / "html" / "_static"
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

# What lies below _static -> who made it. A file that nothing here matches is somebody's whose licence is not looked at.
OWNERS = {
    r"(door|embed|explorers|map|page_cards|playground|reader|cards)/.*": "the book",
    r"slides/.*|styles/(book|cards|claims|content|print|targets)\.css": "the book",
    r"(start|scrollable)\.js|(favicon|logo)\.svg|third-party\.txt": "the book",
    r"search/(open|places)\.js|search/search\.css": "the book",
    r"search/(search\.js|LICENSE\.txt)": "minisearch",  # bundled with the book's own
    r"katex/.*": "katex",
    r"plotly/.*": "plotly.js",
    r"reveal/.*": "reveal.js",
    r"(basic|pygments)\.css|(doctools|documentation_options)\.js|(file|minus|plus)\.png": "Sphinx",
    r"(scripts|vendor)/(?!sphinx-book-theme).*|styles/(pydata-sphinx-theme|theme)\.css(\.map)?": "pydata-sphinx-theme",
    r"(scripts|styles)/sphinx-book-theme.*|(images|locales)/.*": "sphinx-book-theme",
    r"clipboard\.min\.js|copybutton(_funcs)?\.js|copybutton\.css|(check-solid|copy-button)\.svg": "sphinx-copybutton",
    r"sphinx-design\.min\.css|design-tabs\.js": "sphinx_design",
    r"mystnb\.\w+\.css": "myst-nb",
    r"exercise\.css": "sphinx-exercise",
    r"proof\.css": "sphinx-proof",
    r"katex-math\.css": "sphinxcontrib-katex",
}  # fmt: skip
# The licence that the table of names inside each font has; the format packs that table with Brotli, which Node reads.
FONT_NAMES = """
import { readFileSync } from "node:fs";
import { brotliDecompressSync } from "node:zlib";
const licence = (file) => {
  const font = readFileSync(file);
  let at = 48;
  const number = () => {
    let value = 0;
    for (;;) {
      const byte = font[at++];
      value = 128 * value + (byte & 127);
      if (byte < 128) return value;
    }
  };
  for (let left = font.readUInt16BE(12); left > 0; left--) {
    const flags = font[at++];
    const [table, changed] = [flags & 63, flags >> 6];
    if (table === 63) at += 4; // a tag that is spelt out
    number();
    if (table === 10 || table === 11 ? changed !== 3 : changed !== 0) number(); // glyphs are packed further
  }
  const text = brotliDecompressSync(font.subarray(at)).toString("latin1").replaceAll("\\0", "");
  return text.match(/SIL Open Font License/)?.[0] ?? `none in ${file}`;
};
console.log(JSON.stringify(process.argv.slice(1).map(licence)));
"""


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
    names = runtime(PACKAGE)
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


def test_every_file_that_pages_carry_has_an_owner_and_every_font_its_licence() -> None:
    notices = (STATIC / "third-party.txt").read_text(encoding="utf-8")
    files = [file.relative_to(STATIC).as_posix() for file in STATIC.rglob("*") if file.is_file()]
    owners = {
        name: {owner for pattern, owner in OWNERS.items() if re.fullmatch(pattern, name)} for name in files
    }
    assert {name: found for name, found in owners.items() if len(found) != 1} == {}
    unused = {pattern for pattern in OWNERS if not any(re.fullmatch(pattern, name) for name in files)}
    assert unused == set()
    named = set(re.findall(r"^(@?[\w./-]+) \d[\w.]*(?: \(.+\))?$", notices, re.MULTILINE))
    assert {owner for owner in OWNERS.values() if owner != "the book"} <= named
    # KaTeX's say it in the font itself; Font Awesome's in the style that loads them, as the test above holds.
    fonts = [name for name in files if Path(name).suffix in (".woff", ".woff2", ".ttf", ".otf")]
    assert {str(Path(name).parent) for name in fonts} == {"katex/fonts", "vendor/fontawesome/webfonts"}
    ran = subprocess.run(
        [NODE, "--input-type=module", "--eval", FONT_NAMES, *(STATIC.glob("katex/fonts/*"))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(json.loads(ran.stdout)) == {"SIL Open Font License"}


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


def test_the_book_is_cited_alike_on_its_first_page_and_by_those_who_read_the_file() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    preferred = citation["preferred-citation"]
    assert {name: preferred[name] for name in ("title", "authors")} == {
        name: citation[name] for name in ("title", "authors")
    }
    shown = (BOOK / "index.md").read_text(encoding="utf-8").partition("@book{ntkbook")[2]
    assert re.findall(r"year += \{(\d+)\}", shown)[0] == str(preferred["year"])
    released = str(citation.get("date-released", preferred["year"]))
    assert released.startswith(str(preferred["year"]))


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
