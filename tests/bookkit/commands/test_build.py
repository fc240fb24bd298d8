"""When a build starts over: what it finds is not whole, or dated by a clock that was wrong."""

import os
import sys
import time
from pathlib import Path

import pytest

from bookkit.commands import build


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page that an earlier build has made, in a build folder whose builds do nothing."""
    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(build, "COMPLETE", tmp_path / ".complete")
    monkeypatch.setattr(build, "STEPS", ())
    made = tmp_path / "html" / "index.html"
    made.parent.mkdir()
    made.touch()
    return made


def test_a_whole_build_is_kept_and_any_other_made_anew(page: Path) -> None:
    build.COMPLETE.touch()
    assert build.build()
    assert page.exists()
    build.COMPLETE.unlink()
    assert build.build()
    assert not page.exists()
    assert build.COMPLETE.exists()


@pytest.mark.usefixtures("page")
def test_a_build_that_fails_is_not_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    build.COMPLETE.touch()
    monkeypatch.setattr(build, "STEPS", ([sys.executable, "-S", "-c", "raise SystemExit(1)"],))
    assert not build.build()
    assert not build.COMPLETE.exists()


def test_after_a_build_of_the_future_all_is_made_anew(page: Path) -> None:
    """Sphinx holds what it read against what is written now, by their dates."""
    build.COMPLETE.touch()
    tomorrow = time.time() + 86400
    os.utime(build.COMPLETE, (tomorrow, tomorrow))
    assert build.build()
    assert not page.exists()
    assert build.COMPLETE.stat().st_mtime <= time.time()
    page.parent.mkdir()
    page.touch()
    assert build.build()
    assert page.exists()
