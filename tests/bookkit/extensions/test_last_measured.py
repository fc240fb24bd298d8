"""The page on the build shows what was measured last: of Binder's machine, under the pages' titles, and of browsers."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from bs4 import BeautifulSoup

from bookkit.sources import in_browsers, on_binder
from bookkit.sources.project import ROOT
from tests.bookkit.commands.test_binder import RESULTS
from tests.bookkit.commands.test_browsers import TOLD

BUILD = """
import pathlib, sys
from sphinx.application import Sphinx
from bookkit.extensions import last_measured
from bookkit.sources import in_browsers, on_binder
binder, browsers, source, out = map(pathlib.Path, sys.argv[1:])
for module, kept in ((on_binder, binder), (in_browsers, browsers)):
    results = module.read(kept)
    module.read = lambda results=results: results
settings = {"extensions": ["myst_parser", "bookkit.extensions.last_measured"]}
Sphinx(source, None, out, out / "doctrees", "html", settings, status=None, warningiserror=True).build()
"""
PAGE = """# The build

## On Binder

```{on-binder}
```

## In browsers

```{in-browsers}
```

```{in-browsers}
:whole:
```
"""


def test_measurements_are_shown_under_the_titles_of_pages(tmp_path: Path) -> None:
    kept = []
    for module, results in ((on_binder, RESULTS), (in_browsers, TOLD)):
        kept.append(tmp_path / f"{len(kept)}.json")
        kept[-1].write_text(json.dumps(asdict(results)))
        assert module.read(kept[-1]) == results
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    (source / "index.md").write_text("# The first page\n\n```{toctree}\nbuild\n```\n")
    (source / "build.md").write_text(PAGE)
    # in a process of its own: Sphinx keeps what the books of other tests have registered
    subprocess.run([sys.executable, "-c", BUILD, *kept, source, out], cwd=ROOT, check=True)
    page = BeautifulSoup((out / "build.html").read_text(), "html.parser")
    of_binder, summed, whole = (
        [[cell.get_text(strip=True) for cell in row.select("td")] for row in table.select("tbody tr")]
        for table in page.select("table")
    )
    assert of_binder[0] == ["The first page", "700 MB", "50 s", "20 s", "40%"]
    assert page.select_one("td a")["href"] == "index.html"
    assert "run at once: 1,400 MB" in page.get_text()
    heads = [head.get_text(strip=True) for head in page.select("table")[1].select("th")]
    assert heads == ["Check", "of", "Firefox 140.8", "WebKit 2.50"]
    assert summed == [
        ["whole and quiet, wide and narrow", "2", "2 in 4 s", "1 in 2 s"],
        ["theme changed, and kept", "1", "1 in 1 s", "0 in 0 s"],
    ]
    assert whole[1] == ["map.html", "whole and quiet, wide and narrow", "1.5 s", "fails"]
