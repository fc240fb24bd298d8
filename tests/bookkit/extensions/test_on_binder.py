"""The page on the build shows what was measured of Binder's machine, under the pages' titles."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from bs4 import BeautifulSoup

from bookkit.sources.on_binder import read
from bookkit.sources.project import ROOT
from tests.bookkit.commands.test_binder import RESULTS

BUILD = """
import pathlib, sys
from sphinx.application import Sphinx
from bookkit.extensions import on_binder
kept, *folders = map(pathlib.Path, sys.argv[1:])
results = on_binder.read(kept)
on_binder.read = lambda: results
settings = {"extensions": ["myst_parser", "bookkit.extensions.on_binder"]}
source, out = folders
Sphinx(source, None, out, out / "doctrees", "html", settings, status=None, warningiserror=True).build()
"""


def test_measurements_are_shown_under_the_titles_of_pages(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(asdict(RESULTS)))
    assert read(kept) == RESULTS
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    (source / "index.md").write_text("# The first page\n\n```{toctree}\nbuild\n```\n")
    (source / "build.md").write_text("# The build\n\n## On Binder\n\n```{on-binder}\n```\n")
    # in a process of its own: Sphinx keeps what the books of other tests have registered
    subprocess.run([sys.executable, "-c", BUILD, kept, source, out], cwd=ROOT, check=True)
    page = BeautifulSoup((out / "build.html").read_text(), "html.parser")
    rows = [[cell.get_text(strip=True) for cell in row.select("td")] for row in page.select("tbody tr")]
    assert rows[0] == ["The first page", "700 MB", "50 s", "20 s", "40%"]
    assert page.select_one("td a")["href"] == "index.html"
    assert "run at once: 1,400 MB" in page.get_text()
