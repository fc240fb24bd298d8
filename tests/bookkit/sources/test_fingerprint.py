"""What pages are made from is known by its content."""

from pathlib import Path

import pytest

from bookkit.sources.fingerprint import computing_sources, fingerprint, page_making_sources
from bookkit.sources.project import ROOT


def test_fingerprint_sees_every_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookkit.sources.fingerprint.ROOT", tmp_path)
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text("a = 1")
    two.write_text("")
    before = fingerprint([one, two])
    assert fingerprint([two, one]) == before
    two.write_text("b = 2")
    assert fingerprint([one, two]) != before
    assert fingerprint([one]) != before


def test_pages_are_executed_anew_when_code_or_environment_changes() -> None:
    sources = computing_sources()
    assert ROOT / "requirements.txt" in sources
    assert ROOT / "ntkbook" / "__init__.py" in sources
    assert {".js", ".css"} <= {source.suffix for source in sources}


def test_pages_are_made_anew_when_a_tool_or_the_theme_changes() -> None:
    sources = page_making_sources()
    assert ROOT / "bookkit" / "extensions" / "page_body.py" in sources
    assert ROOT / "bookkit" / "theme" / "layout.html" in sources
    assert ".css" in {source.suffix for source in sources}
