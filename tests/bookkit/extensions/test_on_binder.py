"""The page on the build shows what was measured of Binder's machine, under the pages' titles."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx

from bookkit.extensions import on_binder
from bookkit.sources.on_binder import read
from tests.bookkit.commands.test_binder import RESULTS


def test_measurements_are_shown_under_the_titles_of_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text(json.dumps(asdict(RESULTS)))
    assert read(kept) == RESULTS
    monkeypatch.setattr(on_binder, "read", lambda: read(kept))
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    (source / "index.md").write_text("# The first page\n\n```{toctree}\nbuild\n```\n")
    (source / "build.md").write_text("# The build\n\n## On Binder\n\n```{on-binder}\n```\n")
    registered = [
        f"app.add_{what}" for what in ("directive", "node", "role")
    ]  # by a test before, in this process
    settings = {
        "extensions": ["myst_parser", "bookkit.extensions.on_binder"],
        "suppress_warnings": registered,
    }
    app = Sphinx(source, None, out, tmp_path / "doctrees", "html", settings, status=None, warningiserror=True)
    app.build()
    page = BeautifulSoup((out / "build.html").read_text(), "html.parser")
    rows = [[cell.get_text(strip=True) for cell in row.select("td")] for row in page.select("tbody tr")]
    assert rows[0] == ["The first page", "700 MB", "50 s", "20 s", "40%"]
    assert page.select_one("td a")["href"] == "index.html"
    assert "run at once: 1,400 MB" in page.get_text()
