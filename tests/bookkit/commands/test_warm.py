"""Warming runs pages once, in kernels that know the build folder."""

from pathlib import Path

import pytest

from bookkit.commands import execute, warm
from tests.bookkit.commands.test_execute import PAGE

TOLD = "import os, pathlib\npathlib.Path(os.environ['NTKBOOK_BUILD'], '{name}').touch()"


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(execute, "BOOK", tmp_path)
    monkeypatch.setenv("NTKBOOK_BUILD", "")  # restored afterwards
    for name in ("one", "other"):
        (tmp_path / f"{name}.md").write_text(PAGE.format(code=TOLD.format(name=name)))
    return tmp_path


def test_pages_are_run_with_the_build_folder(book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    build = book / "_build"
    assert warm.main(build, ["other"]) == 0
    assert [file.name for file in build.iterdir()] == ["other"]
    assert warm.main(build, []) == 0
    assert {file.name for file in build.iterdir()} == {"one", "other"}
    assert "2 of 2" in capfd.readouterr().out


def test_a_failing_page_is_told_and_the_others_run(book: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (book / "wrong.md").write_text(PAGE.format(code="assert 1 + 1 == 3, 'not so'"))
    assert warm.main(book / "_build", []) == 1
    said = capfd.readouterr()
    assert "not so" in said.err
    assert said.out.count("warmed") == 2


def test_a_page_that_does_not_exist_is_told(book: Path) -> None:
    with pytest.raises(SystemExit, match="named third; there are one, other"):
        warm.main(book / "_build", ["third"])
